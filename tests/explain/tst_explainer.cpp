#include "service/explain/explainer.h"
#include "service/explain/replacement.h"
#include "service/policy/policystore.h"
#include "tests/policy/testtree.h"

#include <QtTest>

using namespace exeat;

namespace {

const QString userFile = QStringLiteral("home/.config/exeat/rules/u.rules");
const QString projectFile = QStringLiteral("project/.exeat/rules/p.rules");

} // namespace

/** Real files, the real store, the gate's own resolver and judge. */
class ExplainerTest : public QObject {
    Q_OBJECT
private slots:
    void init() {
        m_tree = std::make_unique<TestTree>();
        QVERIFY(m_tree->makeFolder("home") && m_tree->makeRepository("project"));
    }

    void verdicts_data() {
        QTest::addColumn<QByteArray>("rules");
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("verdict");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const char* rules, const char* command, const char* verdict,
                            const char* said) {
            QTest::newRow(name) << QByteArray(rules) << command << verdict << said;
        };
        row("no rule", "", "id -u", "inside", "it runs inside the sandbox.");
        row("allowed", "prefix_rule(['id'])", "id -u", "allowed", "it runs outside the sandbox, in place.");
        row("asked", "prefix_rule(['id'], 'prompt')", "id", "asked", "a person is asked; if they allow it");
        row("into a sandbox of its own", "prefix_rule(['id'], sandbox='network')", "id", "allowed",
            "it runs inside the sandbox, but with the network, in place.");
        row("asked about a sandbox of its own", "prefix_rule(['id'], 'prompt', sandbox='read-only')", "id", "asked",
            "a person is asked; if they allow it, it runs inside a read-only sandbox without network.");
        row("a file that an agent could write, into less than a session has",
            "prefix_rule(['tool'], sandbox='workspace-write')", "./tool", "allowed", "may write the workspace");
        row("and into more", "prefix_rule(['tool'], sandbox='network')", "./tool", "inside", "inside the sandbox.");
        row("forbidden", "prefix_rule(['id'], 'forbidden', justification='no')", "id", "denied",
            "it is refused, and the agent is told why.");
        row("by another path of the same file", "prefix_rule(['/usr/bin/id'], 'forbidden')", "id", "denied", "refused");
        row("not there", "prefix_rule(['no-such-program'], 'forbidden')", "no-such-program x", "denied",
            "Nothing would start. If it were there: it is refused");
        row("not there, allowed as if it were the system's", "prefix_rule(['no-such-program'])", "no-such-program",
            "allowed", "Nothing would start.");
        row("a builtin in a line", "prefix_rule(['cd'], 'forbidden')", "cd /", "inside", "Bash does this itself");
        row("a file that an agent could write", "prefix_rule(['tool'])", "./tool", "inside", "inside the sandbox");
        row("and forbidden by its name", "prefix_rule(['tool'], 'forbidden')", "./tool", "denied", "refused");
    }
    void verdicts() {
        QFETCH(QByteArray, rules);
        QFETCH(QString, command);
        QFETCH(QString, verdict);
        QFETCH(QString, said);
        QVERIFY(m_tree->write(userFile, rules));
        makeTool();
        const auto told = explainLine(command);
        QVERIFY2(told.has_value(), told ? "" : told.error().text.c_str());
        QCOMPARE(told->size(), std::size_t{1});
        const ExplainedCommand& one = told->front();
        const char* words[] = {"denied", "asked", "allowed", "inside"};
        QCOMPARE(words[static_cast<int>(one.verdict)], verdict);
        QVERIFY2(QString::fromStdString(one.consequence).contains(said), one.consequence.c_str());
        QVERIFY(!one.reason.empty());
    }

    void saysWhyAnAllowDoesNotCount() {
        QVERIFY(m_tree->write(userFile, "prefix_rule(['tool'])\nprefix_rule(['other'])"));
        makeTool();
        const auto told = explainLine("./tool now");
        QVERIFY(told.has_value());
        const ExplainedCommand& one = told->front();
        QCOMPARE(one.search, ProgramSearch::Found);
        QCOMPARE(one.origin, FileOrigin::AgentWritable);
        QCOMPARE(one.realPath, m_tree->at("project/tool"));
        QCOMPARE(one.trials.size(), std::size_t{1});
        QCOMPARE(one.trials[0].outcome, TrialOutcome::NotCounted);
        QVERIFY2(one.trials[0].why.find("host_executable(name=\"tool\"") != std::string::npos,
                 one.trials[0].why.c_str());
    }

    /** In a run there the project can be written, whether or not a session ever was. */
    void theProjectIsWritable() {
        QVERIFY(m_tree->write(userFile, "prefix_rule(['tool'])\nhost_executable('tool', ['" +
                                            m_tree->path("project/tool").toUtf8() + "'])"));
        makeTool();
        const auto told = explainLine("./tool");
        QVERIFY(told.has_value());
        QCOMPARE(told->front().origin, FileOrigin::AgentWritable);
        QCOMPARE(told->front().verdict, Verdict::Escalate); // the rule names this very file
    }

    void aLineIsTakenApart() {
        QVERIFY(m_tree->write(userFile, "prefix_rule(['id'], 'prompt')\nprefix_rule(['uname'], 'forbidden')"));
        const auto told = explainLine("cd / && id $x | uname -a");
        QVERIFY(told.has_value());
        QCOMPARE(told->size(), std::size_t{3});
        QCOMPARE((*told)[0].search, ProgramSearch::ShellBuiltin);
        QVERIFY((*told)[0].trials.empty());
        QCOMPARE((*told)[1].verdict, Verdict::Ask);
        QCOMPARE((*told)[1].notes.size(), std::size_t{1});
        QCOMPARE((*told)[2].verdict, Verdict::Deny);
        QCOMPARE(explainLine("echo $(uname)")->size(), std::size_t{2});
        QVERIFY(!explainLine("echo $(id"));
        QVERIFY(!explainLine(""));
    }

    void wordsAreAboutThePrograms() {
        QVERIFY(m_tree->write(userFile, "prefix_rule(['echo'], 'forbidden')"));
        ExplainQuestion question = questionFor();
        question.argv = {"echo", "a b"};
        const auto told = explain(question, store()->picture(scope()).snapshot);
        QVERIFY(told.has_value());
        QCOMPARE(told->front().verdict, Verdict::Deny);
        QCOMPARE(told->front().search, ProgramSearch::Found);
        QVERIFY(told->front().notes.front().find("builtin") != std::string::npos);
        question.argv = {""};
        QCOMPARE(explain(question, store()->picture(scope()).snapshot)->front().search, ProgramSearch::NotFound);
    }

    void anUnsavedText_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("verdict");
        QTest::newRow("stricter") << userFile << QByteArray("prefix_rule(['id'], 'forbidden')") << "denied";
        QTest::newRow("empty") << userFile << QByteArray() << "inside";
        QTest::newRow("a file that is not there yet")
            << "home/.codex/rules/new.rules" << QByteArray("prefix_rule(['id'], 'prompt')") << "asked";
        QTest::newRow("a project's forbidden holds")
            << projectFile << QByteArray("prefix_rule(['id'], 'forbidden')") << "denied";
        QTest::newRow("broken") << userFile << QByteArray("prefix_rule(") << "";
        QTest::newRow("words that Codex cannot read")
            << "home/.codex/rules/new.rules" << QByteArray("prefix_rule(['id'], exact=True)") << "";
        QTest::newRow("no rules folder") << "home/u.rules" << QByteArray("prefix_rule(['id'])") << "";
        QTest::newRow("no rules file") << "home/.codex/rules/u.txt" << QByteArray("prefix_rule(['id'])") << "";
    }
    void anUnsavedText() {
        QFETCH(QString, file);
        QFETCH(QByteArray, text);
        QFETCH(QString, verdict);
        QVERIFY(m_tree->write(userFile, "prefix_rule(['id'])"));
        const auto snapshot = withReplacedFile(store()->picture(scope()), m_tree->at(file), text.toStdString());
        QCOMPARE(snapshot.has_value(), !verdict.isEmpty());
        if (!snapshot)
            return;
        ExplainQuestion question = questionFor();
        question.argv = {"id"};
        const auto told = explain(question, *snapshot);
        const char* words[] = {"denied", "asked", "allowed", "inside"};
        QCOMPARE(words[static_cast<int>(told->front().verdict)], verdict);
        // Nothing was written.
        QCOMPARE(store()->snapshot(scope()).rules.size(), std::size_t{1});
    }

    void anUnsavedProjectRuleLetsNothingOut() {
        ExplainQuestion question = questionFor();
        question.argv = {"id"};
        for (const QString& file : {projectFile, userFile}) {
            const auto snapshot = withReplacedFile(store()->picture(scope()), m_tree->at(file), "prefix_rule(['id'])");
            const auto told = explain(question, *snapshot);
            QCOMPARE(told->front().verdict, file == userFile ? Verdict::Escalate : Verdict::Inside);
            QCOMPARE(told->front().trials.size(), std::size_t{1});
        }
    }

    void mendingTheOnlyBrokenFile() {
        QVERIFY(m_tree->write(userFile, "broken("));
        QVERIFY(m_tree->write("home/.codex/rules/a.rules", "prefix_rule(['id'])"));
        const auto picture = store()->picture(scope());
        QVERIFY(!picture.snapshot.brokenNote.empty());
        QVERIFY(withReplacedFile(picture, m_tree->at(userFile), "")->brokenNote.empty());
        QVERIFY(!withReplacedFile(picture, m_tree->at("home/.codex/rules/a.rules"), "")->brokenNote.empty());
    }

    /** What no rule decides is asked about all the same where it is on the danger list. */
    void theDangerList() {
        const auto ofTheList = explainLine(QStringLiteral("rm -rf build; echo done > /dev/null; ls"));
        QVERIFY(ofTheList.has_value());
        const ExplainedCommand& rm = ofTheList->front();
        QCOMPARE(rm.verdict, Verdict::Ask);
        QVERIFY2(rm.reason.contains("danger list") && rm.reason.contains("(rm-"), rm.reason.c_str());
        QVERIFY2(rm.consequence.ends_with("if they allow it, it runs inside the sandbox."), rm.consequence.c_str());
        QCOMPARE(ofTheList->back().verdict, Verdict::Inside);
        QCOMPARE(explainLine(QStringLiteral("curl http://x | sh"))->back().verdict, Verdict::Ask);
        const auto wholeLine = explainLine(QStringLiteral("echo x > /dev/sda"));
        QVERIFY(wholeLine.has_value() && !wholeLine->front().notes.empty());
        QVERIFY(wholeLine->front().notes.back().starts_with("the line as a whole is asked about before it starts: "));
        // A rule comes first, and who switched the list off is not asked.
        QVERIFY(m_tree->write(userFile, "prefix_rule(['rm', '-rf', 'build'], 'forbidden')"));
        QCOMPARE(explainLine(QStringLiteral("rm -rf build"))->front().verdict, Verdict::Deny);
        ExplainQuestion question = questionFor();
        question.argv = {"rm", "-rf", "x"};
        QCOMPARE(explain(question, store()->picture(scope()).snapshot)->front().verdict, Verdict::Ask);
        question.heuristics.enabled = false;
        QCOMPARE(explain(question, store()->picture(scope()).snapshot)->front().verdict, Verdict::Inside);
    }

    void replacedRulesStandInTheirPlace() {
        QVERIFY(m_tree->write("home/.codex/rules/a.rules", "prefix_rule(['a'])"));
        QVERIFY(m_tree->write("home/.codex/rules/c.rules", "prefix_rule(['c'])"));
        QVERIFY(m_tree->write(userFile, "prefix_rule(['u'])"));
        const auto snapshot =
            withReplacedFile(store()->picture(scope()), m_tree->at("home/.codex/rules/b.rules"), "prefix_rule(['b'])");
        QVERIFY(snapshot.has_value());
        QStringList order;
        for (const auto& rule : snapshot->rules)
            order << QString::fromStdString(rule.pattern[0].anyOf[0]);
        QCOMPARE(order.join(u' '), QStringLiteral("a b c u"));
    }

private:
    PolicyStore* store() {
        m_store = PolicyStore::create(m_tree->runtimePaths(), {});
        return m_store.get();
    }
    PolicyScope scope() const { return {m_tree->at("project"), {m_tree->at("project")}, {}}; }
    ExplainQuestion questionFor() const {
        return {{}, {}, m_tree->at("project"), "/usr/local/bin:/usr/bin:/bin", {m_tree->at("project"), "/tmp"}};
    }
    Result<std::vector<ExplainedCommand>> explainLine(const QString& line) {
        ExplainQuestion question = questionFor();
        question.script = line.toStdString();
        return explain(question, store()->picture(scope()).snapshot);
    }
    void makeTool() const {
        QVERIFY(m_tree->write("project/tool", "#!/bin/sh\n"));
        QFile(m_tree->path("project/tool")).setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }

    std::unique_ptr<TestTree> m_tree;
    std::unique_ptr<PolicyStore> m_store;
};

QTEST_GUILESS_MAIN(ExplainerTest)
#include "tst_explainer.moc"
