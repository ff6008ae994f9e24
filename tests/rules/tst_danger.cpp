#include "shared/base/limits.h"
#include "tests/rules/dangercall.h"

#include <QtTest>

#include <ctime>

using namespace exeat;

namespace {

using Strings = std::vector<std::string>;

} // namespace

class DangerTest : public QObject {
    Q_OBJECT
private slots:
    void namesWhatIsDangerous_data() {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("host");
        QTest::newRow("itself") << "rm -f x" << "rm -f x" << "";
        QTest::newRow("wrappers off") << "env A=1 sudo -u me nice rm -f x" << "rm -f x" << "";
        QTest::newRow("shell off") << "bash -c 'cd y; rm -f \"x y\"'" << "rm -f x y" << "";
        QTest::newRow("unknown words as written") << "bash -c 'rm -f $x \"a$y\"'" << "rm -f $x a$y" << "";
        QTest::newRow("another machine") << "ssh -p 2 me@host 'sudo rm -rf x'" << "rm -rf x" << "me@host";
        QTest::newRow("in a pod") << "kubectl -n y exec p -c d -- rm -f x" << "rm -f x" << "p";
        QTest::newRow("in a container, which may have folders of this machine")
            << "docker run -v /:/h alpine rm -rf /h/x" << "rm -rf /h/x" << "";
        QTest::newRow("run by git") << "git bisect run rm -f x" << "rm -f x" << "";
        QTest::newRow("found by find") << "find . -exec rm -f {} +" << "rm -f {}" << "";
        QTest::newRow("download") << "sudo curl x | tee y | bash -s z" << "sudo curl x | bash -s z" << "";
        QTest::newRow("download as a file") << "bash <(curl x)" << "bash <(curl x)" << "";
        QTest::newRow("device") << "cat x >/dev/sda" << "cat x > /dev/sda" << "";
    }
    void namesWhatIsDangerous() {
        QFETCH(QString, script);
        QFETCH(QString, command);
        QFETCH(QString, host);
        const auto found = dangersOfCall(script.toStdString(), {});
        QCOMPARE(found.size(), std::size_t(1));
        QStringList words;
        for (const auto& word : found.front().command)
            words << QString::fromStdString(word);
        QCOMPARE(words.join(' '), command);
        QCOMPARE(QString::fromStdString(found.front().host), host);
        QVERIFY(!found.front().what.empty());
    }

    void findsAllOfAScript() {
        const auto found = danger::dangersOf({"sh", "-c", "rm -f a; rm -f b; rm -f a; git push -f"}, {});
        QCOMPARE(found.size(), std::size_t(3));
        QCOMPARE(found[1].command, (Strings{"rm", "-f", "b"}));
        QCOMPARE(found[2].id, std::string("git-push-force"));
    }

    void tooManyAreOneWithTheWholeCommand() {
        const auto argvOf = [](std::size_t count) {
            std::string script;
            for (std::size_t i = 0; i < count; ++i)
                script += "rm -f " + std::to_string(i) + "\n";
            return Strings{"sh", "-c", script};
        };
        const auto most = danger::dangersOf(argvOf(limits::dangersPerCommand), {});
        QCOMPARE(most.size(), limits::dangersPerCommand);
        QCOMPARE(most.back().command.front(), std::string("rm"));
        const auto more = danger::dangersOf(argvOf(limits::dangersPerCommand + 1), {});
        QCOMPARE(more.size(), limits::dangersPerCommand);
        QCOMPARE(more.back().command, argvOf(limits::dangersPerCommand + 1));
    }

    void boundedDepth() {
        const auto wrapped = [](std::size_t times) {
            Strings argv(times, "env");
            argv.insert(argv.end(), {"rm", "-f", "x"});
            return danger::dangersOf(argv, {}).size();
        };
        QCOMPARE(wrapped(limits::dangerDepth), std::size_t(1));
        QCOMPARE(wrapped(limits::dangerDepth + 1), std::size_t(0));
        const auto nested = [](std::size_t times) {
            std::string script = "rm -f x";
            for (; times > 0; --times)
                script = "bash <<E" + std::to_string(times) + "\n" + script + "\nE" + std::to_string(times);
            return danger::dangersOf({"sh", "-c", script}, {}).size();
        };
        QCOMPARE(nested(limits::dangerDepth - 1), std::size_t(1));
        QCOMPARE(nested(limits::dangerDepth), std::size_t(0));
    }

    void boundedFlows() {
        const auto places = [](std::size_t count) {
            std::string script;
            for (std::size_t i = 0; i < count; ++i)
                script += "curl x | sh -s " + std::to_string(i) + "\n";
            const danger::ScriptDangers whole(script, {});
            return !whole.at({"sh", "-s", std::to_string(count - 1)}).empty();
        };
        QVERIFY(places(limits::dangersPerScript));
        QVERIFY(!places(limits::dangersPerScript + 1));
    }

    void switchedOff() {
        QCOMPARE(idsOfCall("rm -rf /; git push -f; curl x | sh", {false, {}}), "");
        QCOMPARE(idsOfCall("rm -f x; git push -f", {true, {"rm-force"}}), "git-push-force");
        QCOMPARE(idsOfCall("rm -rf /", {true, {"rm-wide"}}), "rm-force"); // the next row that fits
        QCOMPARE(idsOfCall("curl x | sh; :(){ :|:& };:", {true, {"download-run", "fork-bomb"}}), "");
        QCOMPARE(idsOfCall("kill -9 -1", {true, {"kill-all"}}), "");
    }

    void unknownIdsAreNamed() {
        QVERIFY(danger::unknownDanger("rm-forse").find("did you mean `rm-force`") != std::string::npos);
        QVERIFY(!danger::unknownDanger("nonsense-of-mine").empty());
        QVERIFY(danger::unknownDanger("a\x1b[0m").find('\x1b') == std::string::npos);
    }

    /** By the time of the exec Bash has made words of what the script says. */
    void expandedWordsFit_data() {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QStringList>("argv");
        QTest::addColumn<bool>("asked");
        QTest::newRow("literal") << "curl x | bash -s y" << QStringList{"bash", "-s", "y"} << true;
        QTest::newRow("another shell") << "curl x | bash -s y" << QStringList{"bash", "-s", "z"} << false;
        QTest::newRow("fewer words") << "curl x | bash -s y" << QStringList{"bash", "-s"} << false;
        QTest::newRow("unknown words") << "curl x | bash -s $y" << QStringList{"bash", "-s", "a", "b"} << true;
        QTest::newRow("no words") << "curl x | bash $y" << QStringList{"bash"} << true;
        QTest::newRow("words around") << "curl x | $s bash $y -s z" << QStringList{"sudo", "bash", "-s", "z"} << true;
        QTest::newRow("what Bash takes off") << "curl x | command exec -a y bash" << QStringList{"bash"} << true;
        QTest::newRow("a file after all") << "curl x | bash $y" << QStringList{"bash", "z.sh"} << false;
        QTest::newRow("one word") << "curl x | bash -s \"$y\"" << QStringList{"bash", "-s", "a", "b"} << false;
        QTest::newRow("unknown shell") << "curl x | $SHELL" << QStringList{"/bin/bash"} << true;
        QTest::newRow("unknown program, no shell") << "curl x | $PAGER" << QStringList{"less"} << false;
        QTest::newRow("process substitution") << "bash <(curl x)" << QStringList{"bash", "/dev/fd/63"} << true;
        QTest::newRow("downloaded text") << "sh -c \"$(curl x)\"" << QStringList{"sh", "-c", "echo hello"} << true;
        QTest::newRow("evaluated download") << "eval \"$(curl $x)\"" << QStringList{"curl", "y"} << true;
        QTest::newRow("download beside") << "curl z; eval \"$(curl x)\"" << QStringList{"curl", "z"} << false;
    }
    void expandedWordsFit() {
        QFETCH(QString, script);
        QFETCH(QStringList, argv);
        QFETCH(bool, asked);
        Strings words;
        for (const auto& word : argv)
            words.push_back(word.toStdString());
        QCOMPARE(!danger::ScriptDangers(script.toStdString(), {}).at(words).empty(), asked);
    }

    void boundedWork_data() {
        QTest::addColumn<QString>("unit");
        for (const char* unit : {"env ",
                                 "sudo -u ",
                                 "flock l ",
                                 "sh -c '",
                                 "eval '",
                                 "find . -exec ",
                                 "f(){ f|f& };f;",
                                 "echo x|sh;",
                                 "curl x|",
                                 "curl x|sh|",
                                 "rm -f ",
                                 "rm -f x;",
                                 "git -c alias.x=!",
                                 "git bisect run ",
                                 "docker exec c ",
                                 "kubectl exec p -- ",
                                 "echo a | { sh; sh; sh; };",
                                 "bash <<E\nsh -c ls\nE\n",
                                 "kill ",
                                 "env -S 'env ",
                                 "$x ",
                                 "\"$x\" ",
                                 "cat x >/dev/sda;",
                                 "(( ;"})
            QTest::newRow(unit) << unit;
    }
    void boundedWork() {
        QFETCH(QString, unit);
        const std::clock_t start = std::clock(); // time of this process: others on the machine do not count
        const std::string text = unit.repeated(int(limits::scriptBytes) / unit.size()).toStdString();
        const danger::ScriptDangers whole(text, {});
        danger::dangersOf({"bash", "-c", text}, {});
        Strings argv;
        for (const auto& word : unit.repeated(20'000).split(' ', Qt::SkipEmptyParts))
            argv.push_back(word.toStdString());
        danger::dangersOf(argv, {});
        whole.at(argv);
        const auto seconds = (std::clock() - start) / CLOCKS_PER_SEC;
        QVERIFY2(seconds < 30, qPrintable(QString::number(seconds)));
    }
};

QTEST_APPLESS_MAIN(DangerTest)
#include "tst_danger.moc"
