#include "rules/explanation.h"

#include <QtTest>

using namespace exeat;

namespace {

PolicySnapshot snapshotOf(const std::string& text) {
    const auto parsed = rules::parseRules(text, "/r/a.rules", Layer::User, Vocabulary::Exeat);
    if (!parsed)
        qFatal("the test's own rules are wrong: %s", parsed.error().message.c_str());
    PolicySnapshot snapshot;
    snapshot.rules = parsed->rules;
    snapshot.hostExecutables = parsed->hostExecutables;
    return snapshot;
}

rules::ProgramFacts git() {
    rules::ProgramFacts facts;
    facts.calledAs = facts.realPath = "/usr/bin/git";
    facts.names = {"git"};
    facts.equalPaths = {"/bin/git"};
    facts.unplantable = true;
    return facts;
}

std::vector<RuleTrial> trials(const std::string& text, const rules::ProgramFacts& program,
                              const std::vector<std::string>& argv) {
    const auto snapshot = snapshotOf(text);
    return rules::trialsOf(snapshot, program, argv, rules::judge(snapshot, program, argv));
}

} // namespace

/** What is told of each rule agrees with the judge, and rules of other programs are not told of. */
class ExplanationTest : public QObject {
    Q_OBJECT
private slots:
    void words_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("outcome");
        QTest::addColumn<QString>("why");
        const auto row = [](const char* name, const char* text, const char* outcome, const char* why) {
            QTest::newRow(name) << text << outcome << why;
        };
        row("matches", "prefix_rule(['git', 'push'], 'prompt')", "matched", "matches: git push");
        row("by path", "prefix_rule(['/bin/git', 'push'], 'prompt')", "matched", "matches: /bin/git push");
        row("another argument", "prefix_rule(['git', ['log', 'show', 'diff']])", "not",
            "argument 1 is `push`, the rule wants `log`, `show` or `diff`");
        row("too short", "prefix_rule(['git', 'push', 'origin', 'main', '-f'])", "not",
            "the command ends where the rule wants `-f`");
        row("exact", "prefix_rule(['git', 'push'], exact=True)", "not",
            "the rule is for exactly these words, and `origin` follows");
        row("excepted", "prefix_rule(['git'], unless=[['git', 'log'], ['git', 'push']])", "not",
            "its exception `git push` matches");
        row("overruled", "prefix_rule(['git'])\nprefix_rule(['git', 'push'], 'forbidden')", "matched",
            "a stricter rule decides");
        row("many alternatives", "prefix_rule(['git', ['a','b','c','d','e','f','g','h','i','j']])", "not",
            "`h` or one of 2 more");
        row("hostile words", "prefix_rule(['git', '\\x1b[2J'])", "not", "the rule wants `\\e[2J`");
    }
    void words() {
        QFETCH(QString, text);
        QFETCH(QString, outcome);
        QFETCH(QString, why);
        const auto found = trials(text.toStdString(), git(), {"git", "push", "origin", "main"});
        QVERIFY(!found.empty());
        const RuleTrial& trial = found.front();
        QCOMPARE(trial.outcome == TrialOutcome::Matched, outcome == "matched");
        QVERIFY2(QString::fromStdString(trial.why).contains(why), trial.why.c_str());
        QCOMPARE(trial.file, std::string("/r/a.rules"));
        QCOMPARE(trial.line, 1);
    }

    void otherProgramsAreLeftOut() {
        QVERIFY(trials("prefix_rule(['hg'])\nprefix_rule(['/usr/bin/hg', 'git'])", git(), {"git", "push"}).empty());
    }

    void anAllowThatDoesNotCountNamesTheCure() {
        auto planted = git();
        planted.unplantable = false;
        const auto found = trials("prefix_rule(['git'])", planted, {"git", "push"});
        QCOMPARE(found.size(), std::size_t{1});
        QCOMPARE(found[0].outcome, TrialOutcome::NotCounted);
        QVERIFY2(found[0].why.find("allow does not count: ") != std::string::npos, found[0].why.c_str());
        QVERIFY(found[0].why.find("host_executable(name=\"git\"") != std::string::npos);
    }

    /** Rules of one line look alike; each is told of by what the judge said of it. */
    void rulesOfOneLoop() {
        const auto found = trials("for n in ['log', 'push', 'pull']:\n    prefix_rule(['git', n], 'prompt')\n", git(),
                                  {"git", "push"});
        QCOMPARE(found.size(), std::size_t{3});
        QCOMPARE(found[0].outcome, TrialOutcome::NotMatched);
        QCOMPARE(found[1].outcome, TrialOutcome::Matched);
        QCOMPARE(found[2].outcome, TrialOutcome::NotMatched);
    }

    /** As many matches as the judge has steps, in any mixture. */
    void agreesWithTheJudge() {
        const auto snapshot = snapshotOf(
            "prefix_rule(['git'])\nprefix_rule(['git', 'push'], 'prompt', unless=[['git', 'push', 'origin']])\n"
            "prefix_rule([['hg', 'git'], 'push'])\nprefix_rule(['GIT'], 'prompt', canonical_matching=True)\n"
            "prefix_rule(['/usr/bin/git', 'push'])\nprefix_rule(['git', 'push', 'origin'], exact=True)\n");
        for (const std::vector<std::string>& argv :
             {std::vector<std::string>{"git"}, {"git", "push"}, {"git", "push", "origin"}, {"git", "push", "x", "y"}}) {
            const auto judgement = rules::judge(snapshot, git(), argv);
            const auto found = rules::trialsOf(snapshot, git(), argv, judgement);
            const auto matched = std::count_if(found.begin(), found.end(), [](const RuleTrial& trial) {
                return trial.outcome != TrialOutcome::NotMatched;
            });
            QCOMPARE(static_cast<std::size_t>(matched), judgement.trace.size());
            QCOMPARE(found.size(), snapshot.rules.size());
        }
    }

    void patterns() {
        QCOMPARE(rules::shortPattern({{{"git"}}, {{"push", "a b"}}, {{""}}}), std::string("git [push|'a b'] ''"));
        QVERIFY(rules::shortPattern({{{std::string(100000, 'x')}}}, 64).size() <= 64);
    }
};

QTEST_APPLESS_MAIN(ExplanationTest)
#include "tst_explanation.moc"
