#include "tests/wrapper/fakegate.h"
#include "tests/wrapper/helperprocess.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace exeat;
using namespace exeat::test;

namespace {

/** JSON written with ' and ` for the quotes; moc of Qt 6.4 loses the slots behind a raw string. */
std::string json(std::string text) {
    for (char& c : text)
        c = c == '\'' || c == '`' ? '"' : c;
    return text;
}

void ran(Conversation& conversation, const std::string& /*request*/) {
    conversation.sendPayload(json("{'action':'Run'}"));
}

} // namespace

/** The helper below a server of the Codex family, which knows JSON and datagrams only. */
class TestExecWrapperJson : public QObject {
    Q_OBJECT
private slots:
    void requestAboveTheFrame() {
        FakeGate gate(SOCK_DGRAM, ran);
        std::vector<std::string> arguments{"/bin/echo", "echo"};
        arguments.resize(20, std::string(100000, '\1')); // six bytes each in JSON
        const auto outcome = runHelper(gate, {.arguments = arguments, .binary = false});
        QCOMPARE(outcome.code, 126);
        QVERIFY(outcome.err.find("too long") != std::string::npos);
        QCOMPARE(outcome.out, std::string());
    }

    void olderProtocol_data() {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("output");
        QTest::newRow("run") << "{'action':'Run'}" << 0 << "ran\n";
        QTest::newRow("run, spaced") << " { \"action\" : \"Run\" } " << 0 << "ran\n";
        QTest::newRow("deny") << "{'action':{'Deny':{'reason':'say \\`no\\`\\u00e4\\n'}}}" << 1
                              << "exeat: say \"no\"\xc3\xa4\\x0a\n";
        QTest::newRow("deny without reason") << "{'action':{'Deny':{'reason':null}}}" << 1 << "exeat: \n";
        QTest::newRow("escalate") << "{'action':'Escalate'}" << 42 << "";
        for (const char* wrong : {"{'action':'Allow'}", "{'action':'Run'", "{'action':'Run'}x", "{}", "null",
                                  "{'action':{'Deny':{}}}", "{'action':{'Deny':{'reason':'\\u12'}}}"})
            QTest::newRow(wrong) << wrong << 126 << "exeat: /bin/echo: not started";
    }
    void olderProtocol() {
        QFETCH(QString, answer);
        QFETCH(int, code);
        QFETCH(QString, output);
        std::string seen;
        FakeGate gate(SOCK_DGRAM, [&](Conversation& conversation, const std::string& request) {
            seen = request;
            conversation.sendPayload(json(answer.toStdString()));
            if (code == 42) {
                const auto payload = conversation.receive();
                const auto right = payload == json("{'fds':[0,1,2]}") && conversation.takeFds().size() == 3;
                conversation.sendPayload(json(right ? "{'exit_code':42}" : "{'exit_code':43}"));
            }
        });
        const auto outcome =
            runHelper(gate, {.arguments = {"/bin/echo", "echo", "ran"}, .binary = false, .prepare = [] {
                                 ::dup2(::open("/dev/null", O_RDONLY), 0);
                             }});
        gate.finish();
        QCOMPARE(outcome.code, code);
        const auto text = QString::fromStdString(outcome.out + outcome.err);
        QVERIFY2(text.startsWith(QString::fromUtf8(output.toUtf8())), qPrintable(text));
        const auto request = QJsonDocument::fromJson(QByteArray::fromStdString(seen)).object();
        QCOMPARE(request["file"].toString(), QString("/bin/echo"));
        QCOMPARE(request["argv"].toArray(), (QJsonArray{"echo", "ran"}));
        QCOMPARE(request["workdir"].toString(), QDir::currentPath());
        QCOMPARE(request["env"].toObject()["PATH"].toString(), QString("/usr/bin:/bin"));
    }

    void olderProtocolRefusesWhatItCannotCarry() {
        FakeGate gate(SOCK_DGRAM, ran);
        for (const char* bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xe2\x82"}) {
            const auto outcome = runHelper(gate, {.arguments = {"/bin/echo", "echo", bad}, .binary = false});
            QCOMPARE(outcome.code, 126);
            QVERIFY(outcome.err.find("UTF-8") != std::string::npos);
            QCOMPARE(outcome.out, std::string());
        }
    }

    void olderProtocolMakesTheFileAbsolute() {
        std::string seen;
        FakeGate gate(SOCK_DGRAM, [&](Conversation&, const std::string& request) { seen = request; });
        runHelper(gate, {.arguments = {"bin/\"tool\"", "x"}, .binary = false, .prepare = [] {
                             [[maybe_unused]] const int moved = ::chdir("/tmp");
                         }});
        gate.finish();
        const auto request = QJsonDocument::fromJson(QByteArray::fromStdString(seen)).object();
        QCOMPARE(request["file"].toString(), QString("/tmp/bin/\"tool\""));
    }
};

QTEST_APPLESS_MAIN(TestExecWrapperJson)
#include "tst_execwrapperjson.moc"
