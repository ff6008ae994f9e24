#include "tests/wrapper/child.h"
#include "tests/wrapper/fakegate.h"
#include "tests/wrapper/helperprocess.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <array>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace exeat;
using namespace exeat::test;

namespace {

void answerRun(Conversation& conversation, const std::string& /*request*/) {
    conversation.answer(EXECFRAME_RUN);
}

/** As descriptor `number` of the helper, or null. */
const UniqueFd* find(const std::vector<Announced>& fds, int number) {
    for (const auto& announced : fds) {
        if (announced.number == number)
            return &announced.fd;
    }
    return nullptr;
}

std::string scriptIn(const QTemporaryDir& folder, const QString& name, const QByteArray& content) {
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(content);
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return file.fileName().toStdString();
}

} // namespace

class TestExecWrapper : public QObject {
    Q_OBJECT
private slots:
    void runKeepsArgumentsAndName() {
        FakeGate gate(SOCK_SEQPACKET, answerRun);
        const auto outcome = runHelper(gate, {.arguments = {"/bin/sh", "sh", "-c", "printf '[%s]' \"$0\" \"$@\"",
                                                            "zero", "", "\xff\xfe", "a b", "--help"}});
        QCOMPARE(outcome.code, 0);
        QCOMPARE(outcome.out, std::string("[zero][][\xff\xfe][a b][--help]"));
        QCOMPARE(gate.requests(), 1);
    }

    void requestSaysWhatExecveGets() {
        std::string seen;
        FakeGate gate(SOCK_SEQPACKET, [&](Conversation& conversation, const std::string& request) {
            seen = request;
            conversation.answer(EXECFRAME_DENY, "seen");
        });
        const auto outcome = runHelper(gate, {.arguments = {"bin/to\xffol", "other name", "\xfe", ""},
                                              .more = {"ODD=\xff", "EXEAT_EXEC_SHELL=/x", "EXEAT_EXEC_PREFIX=y"},
                                              .prepare = [] { [[maybe_unused]] const int moved = ::chdir("/tmp"); }});
        gate.finish();
        QCOMPARE(outcome.code, 1);
        execframe_request request;
        QCOMPARE(execframe_decode_request({seen.data(), seen.size()}, &request), EXECFRAME_OK);
        QCOMPARE(std::string(request.file.data, request.file.size), std::string("bin/to\xffol"));
        QCOMPARE(std::string(request.workdir.data, request.workdir.size), std::string("/tmp"));
        QCOMPARE(strings(request.argv), (std::vector<std::string>{"other name", "\xfe", ""}));
        auto expected = environmentFor(gate.helperEnd());
        expected.emplace_back("ODD=\xff");
        QCOMPARE(strings(request.environment), expected);
    }

    /** What its shell did not hand over is no answer: then it asks itself. */
    void aStreamOfAnotherKindIsNotAdopted_data() {
        QTest::addColumn<int>("which");
        QTest::newRow("the service's socket") << 0;
        QTest::newRow("no socket") << 1;
        QTest::newRow("not open") << 2;
    }
    void aStreamOfAnotherKindIsNotAdopted() {
        QFETCH(int, which);
        FakeGate gate(SOCK_SEQPACKET, answerRun);
        const std::array<std::string, 3> streams{std::to_string(gate.helperEnd()), "0", "900"};
        const auto outcome =
            runHelper(gate, {.arguments = {"/bin/echo", "echo", "ran"},
                             .more = {"EXEAT_EXEC_STREAM=" + streams[static_cast<std::size_t>(which)]}});
        QCOMPARE(outcome.out, std::string("ran\n"));
        QCOMPARE(gate.requests(), 1);
    }

    void escalatedSaysHowItIsSetUp() {
        execframe_setup setup{};
        FakeGate gate(SOCK_SEQPACKET, [&](Conversation& conversation, const std::string&) {
            conversation.answer(EXECFRAME_ESCALATE);
            conversation.receiveDescriptors();
            setup = conversation.setup();
            conversation.exitWith(false, 0);
        });
        const auto outcome = runHelper(gate, {.arguments = {"tool", "tool"}, .more = {}, .prepare = [] {
                                                  ::umask(027);
                                                  ::signal(SIGUSR1, SIG_IGN);
                                                  sigset_t set;
                                                  sigemptyset(&set);
                                                  sigaddset(&set, SIGUSR2);
                                                  sigprocmask(SIG_BLOCK, &set, nullptr);
                                                  ::setpgid(0, 0);
                                                  const rlimit limit{77, 99};
                                                  ::setrlimit(RLIMIT_NOFILE, &limit);
                                                  ::setpriority(PRIO_PROCESS, 0, 7);
                                              }});
        gate.finish();
        QCOMPARE(outcome.code, 0);
        QCOMPARE(setup.mask, 027U);
        QCOMPARE(setup.niceness, 7);
        QVERIFY(setup.leads_group);
        QVERIFY((setup.ignored >> (SIGUSR1 - 1) & 1) == 1);
        QVERIFY((setup.blocked >> (SIGUSR2 - 1) & 1) == 1);
        QCOMPARE(setup.limit_count, 16U);
        QCOMPARE(setup.limits[RLIMIT_NOFILE].soft, 77U);
        QCOMPARE(setup.limits[RLIMIT_NOFILE].hard, 99U);
    }

    void runRestoresSignals() {
        FakeGate gate(SOCK_SEQPACKET, answerRun);
        const auto prepare = [] {
            ::signal(SIGUSR1, SIG_IGN);
            sigset_t set;
            sigemptyset(&set);
            sigaddset(&set, SIGUSR2);
            sigprocmask(SIG_SETMASK, &set, nullptr);
        };
        const std::vector<std::string> grep{"/usr/bin/grep", "grep", "^Sig[BIC]", "/proc/self/status"};
        const auto wrapped = runHelper(gate, {.arguments = grep, .prepare = prepare});
        const auto plain = Child(grep[0], {grep.begin() + 1, grep.end()}, {}, prepare).wait();
        QVERIFY(!plain.out.empty());
        QCOMPARE(wrapped, plain);
    }

    void runLeavesOnlyTheCallersDescriptors() {
        FakeGate gate(SOCK_SEQPACKET, answerRun);
        const auto prepare = [&] {
            inherit(gate.helperEnd());
            ::close(0);
        };
        const auto wrapped =
            runHelper(gate, {.arguments = {"/bin/sh", "sh", "-c", "ls /proc/$$/fd"}, .prepare = prepare});
        const auto plain = Child("/bin/sh", {"sh", "-c", "ls /proc/$$/fd"}, {"PATH=/usr/bin:/bin"}, prepare).wait();
        QVERIFY(!plain.out.empty());
        QCOMPARE(wrapped, plain);
    }

    void cannotExecute_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("content"); // null: not created
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("message");
        QTest::newRow("missing") << "gone" << QByteArray() << 127 << "P: line 3: %1: No such file or directory\n";
        QTest::newRow("missing interpreter") << "script" << QByteArray("#!/no/such\n") << 127
                                             << "P: line 3: %1: cannot execute: required file not found\n";
        QTest::newRow("interpreter is a folder")
            << "script" << QByteArray("#!/etc\n") << 126 << "P: %1: /etc: bad interpreter: Permission denied\n";
        QTest::newRow("binary rubbish") << "rubbish" << QByteArray("\x01\x00\x02\n", 4) << 126
                                        << "P: line 3: %1: cannot execute binary file: Exec format error\n";
    }
    void cannotExecute() {
        QFETCH(QString, file);
        QFETCH(QByteArray, content);
        QFETCH(int, code);
        QFETCH(QString, message);
        const QTemporaryDir folder;
        const auto path = content.isNull() ? folder.filePath(file).toStdString() : scriptIn(folder, file, content);
        FakeGate gate(SOCK_SEQPACKET, answerRun);
        const auto outcome = runHelper(gate, {.arguments = {path, "x"}, .more = {"EXEAT_EXEC_PREFIX=P: line 3: "}});
        QCOMPARE(outcome.code, code);
        QCOMPARE(QString::fromStdString(outcome.err), message.arg(QString::fromStdString(path)));
    }

    void scriptWithoutInterpreterRunsInTheShell() {
        const QTemporaryDir folder;
        const auto path = scriptIn(folder, "plain", "printf '[%s]' \"$0\" \"$@\"\n");
        FakeGate gate(SOCK_SEQPACKET, answerRun);
        const auto outcome =
            runHelper(gate, {.arguments = {path, "ignored", "a b", ""}, .more = {"EXEAT_EXEC_SHELL=/bin/dash"}});
        QCOMPARE(outcome.err, std::string());
        QCOMPARE(outcome.out, "[" + path + "][a b][]");
    }

    void denySaysTheReasonAndNothingElse() {
        FakeGate gate(SOCK_SEQPACKET, [](Conversation& conversation, const std::string&) {
            conversation.answer(EXECFRAME_DENY, "no \x1b[31m\n\xe2\x80\xae\xc3\xa4 way");
        });
        const auto outcome = runHelper(gate, {.arguments = {"/bin/echo", "echo", "ran"}});
        QCOMPARE(outcome.code, 1);
        QCOMPARE(outcome.out, std::string());
        QCOMPARE(outcome.err, std::string("exeat: no \\x1b[31m\\x0a\\xe2\\x80\\xae\xc3\xa4 way\n"));
    }

    void escalateMirrorsTheEnd_data() {
        QTest::addColumn<bool>("bySignal");
        QTest::addColumn<int>("value");
        QTest::newRow("0") << false << 0;
        QTest::newRow("255") << false << 255;
        for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGSEGV, SIGPIPE, SIGTERM, SIGUSR1, SIGRTMAX})
            QTest::addRow("signal %d", signal) << true << signal;
    }
    void escalateMirrorsTheEnd() {
        QFETCH(bool, bySignal);
        QFETCH(int, value);
        FakeGate gate(SOCK_SEQPACKET, [=](Conversation& conversation, const std::string&) {
            conversation.answer(EXECFRAME_ESCALATE);
            conversation.receiveDescriptors();
            conversation.exitWith(bySignal, value);
        });
        // Blocked and ignored in the caller: the death must be the same all the same.
        const auto outcome = runHelper(gate, {.arguments = {"/bin/x", "x"}, .prepare = [] {
                                                  sigset_t set;
                                                  sigfillset(&set);
                                                  sigprocmask(SIG_BLOCK, &set, nullptr);
                                                  ::signal(SIGTERM, SIG_IGN);
                                              }});
        QVERIFY(outcome.ended);
        QCOMPARE(outcome.signal, bySignal ? value : 0);
        QCOMPARE(outcome.code, bySignal ? -1 : value);
        QVERIFY(!outcome.coreDumped);
        QCOMPARE(outcome.err, std::string());
    }

    void escalateHandsOverEveryDescriptorAtItsNumber() {
        std::vector<int> numbers;
        bool same = false;
        FakeGate gate(SOCK_SEQPACKET, [&](Conversation& conversation, const std::string&) {
            conversation.answer(EXECFRAME_ESCALATE);
            const auto fds = conversation.receiveDescriptors();
            for (const auto& announced : fds)
                numbers.push_back(announced.number);
            if (const auto* fd = find(fds, 399)) {
                char byte = 0;
                same = ::pread(fd->get(), &byte, 1, 0) == 1 && byte == 'r';
            }
            conversation.exitWith(false, 0);
        });
        const auto outcome = runHelper(gate, {.arguments = {"/bin/x", "x"}, .prepare = [&] {
                                                  ::close_range(3, 600, CLOSE_RANGE_CLOEXEC); // the caller's own
                                                  inherit(gate.helperEnd());
                                                  const int file = ::open("/etc/passwd", O_RDONLY | O_CLOEXEC);
                                                  for (int fd = 100; fd < 400; ++fd)
                                                      ::dup2(file, fd);
                                                  ::dup2(gate.helperEnd(), 500); // the socket under another number
                                                  ::dup3(file, 501, O_CLOEXEC);
                                                  ::close(0);
                                              }});
        gate.finish();
        QVERIFY2(outcome.err.empty(), outcome.err.c_str());
        QCOMPARE(outcome.code, 0);
        std::vector<int> expected{1, 2};
        for (int fd = 100; fd < 400; ++fd)
            expected.push_back(fd);
        QCOMPARE(numbers, expected);
        QVERIFY(same);
    }

    void pipesSeeTheEndWhileTheHelperWaits() {
        auto output = makePipe().value();
        std::atomic<bool> ended = false;
        FakeGate gate(SOCK_SEQPACKET, [&](Conversation& conversation, const std::string&) {
            conversation.answer(EXECFRAME_ESCALATE);
            auto fds = conversation.receiveDescriptors();
            fds.clear(); // the program outside closes its output, and goes on
            pollfd hangUp{output.read.get(), 0, 0};
            ended = ::poll(&hangUp, 1, 10000) == 1 && (hangUp.revents & POLLHUP) != 0;
            conversation.exitWith(false, 3);
        });
        auto child = startHelper(gate, {.arguments = {"/bin/x", "x"}, .prepare = [&] {
                                            ::dup2(output.write.get(), 1);
                                            ::dup2(output.write.get(), 2);
                                        }});
        output.write.reset();
        QCOMPARE(child.wait().code, 3);
        QVERIFY(ended);
    }

    void signalsReachTheProgramOutside_data() {
        QTest::addColumn<int>("signal");
        for (const int signal :
             {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT, SIGALRM, SIGPIPE})
            QTest::addRow("signal %d", signal) << signal;
    }
    void signalsReachTheProgramOutside() {
        QFETCH(int, signal);
        std::atomic<pid_t> pid = 0;
        std::atomic<int> seen = 0;
        FakeGate gate(SOCK_SEQPACKET, [&](Conversation& conversation, const std::string&) {
            conversation.answer(EXECFRAME_ESCALATE);
            conversation.receiveDescriptors(); // from here on no signal is lost
            while (pid == 0)
                std::this_thread::yield();
            ::kill(pid, signal);
            seen = conversation.receiveSignal();
            conversation.exitWith(false, 5);
        });
        auto child = startHelper(gate, {.arguments = {"/bin/x", "x"}});
        pid = child.pid();
        QCOMPARE(child.wait().code, 5);
        QCOMPARE(seen.load(), signal);
    }

    void stopAndContinue() {
        std::atomic<pid_t> pid = 0;
        std::vector<int> seen;
        FakeGate gate(SOCK_SEQPACKET, [&](Conversation& conversation, const std::string&) {
            conversation.answer(EXECFRAME_ESCALATE);
            conversation.receiveDescriptors();
            while (pid == 0)
                std::this_thread::yield();
            ::kill(pid, SIGTSTP);
            seen.push_back(conversation.receiveSignal());
            conversation.send([](auto& out) { return execframe_encode_stopped(&out, SIGTSTP); });
            seen.push_back(conversation.receiveSignal()); // SIGCONT, from the test below
            conversation.exitWith(false, 6);
        });
        auto child = startHelper(gate, {.arguments = {"/bin/x", "x"}, .prepare = [] { ::setpgid(0, 0); }});
        pid = child.pid();
        QVERIFY(child.waitForStop());
        ::kill(child.pid(), SIGCONT);
        QCOMPARE(child.wait().code, 6);
        QCOMPARE(seen, (std::vector<int>{SIGTSTP, SIGCONT}));
    }

    void stopsWhenTheProgramOutsideStops() {
        FakeGate gate(SOCK_SEQPACKET, [](Conversation& conversation, const std::string&) {
            conversation.answer(EXECFRAME_ESCALATE);
            conversation.receiveDescriptors();
            conversation.send([](auto& out) { return execframe_encode_stopped(&out, SIGSTOP); });
            conversation.exitWith(false, conversation.receiveSignal() == SIGCONT ? 0 : 1);
        });
        auto child = startHelper(gate, {.arguments = {"/bin/x", "x"}});
        QVERIFY(child.waitForStop());
        ::kill(child.pid(), SIGCONT);
        QCOMPARE(child.wait().code, 0);
    }

    void signalKillsWhileAPersonThinks() {
        std::atomic<pid_t> pid = 0;
        FakeGate gate(SOCK_SEQPACKET, [&](Conversation& conversation, const std::string&) {
            while (pid == 0)
                std::this_thread::yield();
            ::kill(pid, SIGTERM);
            conversation.atEnd();
        });
        auto child = startHelper(gate, {.arguments = {"/bin/true", "true"}});
        pid = child.pid();
        QCOMPARE(child.wait().signal, SIGTERM);
    }

    void serviceGone_data() {
        QTest::addColumn<QString>("step");
        QTest::newRow("before the answer") << "request";
        QTest::newRow("answer cut") << "cut";
        QTest::newRow("rubbish for an answer") << "rubbish";
        QTest::newRow("answer of an unknown verdict") << "verdict";
        QTest::newRow("length out of bounds") << "length";
        QTest::newRow("json for an answer") << "json";
        QTest::newRow("after the answer") << "escalated";
        QTest::newRow("after the descriptors") << "descriptors";
        QTest::newRow("rubbish for an end") << "end";
    }
    void serviceGone() {
        QFETCH(QString, step);
        FakeGate gate(SOCK_SEQPACKET, [&](Conversation& conversation, const std::string&) {
            if (step == "cut")
                conversation.send([](auto& out) { return execframe_encode_answer(&out, EXECFRAME_RUN, "", 0) - 1; });
            if (step == "rubbish")
                conversation.sendPayload("\x01\x02");
            if (step == "verdict")
                conversation.sendPayload(std::string("\x01\x02\x03\0\0\0\0", 7));
            if (step == "length")
                conversation.send([](auto& out) {
                    execframe_put(&out, 4, 0xffffffffU);
                    return std::size_t{4};
                });
            if (step == "json")
                conversation.sendPayload("{\"action\":\"Run\"}");
            if (step == "escalated" || step == "descriptors" || step == "end")
                conversation.answer(EXECFRAME_ESCALATE);
            if (step == "descriptors" || step == "end")
                conversation.receiveDescriptors();
            if (step == "end")
                conversation.sendPayload("\x01\x05\x02");
        });
        const auto outcome = runHelper(gate, {.arguments = {"/bin/echo", "echo", "ran"}});
        QCOMPARE(outcome.code, 126);
        QCOMPARE(outcome.out, std::string());
        QVERIFY2(outcome.err.starts_with("exeat: "), outcome.err.c_str());
    }

    void lateDenyIsHeard_data() {
        QTest::addColumn<bool>("afterDescriptors");
        QTest::newRow("after the descriptors") << true;
        QTest::newRow("before they are taken, and the stream is closed") << false;
    }
    void lateDenyIsHeard() {
        QFETCH(bool, afterDescriptors);
        FakeGate gate(SOCK_SEQPACKET, [&](Conversation& conversation, const std::string&) {
            conversation.answer(EXECFRAME_ESCALATE);
            if (afterDescriptors)
                conversation.receiveDescriptors();
            conversation.answer(EXECFRAME_DENY, "the file changed");
        });
        const auto outcome = runHelper(gate, {.arguments = {"/bin/echo", "echo"}});
        QCOMPARE(outcome.code, 1);
        QCOMPARE(outcome.err, std::string("exeat: the file changed\n"));
    }

    void badSocket_data() {
        QTest::addColumn<QString>("value");
        for (const char* value : {"", "x", "-1", "1x", "99999999999999999999", "77", "0", "1"})
            QTest::addRow("'%s'", value) << value;
    }
    void badSocket() {
        QFETCH(QString, value);
        const auto run = [](const std::vector<std::string>& environment) {
            return Child(helper(), {"exeat-exec", "/bin/echo", "echo", "ran"}, environment).wait();
        };
        for (const auto& outcome :
             {run({"CODEX_ESCALATE_SOCKET=" + value.toStdString(), "EXEAT_EXEC_PROTOCOL=1"}), run({})}) {
            QCOMPARE(outcome.code, 126);
            QCOMPARE(outcome.out, std::string());
            QVERIFY(outcome.err.find("CODEX_ESCALATE_SOCKET") != std::string::npos);
        }
    }

    void deadServiceSocket() {
        auto sockets = makeSocketPair(SOCK_SEQPACKET).value();
        sockets.ours.reset();
        const int fd = sockets.theirs.get();
        const auto outcome = Child(helper(), {"exeat-exec", "/bin/echo", "echo", "ran"}, environmentFor(fd), [fd] {
                                 inherit(fd);
                             }).wait();
        QCOMPARE(outcome.code, 126);
        QCOMPARE(outcome.out, std::string());
    }

    void longArgumentsUpToTheKernelsBound() {
        FakeGate gate(SOCK_SEQPACKET, answerRun);
        std::vector<std::string> arguments{"/bin/true", "true"};
        arguments.resize(100000, "12345678"); // 1.7 of the kernel's 2 MB with their pointers
        QCOMPARE(runHelper(gate, {.arguments = arguments}).code, 0);
    }
};

QTEST_APPLESS_MAIN(TestExecWrapper)
#include "tst_execwrapper.moc"
