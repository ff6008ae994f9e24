#include "service/gate/sandbox/nameguard.h"
#include "service/gate/sandbox/whilechanged.h"
#include "shared/base/scopeexit.h"
#include "tests/sandbox/sandboxbench.h"

#include <QDir>
#include <QProcess>
#include <QtTest>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace exeat;
using exeat::test::Bench;

namespace {

void shell(const std::string& folder, const std::string& script) {
    QProcess process;
    process.setWorkingDirectory(QString::fromStdString(folder));
    process.start(QStringLiteral("/bin/bash"), {QStringLiteral("-ec"), QString::fromStdString(script)});
    QVERIFY(process.waitForFinished());
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
}

/** A run that lives until its input ends, and says what it could write in protected places then. */
class LongRun {
public:
    LongRun(Bench& bench, gate::SandboxPool& pool, const SandboxSpec& spec,
            const std::string& script = "read -u 5; true") {
        auto gate = makePipe();
        auto started = bench.startIn(pool, spec, script, {{gate->read.get(), 5}});
        error = started ? "" : started.error().text;
        if (started)
            m_started = std::move(*started);
        m_gate = std::move(gate->write);
    }
    std::uint64_t guard() const { return m_started.run.guard; }
    test::Outcome finish() {
        m_gate.reset();
        return Bench::finish(std::move(m_started));
    }
    std::string error;

private:
    test::Started m_started;
    UniqueFd m_gate;
};

/** One run of user namespaces of its own, whose inotify has `limit` of `what` (namespaces(7), inotify(7)). */
Result<void> limitInotify(const char* what, const char* limit) {
    const auto write = [](const std::string& file, const std::string& text) -> Result<void> {
        const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
        if (!fd)
            return failErrno("cannot open " + file);
        return writeAll(fd.get(), text);
    };
    const std::string user = "0 " + std::to_string(::getuid()) + " 1\n";
    if (::unshare(CLONE_NEWUSER) < 0)
        return failErrno("cannot make a user namespace");
    auto done = write("/proc/self/uid_map", user);
    return done ? write(std::string("/proc/sys/user/") + what, limit) : done;
}

} // namespace

/** What others do in the same folders while runs are planned and while they live. */
class TestSandboxChanges : public QObject {
    Q_OBJECT

private slots:
    void attempts_data();
    void attempts();
    void twoServicesShareAFolder();
    void strangersPlaceholdersAreBorrowed();
    void aLockKeepsNobodyOut();
    void changesFromOutside_data();
    void changesFromOutside();
    void exchangedByRename();
    void othersOfTheProjectGoOn();
    void nextRunIsGuardedAnew();
    void floodEndsRuns();
    void boundOfFolders();
    void noWatchesLeft_data();
    void noWatchesLeft();
    void guardCost();
};

void TestSandboxChanges::attempts_data() {
    QTest::addColumn<int>("changes");
    QTest::addColumn<int>("calls");
    QTest::addColumn<bool>("works");
    QTest::newRow("none") << 0 << 1 << true;
    QTest::newRow("one") << 1 << 2 << true;
    QTest::newRow("at the bound") << limits::planAttempts - 1 << limits::planAttempts << true;
    QTest::newRow("one past it") << limits::planAttempts << limits::planAttempts << false;
}

void TestSandboxChanges::attempts() {
    QFETCH(int, changes);
    QFETCH(int, calls);
    QFETCH(bool, works);
    int called = 0;
    const auto result = gate::whileChanged([&]() -> Result<int> {
        if (called++ < changes)
            return std::unexpected(gate::changedMeanwhile("/p/.git"));
        return called;
    });
    QCOMPARE(result.has_value(), works);
    QCOMPARE(called, calls);
    called = 0;
    const auto other = gate::whileChanged([&]() -> Result<int> {
        ++called;
        return fail(ErrorKind::Refused, "no");
    });
    QVERIFY(!other);
    QCOMPARE(called, 1);
}

/** Two state folders, so that neither knows the other's placeholders: as two users who share /tmp. */
void TestSandboxChanges::twoServicesShareAFolder() {
    Bench bench;
    auto ready = makePipe();
    QVERIFY(ready.has_value());
    const pid_t other = ::fork(); // its own pool: the child of whoever calls start() is bubblewrap
    if (other == 0) {
        qputenv("XDG_STATE_HOME", QByteArray::fromStdString(bench.outside()));
        bench.newPool();
        for (;;) {
            (void)bench.run(bench.spec(), "true"); // and lets go of its placeholders at once
            (void)writeAll(ready->write.get(), "x");
        }
    }
    const ScopeExit end([&] {
        ::kill(other, SIGKILL);
        ::waitpid(other, nullptr, 0);
    });
    char byte = 0;
    QCOMPARE(::read(ready->read.get(), &byte, 1), ssize_t{1});
    for (int i = 0; i < 300; ++i) {
        const auto outcome = bench.run(bench.spec(), "mkdir .git 2>/dev/null && echo hole; touch f");
        QVERIFY2(outcome.error.empty(), outcome.error.c_str());
        QVERIFY2(outcome.ok() && outcome.output.empty(), outcome.output.c_str());
    }
}

void TestSandboxChanges::strangersPlaceholdersAreBorrowed() {
    Bench bench;
    const auto exists = [&](const char* name) {
        return QFile::exists(QString::fromStdString(bench.workspace() + "/" + name));
    };
    auto spec = bench.spec();
    spec.readOnlyPaths = {bench.workspace() + "/.profile"}; // its placeholder is a file
    auto stranger = bench.strangersPool();
    auto theirs = bench.startIn(*stranger, spec, "true");
    QVERIFY(theirs.has_value());
    auto gate = makePipe();
    QVERIFY(gate.has_value());
    auto ours = bench.start(spec, "read -u 5; mkdir .git && echo hole; : > .profile && echo hole; echo done",
                            {{gate->read.get(), 5}});
    QVERIFY2(ours.has_value(), ours ? "" : ours.error().text.c_str());
    Bench::finish(std::move(*theirs));
    stranger->settle();
    QVERIFY(exists(".git") && exists(".profile"));
    gate->write.reset();
    const auto outcome = Bench::finish(std::move(*ours));
    QVERIFY2(!outcome.output.contains("hole") && outcome.output.contains("done"), outcome.output.c_str());
    // Whose they are removes them, once they are given back; what only looks like one stays.
    QVERIFY(QDir(QString::fromStdString(bench.workspace())).mkdir(QStringLiteral("empty")));
    spec.readOnlyPaths.push_back(bench.workspace() + "/empty");
    QVERIFY(bench.run(spec, "true").ok());
    QVERIFY(exists(".git"));
    stranger->settle();
    QVERIFY(!exists(".git") && !exists(".profile") && exists("empty"));
}

void TestSandboxChanges::changesFromOutside_data() {
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("lost"); // what the words name; empty: the run goes on
    const auto row = [](const char* name, const char* script, const char* lost) {
        QTest::newRow(name) << script << lost;
    };
    row("moved away", "mv .git x", ".git");
    row("moved away and back", "mv .git x; mv x .git", ".git");
    row("replaced by a folder", "rm -r .git; mkdir .git", ".git");
    row("replaced by a link", "mv .git x; ln -s x .git", ".git");
    row("moved out of the project", "mv .git ../outside/x", ".git");
    row("placeholder removed", "rmdir .codex", ".codex");
    row("placeholder cleaned up", "git clean -qfd", ".agents");
    row("file saved by renaming", "sed -i s/a/b/ .bashrc", ".bashrc");
    row("file under another name, too", "ln .bashrc y; rm .bashrc; ln y .bashrc", ".bashrc");
    row("parent moved", "mv .config x", ".config");
    row("parent's parent moved", "mv a x", "a");
    row("root below the root moved", "mv a/b a/x", "a/b");
    row("name below an inner root", "rm -rf a/b/.git", "a/b/.git");
    row("link replaced", "ln -sfn nowhere .exeat", ".exeat");
    row("what a link leads to", "mv store x", "store");
    row("hidden folder replaced", "mv secret x; mkdir secret", "secret");
    row("folder of all replaced", "cd ..; rm -rf ws; mkdir ws", "ws/");

    row("commit", "git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x; git gc -q", "");
    row("written inside", "echo x > .git/config; echo x > .codex/rules; mv .git/config .git/x; echo b >> .bashrc", "");
    row("init in a placeholder", "cd a/b; git init -q", "");
    row("other names", "touch .gitx git .GIT; mv .gitx x; rm git .GIT; mkdir .codex2; rmdir .codex2", "");
    row("same name elsewhere",
        "mkdir d; mkdir d/.git; rmdir d/.git; mv .git/hooks x; mkdir .config/.git; mv .config/.git x", "");
    row("the project moved as a whole", "cd ..; mv ws x; mv x ws", "");
    row("an agent's folder in a sticky one is gone", "rm -r sticky/ssh-x", "");
}

void TestSandboxChanges::changesFromOutside() {
    QFETCH(QString, script);
    QFETCH(QString, lost);
    Bench bench;
    shell(bench.workspace(), "git init -q; echo a > .bashrc; mkdir -p .config/autostart a/b secret store sticky/ssh-x; "
                             "chmod 1777 sticky; ln -s store .exeat");
    auto spec = bench.spec();
    spec.writableRoots.push_back(bench.workspace() + "/a/b");
    for (const char* path : {"/.bashrc", "/.config/autostart"})
        spec.readOnlyPaths.push_back(bench.workspace() + path);
    for (const char* path : {"/secret", "/sticky/ssh-x"})
        spec.hiddenPaths.push_back(bench.workspace() + path);
    LongRun run(bench, bench.pool(), spec);
    QVERIFY2(run.error.empty(), run.error.c_str());
    QVERIFY(bench.pool().takeLost().empty());
    shell(bench.workspace(), script.toStdString());
    const auto told = bench.pool().takeLost();
    QVERIFY(bench.pool().takeLost().empty()); // once
    QCOMPARE(told.size(), std::size_t{lost.isEmpty() ? 0U : 1U});
    if (!lost.isEmpty()) {
        QCOMPARE(told[0].guard, run.guard());
        const std::string path = (lost == QStringLiteral("ws/") ? bench.workspace() : bench.workspace() + "/") +
                                 (lost == QStringLiteral("ws/") ? "/" : lost.toStdString());
        QVERIFY2(told[0].why.starts_with(path), told[0].why.c_str());
        QVERIFY2(told[0].why.contains("was ended") && told[0].why.contains("again"), told[0].why.c_str());
    }
    run.finish();
}

void TestSandboxChanges::exchangedByRename() {
    Bench bench;
    shell(bench.workspace(), "mkdir .git other");
    LongRun run(bench, bench.pool(), bench.spec());
    QCOMPARE(::syscall(SYS_renameat2, AT_FDCWD, (bench.workspace() + "/other").c_str(), AT_FDCWD,
                       (bench.workspace() + "/.git").c_str(), 2 /* RENAME_EXCHANGE */),
             0L);
    QCOMPARE(bench.pool().takeLost().size(), std::size_t{1});
    run.finish();
}

/** Any agent can open the empty protected folders of a project below its own, and lock them for as long as it lives. */
void TestSandboxChanges::aLockKeepsNobodyOut() {
    Bench bench;
    std::vector<UniqueFd> locks;
    for (const char* name : {"/.aws", "/.codex", "/.claude", "/.vscode", "/.gemini"}) {
        const std::string folder = bench.workspace() + name;
        QCOMPARE(::mkdir(folder.c_str(), 0755), 0);
        locks.emplace_back(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        QCOMPARE(::flock(locks.back().get(), LOCK_EX | LOCK_NB), 0);
    }
    const auto outcome = bench.run(bench.spec(), "touch .aws/credentials || echo kept");
    QVERIFY2(outcome.ok() && outcome.output.contains("kept"), outcome.output.c_str());
}

/** Runs of this gate, of another of the user and of a stranger begin and end around one that lives. */
void TestSandboxChanges::othersOfTheProjectGoOn() {
    Bench bench;
    gate::SandboxPool second("/usr/bin/bwrap", test::programFolder() + "/exeat-zygote-test");
    auto stranger = bench.strangersPool();
    LongRun first(bench, bench.pool(), bench.spec());
    LongRun ofSecond(bench, second, bench.spec());
    LongRun ofStranger(bench, *stranger, bench.spec());
    QVERIFY2(first.error.empty() && ofSecond.error.empty() && ofStranger.error.empty(), ofStranger.error.c_str());
    for (int i = 0; i < 5; ++i) {
        QVERIFY(bench.run(bench.spec(), "touch f; rm f; mkdir .git; mv .codex x; rmdir .aws").status.has_value());
        QVERIFY(bench.run(bench.readOnly(), "true").ok());
    }
    ofSecond.finish();
    const auto secondIsThrough = [&] {
        second.settle();
        return !second.tidy().has_value();
    };
    QTRY_VERIFY(secondIsThrough());
    QVERIFY(ofStranger.finish().ok());
    stranger->settle();
    for (auto* pool : {&bench.pool(), &second, stranger.get()})
        QVERIFY(pool->takeLost().empty());
    QVERIFY(first.finish().ok());
}

/** What was removed before a run began is none of its business, be it by us or by others. */
void TestSandboxChanges::nextRunIsGuardedAnew() {
    Bench bench;
    LongRun other(bench, bench.pool(), bench.readOnly()); // keeps the guard itself alive
    for (int i = 0; i < 3; ++i) {
        QVERIFY(bench.run(bench.spec(), "true").ok()); // and its placeholders removed
        shell(bench.workspace(), "mkdir .git; rmdir .git");
        LongRun run(bench, bench.pool(), bench.spec());
        QVERIFY2(run.error.empty(), run.error.c_str());
        QVERIFY(bench.pool().takeLost().empty());
        shell(bench.workspace(), "rmdir .git");
        const auto lost = bench.pool().takeLost();
        QCOMPARE(lost.size(), std::size_t{1});
        QCOMPARE(lost[0].guard, run.guard());
        run.finish();
        bench.pool().settle();
    }
    other.finish();
}

/** More changes than the kernel keeps: nobody knows what was among them. */
void TestSandboxChanges::floodEndsRuns() {
    Bench bench;
    const auto most = readFile("/proc/sys/fs/inotify/max_queued_events", 64);
    QVERIFY(most.has_value());
    LongRun run(bench, bench.pool(), bench.spec());
    const std::string a = bench.workspace() + "/a";
    const std::string b = bench.workspace() + "/b";
    QVERIFY(::close(::open(a.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)) == 0);
    const long renames = std::strtol(most->c_str(), nullptr, 10); // two events each
    for (long i = 0; i < renames; ++i)
        QVERIFY(::rename((i % 2 == 0 ? a : b).c_str(), (i % 2 == 0 ? b : a).c_str()) == 0);
    const auto lost = bench.pool().takeLost();
    QCOMPARE(lost.size(), std::size_t{1});
    QVERIFY2(lost[0].why.contains("So many names"), lost[0].why.c_str());
    run.finish();
}

void TestSandboxChanges::boundOfFolders() {
    Bench bench;
    const auto stepsFor = [&](std::size_t from, std::size_t to) {
        std::vector<gate::MountStep> steps;
        for (std::size_t i = from; i < to; ++i) {
            const std::string path = bench.workspace() + "/" + std::to_string(i) + "/.git";
            std::filesystem::create_directories(path);
            auto file = gate::identityOf(*gate::openExact(path));
            steps.push_back({gate::MountKind::ReadOnly, path, *file});
        }
        return steps;
    };
    gate::NameGuard guard;
    const auto all = guard.watch(stepsFor(0, limits::watchedFolders));
    QVERIFY2(all.has_value(), all ? "" : all.error().text.c_str());
    QVERIFY(guard.watch(stepsFor(0, 3)).has_value()); // watched already
    const auto more = guard.watch(stepsFor(limits::watchedFolders, limits::watchedFolders + 1));
    QVERIFY(!more);
    QVERIFY(more.error().kind == ErrorKind::Limit);
    QVERIFY2(more.error().text.contains("nothing was run"), more.error().text.c_str());
    guard.release(*all);
    QVERIFY(guard.watch(stepsFor(limits::watchedFolders, limits::watchedFolders + 1)).has_value());
    shell(bench.workspace(), "rmdir 0/.git 1/.git 256/.git");
    QCOMPARE(guard.take().size(), std::size_t{2}); // of the second and the last
}

void TestSandboxChanges::noWatchesLeft_data() {
    QTest::addColumn<QByteArray>("what");
    QTest::addColumn<QByteArray>("limit");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("instances") << QByteArray("max_inotify_instances") << QByteArray("0")
                               << QByteArray("max_user_instances");
    QTest::newRow("watches") << QByteArray("max_inotify_watches") << QByteArray("1") << QByteArray("max_user_watches");
    QTest::newRow("enough") << QByteArray("max_inotify_watches") << QByteArray("2") << QByteArray();
}

void TestSandboxChanges::noWatchesLeft() {
    QFETCH(QByteArray, what);
    QFETCH(QByteArray, limit);
    QFETCH(QByteArray, words);
    Bench bench;
    std::vector<gate::MountStep> steps;
    for (const std::string& path : {bench.workspace(), bench.workspace() + "/.git"}) {
        std::filesystem::create_directories(path);
        steps.push_back({gate::MountKind::ReadOnly, path, *gate::identityOf(*gate::openExact(path))});
    }
    auto answer = makePipe();
    QVERIFY(answer.has_value());
    const pid_t child = ::fork();
    if (child == 0) {
        gate::NameGuard guard;
        std::string said = "limit not set";
        if (limitInotify(what.constData(), limit.constData())) {
            const auto watched = guard.watch(steps);
            said = watched ? "watched" : (watched.error().kind == ErrorKind::Limit ? "" : "!") + watched.error().text;
        }
        (void)writeAll(answer->write.get(), said);
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    answer->write.reset();
    const auto said = readAll(answer->read, "answer", 4096).value_or("");
    if (words.isEmpty())
        QCOMPARE(said, std::string("watched"));
    else
        QVERIFY2(said.contains(words.toStdString()) && said.contains("nothing was run") && !said.starts_with('!'),
                 said.c_str());
}

/** Not a verdict: prints what the guard adds to a run's start. */
void TestSandboxChanges::guardCost() {
    using Clock = std::chrono::steady_clock;
    Bench bench;
    shell(bench.workspace(), "git init -q; mkdir -p a/b");
    auto spec = bench.spec();
    spec.writableRoots.push_back(bench.workspace() + "/a/b");
    LongRun run(bench, bench.pool(), spec);
    const auto steps = gate::planMounts(spec, [](const auto&, auto) -> Result<bool> { return false; });
    QVERIFY(steps.has_value());
    const auto median = [&](gate::NameGuard& guard) {
        std::vector<double> times;
        for (int i = 0; i < 1000; ++i) {
            const auto from = Clock::now();
            const auto id = guard.watch(*steps);
            guard.release(id.value_or(0));
            times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - from).count());
        }
        std::ranges::sort(times);
        return times[times.size() / 2];
    };
    gate::NameGuard guard;
    const double fresh = median(guard);
    QVERIFY(guard.watch(*steps).has_value());
    qInfo("median of 1000: %zu names guarded and released in %.1f us, %.1f us where the folders are watched already",
          steps->size(), fresh, median(guard));
    run.finish();
}

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    TestSandboxChanges test;
    return test::runAsRootAndUser(test, argc, argv);
}

#include "tst_sandboxchanges.moc"
