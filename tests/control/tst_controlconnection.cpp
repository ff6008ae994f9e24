#include "service/control/controllistener.h"
#include "shared/wire/codec.h"
#include "tests/control/doubles.h"
#include "tests/control/faketrust.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <optional>

#include <unistd.h>

namespace exeat {

namespace {

/** The other end, with every reply kept. */
class Peer : public QObject {
public:
    explicit Peer(const QString& path) {
        auto* socket = new QLocalSocket;
        socket->connectToServer(path);
        frames = new FrameSocket(socket, this);
        connect(frames, &FrameSocket::received, this, [this](const QByteArray& bytes) {
            auto reply = wire::decodeControlReply({bytes.constData(), static_cast<std::size_t>(bytes.size())});
            if (reply)
                replies.push_back(std::move(*reply));
        });
        connect(frames, &FrameSocket::closed, this, [this] { isClosed = true; });
    }
    void send(const wire::ControlRequest& request) { frames->send(wire::encode(request)); }
    void hello(std::uint32_t version = wire::protocolVersion) {
        send(wire::ControlHello{version, wire::ClientKind::CommandLine});
    }
    template<class T>
    const T* last() const {
        return replies.empty() ? nullptr : std::get_if<T>(&replies.back());
    }
    FrameSocket* frames;
    std::vector<wire::ControlReply> replies;
    bool isClosed = false;
};

} // namespace

class TestControlConnection : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void greets();
    void otherVersionIsRefusedWithWords();
    void requestBeforeHelloEndsIt();
    void secondHelloEndsIt();
    void malformedFrame_data();
    void malformedFrame();
    void runsAndStreams();
    void closingStopsTheRun();
    void standings_data();
    void standings();
    void statusForARunsChildSaysLittle();
    void onlyOurProgramChoosesTheSandbox();
    void watchShowsEachOnce();
    void environmentIsNotShown();
    void allowingIsRefusedHere();
    void denyingWorks();
    void unknownQuestion();
    void socketIsPrivate();

private:
    QString path() const { return m_folder->filePath(QStringLiteral("control.sock")); }
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<History> m_history;
    std::unique_ptr<ApprovalQueue> m_queue;
    std::unique_ptr<test::FakeRuns> m_runs;
    std::unique_ptr<test::FakeSessions> m_sessions;
    test::FakeTrust m_trust;
    std::unique_ptr<ControlListener> m_listener;
    PeerStanding m_standing = PeerStanding::Free;
};

void TestControlConnection::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_history = std::move(*History::open(m_folder->filePath(QStringLiteral("h.sqlite")).toStdString()));
    m_queue = std::make_unique<ApprovalQueue>();
    m_runs = std::make_unique<test::FakeRuns>();
    m_sessions = std::make_unique<test::FakeSessions>();
    m_standing = PeerStanding::Free;
    ControlServices services{*m_sessions, *m_runs, *m_queue, *m_history, [this](pid_t) { return m_standing; }};
    services.problems = [] { return std::vector<std::string>{"a broken file"}; };
    services.programFolder = m_folder->path().toStdString();
    services.trust = &m_trust;
    m_listener = std::move(*ControlListener::create(path().toStdString(), std::move(services)));
}

void TestControlConnection::cleanup() {
    m_listener.reset();
    m_queue.reset();
    m_history.reset();
}

void TestControlConnection::greets() {
    Peer peer(path());
    peer.hello();
    QTRY_VERIFY(peer.last<wire::ControlWelcome>());
    QCOMPARE(m_listener->desktop(), DesktopPresence::Absent);
    QVERIFY(!m_listener->isWatched());
}

void TestControlConnection::otherVersionIsRefusedWithWords() {
    Peer peer(path());
    peer.hello(wire::protocolVersion + 1);
    QTRY_VERIFY(peer.isClosed);
    QVERIFY(peer.last<wire::RequestFailed>());
    QVERIFY(peer.last<wire::RequestFailed>()->text.find("version") != std::string::npos);
}

void TestControlConnection::requestBeforeHelloEndsIt() {
    Peer peer(path());
    peer.send(wire::AskStatus{1});
    QTRY_VERIFY(peer.isClosed);
    QVERIFY(peer.replies.empty());
}

void TestControlConnection::secondHelloEndsIt() {
    Peer peer(path());
    peer.hello();
    peer.hello();
    QTRY_VERIFY(peer.isClosed);
}

void TestControlConnection::malformedFrame_data() {
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("unknown kind") << QByteArray(8, '\xff');
    QTest::newRow("hello cut off") << QByteArray(8, '\0');
    QTest::newRow("hello of an unknown kind") << QByteArray(8, '\0') + QByteArray(16, '\x7f');
}

void TestControlConnection::malformedFrame() {
    QFETCH(QByteArray, payload);
    Peer peer(path());
    peer.frames->send({payload.constData(), static_cast<std::size_t>(payload.size())});
    QTRY_VERIFY(peer.isClosed);
    Peer next(path());
    next.hello();
    QTRY_VERIFY(next.last<wire::ControlWelcome>());
}

void TestControlConnection::runsAndStreams() {
    Peer peer(path());
    peer.hello();
    wire::StartControlRun request;
    request.request = 7;
    request.script = "echo";
    request.workdir = "/";
    peer.send(request);
    QTRY_COMPARE(m_runs->runs.size(), std::size_t{1});
    QCOMPARE(m_sessions->lastPid, ::getpid());
    QCOMPARE(m_sessions->lastName, std::string("exeat run"));
    auto& run = *m_runs->runs.front();
    emit run.output(wire::OutputStream::Error, QByteArrayLiteral("a\0b"));
    QTRY_VERIFY(peer.last<wire::RunOutput>());
    QCOMPARE(peer.last<wire::RunOutput>()->bytes, std::string("a\0b", 3));
    QCOMPARE(peer.last<wire::RunOutput>()->stream, wire::OutputStream::Error);
    run.outcome.end = RunEnd::Exited;
    run.outcome.status.code = 3;
    run.finish();
    QTRY_VERIFY(peer.last<wire::RunFinished>());
    QCOMPARE(peer.last<wire::RunFinished>()->request, std::uint64_t{7});
    QCOMPARE(peer.last<wire::RunFinished>()->result.status.code, 3);
    QVERIFY(m_runs->stopped.empty());
}

void TestControlConnection::closingStopsTheRun() {
    auto peer = std::make_unique<Peer>(path());
    peer->hello();
    wire::StartControlRun request;
    request.request = 1;
    request.script = "sleep";
    request.workdir = "/";
    peer->send(request);
    QTRY_COMPARE(m_runs->runs.size(), std::size_t{1});
    peer.reset();
    QTRY_COMPARE(m_runs->stopped.size(), std::size_t{1});
    QCOMPARE(m_runs->stopped.front(), RunEnd::Cancelled);
    QTRY_COMPARE(m_sessions->closed, 1);
}

void TestControlConnection::standings_data() {
    QTest::addColumn<PeerStanding>("standing");
    QTest::addColumn<bool>("lists");
    QTest::newRow("free") << PeerStanding::Free << true;
    QTest::newRow("an agent's child") << PeerStanding::SharesAgent << true;
    QTest::newRow("a run's child") << PeerStanding::DescendsFromRun << false;
}

void TestControlConnection::standings() {
    QFETCH(PeerStanding, standing);
    QFETCH(bool, lists);
    m_standing = standing;
    Peer peer(path());
    peer.hello();
    wire::QueryHistory history;
    history.request = 5;
    const std::vector<wire::ControlRequest> requests = {wire::ListApprovals{2}, wire::WatchApprovals{3},
                                                        wire::ListRuns{4, 10}, history, wire::ListTrust{7}};
    for (const auto& request : requests) {
        const auto before = peer.replies.size();
        peer.send(request);
        QTRY_VERIFY(peer.replies.size() > std::max<std::size_t>(before, 1));
        QCOMPARE(peer.last<wire::RequestFailed>() == nullptr, lists);
    }
    wire::StartControlRun run;
    run.request = 6;
    run.script = "x";
    run.workdir = "/";
    run.mode = SandboxMode::FullAccess;
    peer.send(run);
    QTRY_VERIFY(peer.last<wire::RequestFailed>() && peer.last<wire::RequestFailed>()->request == 6);
    QVERIFY(m_runs->runs.empty());
}

void TestControlConnection::statusForARunsChildSaysLittle() {
    Peer person(path());
    person.hello();
    person.send(wire::AskStatus{1});
    QTRY_VERIFY(person.last<wire::ServiceStatus>());
    QCOMPARE(person.last<wire::ServiceStatus>()->problems.size(), std::size_t{1});
    QCOMPARE(person.last<wire::ServiceStatus>()->agents.size(), std::size_t{1});
    m_standing = PeerStanding::DescendsFromRun;
    Peer child(path());
    child.hello();
    child.send(wire::AskStatus{1});
    QTRY_VERIFY(child.last<wire::ServiceStatus>());
    QVERIFY(child.last<wire::ServiceStatus>()->problems.empty());
    QVERIFY(child.last<wire::ServiceStatus>()->agents.empty());
}

void TestControlConnection::onlyOurProgramChoosesTheSandbox() {
    wire::StartControlRun run;
    run.request = 2;
    run.script = "x";
    run.workdir = "/";
    run.network = NetworkAccess::On;
    Peer peer(path());
    peer.hello();
    peer.send(run);
    QTRY_VERIFY(peer.last<wire::RequestFailed>());
    QVERIFY(m_runs->runs.empty());
    // The same process once this program is the `exeat` beside the service.
    QVERIFY(QFile::link(QStringLiteral("/proc/self/exe"), m_folder->filePath(QStringLiteral("exeat"))));
    peer.send(run);
    QTRY_COMPARE(m_runs->runs.size(), std::size_t{1});
    QVERIFY(m_runs->runs.front()->request().personNetwork == NetworkAccess::On);
}

void TestControlConnection::watchShowsEachOnce() {
    m_queue->ask({}, [](const Decision&) {}); // its `added` is still on its way when the list is sent
    Peer peer(path());
    peer.hello();
    peer.send(wire::WatchApprovals{1});
    QTRY_VERIFY(peer.last<wire::ApprovalAdded>());
    QVERIFY(m_listener->isWatched());
    const auto second = m_queue->ask({}, [](const Decision&) {});
    QTRY_COMPARE(peer.replies.size(), std::size_t{4}); // welcome, done, two questions
    m_queue->withdraw(second, "gone");
    QTRY_VERIFY(peer.last<wire::ApprovalSettled>());
    QVERIFY(peer.last<wire::ApprovalSettled>()->id == second);
}

void TestControlConnection::environmentIsNotShown() {
    Approval approval;
    approval.command.environment = {"SECRET=x"};
    m_queue->ask(approval, [](const Decision&) {});
    Peer peer(path());
    peer.hello();
    peer.send(wire::ListApprovals{1});
    QTRY_VERIFY(peer.last<wire::ApprovalList>());
    QCOMPARE(peer.last<wire::ApprovalList>()->approvals.size(), std::size_t{1});
    QVERIFY(peer.last<wire::ApprovalList>()->approvals.front().command.environment.empty());
}

void TestControlConnection::allowingIsRefusedHere() {
    const auto ended = std::make_shared<bool>(false); // the queue outlives this test, and its end answers
    const auto id = m_queue->ask({}, [ended](const Decision&) { *ended = true; });
    const std::string hash = m_queue->find(id)->contentHash;
    Peer peer(path());
    peer.hello();
    for (const auto kind : {AnswerKind::AllowOnce, AnswerKind::AllowSession, AnswerKind::AllowAlways}) {
        const auto before = peer.replies.size();
        peer.send(wire::AnswerApproval{1, {id, hash, kind, 0, {}}});
        QTRY_VERIFY(peer.replies.size() > std::max<std::size_t>(before, 1));
        QVERIFY(peer.last<wire::RequestFailed>()); // this test program is not `exeat`
    }
    m_standing = PeerStanding::SharesAgent;
    peer.send(wire::AnswerApproval{2, {id, hash, AnswerKind::AllowOnce, 0, {}}});
    QTRY_VERIFY(peer.last<wire::RequestFailed>() && peer.last<wire::RequestFailed>()->request == 2);
    QVERIFY(!*ended);
}

void TestControlConnection::denyingWorks() {
    std::optional<Decision> heard;
    const auto id = m_queue->ask({}, [&](const Decision& decision) { heard = decision; });
    Peer peer(path());
    peer.hello();
    m_standing = PeerStanding::SharesAgent;
    peer.send(wire::AnswerApproval{1, {id, m_queue->find(id)->contentHash, AnswerKind::Deny, 0, "no"}});
    QTRY_VERIFY(heard);
    QCOMPARE(heard->kind, AnswerKind::Deny);
    QVERIFY(heard->who.starts_with("pid " + std::to_string(::getpid())));
    QTRY_VERIFY(peer.last<wire::RequestDone>());
}

void TestControlConnection::unknownQuestion() {
    Peer peer(path());
    peer.hello();
    peer.send(wire::AnswerApproval{1, {ApprovalId{99}, "x", AnswerKind::Deny, 0, {}}});
    QTRY_VERIFY(peer.last<wire::RequestFailed>());
    QCOMPARE(peer.last<wire::RequestFailed>()->kind, ErrorKind::Unavailable);
}

void TestControlConnection::socketIsPrivate() {
    const auto rights = QFile::permissions(path());
    QVERIFY(!(rights & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther)));
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestControlConnection)
#include "tst_controlconnection.moc"
