#include "service/mcp/shimlistener.h"
#include "shared/wire/codec.h"
#include "shared/wire/frame.h"
#include "tests/mcp/doubles.h"
#include "tests/shared/slowdown.h"

#include <QElapsedTimer>
#include <QLocalServer>
#include <QLocalSocket>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace exeat;
using namespace exeat::mcp;

namespace {

/** The service's side: the real listener over doubles. */
struct Service {
    test::FakeSessions sessions;
    test::FakeRunManager runs;
    ApprovalQueue approvals;
    RequestStateSealer sealer;
    std::unique_ptr<ShimListener> listener;

    explicit Service(const QString& socket) {
        auto created = ShimListener::create(socket.toStdString(), {sessions, runs, approvals, sealer});
        if (created)
            listener = std::move(*created);
    }
};

Json requestJson(int id, const char* method, Json params = Json::object()) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
}

const QByteArray initializeLine =
    QByteArray::fromStdString(printJson(requestJson(0, "initialize", {{"protocolVersion", "2025-06-18"}}))) + '\n';

QByteArray ping(int id) {
    return QByteArray::fromStdString(printJson(requestJson(id, "ping"))) + '\n';
}

QByteArray shellCall(int id) {
    return QByteArray::fromStdString(
               printJson(requestJson(id, "tools/call", {{"name", "shell"}, {"arguments", {{"command", "sleep 9"}}}}))) +
           '\n';
}

} // namespace

class TestShim : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_socket;

    void start(QProcess& shim, const QStringList& more = {}) {
        shim.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        shim.start(qEnvironmentVariable("EXEAT_BIN") + QStringLiteral("/exeat-shim-test"),
                   QStringList(m_socket) + more);
        QTRY_COMPARE(shim.state(), QProcess::Running);
    }
    /** The next line that the shim prints, without waiting longer than QTRY does. */
    static Json nextLine(QProcess& shim) {
        Json json;
        [&] { QTRY_VERIFY(shim.canReadLine()); }();
        if (shim.canReadLine())
            json = Json::parse(shim.readLine().toStdString(), nullptr, false);
        return json;
    }
    static int idOf(const Json& json) {
        return json.is_object() && json["id"].is_number() ? json["id"].get<int>() : -1;
    }

private slots:
    void init() {
        QVERIFY(qEnvironmentVariableIsSet("EXEAT_BIN"));
        m_socket = m_folder.filePath(QString::number(QRandomGenerator::global()->generate()));
    }
    void nothingHappensBeforeTheFirstLine() {
        Service service(m_socket);
        QVERIFY(service.listener);
        QProcess shim;
        start(shim);
        QTest::qWait(100);
        QVERIFY(service.sessions.hellos.empty());
        shim.write(ping(1));
        QCOMPARE(idOf(nextLine(shim)), 1);
        QCOMPARE(service.sessions.hellos.size(), 1U);
        QCOMPARE(service.sessions.pids[0], static_cast<pid_t>(shim.processId()));
        QVERIFY(!service.sessions.hellos[0].environment.empty());
        shim.closeWriteChannel();
        QTRY_COMPARE(shim.state(), QProcess::NotRunning);
        QCOMPARE(shim.exitCode(), 0);
        QTRY_COMPARE(service.sessions.closed.size(), 1U);
    }
    void endsByTermBeforeAndAfterTheFirstLine() {
        Service service(m_socket);
        for (const bool connected : {false, true}) {
            QProcess shim;
            start(shim);
            if (connected) {
                shim.write(ping(1));
                QCOMPARE(idOf(nextLine(shim)), 1);
            }
            QElapsedTimer clock;
            clock.start();
            shim.terminate();
            QTRY_COMPARE(shim.state(), QProcess::NotRunning);
            QVERIFY(clock.elapsed() < 1000 * test::slowdown);
        }
        QTRY_COMPARE(service.sessions.closed.size(), 1U);
    }
    void killedAtOnceLeavesNothing() {
        Service service(m_socket);
        for (int i = 0; i < 5; ++i) {
            QProcess shim;
            start(shim);
            shim.write(ping(1));
            shim.kill();
            QTRY_COMPARE(shim.state(), QProcess::NotRunning);
        }
        QTRY_COMPARE(service.sessions.closed.size(), service.sessions.hellos.size());
    }
    void linesInAnyPieces() {
        Service service(m_socket);
        QProcess shim;
        start(shim);
        shim.write(ping(1) + "\n\r\n" + ping(2));
        QCOMPARE(idOf(nextLine(shim)), 1);
        QCOMPARE(idOf(nextLine(shim)), 2);
        const QByteArray line = ping(3);
        for (const QByteArray& piece : {line.left(5), line.mid(5, 9), line.mid(14)}) {
            shim.write(piece);
            QTRY_COMPARE(shim.bytesToWrite(), 0);
            QTest::qWait(20);
        }
        QCOMPARE(idOf(nextLine(shim)), 3);
        shim.write("not json\n");
        QCOMPARE(nextLine(shim)["error"]["code"].get<int>(), -32700);
        shim.write(QByteArray(static_cast<qsizetype>(limits::jsonLineBytes) + 100, 'x') + '\n' + ping(4));
        QCOMPARE(nextLine(shim)["error"]["code"].get<int>(), -32600);
        QCOMPARE(idOf(nextLine(shim)), 4);
        QCOMPARE(service.sessions.hellos.size(), 1U);
    }
    void lostServiceIsAnsweredForAndResumed() {
        auto service = std::make_unique<Service>(m_socket);
        QProcess shim;
        start(shim);
        shim.write(initializeLine);
        QCOMPARE(idOf(nextLine(shim)), 0);
        shim.write(shellCall(1) + shellCall(2));
        QTRY_COMPARE(service->runs.runs.size(), 2U);
        service.reset();
        for (const int id : {1, 2}) {
            const Json line = nextLine(shim);
            QCOMPARE(idOf(line), id);
            QCOMPARE(line["error"]["code"].get<int>(), -32603);
        }
        Service next(m_socket);
        shim.write(shellCall(3)); // served only if the handshake was restored
        QTRY_COMPARE(next.runs.runs.size(), 1U);
        QVERIFY(next.sessions.hellos[0].resumedInitialize.find("2025-06-18") != std::string::npos);
        next.runs.runs[0]->finish(RunEnd::Exited, {0, 0});
        QCOMPARE(idOf(nextLine(shim)), 3);
    }
    void refusalIsSaid() {
        Service service(m_socket);
        service.sessions.refuse = true;
        QProcess shim;
        start(shim);
        shim.write(ping(1));
        const Json line = nextLine(shim);
        QVERIFY(line["error"]["message"].get<std::string>().find("not for you") != std::string::npos);
        service.sessions.refuse = false;
        shim.write(ping(2));
        QVERIFY(nextLine(shim).contains("result"));
    }
    void serviceThatStartsLate() {
        QProcess shim;
        start(shim);
        shim.write(ping(1) + ping(2));
        QTest::qWait(200);
        QVERIFY(!shim.canReadLine());
        Service service(m_socket);
        QCOMPARE(idOf(nextLine(shim)), 1);
        QCOMPARE(idOf(nextLine(shim)), 2);
    }
    void clientThatDoesNotRead() {
        Service service(m_socket);
        QProcess shim;
        start(shim);
        shim.write(initializeLine);
        QCOMPARE(idOf(nextLine(shim)), 0);
        shim.setReadChannel(QProcess::StandardOutput);
        for (int id = 1; id <= 5; ++id)
            shim.write(shellCall(id));
        QTRY_COMPARE(service.runs.runs.size(), 5U);
        for (test::FakeRun* run : service.runs.runs) {
            run->print(QByteArray(1'000'000, 'x'));
            run->finish(RunEnd::Exited, {0, 0});
        }
        for (int id = 1; id <= 5; ++id)
            QCOMPARE(idOf(nextLine(shim)), id);
    }
    void listenerRefusesOtherVersionsAndNonsense() {
        Service service(m_socket);
        const auto answerTo = [this](const std::string& payload) {
            QLocalSocket socket;
            socket.connectToServer(m_socket);
            const std::string bytes = wire::frame(payload);
            socket.write(bytes.data(), static_cast<qint64>(bytes.size()));
            [&] { QTRY_COMPARE(socket.state(), QLocalSocket::UnconnectedState); }();
            return socket.readAll();
        };
        wire::ShimHello hello;
        hello.version = wire::protocolVersion + 1;
        hello.workdir = "/";
        QVERIFY(answerTo(wire::encode(hello)).contains("different versions"));
        QVERIFY(answerTo("rubbish").isEmpty());
        QVERIFY(answerTo(wire::encode(wire::McpLine{"{}"})).isEmpty());
        hello.version = wire::protocolVersion;
        hello.workdir = "relative";
        QVERIFY(answerTo(wire::encode(hello)).contains("absolute"));
        QVERIFY(service.sessions.hellos.empty());
    }
    void timeToTheFirstAnswer() {
        Service service(m_socket);
        QBENCHMARK_ONCE {
            QProcess shim;
            start(shim);
            shim.write(ping(1));
            QCOMPARE(idOf(nextLine(shim)), 1);
            shim.kill();
            QTRY_COMPARE(shim.state(), QProcess::NotRunning);
        }
    }
};

QTEST_GUILESS_MAIN(TestShim)
#include "tst_shim.moc"
