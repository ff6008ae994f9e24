#include "tests/gate/gatedriver.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>

using namespace exeat;

namespace {

constexpr auto tries = "\n while :; do mkdir .git 2>/dev/null && echo made; done";

std::string viaHelper(const std::string& words) {
    return "\"$EXEC_WRAPPER\" " + words;
}

} // namespace

/** The gate ends a run whose protection is taken away from outside: through the real gate, as exeatd drives it. */
class TestProtection : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void replacedWhileItRuns();
    void byItsOwnEscalatedCommand();
    void onlyRunsOfThatFolderEnd();
    void commitsGoOn();
    void reactionTime();

private:
    SandboxSpec spec(const std::string& folder) const;
    RunId start(const std::string& folder, const std::string& script);
    bool says(const RunId& run, const std::string& text);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_here;
    std::unique_ptr<GateDriver> m_driver;
};

void TestProtection::init() {
    m_folder = std::make_unique<QTemporaryDir>(QStringLiteral("/var/tmp/exeat-gate-XXXXXX"));
    m_here = m_folder->path().toStdString();
    std::filesystem::create_directories(m_here + "/one");
    std::filesystem::create_directories(m_here + "/two");
    qputenv("XDG_STATE_HOME", QByteArray::fromStdString(m_here + "/state"));
    m_driver = std::make_unique<GateDriver>();
    m_driver->setPolicy(policyOf({rule("rmdir", RuleDecision::Allow)}));
}

void TestProtection::cleanup() {
    m_driver.reset();
}

SandboxSpec TestProtection::spec(const std::string& folder) const {
    SandboxSpec spec;
    spec.mode = SandboxMode::WorkspaceWrite;
    spec.writableRoots = {m_here + "/" + folder};
    spec.protectedNames = {".git", ".codex"};
    return spec;
}

RunId TestProtection::start(const std::string& folder, const std::string& script) {
    return m_driver->startRun("echo ready; " + script, {}, m_here + "/" + folder, spec(folder));
}

bool TestProtection::says(const RunId& run, const std::string& text) {
    return m_driver->pumpUntil([&] { return m_driver->output(run).contains(text) || m_driver->ended(run); }) &&
           m_driver->output(run).contains(text);
}

void TestProtection::replacedWhileItRuns() {
    std::filesystem::create_directories(m_here + "/one/.git");
    const RunId run = start("one", tries);
    QVERIFY2(says(run, "ready"), m_driver->refusal().c_str());
    std::filesystem::rename(m_here + "/one/.git", m_here + "/one/old");
    QVERIFY(m_driver->runToEnd(run));
    QCOMPARE(m_driver->status(run).signal, SIGKILL);
    QVERIFY2(m_driver->unprotected(run).starts_with(m_here + "/one/.git was moved"),
             m_driver->unprotected(run).c_str());
    // "Run the command again": it is protected again, whatever stands there by now.
    const RunId next = start("one", "touch .git/x 2>/dev/null && echo hole; mkdir .git 2>/dev/null && echo hole; true");
    QVERIFY(m_driver->runToEnd(next));
    QCOMPARE(m_driver->output(next), std::string("ready\n"));
    QVERIFY(m_driver->unprotected(next).empty());
}

void TestProtection::byItsOwnEscalatedCommand() {
    const RunId run = start("one", viaHelper("/bin/rmdir rmdir .codex") + "; sleep 100");
    QVERIFY(m_driver->runToEnd(run));
    QVERIFY2(m_driver->unprotected(run).starts_with(m_here + "/one/.codex was moved"),
             m_driver->unprotected(run).c_str());
}

void TestProtection::onlyRunsOfThatFolderEnd() {
    const RunId ended = start("one", "sleep 100");
    const RunId also = start("one", "sleep 100");
    const RunId other = start("two", "until [ -e go ]; do read -t 0.02 < <(sleep 1); done; echo through");
    for (const auto& run : {ended, also, other})
        QVERIFY(says(run, "ready"));
    std::filesystem::remove(m_here + "/one/.git");
    for (const auto& run : {ended, also}) {
        QVERIFY(m_driver->runToEnd(run));
        QVERIFY(!m_driver->unprotected(run).empty());
    }
    QVERIFY(!m_driver->ended(other));
    std::filesystem::create_directories(m_here + "/two/go");
    QVERIFY(m_driver->runToEnd(other));
    QVERIFY2(m_driver->output(other).contains("through"), m_driver->output(other).c_str());
    QVERIFY(m_driver->unprotected(other).empty());
}

void TestProtection::commitsGoOn() {
    const auto git = [&](const QStringList& words) {
        QStringList all{QStringLiteral("-C"), QString::fromStdString(m_here + "/one"),
                        QStringLiteral("-c"), QStringLiteral("user.name=a"),
                        QStringLiteral("-c"), QStringLiteral("user.email=a@b")};
        return QProcess::execute(QStringLiteral("git"), all + words);
    };
    QCOMPARE(git({QStringLiteral("init"), QStringLiteral("-q")}), 0);
    const RunId run = start("one", "until [ -e go ]; do read -t 0.02 < <(sleep 1); done; git log --format=%s");
    QVERIFY(says(run, "ready"));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(git({QStringLiteral("commit"), QStringLiteral("-q"), QStringLiteral("--allow-empty"),
                      QStringLiteral("-m"), QStringLiteral("m%1").arg(i)}),
                 0);
    QCOMPARE(git({QStringLiteral("gc"), QStringLiteral("-q")}), 0);
    std::filesystem::create_directories(m_here + "/one/go");
    QVERIFY(m_driver->runToEnd(run));
    QVERIFY(m_driver->unprotected(run).empty());
    QVERIFY2(m_driver->output(run).ends_with("m2\nm1\nm0\n"), m_driver->output(run).c_str());
}

/** Not a verdict but of the longest: prints how long a run lives on, and how often it wrote on the freed name. */
void TestProtection::reactionTime() {
    using Clock = std::chrono::steady_clock;
    std::vector<double> times;
    std::size_t wrote = 0;
    for (int i = 0; i < 30; ++i) {
        std::filesystem::create_directories(m_here + "/one/.git");
        const RunId run = start("one", tries);
        QVERIFY(says(run, "ready"));
        std::filesystem::rename(m_here + "/one/.git", m_here + "/one/old" + std::to_string(i));
        const auto from = Clock::now();
        QVERIFY(m_driver->runToEnd(run));
        times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - from).count());
        wrote += std::size_t{m_driver->output(run).contains("made")};
        std::filesystem::remove(m_here + "/one/.git");
    }
    std::ranges::sort(times);
    qInfo("of 30 runs, from the change to the end of all: median %.2f ms, longest %.2f ms; %zu wrote on the name",
          times[15], times.back(), wrote);
    QVERIFY(times.back() < 5000);
}

QTEST_GUILESS_MAIN(TestProtection)
#include "tst_protection.moc"
