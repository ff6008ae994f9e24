#include "service/mcp/requeststate.h"
#include "tests/mcp/fuzztargets.h"

#include <QTest>

using namespace exeat;
using namespace exeat::mcp;
using namespace std::chrono_literals;

class TestRequestState : public QObject {
    Q_OBJECT

    const RequestStateSealer m_sealer;
    const RequestStateSealer::Clock::time_point m_now = RequestStateSealer::Clock::now();
    const StateBinding m_binding{{"s1"}, digestOfCall("shell", {{"command", "make"}, {"workdir", "/a"}})};
    const RequestState m_state{{"run-1"}, 3, {{ApprovalId{7}, "abc"}, {ApprovalId{9}, "def"}}};

private slots:
    void opensWhatItSealed() {
        const auto opened = m_sealer.open(m_sealer.seal(m_state, m_binding, m_now + 1min), m_binding, m_now);
        QVERIFY(opened.has_value());
        QVERIFY(*opened == m_state);
    }
    void refusesEveryAlteredByte() {
        const std::string sealed = m_sealer.seal(m_state, m_binding, m_now + 1min);
        for (std::size_t i = 0; i < sealed.size(); ++i) {
            for (const char c : {'A', 'B', '.', '=', ' ', '\0', static_cast<char>(sealed[i] ^ 1)}) {
                std::string altered = sealed;
                altered[i] = c;
                QVERIFY2(altered == sealed || !m_sealer.open(altered, m_binding, m_now), altered.c_str());
            }
            QVERIFY(!m_sealer.open(sealed.substr(0, i), m_binding, m_now));
        }
        for (const char* tail : {"A", "=", "\n", "-TAMPERED", ".x"})
            QVERIFY(!m_sealer.open(sealed + tail, m_binding, m_now));
    }
    void refusesAfterItsTime() {
        const std::string sealed = m_sealer.seal(m_state, m_binding, m_now + 1min);
        QVERIFY(m_sealer.open(sealed, m_binding, m_now + 58s).has_value());
        QVERIFY(!m_sealer.open(sealed, m_binding, m_now + 1min));
    }
    void isBoundToTheCall() {
        const std::string sealed = m_sealer.seal(m_state, m_binding, m_now + 1min);
        const auto opens = [&](const SessionId& session, const std::string& digest) {
            return m_sealer.open(sealed, {session, digest}, m_now).has_value();
        };
        QVERIFY(opens({"s1"}, digestOfCall("shell", Json::parse(R"({"workdir":"/a","command":"make"})"))));
        QVERIFY(!opens({"s2"}, m_binding.callDigest));
        QVERIFY(!opens({"s1"}, digestOfCall("shell", {{"command", "make "}, {"workdir", "/a"}})));
        QVERIFY(!opens({"s1"}, digestOfCall("shell_wait", {{"command", "make"}, {"workdir", "/a"}})));
        QVERIFY(!opens({"s1"}, digestOfCall("shell", {{"command", "make"}})));
    }
    void anotherProcessCannotOpenIt() {
        const RequestStateSealer other;
        QVERIFY(!other.open(m_sealer.seal(m_state, m_binding, m_now + 1min), m_binding, m_now));
    }
    void corpus() { QVERIFY(test::replay(CORPUS_FOLDER, test::fuzzRequestState) >= 5); }
};

QTEST_GUILESS_MAIN(TestRequestState)
#include "tst_requeststate.moc"
