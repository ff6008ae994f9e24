#include "tests/control/faketrust.h"

#include <QTest>

namespace exeat {
namespace {

const wire::RequestFailed* failure(const wire::ControlReply& reply) {
    return std::get_if<wire::RequestFailed>(&reply);
}

} // namespace

class TestControlTrust : public QObject {
    Q_OBJECT
private:
    test::FakeTrust m_trust;
    AnswerContext m_context;
    ControlTrust control() {
        m_trust.said.clear();
        m_context = {AnswerSource::CommandLine, PeerStanding::Free, PeerTerminal::Present, PeerProgram::OurCommandLine,
                     DesktopPresence::Absent};
        return {&m_trust, {[this] { return m_context; }, [] { return std::string("me"); }}};
    }

private slots:
    void tellsWhatThereIs() {
        const auto trust = control();
        const auto list = trust.answer(wire::ListTrust{1});
        QCOMPARE(std::get<wire::TrustList>(list), (wire::TrustList{1, m_trust.projects(), m_trust.files()}));
        QCOMPARE(std::get<wire::TrustShown>(trust.answer(wire::ShowTrust{2, "/w"})).view.hash, std::string("now"));
        QCOMPARE(failure(trust.answer(wire::ShowTrust{3, "/v"}))->text, std::string("no rules"));
    }
    void acceptsForAPerson() {
        const auto trust = control();
        QCOMPARE(std::get<wire::RequestDone>(trust.answer(wire::AcceptTrust{4, "/w", "now"})).request, 4U);
        QCOMPARE(m_trust.said, std::string("accept /w by me"));
        QVERIFY(!failure(trust.answer(wire::ConfirmFile{5, "/home/me/tool", "bb"})));
        QCOMPARE(m_trust.said, std::string("confirm /home/me/tool bb by me"));
    }
    void acceptsNothingElse() {
        const auto trust = control();
        QCOMPARE(failure(trust.answer(wire::AcceptTrust{4, "/w", "before"}))->text, std::string("changed"));
        QVERIFY(m_trust.said.empty());
    }
    void refuses_data() {
        QTest::addColumn<PeerStanding>("standing");
        QTest::addColumn<PeerTerminal>("terminal");
        QTest::newRow("a run's child") << PeerStanding::DescendsFromRun << PeerTerminal::Present;
        QTest::newRow("an agent's child") << PeerStanding::SharesAgent << PeerTerminal::Present;
        QTest::newRow("without a terminal") << PeerStanding::Free << PeerTerminal::Missing;
    }
    void refuses() {
        QFETCH(PeerStanding, standing);
        QFETCH(PeerTerminal, terminal);
        const auto trust = control();
        m_context.standing = standing;
        m_context.terminal = terminal;
        const auto refused = trust.answer(wire::AcceptTrust{5, "/w", "now"});
        QVERIFY(failure(refused) && failure(refused)->kind == ErrorKind::Refused);
        QVERIFY(failure(trust.answer(wire::ConfirmFile{5, "/home/me/tool", "bb"})));
        QVERIFY(m_trust.said.empty());
        // To revoke tightens: anybody may who is heard at all.
        QVERIFY(!failure(trust.answer(wire::RevokeTrust{6, "/w"})));
        QCOMPARE(m_trust.said, std::string("revoke /w"));
    }
    void noPlace_data() {
        QTest::addColumn<std::string>("directory");
        QTest::newRow("empty") << std::string();
        QTest::newRow("relative") << std::string("w");
        QTest::newRow("with NUL") << std::string("/w\0x", 4);
    }
    void noPlace() {
        QFETCH(std::string, directory);
        const auto trust = control();
        for (const auto& reply :
             {trust.answer(wire::ShowTrust{1, directory}), trust.answer(wire::AcceptTrust{1, directory, "now"}),
              trust.answer(wire::ConfirmFile{1, directory, "bb"}), trust.answer(wire::RevokeTrust{1, directory})})
            QVERIFY(failure(reply) && failure(reply)->kind == ErrorKind::Invalid);
        QVERIFY(m_trust.said.empty());
    }
    void withoutARecord() {
        const ControlTrust trust(nullptr, {});
        for (const auto& reply :
             {trust.answer(wire::ListTrust{1}), trust.answer(wire::ShowTrust{1, "/w"}),
              trust.answer(wire::AcceptTrust{1, "/w", "now"}), trust.answer(wire::ConfirmFile{1, "/w", "bb"}),
              trust.answer(wire::RevokeTrust{1, "/w"})})
            QVERIFY(failure(reply) && failure(reply)->kind == ErrorKind::Unavailable);
    }
};

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestControlTrust)
#include "tst_controltrust.moc"
