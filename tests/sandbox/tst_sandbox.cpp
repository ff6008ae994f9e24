#include "shared/base/process.h"
#include "shared/base/scopeexit.h"
#include "tests/sandbox/sandboxbench.h"
#include "tests/shared/slowdown.h"

#include <QProcess>
#include <QtTest>

#include <algorithm>
#include <chrono>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace exeat;
using exeat::test::Bench;

namespace {

void killRun(const gate::InsideRun& run) {
    ::syscall(SYS_pidfd_send_signal, run.pidfd.get(), SIGKILL, nullptr, 0);
}

bool over(const UniqueFd& pidfd, int milliseconds) {
    pollfd entry{pidfd.get(), POLLIN, 0};
    return ::poll(&entry, 1, milliseconds) == 1;
}

std::string readSome(const UniqueFd& fd) {
    char bytes[256];
    const ssize_t got = ::read(fd.get(), bytes, sizeof bytes);
    return {bytes, got > 0 ? static_cast<std::size_t>(got) : 0};
}

/** Resident memory in KiB. */
long memoryOf(int pid) {
    const auto status = readFile("/proc/" + std::to_string(pid) + "/statm", 256);
    return status ? std::strtol(status->c_str() + status->find(' '), nullptr, 10) * 4 : -1;
}

int onlyChildOf(int pid) {
    const auto id = std::to_string(pid);
    const auto list = readFile("/proc/" + id + "/task/" + id + "/children", 4096);
    return list ? std::atoi(list->c_str()) : 0;
}

} // namespace

class TestSandbox : public QObject {
    Q_OBJECT

private slots:
    void endOfRun_data();
    void endOfRun();
    void descriptorsAtTheirNumbers();
    void privilegesAreGone();
    void startErrors();
    void forkBombEndsByPidfd();
    void nothingOutlivesTheShell();
    void hundredAtOnce();
    void killedZygoteIsReplaced();
    void nothingOutlivesTheGate();
    void missingBubblewrap();
    void failingBubblewrap();
    void zygoteStaysSmall();
    void startCost();
    void namesCost();
};

void TestSandbox::endOfRun_data() {
    QTest::addColumn<QString>("script");
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("signal");
    QTest::newRow("success") << "true" << 0 << 0;
    QTest::newRow("code") << "exit 42" << 42 << 0;
    QTest::newRow("killed by itself") << "kill -9 $$" << 0 << 9;
    QTest::newRow("TERM, so default actions") << "kill -TERM $$" << 0 << 15;
    QTest::newRow("PIPE, so not ignored") << "kill -PIPE $$" << 0 << 13;
}

void TestSandbox::endOfRun() {
    QFETCH(QString, script);
    QFETCH(int, code);
    QFETCH(int, signal);
    Bench bench;
    const auto outcome = bench.run(bench.spec(), script.toStdString());
    QCOMPARE(outcome.error, std::string());
    QVERIFY(outcome.status == (ExitStatus{code, signal}));
}

void TestSandbox::descriptorsAtTheirNumbers() {
    Bench bench;
    auto nine = makePipe();
    auto three = makePipe();
    QVERIFY(nine && three);
    auto started = bench.start(bench.spec(), "echo nine >&9; echo three >&3; ls /proc/self/fd | tr '\\n' ' '",
                               {{nine->write.get(), 9}, {three->write.get(), 3}});
    QVERIFY(started.has_value());
    const auto outcome = Bench::finish(std::move(*started));
    QCOMPARE(readSome(nine->read), std::string("nine\n"));
    QCOMPARE(readSome(three->read), std::string("three\n"));
    QCOMPARE(outcome.output, std::string("0 1 2 3 4 9 ")); // 4 is the folder that ls reads
}

void TestSandbox::privilegesAreGone() {
    Bench bench;
    const auto outcome =
        bench.run(bench.spec(), "grep -E '^(Cap|NoNewPrivs|Seccomp:|SigIgn|SigBlk)' /proc/self/status; "
                                "ps -o sid=,pid= -p $$ | tr -s ' '; ulimit -c");
    const std::string zero = ":\t0000000000000000\n";
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "SigBlk", "SigIgn"})
        QVERIFY2(outcome.output.contains(set + zero), outcome.output.c_str());
    QVERIFY(outcome.output.contains("NoNewPrivs:\t1\n"));
    QVERIFY(outcome.output.contains("Seccomp:\t2\n"));
    QVERIFY(outcome.output.contains(" 2 2\n"));
    QVERIFY(outcome.output.ends_with("\n0\n"));
}

void TestSandbox::startErrors() {
    Bench bench;
    auto spec = bench.spec();
    spec.mode = SandboxMode::FullAccess;
    QVERIFY(!bench.run(spec, "true").error.empty());
    gate::InsideStart start;
    start.spec = bench.spec();
    start.argv = {"/nonexistent/bash"};
    start.workdir = "/";
    for (UniqueFd* fd : {&start.input, &start.output, &start.error})
        *fd = UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const auto run = bench.pool().start(std::move(start));
    QVERIFY(!run);
    QVERIFY2(run.error().text.contains("/nonexistent/bash"), run.error().text.c_str());
    QVERIFY(bench.run(bench.spec(), "true").ok());
}

void TestSandbox::forkBombEndsByPidfd() {
    Bench bench;
    auto started = bench.start(bench.spec(), "ulimit -u 400; b() { b | b & }; echo go; b; sleep 100");
    QVERIFY(started.has_value());
    const std::string output = readSome(started->output); // Bash may complain behind it already
    QVERIFY2(output.starts_with("go\n"), output.c_str());
    killRun(started->run);
    QVERIFY(over(started->run.pidfd, 2000));
}

void TestSandbox::nothingOutlivesTheShell() {
    Bench bench;
    auto mark = makePipe(); // open in every process of the run: end of file when the last is gone
    QVERIFY(mark.has_value());
    auto started = bench.start(bench.spec(),
                               "setsid sleep 1000 & (trap '' TERM HUP INT; sleep 1000) & "
                               "python3 -c 'import os,time\nif os.fork(): os._exit(0)\nos.setsid()\n"
                               "if os.fork(): os._exit(0)\ntime.sleep(1000)'; exit 7",
                               {{mark->write.get(), 5}});
    QVERIFY(started.has_value());
    mark->write.reset();
    QVERIFY(over(mark->read, 10'000)); // POLLHUP
    QCOMPARE(readSome(mark->read), std::string());
    QVERIFY(over(started->run.pidfd, 2000));
    gate::ShellEnd end{};
    QCOMPARE(::read(started->run.status.get(), &end, sizeof end), static_cast<ssize_t>(sizeof end));
    QCOMPARE(end.code, 7);
    QCOMPARE(end.alone, 0);
    QCOMPARE(::read(started->run.status.get(), &end, sizeof end), ssize_t{0});
}

void TestSandbox::hundredAtOnce() {
    Bench bench;
    std::vector<test::Started> runs;
    for (int i = 0; i < 100; ++i) {
        auto started = bench.start(bench.spec(), "read -t 0.2 < <(sleep 1); echo " + std::to_string(i) + " > f" +
                                                     std::to_string(i) + "; mkdir .git || exit " + std::to_string(i));
        QVERIFY2(started.has_value(), started ? "" : started.error().text.c_str());
        runs.push_back(std::move(*started));
    }
    for (int i = 0; i < 100; ++i) {
        const auto outcome = Bench::finish(std::move(runs[static_cast<std::size_t>(i)]));
        QVERIFY2(outcome.status == (ExitStatus{i, 0}), outcome.output.c_str());
    }
    bench.pool().settle();
    QVERIFY(!QFile::exists(QString::fromStdString(bench.workspace() + "/.git")));
}

void TestSandbox::killedZygoteIsReplaced() {
    Bench bench;
    auto started = bench.start(bench.spec(), "sleep 1000");
    QVERIFY(started.has_value());
    const auto pids = bench.pool().processes();
    QCOMPARE(pids.size(), std::size_t{1});
    ::kill(onlyChildOf(pids[0]), SIGKILL);
    QVERIFY(over(started->run.pidfd, 2000));
    QVERIFY(bench.run(bench.spec(), "true").ok());
    QVERIFY(bench.pool().processes() != pids);
}

void TestSandbox::nothingOutlivesTheGate() {
    Bench bench;
    auto mark = makePipe();
    auto ready = makePipe();
    QVERIFY(mark && ready);
    const pid_t gate = ::fork(); // its own pool: the child of whoever calls start() is bubblewrap
    if (gate == 0) {
        bench.newPool();
        auto started = bench.start(bench.spec(), "setsid sleep 1000 & sleep 1000", {{mark->write.get(), 5}});
        (void)writeAll(ready->write.get(), started ? "y" : "n");
        for (;;)
            ::pause();
    }
    const ScopeExit end([&] { ::kill(gate, SIGKILL); });
    mark->write.reset();
    QCOMPARE(readSome(ready->read), std::string("y"));
    QVERIFY(QFile::exists(QString::fromStdString(bench.workspace() + "/.git")));
    ::kill(gate, SIGKILL);
    ::waitpid(gate, nullptr, 0);
    QVERIFY(over(mark->read, 3000));
    QCOMPARE(readSome(mark->read), std::string());
    // What it left in the project goes with the next start.
    QVERIFY(bench.run(bench.spec(), "true").ok());
    QVERIFY(!QFile::exists(QString::fromStdString(bench.workspace() + "/.git")));
}

void TestSandbox::missingBubblewrap() {
    gate::SandboxPool pool("/nonexistent/bwrap", test::programFolder() + "/exeat-zygote-test");
    const auto run = pool.start({});
    QVERIFY(!run);
    QVERIFY(run.error().kind == ErrorKind::Missing);
    QVERIFY(run.error().text.contains("Install"));
}

void TestSandbox::failingBubblewrap() {
    QTemporaryDir folder;
    QFile fake(folder.filePath("bwrap"));
    QVERIFY(fake.open(QIODevice::WriteOnly));
    fake.write("#!/bin/sh\nprintf 'No permissions to create new namespace\\033[2J' >&2\nexit 1\n");
    fake.close();
    fake.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
    gate::SandboxPool pool(folder.filePath("bwrap").toStdString(), "/bin/true");
    const auto run = pool.start({});
    QVERIFY(!run);
    QVERIFY(run.error().kind == ErrorKind::Missing);
    QVERIFY2(run.error().text.contains("No permissions to create new namespace"), run.error().text.c_str());
    QVERIFY(!run.error().text.contains('\033'));
}

void TestSandbox::zygoteStaysSmall() {
    // KiB; AddressSanitizer keeps what was freed for a while (its quarantine), 20 MiB at the most here.
    constexpr long mayGrow = test::slowdown == 1 ? 256 : 20 << 10;
    Bench bench;
    for (int i = 0; i < 50; ++i)
        QVERIFY(bench.run(bench.spec(), ":").ok());
    const int zygote = onlyChildOf(bench.pool().processes().at(0));
    const long before = memoryOf(zygote);
    QVERIFY(before > 0);
    for (int i = 0; i < 450; ++i)
        QVERIFY(bench.run(bench.spec(), ":").ok());
    const long after = memoryOf(zygote);
    QVERIFY2(after <= before + mayGrow, qPrintable(QStringLiteral("%1 -> %2 KiB").arg(before).arg(after)));
}

/** Not a verdict: prints what a run costs beside plain Bash, in turn. */
void TestSandbox::startCost() {
    using Clock = std::chrono::steady_clock;
    Bench bench;
    std::vector<double> inside;
    std::vector<double> plain;
    std::vector<double> returned;
    const auto since = [](Clock::time_point from) {
        return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
    };
    for (int i = 0; i < 200; ++i) {
        auto from = Clock::now();
        auto started = bench.start(bench.spec(), ":");
        QVERIFY(started.has_value());
        returned.push_back(since(from));
        gate::ShellEnd end{};
        QVERIFY(::read(started->run.status.get(), &end, sizeof end) == sizeof end);
        inside.push_back(since(from));
        QVERIFY(over(started->run.pidfd, 1000));
        from = Clock::now();
        const pid_t pid = ::vfork();
        if (pid == 0) {
            ::execl("/bin/bash", "bash", "-c", ":", nullptr);
            ::_exit(127);
        }
        ::waitpid(pid, nullptr, 0);
        plain.push_back(since(from));
    }
    for (auto* list : {&inside, &plain, &returned})
        std::ranges::sort(*list);
    qInfo("median of 200: in the sandbox %.3f ms (start() returned after %.3f), plain bash %.3f ms", inside[100],
          returned[100], plain[100]);
}

/** Not a verdict: prints what more protected names add to a run, in turn with fewer. */
void TestSandbox::namesCost() {
    using Clock = std::chrono::steady_clock;
    Bench bench;
    auto few = bench.spec();
    few.writableRoots.push_back(bench.outside()); // as /tmp beside the project
    auto more = few;
    for (const char* name : {".vscode", ".cursor", ".claude", ".gemini"})
        more.protectedNames.emplace_back(name);
    more.existingNames = {".mcp.json", ".envrc"};
    std::vector<double> times[2];
    for (int i = 0; i < 400; ++i) {
        const auto from = Clock::now();
        auto started = bench.start(i % 2 == 0 ? few : more, ":");
        QVERIFY(started.has_value());
        gate::ShellEnd end{};
        QVERIFY(::read(started->run.status.get(), &end, sizeof end) == sizeof end);
        times[i % 2].push_back(std::chrono::duration<double, std::milli>(Clock::now() - from).count());
        QVERIFY(over(started->run.pidfd, 1000));
    }
    for (auto& list : times)
        std::ranges::sort(list);
    qInfo("lowest tenth and median of 200: %zu names %.3f and %.3f ms, %zu names %.3f and %.3f ms",
          few.protectedNames.size(), times[0][20], times[0][100], more.protectedNames.size(), times[1][20],
          times[1][100]);
}

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    TestSandbox test;
    return test::runAsRootAndUser(test, argc, argv);
}

#include "tst_sandbox.moc"
