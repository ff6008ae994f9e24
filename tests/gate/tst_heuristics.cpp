#include "service/gate/resolve/callshell.h"
#include "shared/base/limits.h"
#include "tests/gate/gatedriver.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace exeat;

namespace {

/** `H FILE ARGV…` starts a program through the real helper, as the patched Bash does. */
constexpr auto preamble = "H() { \"$EXEC_WRAPPER\" \"$@\"; }; ";

GateDriver::Answerer answering(Verdict verdict, std::string reason = {}) {
    return [verdict, reason](const wire::ExecRequest& request) {
        return wire::ExecAnswer{request.run, request.exec, verdict, reason, {}};
    };
}

PolicySnapshot noRules() {
    return policyOf({rule("nothing", RuleDecision::Allow)});
}

std::size_t heuristicRequests(const GateDriver& driver) {
    return static_cast<std::size_t>(std::ranges::count_if(driver.requests(), [](const wire::ExecRequest& request) {
        return request.judgement.verdict == Verdict::Ask && !request.judgement.dangers.empty();
    }));
}

} // namespace

/** DESIGN.md §4.3: what the agent itself wrote is asked about, what its programs do is not. */
class TestHeuristics : public QObject {
    Q_OBJECT
private slots:
    void asksForTheScriptsOwn_data();
    void asksForTheScriptsOwn();
    void rulesComeFirst_data();
    void rulesComeFirst();
    void answers_data();
    void answers();
    void forbiddenMeanwhile();
    void namesWhatItIsAbout();
    void inASandbox();
    void switchedOff_data();
    void switchedOff();
    void beforeTheScriptStarts_data();
    void beforeTheScriptStarts();
    void withdrawnBeforeTheStart();
    void programsThatEndedAreForgotten();
};

void TestHeuristics::asksForTheScriptsOwn_data() {
    QTest::addColumn<QString>("script");
    QTest::addColumn<int>("asked");
    const auto row = [](const char* name, const char* script, int asked) { QTest::newRow(name) << script << asked; };
    row("the shell itself", "H /bin/rm rm -f victim", 1);
    row("in place", "exec \"$EXEC_WRAPPER\" /bin/rm rm -f victim", 1);
    row("subshell", "( : ; H /bin/rm rm -f victim )", 1);
    row("subshell in place", "( exec \"$EXEC_WRAPPER\" /bin/rm rm -f victim )", 1);
    row("substitution", "x=$(H /bin/rm rm -f victim)", 1);
    row("pipeline", "echo | H /bin/rm rm -f victim", 1);
    row("background", "H /bin/rm rm -f victim & wait", 1);
    row("orphan", "( H /bin/rm rm -f victim & ); while [ -e victim ]; do :; done", 1);
    row("eval", "eval 'H /bin/rm rm -f victim'", 1);
    row("expanded", "x=-f; y=victim; H /bin/rm rm $x \"$y\"", 1);
    row("literal script behind -c", "H /bin/sh sh -c 'rm -f victim'", 1);
    row("expanded script behind -c", "x='rm -f victim'; H /bin/sh sh -c \"$x\"", 1);
    row("wrapper", "H /usr/bin/env env A=1 rm -f victim", 1);
    row("by another name", "ln -s /bin/rm link; H ./link link -f victim", 1);
    row("argv[0] says otherwise", "H /bin/rm harmless -f victim", 1);
    row("from a function", "f() { H /bin/rm rm -f victim; }; f", 1);
    row("end of a download", "sh() { H /bin/sh sh; }; curl() { echo rm victim; }; curl x | sh", 1);
    row("text into a shell", "sh() { H /bin/sh sh; }; sh <<'E'\nrm -f victim\nE", 1);

    row("without force", "H /bin/rm rm victim", 0);
    row("a program of the list, harmless", "H /usr/bin/git git --version; rm victim", 0);
    row("script in a file", "H ./script script", 0);
    row("script in a file, given to a shell", "H /bin/bash bash ./script", 0);
    row("script in a file, in place", "exec \"$EXEC_WRAPPER\" ./script script", 0);
    row("script that execs in place", "H ./execs execs", 0);
    row("script in place that execs in place", "exec \"$EXEC_WRAPPER\" ./execs execs", 0);
    row("script without #!", "H ./plain plain", 0);
    row("script in the background of a script", "H ./behind behind; while [ -e victim ]; do :; done", 0);
    row("shell that reads no program", "sh() { H /bin/sh sh ./script; }; curl() { :; }; curl x | sh ./script", 0);
}

void TestHeuristics::asksForTheScriptsOwn() {
    QFETCH(QString, script);
    QFETCH(int, asked);
    QTemporaryDir folder;
    const std::string here = folder.path().toStdString();
    std::ofstream(here + "/victim") << "x";
    writeProgram(here + "/script", "#!/bin/bash\n\"$EXEC_WRAPPER\" /bin/rm rm -f victim\n");
    writeProgram(here + "/execs", "#!/bin/bash\nexec \"$EXEC_WRAPPER\" /bin/rm rm -f victim\n");
    writeProgram(here + "/plain", "\"$EXEC_WRAPPER\" /bin/rm rm -f victim\n");
    writeProgram(here + "/behind", "#!/bin/bash\n{ \"$EXEC_WRAPPER\" /bin/rm rm -f victim; :; } &\nwait\n");
    GateDriver driver;
    driver.onRequest(answering(Verdict::Inside));
    driver.setPolicy(noRules());
    const RunId run = driver.startRun(preamble + script.toStdString(), {}, here);
    QVERIFY(driver.runToEnd(run));
    QVERIFY2(!std::filesystem::exists(here + "/victim"), driver.output(run).c_str());
    QCOMPARE(int(heuristicRequests(driver)), asked);
    QCOMPARE(int(driver.requests().size()), asked);
}

void TestHeuristics::rulesComeFirst_data() {
    QTest::addColumn<int>("decision");
    QTest::addColumn<int>("verdict"); ///< of the request; -1: none
    QTest::addColumn<QString>("output");
    QTest::newRow("allow") << int(RuleDecision::Allow) << int(Verdict::Escalate) << "rc=0\n";
    QTest::newRow("prompt") << int(RuleDecision::Prompt) << int(Verdict::Ask) << "rc=0\n";
    QTest::newRow("forbidden") << int(RuleDecision::Forbidden) << -1 << "rc=1\n";
}

void TestHeuristics::rulesComeFirst() {
    QFETCH(int, decision);
    QFETCH(int, verdict);
    QFETCH(QString, output);
    GateDriver driver;
    driver.setPolicy(policyOf({rule("rm", static_cast<RuleDecision>(decision))}));
    const RunId run = driver.startRun(std::string(preamble) + "H /bin/rm rm -f /nonexistent 2>/dev/null; echo rc=$?");
    QVERIFY(driver.runToEnd(run));
    QCOMPARE(QString::fromStdString(driver.output(run)), output);
    QCOMPARE(heuristicRequests(driver), std::size_t(0));
    QCOMPARE(driver.requests().size(), std::size_t(verdict < 0 ? 0 : 1));
    if (verdict >= 0)
        QCOMPARE(int(driver.requests().front().judgement.verdict), verdict);
}

void TestHeuristics::answers_data() {
    QTest::addColumn<int>("answer");
    QTest::addColumn<bool>("removed");
    QTest::addColumn<QString>("contains");
    QTest::newRow("allowed: inside") << int(Verdict::Inside) << true << "rc=0";
    QTest::newRow("denied, with words") << int(Verdict::Deny) << false << "not today";
    QTest::newRow("never outside") << int(Verdict::Escalate) << false << "rc=1";
}

void TestHeuristics::answers() {
    QFETCH(int, answer);
    QFETCH(bool, removed);
    QFETCH(QString, contains);
    QTemporaryDir folder;
    std::ofstream(folder.filePath("victim").toStdString()) << "x";
    GateDriver driver;
    driver.onRequest(answering(static_cast<Verdict>(answer), "not today"));
    driver.setPolicy(noRules());
    const RunId run = driver.startRun(std::string(preamble) + "H /bin/rm rm -f victim 2>&1; echo rc=$?", {},
                                      folder.path().toStdString());
    QVERIFY(driver.runToEnd(run));
    QCOMPARE(!std::filesystem::exists(folder.filePath("victim").toStdString()), removed);
    QVERIFY2(driver.output(run).contains(contains.toStdString()), driver.output(run).c_str());
    QCOMPARE(driver.requests().size(), std::size_t(1));
}

void TestHeuristics::forbiddenMeanwhile() {
    GateDriver driver;
    driver.onRequest([&](const wire::ExecRequest& request) {
        driver.setPolicy(policyOf({rule("rm", RuleDecision::Forbidden)}));
        return wire::ExecAnswer{request.run, request.exec, Verdict::Inside, {}, {}};
    });
    driver.setPolicy(noRules());
    const RunId run = driver.startRun(std::string(preamble) + "H /bin/rm rm -f /nonexistent; echo rc=$?");
    QVERIFY(driver.runToEnd(run));
    QVERIFY2(driver.output(run).contains("rc=1"), driver.output(run).c_str());
}

void TestHeuristics::namesWhatItIsAbout() {
    GateDriver driver;
    driver.onRequest(answering(Verdict::Inside));
    driver.setPolicy(noRules());
    const RunId run = driver.startRun(std::string(preamble) + "H /usr/bin/env env -u HOME rm -f /nonexistent");
    QVERIFY(driver.runToEnd(run));
    const auto& judgement = driver.requests().front().judgement;
    QCOMPARE(judgement.dangers.size(), std::size_t(1));
    QCOMPARE(judgement.dangers.front().id, std::string("rm-force"));
    QCOMPARE(judgement.dangers.front().command, (std::vector<std::string>{"rm", "-f", "/nonexistent"}));
    QVERIFY2(judgement.reason.contains("rm-force") && judgement.reason.contains("deletes"), judgement.reason.c_str());
    // It goes on inside, so nothing is prepared for the other side.
    QVERIFY(driver.requests().front().command.environment.empty());
    QVERIFY(driver.requests().front().sha256.empty());
}

void TestHeuristics::inASandbox() {
    QTemporaryDir folder(QStringLiteral("/var/tmp/exeat-gate-XXXXXX"));
    const std::string here = folder.path().toStdString();
    std::ofstream(here + "/victim") << "x";
    std::ofstream(here + "/other") << "x";
    writeProgram(here + "/script", "#!/bin/bash\n\"$EXEC_WRAPPER\" /bin/rm rm -f other\n");
    SandboxSpec spec;
    spec.mode = SandboxMode::WorkspaceWrite;
    spec.writableRoots = {here};
    GateDriver driver;
    driver.onRequest(answering(Verdict::Inside));
    driver.setPolicy(noRules());
    const std::string outside = here + "-outside";
    std::ofstream(outside) << "x";
    const RunId run = driver.startRun(std::string(preamble) + "H ./script script; (H /bin/rm rm -f victim " + outside +
                                          " 2>/dev/null); echo rc=$?",
                                      {}, here, spec);
    QVERIFY(driver.runToEnd(run));
    QCOMPARE(QString::fromStdString(driver.output(run)), "rc=1\n"); // what lies outside it may not touch
    QCOMPARE(heuristicRequests(driver), std::size_t(1));
    QVERIFY(!std::filesystem::exists(here + "/victim") && !std::filesystem::exists(here + "/other"));
    QVERIFY(std::filesystem::remove(outside));
}

void TestHeuristics::switchedOff_data() {
    QTest::addColumn<bool>("enabled");
    QTest::addColumn<QString>("off");
    QTest::newRow("all") << false << "";
    QTest::newRow("one") << true << "rm-force";
}

void TestHeuristics::switchedOff() {
    QFETCH(bool, enabled);
    QFETCH(QString, off);
    GateDriver driver;
    driver.setHeuristics({enabled, {off.toStdString()}});
    driver.setPolicy(noRules());
    const RunId run = driver.startRun(std::string(preamble) + "H /bin/rm rm -f /nonexistent; echo rc=$?");
    QVERIFY(driver.runToEnd(run));
    QCOMPARE(QString::fromStdString(driver.output(run)), "rc=0\n");
    QVERIFY(driver.requests().empty());
}

void TestHeuristics::beforeTheScriptStarts_data() {
    QTest::addColumn<QString>("script");
    QTest::addColumn<int>("answer");
    QTest::addColumn<bool>("runs");
    QTest::newRow("builtin kill, allowed") << "false && kill -9 -1; echo ran" << int(Verdict::Inside) << true;
    QTest::newRow("builtin kill, denied") << "false && kill -9 -1; echo ran" << int(Verdict::Deny) << false;
    QTest::newRow("never outside") << "false && kill -9 -1; echo ran" << int(Verdict::Escalate) << false;
    QTest::newRow("device") << "false && : >/dev/exeat-none; echo ran" << int(Verdict::Deny) << false;
}

void TestHeuristics::beforeTheScriptStarts() {
    QFETCH(QString, script);
    QFETCH(int, answer);
    QFETCH(bool, runs);
    GateDriver driver;
    driver.onRequest(answering(static_cast<Verdict>(answer), "not today"));
    driver.setPolicy(noRules());
    const RunId run = driver.startRun(script.toStdString());
    QVERIFY(driver.runToEnd(run));
    QCOMPARE(driver.requests().size(), std::size_t(1));
    const auto& request = driver.requests().front();
    QCOMPARE(request.exec, shellExec);
    QCOMPARE(request.command.argv.at(3), script.toStdString()); // bash -c -- SCRIPT bash
    QCOMPARE(QString::fromStdString(driver.output(run)), runs ? "ran\n" : "");
    QCOMPARE(QString::fromStdString(driver.refusal()), runs ? "" : "not today");
}

void TestHeuristics::withdrawnBeforeTheStart() {
    GateDriver driver;
    driver.onRequest([](const wire::ExecRequest&) { return wire::ExecAnswer{}; });
    driver.setPolicy(noRules());
    const RunId run = driver.startRun("false && kill -9 -1; echo ran");
    QVERIFY(driver.pumpUntil([&] { return driver.requests().size() == 1; }));
    driver.send(wire::KillRun{run});
    QVERIFY(driver.runToEnd(run));
    QCOMPARE(driver.withdrawn().size(), std::size_t(1));
    QCOMPARE(driver.withdrawn().front().exec, shellExec);
    driver.send(wire::ExecAnswer{run, shellExec, Verdict::Inside, {}, {}}); // too late
    QVERIFY(driver.output(run).empty());
}

/** However many programs a script starts, what is kept of them is bounded, and those alive are still known. */
void TestHeuristics::programsThatEndedAreForgotten() {
    gate::CallShell shell({"/bin/bash"});
    const gate::ProcessFacts ownFacts = gate::processFacts(::getpid());
    QVERIFY(shell.isCaller(::getpid(), ownFacts, ::getppid()));
    shell.becomesProgram(::getpid(), ownFacts);
    QVERIFY(!shell.isCaller(::getpid(), ownFacts, ::getppid()));
    const pid_t none = 1 << 23; // beyond the kernel's largest number
    for (std::size_t i = 0; i < 3 * limits::processesPerSandbox; ++i)
        shell.becomesProgram(none + static_cast<pid_t>(i), gate::ProcessFacts{});
    QVERIFY(shell.known() <= 2 * limits::processesPerSandbox);
    QVERIFY(!shell.isCaller(::getpid(), ownFacts, ::getppid()));
}

QTEST_GUILESS_MAIN(TestHeuristics)
#include "tst_heuristics.moc"
