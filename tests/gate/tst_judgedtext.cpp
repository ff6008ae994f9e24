#include "service/gate/judge/contenthash.h"
#include "tests/gate/gatedriver.h"

#include <QtTest>

#include <filesystem>

using namespace exeat;

/** What a person let out by its content, while the agent rewrites it. */
class TestJudgedText : public QObject {
    Q_OBJECT
private slots:
    void onlyJudgedTextRuns_data();
    void onlyJudgedTextRuns();
};

void TestJudgedText::onlyJudgedTextRuns_data() {
    QTest::addColumn<QString>("attack");
    QTest::addColumn<QString>("start");
    QTest::newRow("in place") << "cat evil >tool; cat good >tool" << "./tool x";
    QTest::newRow("by rename") << "cp -p evil e; mv -f e tool; cp -p good g; mv -f g tool" << "./tool x";
    QTest::newRow("by link") << "ln -sfn evil l; ln -sfn good l" << "./l x";
    QTest::newRow("by the folder's link") << "ln -sfn a d; ln -sfn b d" << "./d/tool x";
    QTest::newRow("a descriptor in the copy's place") << "cat evil >tool; cat good >tool" << "./tool x 63<evil 64<evil";
}

/** The service lets one text out, by its hash; an agent inside rewrites the file meanwhile. */
void TestJudgedText::onlyJudgedTextRuns() {
    QFETCH(QString, attack);
    QFETCH(QString, start);
    QTemporaryDir folder(QStringLiteral("/var/tmp/exeat-gate-XXXXXX"));
    const std::string here = folder.path().toStdString();
    for (const char* name : {"a", "b"})
        std::filesystem::create_directory(here + "/" + name);
    const std::string good = "#!/bin/sh\ntouch " + here + "-good\n";
    const std::string evil = "#!/bin/sh\ntouch " + here + "-evil\n";
    for (const char* name : {"good", "tool", "b/tool"})
        writeProgram(here + "/" + name, good);
    for (const char* name : {"evil", "a/tool"})
        writeProgram(here + "/" + name, evil);
    std::filesystem::create_symlink("good", here + "/l");
    std::filesystem::create_directory_symlink("b", here + "/d");
    SandboxSpec spec;
    spec.mode = SandboxMode::WorkspaceWrite;
    spec.writableRoots = {here};
    const auto judged = gate::contentHash(here + "/good");
    QVERIFY(judged.has_value());
    GateDriver driver;
    driver.onRequest([&](const wire::ExecRequest& request) {
        const Verdict verdict = request.sha256 == *judged ? Verdict::Escalate : Verdict::Deny;
        return wire::ExecAnswer{request.run, request.exec, verdict, "not the judged text", {}};
    });
    driver.setPolicy(policyOf(
        {rule("tool", RuleDecision::Prompt), rule("good", RuleDecision::Prompt), rule("evil", RuleDecision::Prompt)}));
    // The judged text stays for some milliseconds now and then, else on a fast machine none of the tries meets it.
    const std::string script =
        "( while :; do " + attack.toStdString() +
        "; [ $((RANDOM % 4)) = 0 ] && for k in {1..3000}; do :; done; done ) >/dev/null 2>&1 & a=$!\n" +
        "i=0; while [ $i -lt 500 ]; do \"$EXEC_WRAPPER\" " + start.toStdString() +
        " 2>/dev/null; i=$((i+1)); done; kill $a; echo done";
    const RunId run = driver.startRun(script, {}, here, spec);
    QVERIFY(driver.runToEnd(run, 120000));
    QVERIFY2(driver.output(run).ends_with("done\n"), driver.output(run).c_str());
    QVERIFY2(!std::filesystem::remove(here + "-evil"), "unjudged text ran outside");
    QVERIFY2(std::filesystem::remove(here + "-good"), "the judged text never ran");
}

QTEST_GUILESS_MAIN(TestJudgedText)
#include "tst_judgedtext.moc"
