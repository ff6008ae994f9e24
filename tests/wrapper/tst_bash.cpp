#include "tests/wrapper/child.h"
#include "tests/wrapper/fakegate.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <thread>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace exeat;
using namespace exeat::test;

namespace {

std::string program(const char* name) {
    return qgetenv("EXEAT_BIN").toStdString() + "/" + name;
}

/** False when that does not come to be within 20 s. */
bool becomes(pid_t pid, const std::string& file) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::error_code error;
    while (std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", error) != file) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::yield();
    }
    return true;
}

/** Answers Run to everything and keeps each request's file, argv and environment. */
class RunningGate {
public:
    /** To whom: to the shell that asks in place, or to exeat-exec only, which the shell becomes when it must wait. */
    enum class Answers { Shell, Helper };
    struct Seen {
        std::string file;
        std::vector<std::string> argv;
        std::vector<std::string> environment;
    };

    explicit RunningGate(Answers answers = Answers::Shell)
        : m_gate(SOCK_SEQPACKET, [this, answers](Conversation& conversation, const std::string& payload) {
              execframe_request request;
              if (execframe_decode_request({payload.data(), payload.size()}, &request) != EXECFRAME_OK)
                  return;
              {
                  const std::lock_guard lock(m_mutex);
                  m_seen.push_back({std::string(request.file.data, request.file.size), strings(request.argv),
                                    strings(request.environment)});
              }
              if (answers == Answers::Shell || becomes(conversation.creator(), program("exeat-exec")))
                  conversation.answer(EXECFRAME_RUN);
          }) {}

    int helperEnd() const { return m_gate.helperEnd(); }
    std::vector<Seen> seen() {
        m_gate.finish();
        return std::move(m_seen);
    }

private:
    std::mutex m_mutex;
    std::vector<Seen> m_seen;
    FakeGate m_gate;
};

struct Script {
    std::string text;
    std::string folder = "/";
    std::vector<std::string> arguments = {};
};

std::vector<std::string> argvOf(const Script& script) {
    std::vector<std::string> argv{"bash", "-c", script.text, "zero"};
    argv.insert(argv.end(), script.arguments.begin(), script.arguments.end());
    return argv;
}

const std::vector<std::string>& commonEnvironment() {
    static const std::vector<std::string> environment{"PATH=/usr/bin:/bin", "HOME=/nonexistent", "LC_ALL=C.UTF-8",
                                                      "PS4=+ "};
    return environment;
}

Outcome plain(const Script& script) {
    return Child("/bin/bash", argvOf(script), commonEnvironment(),
                 [&] { [[maybe_unused]] const int moved = ::chdir(script.folder.c_str()); })
        .wait();
}

std::vector<std::string> wrappedEnvironment(int socket, const std::string& variable, const std::string& wrapper) {
    auto environment = commonEnvironment();
    environment.push_back(variable + "=" + wrapper);
    environment.push_back("CODEX_ESCALATE_SOCKET=" + std::to_string(socket));
    environment.emplace_back("EXEAT_EXEC_PROTOCOL=1");
    return environment;
}

Outcome wrapped(int socket, const Script& script, const std::string& variable = "EXEC_WRAPPER") {
    return Child(program("exeat-bash"), argvOf(script), wrappedEnvironment(socket, variable, program("exeat-exec")),
                 [&] {
                     ::fcntl(socket, F_SETFD, 0);
                     [[maybe_unused]] const int moved = ::chdir(script.folder.c_str());
                 })
        .wait();
}

std::string executable(const QTemporaryDir& folder, const QString& name, const QByteArray& content) {
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(content);
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return file.fileName().toStdString();
}

/** A folder with one of each kind of file that a shell may be asked to start. */
void fill(const QTemporaryDir& folder) {
    executable(folder, "noshebang", "printf '[%s]' \"$0\" \"$@\" \"${#BASH_VERSION}\"; echo; exit 9\n");
    executable(folder, "inner", "/bin/echo inner; ./noshebang deeper; echo $?\n");
    executable(folder, "shebang", "#!/bin/sh\nprintf '<%s>' \"$0\" \"$@\"\n");
    executable(folder, "badinterp", "#!/no/such/interpreter\n");
    executable(folder, "folderinterp", "#!/etc\n");
    executable(folder, "crinterp", "#!/bin/sh\r\n");
    executable(folder, "rubbish", QByteArray("\x01\x02\x00\x03\n", 5));
    executable(folder, "empty", "");
    executable(folder, "forbidden", "#!/bin/sh\n");
    QFile(folder.filePath("forbidden")).setPermissions(QFile::ReadOwner);
}

std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text)
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

std::string randomArgument(std::mt19937& random) {
    static const std::vector<std::string> favourites{"",    "--", "-h", "--help", "-", "\xff\xfe",
                                                     "a b", "'",  "\"", "$HOME",  "*", "\n"};
    if (random() % 3 == 0)
        return favourites[random() % favourites.size()];
    std::string result(random() % 40, 'x');
    for (char& c : result)
        c = static_cast<char>(1 + random() % 255);
    return result;
}

/** `lines` external commands with random argument lists; the first argument after the format keeps options harmless. */
std::string randomScript(unsigned seed, int lines) {
    std::mt19937 random(seed);
    std::string script;
    for (int line = 0; line < lines; ++line) {
        script += "/usr/bin/printf '[%s]' " + std::to_string(line);
        for (auto count = random() % 12; count > 0; --count)
            script += " " + quoted(randomArgument(random));
        script += "\n";
    }
    return script;
}

} // namespace

class TestBash : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        QVERIFY2(QFile::exists(QString::fromStdString(program("exeat-bash"))), "build the target exeat-bash first");
        QVERIFY2(QFile::exists(QString::fromStdString(program("exeat-exec"))), "build the target exeat-exec first");
    }

    /** Defect 13 of spec/codex.md §5: there, 0.6 % of the argument lists were changed. */
    void randomArgumentsArriveUnchanged() {
        for (unsigned part = 0; part < 4; ++part) {
            const QTemporaryDir folder;
            const auto path = executable(folder, "script", QByteArray::fromStdString(randomScript(part, 500)));
            const Script script{.text = ". " + path};
            RunningGate gate;
            const auto expected = plain(script);
            QVERIFY(expected.out.size() > 1000);
            QVERIFY(wrapped(gate.helperEnd(), script) == expected);
            QCOMPARE(gate.seen().size(), std::size_t{500});
        }
    }

    /** Output, messages and exit code of plain Bash; `requests` counts what was asked. */
    void sameAsPlainBash_data() {
        QTest::addColumn<QString>("script");
        QTest::addColumn<int>("requests");
        const auto row = [](const char* name, const char* script, int requests) {
            QTest::newRow(name) << script << requests;
        };
        row("exit code", "/bin/sh -c 'exit 7'; echo $?", 1);
        row("death by signal", "exec 2> /dev/null; /bin/sh -c 'kill -9 $$'; echo $?", 1);
        row("name of its own", "(exec -a 'other name' /bin/sh -c 'echo $0')", 1);
        row("exec -a in place", "exec -a other /bin/sh -c 'echo $0'", 1);
        row("exec -l", "exec -l /bin/sh -c 'echo $0'", 1);
        row("exec of a missing file", "exec ./gone; echo not reached", 0);
        row("exec failing, shell goes on", "shopt -s execfail; exec ./gone; echo $?", 0);
        row("exec of a script without #!", "exec ./noshebang 1 2; echo not reached", 1);
        row("script without #!", "./noshebang a '' 'b c'; echo $?", 1);
        row("script without #! by PATH", "PATH=$PWD:$PATH noshebang x; echo $?", 1);
        row("script without #! in a pipe", "./noshebang | /bin/cat", 2);
        row("script without #! in another", "./inner", 3);
        row("empty script", "./empty; echo $?", 1);
        row("script with #!", "./shebang a b", 1);
        row("missing file", "./gone; echo $?", 0);
        row("missing on PATH", "no_such_command_at_all; echo $?", 0);
        row("not executable", "./forbidden; echo $?", 0);
        row("folder", "/etc; echo $?", 0);
        row("file for a folder", "/etc/passwd/x; echo $?", 0);
        row("missing interpreter", "./badinterp; echo $?", 1);
        row("interpreter is a folder", "./folderinterp; echo $?", 1);
        row("interpreter with CR", "./crinterp; echo $?", 1);
        row("binary rubbish", "./rubbish; echo $?", 1);
        row("message deep in a function", "f() {\n\n ./badinterp\n}\nf", 1);
        row("command_not_found_handle", "command_not_found_handle() { echo mine \"$@\"; return 5; }; nope a; echo $?",
            0);
        row("hash", "cat /dev/null; hash -t cat; hash -r; cat /dev/null", 2);
        row("pipeline", "printf '3\\n1\\n2\\n' | sort | head -n 2; echo ${PIPESTATUS[@]}", 2);
        row("command substitution", "x=$(/bin/echo a $(/bin/echo b)); echo $x", 2);
        row("process substitution", "cat <(/bin/echo one) <(/bin/echo two)", 3);
        row("background and wait", "/bin/sh -c 'exit 4' & wait $!; echo $?", 1);
        row("background killed",
            "exec 2> /dev/null; coproc /bin/sh -c 'echo up; exec sleep 100'; read -u ${COPROC[0]}; "
            "kill $COPROC_PID; wait $COPROC_PID; echo $?",
            1);
        row("subshell exec", "(exec /bin/echo in; echo not reached); echo after", 1);
        row("here document", "cat <<< 'text'", 1);
        row("descriptor 9", "exec 9< <(echo nine); cat <&9", 1);
        row("closed stdin", "cat <&-; echo $?", 1);
        row("assignment before the command", "A=b /bin/sh -c 'echo $A'", 1);
        row("coproc",
            "coproc cat; echo hi >&${COPROC[1]}; eval \"exec ${COPROC[1]}>&-\"; read x <&${COPROC[0]}; echo $x", 1);
        row("xargs below is not ours", "echo a b | xargs -n1 /bin/echo", 1);
        row("time", "TIMEFORMAT=; time /bin/echo t", 1);
        row("set -e", "set -e; /bin/false; echo not reached", 1);
        row("trap", "trap 'echo bye' EXIT; /bin/true", 1);
        row("many arguments", "/bin/echo {1..20000} | md5sum", 2);
        row("argument list too long", "/bin/true {1..400000} 2>&1; echo $?", 0);
        row("argument too long", "/bin/true $(printf %200000s | tr ' ' x) 2>&1; echo $?", 1);
        row("exec of too long an argument, shell goes on",
            "shopt -s execfail; exec /bin/true \"$(printf %200000s)\" 2> /dev/null; echo $?", 0);
        row("long arguments", "/usr/bin/printf %s $(printf %100000s | sed 's/ /x/g') | md5sum", 3);
        row("xtrace", "set -x; /bin/echo a", 1);
        row("restricted", "set -r; /bin/echo a; echo a | cat", 1);
        row("ulimit and umask", "umask 077; ulimit -n 99; /bin/sh -c 'umask; ulimit -n'", 1);
    }
    void sameAsPlainBash() {
        QFETCH(QString, script);
        QFETCH(int, requests);
        const QTemporaryDir folder;
        fill(folder);
        const Script both{.text = script.toStdString(), .folder = folder.path().toStdString()};
        const auto expected = plain(both);
        for (const auto answers : {RunningGate::Answers::Shell, RunningGate::Answers::Helper}) {
            RunningGate gate(answers);
            const auto actual = wrapped(gate.helperEnd(), both);
            QVERIFY(expected.ended && actual.ended);
            QCOMPARE(actual.out, expected.out);
            QCOMPARE(actual.err, expected.err);
            QCOMPARE(actual.code, expected.code);
            QCOMPARE(actual.signal, expected.signal);
            QCOMPARE(gate.seen().size(), static_cast<std::size_t>(requests));
        }
    }

    /** What may run here needs no wrapper; all else does, and without one it does not start. */
    void onlyWhatRunsHereIsStartedInPlace_data() {
        QTest::addColumn<int>("verdict");
        QTest::addColumn<QString>("output");
        QTest::newRow("run") << int{EXECFRAME_RUN} << "ran\n0\nran\n";
        QTest::newRow("deny") << int{EXECFRAME_DENY} << "126\n";
        QTest::newRow("escalate") << int{EXECFRAME_ESCALATE} << "126\n";
        QTest::newRow("nothing") << -1 << "126\n";
        QTest::newRow("no frame") << -2 << "126\n";
    }
    void onlyWhatRunsHereIsStartedInPlace() {
        QFETCH(int, verdict);
        QFETCH(QString, output);
        const FakeGate gate(SOCK_SEQPACKET, [verdict](Conversation& conversation, const std::string&) {
            if (verdict >= 0)
                conversation.answer(static_cast<execframe_verdict>(verdict));
            else if (verdict == -2)
                conversation.sendPayload("{\"action\":\"Run\"}");
        });
        const Script script{.text = "/bin/echo ran; echo $?; exec /bin/echo ran"};
        const auto outcome = Child(program("exeat-bash"), argvOf(script),
                                   wrappedEnvironment(gate.helperEnd(), "EXEC_WRAPPER", "/no/such/wrapper"),
                                   [&] { ::fcntl(gate.helperEnd(), F_SETFD, 0); })
                                 .wait();
        QCOMPARE(outcome.out, output.toStdString());
        QCOMPARE(outcome.err.empty(), verdict == EXECFRAME_RUN);
    }

    /** A service that does not know these frames gets none of the shell's. */
    void withoutTheProtocolTheHelperAsks() {
        std::string first;
        FakeGate gate(SOCK_SEQPACKET, [&](Conversation&, const std::string& payload) { first = payload; });
        auto environment = wrappedEnvironment(gate.helperEnd(), "EXEC_WRAPPER", program("exeat-exec"));
        environment.pop_back();
        const auto outcome = Child(program("exeat-bash"), argvOf({.text = "/bin/echo ran; echo $?"}), environment, [&] {
                                 ::fcntl(gate.helperEnd(), F_SETFD, 0);
                             }).wait();
        gate.finish();
        QCOMPARE(outcome.out, std::string("126\n"));
        QVERIFY2(first.starts_with('{'), first.c_str());
    }

    void nothingOfTheAskingIsInherited() {
        const Script script{.text = "ls -l /proc/self/fd | grep -c socket; env | grep EXEAT_EXEC_; exec sh -c 'ls -l "
                                    "/proc/self/fd | grep -c socket; exit 3'"};
        for (const auto answers : {RunningGate::Answers::Shell, RunningGate::Answers::Helper}) {
            RunningGate gate(answers);
            const auto outcome = wrapped(gate.helperEnd(), script);
            QCOMPARE(outcome.out, std::string("1\nEXEAT_EXEC_PROTOCOL=1\n1\n")); // the one of the service
            QCOMPARE(outcome.code, 3);
        }
    }

    /** Whatever a script does to the variables: every program is asked about, and a Bash below is intercepted, too. */
    void cannotBeSwitchedOff_data() {
        QTest::addColumn<QString>("change");
        QTest::newRow("nothing") << ":";
        QTest::newRow("unset") << "unset EXEC_WRAPPER BASH_EXEC_WRAPPER CODEX_ESCALATE_SOCKET EXEAT_EXEC_PROTOCOL";
        QTest::newRow("unset -v in a function") << "f() { unset -v EXEC_WRAPPER CODEX_ESCALATE_SOCKET; }; f";
        QTest::newRow("not exported") << "export -n EXEC_WRAPPER BASH_EXEC_WRAPPER CODEX_ESCALATE_SOCKET";
        QTest::newRow("changed") << "export EXEC_WRAPPER=/bin/echo BASH_EXEC_WRAPPER=/bin/echo CODEX_ESCALATE_SOCKET=0";
        QTest::newRow("emptied")
            << "export EXEC_WRAPPER= BASH_EXEC_WRAPPER= CODEX_ESCALATE_SOCKET= EXEAT_EXEC_PROTOCOL=";
        QTest::newRow("read-only array") << "unset EXEC_WRAPPER; declare -rA EXEC_WRAPPER=([a]=b)";
        QTest::newRow("in a script without #!") << "unset EXEC_WRAPPER CODEX_ESCALATE_SOCKET; ./noshebang";
    }
    void cannotBeSwitchedOff() {
        QFETCH(QString, change);
        const QTemporaryDir folder;
        fill(folder);
        for (const char* variable : {"EXEC_WRAPPER", "BASH_EXEC_WRAPPER"}) {
            RunningGate gate;
            const auto text = change.toStdString() +
                              "\n/bin/echo one\n(exec -c /bin/echo two)\nEXEC_WRAPPER= /bin/echo three\n" +
                              program("exeat-bash") + " -c '/bin/echo four; exit 3'; echo $?";
            const auto outcome =
                wrapped(gate.helperEnd(), {.text = text, .folder = folder.path().toStdString()}, variable);
            QVERIFY2(outcome.out.ends_with("one\ntwo\nthree\nfour\n3\n"), outcome.out.c_str());
            std::vector<std::string> echoed;
            for (const auto& seen : gate.seen()) {
                if (seen.file == "/bin/echo")
                    echoed.push_back(seen.argv.back());
            }
            QCOMPARE(echoed, (std::vector<std::string>{"one", "two", "three", "four"}));
        }
    }

    void environmentIsTheScriptsAndOurs() {
        RunningGate gate;
        const auto outcome = wrapped(
            gate.helperEnd(), {.text = "unset HOME EXEC_WRAPPER; export NEW=$'\\xff' EXEAT_EXEC_SHELL=/x; env -0"});
        const auto all = gate.seen();
        QCOMPARE(all.size(), std::size_t{1});
        auto expected = all[0].environment;
        std::string joined;
        for (const auto& variable : expected)
            joined += variable + '\0';
        QCOMPARE(outcome.out, joined);
        const auto has = [&](const std::string& variable) {
            return std::find(expected.begin(), expected.end(), variable) != expected.end();
        };
        QVERIFY(has("NEW=\xff") && has("EXEC_WRAPPER=" + program("exeat-exec")));
        QVERIFY(joined.find("HOME=") == std::string::npos && joined.find("EXEAT_EXEC_SHELL") == std::string::npos);
        QVERIFY(joined.find("EXEAT_EXEC_PREFIX") == std::string::npos);
    }

    void relativeWrapperIsIgnored() {
        const Script script{.text = "/bin/echo free"};
        auto environment = commonEnvironment();
        environment.emplace_back("EXEC_WRAPPER=bin/exeat-exec");
        const auto outcome = Child(program("exeat-bash"), argvOf(script), environment).wait();
        QCOMPARE(outcome.out, std::string("free\n"));
    }

    void wrapperThatCannotStart_data() {
        QTest::addColumn<QString>("wrapper");
        QTest::newRow("missing") << "/no/such/wrapper";
        QTest::newRow("folder") << "/etc";
        QTest::newRow("not executable") << "/etc/passwd";
        QTest::newRow("no program") << "<folder>/noshebang";
    }
    void wrapperThatCannotStart() {
        QFETCH(QString, wrapper);
        const QTemporaryDir folder;
        fill(folder);
        wrapper.replace("<folder>", folder.path());
        auto environment = commonEnvironment();
        environment.push_back("EXEC_WRAPPER=" + wrapper.toStdString());
        const Script script{.text = "/bin/echo ran; echo $?; exec /bin/echo ran"};
        const auto outcome = Child(program("exeat-bash"), argvOf(script), environment).wait();
        QCOMPARE(outcome.code, 126);
        QCOMPARE(outcome.out, std::string("126\n"));
        QVERIFY2(outcome.err.find("the exec wrapper " + wrapper.toStdString()) != std::string::npos,
                 outcome.err.c_str());
    }

    void withoutWrapperItIsPlainBash() {
        const QTemporaryDir folder;
        fill(folder);
        const Script script{.text = "./noshebang a; ./shebang b; ./badinterp; /bin/echo $?",
                            .folder = folder.path().toStdString()};
        const auto actual = Child(program("exeat-bash"), argvOf(script), commonEnvironment(), [&] {
                                [[maybe_unused]] const int moved = ::chdir(script.folder.c_str());
                            }).wait();
        const auto expected = plain(script);
        QVERIFY(!expected.out.empty());
        QVERIFY(actual == expected);
    }
};

QTEST_APPLESS_MAIN(TestBash)
#include "tst_bash.moc"
