#include "service/control/controllistener.h"
#include "tests/control/doubles.h"

#include <QDir>
#include <QSocketNotifier>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <optional>

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exeat {

/** `exeat approvals answer` on a real terminal against the real queue and guard. */
class TestAnswer : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void typedWordAllows();
    void wrongWordAnswersNothing();
    void whatWasTypedBeforeIsDiscarded();
    void denyNeedsNoWord();
    void agentsChildIsRefused();

private:
    void start(const char* option);
    void type(const QByteArray& text) {
        QCOMPARE(::write(m_terminal, text.constData(), static_cast<std::size_t>(text.size())), text.size());
    }
    bool ended();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<History> m_history;
    std::unique_ptr<ApprovalQueue> m_queue;
    test::FakeRuns m_runs;
    test::FakeSessions m_sessions;
    std::unique_ptr<ControlListener> m_listener;
    std::unique_ptr<QSocketNotifier> m_reader;
    PeerStanding m_standing = PeerStanding::Free;
    std::optional<Decision> m_heard;
    ApprovalId m_id;
    QByteArray m_screen;
    int m_terminal = -1;
    pid_t m_child = 0;
    int m_status = -1;
};

void TestAnswer::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("exeat")));
    m_history = std::move(*History::open(m_folder->filePath(QStringLiteral("h.sqlite")).toStdString()));
    m_queue = std::make_unique<ApprovalQueue>();
    m_standing = PeerStanding::Free;
    m_heard.reset();
    m_screen.clear();
    ControlServices services{m_sessions, m_runs, *m_queue, *m_history, [this](pid_t) { return m_standing; }};
    services.programFolder = qEnvironmentVariable("EXEAT_BIN", QCoreApplication::applicationDirPath()).toStdString();
    m_listener = std::move(*ControlListener::create(
        m_folder->filePath(QStringLiteral("exeat/control.sock")).toStdString(), std::move(services)));
    Approval approval;
    approval.command.file = "/home/me/project/no";
    approval.command.realPath = "/usr/bin/git";
    approval.command.argv = {"git", "push"};
    m_id = m_queue->ask(approval, [this](const Decision& decision) { m_heard = decision; });
}

void TestAnswer::cleanup() {
    m_reader.reset();
    if (m_child > 0 && m_status < 0) {
        ::kill(m_child, SIGKILL);
        ::waitpid(m_child, nullptr, 0);
    }
    ::close(m_terminal); // NOLINT: of forkpty(3)
    m_listener.reset();
    m_queue.reset();
    m_history.reset();
}

void TestAnswer::start(const char* option) {
    const std::string program =
        qEnvironmentVariable("EXEAT_BIN", QCoreApplication::applicationDirPath()).toStdString() + "/exeat";
    const std::string runtime = "XDG_RUNTIME_DIR=" + m_folder->path().toStdString();
    const std::string id = std::to_string(m_id.value);
    m_status = -1;
    m_child = ::forkpty(&m_terminal, nullptr, nullptr, nullptr);
    QVERIFY(m_child >= 0);
    if (m_child == 0) {
        ::execl("/usr/bin/env", "env", runtime.c_str(), program.c_str(), "approvals", "answer", id.c_str(), option,
                nullptr);
        ::_exit(127);
    }
    m_reader = std::make_unique<QSocketNotifier>(m_terminal, QSocketNotifier::Read);
    connect(m_reader.get(), &QSocketNotifier::activated, this, [this] {
        char buffer[4096];
        const ssize_t got = ::read(m_terminal, buffer, sizeof buffer);
        if (got > 0)
            m_screen.append(buffer, got);
        else
            m_reader->setEnabled(false);
    });
}

bool TestAnswer::ended() {
    if (m_status < 0 && ::waitpid(m_child, &m_status, WNOHANG) != m_child)
        m_status = -1;
    return m_status >= 0;
}

void TestAnswer::typedWordAllows() {
    start("--once");
    QTRY_VERIFY_WITH_TIMEOUT(m_screen.contains("Type git"), 10000);
    QVERIFY(m_screen.contains("OUTSIDE"));
    QVERIFY(m_screen.contains("argv[1]"));
    QVERIFY(!m_heard);
    type("git\n");
    QTRY_VERIFY_WITH_TIMEOUT(ended(), 10000);
    QCOMPARE(WEXITSTATUS(m_status), 0);
    QVERIFY(m_heard);
    QCOMPARE(m_heard->kind, AnswerKind::AllowOnce);
    QVERIFY2(m_heard->who.find("/exeat on pts/") != std::string::npos, m_heard->who.c_str());
}

void TestAnswer::wrongWordAnswersNothing() {
    start("--session");
    QTRY_VERIFY_WITH_TIMEOUT(m_screen.contains("Type git"), 10000);
    type("yes\n");
    QTRY_VERIFY_WITH_TIMEOUT(ended(), 10000);
    QCOMPARE(WEXITSTATUS(m_status), 1);
    QVERIFY(!m_heard);
    QVERIFY(m_queue->find(m_id) != nullptr);
}

void TestAnswer::whatWasTypedBeforeIsDiscarded() {
    start("--once");
    type("git\n"); // before the program can have shown anything
    QTRY_VERIFY_WITH_TIMEOUT(m_screen.contains("Type git"), 10000);
    // Had it counted, it would have ended by itself now; the wrong word shows that it was waiting.
    type("no\n");
    QTRY_VERIFY_WITH_TIMEOUT(ended(), 10000);
    QCOMPARE(WEXITSTATUS(m_status), 1);
    QVERIFY(!m_heard);
}

void TestAnswer::denyNeedsNoWord() {
    m_standing = PeerStanding::SharesAgent;
    start("--deny");
    QTRY_VERIFY_WITH_TIMEOUT(ended(), 10000);
    QCOMPARE(WEXITSTATUS(m_status), 0);
    QVERIFY(m_heard);
    QCOMPARE(m_heard->kind, AnswerKind::Deny);
}

void TestAnswer::agentsChildIsRefused() {
    m_standing = PeerStanding::SharesAgent;
    start("--once");
    QTRY_VERIFY_WITH_TIMEOUT(m_screen.contains("Type git"), 10000);
    type("git\n");
    QTRY_VERIFY_WITH_TIMEOUT(ended(), 10000);
    QCOMPARE(WEXITSTATUS(m_status), 1);
    QVERIFY(!m_heard);
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestAnswer)
#include "tst_answer.moc"
