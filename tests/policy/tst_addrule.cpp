#include "service/policy/rulewriter.h"
#include "tests/policy/policybench.h"

#include <QtTest>

#include <algorithm>

#include <sys/stat.h>

using namespace exeat;
using namespace exeat::test;

class AddRuleTest : public QObject {
    Q_OBJECT
private slots:
    void addsRules() {
        const TestTree tree;
        const QString file = "home/.config/exeat/rules/approved.rules";
        const QByteArray before = "# mine\nprefix_rule(['a'])   # no line end";
        QVERIFY(tree.write(file, before));
        QVERIFY(::chmod(tree.at(file).c_str(), 0640) == 0);
        const auto store = createStore(tree.runtimePaths());
        auto rule = ruleFor({"git", "push", "a \"b\"\\\n\xE2\x80\xAE\xC3\xA9"}, RuleDecision::Allow);
        rule.exact = true;
        rule.passEnvironment = {"TOKEN"};
        rule.justification = "said so";
        const std::vector<std::string> argv{"git", "push", "a \"b\"\\\n\xE2\x80\xAE\xC3\xA9"};
        for (int twice = 0; twice < 2; ++twice) {
            const auto added = store->addRule(Layer::User, rule, {argv});
            QVERIFY2(added, added ? "" : added.error().text.c_str());
        }
        QFile written(tree.path(file));
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QByteArray after = written.readAll();
        QVERIFY(after.startsWith(QByteArray(before + '\n')));
        QCOMPARE(after.count("TOKEN"), 1);
        QVERIFY(!after.contains("\xE2\x80\xAE"));
        QCOMPARE(written.permissions() & QFile::ReadGroup, QFile::ReadGroup);
        const auto snapshot = store->snapshot({});
        QCOMPARE(verdictOf(snapshot, argv), Verdict::Escalate);
        QCOMPARE(verdictOf(snapshot, {"git", "push"}), Verdict::Inside);
        QCOMPARE(QDir(tree.path("home/.config/exeat/rules")).entryList(QDir::Files | QDir::Hidden),
                 QStringList{"approved.rules"});
    }

    void anAnswerToPromptsIsWrittenAsOne() {
        const TestTree tree;
        QVERIFY(tree.write("home/.config/exeat/rules/mine.rules", "prefix_rule(['git', 'push'], 'prompt')\n"));
        const auto store = createStore(tree.runtimePaths());
        auto rule = ruleFor({"git", "push"}, RuleDecision::Allow);
        rule.exact = true;
        QVERIFY(store->addRule(Layer::User, rule, {{"git", "push"}}));
        QCOMPARE(verdictOf(store->snapshot({}), {"git", "push"}), Verdict::Ask);
        rule.answersPrompts = true;
        QVERIFY(store->addRule(Layer::User, rule, {{"git", "push"}}));
        QCOMPARE(verdictOf(store->snapshot({}), {"git", "push"}), Verdict::Escalate);
        QCOMPARE(verdictOf(store->snapshot({}), {"git", "push", "-f"}), Verdict::Ask);
    }

    void aRuleForAConfirmedFileIsWrittenAsOne() {
        const TestTree tree;
        const auto store = createStore(tree.runtimePaths());
        auto rule = ruleFor({"/usr/bin/git", "push"}, RuleDecision::Allow);
        rule.confirmedOnly = true;
        QVERIFY(store->addRule(Layer::User, rule, {{"/usr/bin/git", "push"}}));
        const auto snapshot = store->snapshot({});
        QVERIFY(std::ranges::any_of(snapshot.rules, [&](const PrefixRule& read) {
            return read.pattern == rule.pattern && read.confirmedOnly;
        }));
        QCOMPARE(verdictOf(snapshot, {"git", "push"}), Verdict::Inside); // a file of the system's is never confirmed
    }

    void addsTheFirstRule() {
        const TestTree tree;
        const auto store = createStore(tree.runtimePaths());
        QVERIFY(store->addRule(Layer::User, ruleFor({"git"}, RuleDecision::Forbidden), {}));
        struct stat facts{};
        QVERIFY(::stat(tree.at("home/.config/exeat/rules/approved.rules").c_str(), &facts) == 0);
        QCOMPARE(facts.st_mode & 0777U, 0600U);
        QCOMPARE(verdictOf(store->snapshot({}), {"git"}), Verdict::Deny);
    }

    void saysWhereItRuns() {
        using enum RuleSandbox;
        for (const RuleSandbox sandbox : {None, ReadOnly, WorkspaceWrite, Network}) {
            const TestTree tree;
            const auto store = createStore(tree.runtimePaths());
            auto rule = ruleFor({"git"}, RuleDecision::Allow);
            rule.sandbox = sandbox;
            QVERIFY(store->addRule(Layer::User, rule, {}));
            const auto snapshot = store->snapshot({});
            QCOMPARE(std::ranges::count_if(snapshot.rules,
                                           [&](const PrefixRule& added) {
                                               return added.decision == RuleDecision::Allow && added.sandbox == sandbox;
                                           }),
                     1);
        }
    }

    void refusesRules() {
        const TestTree tree;
        const QString file = "home/.config/exeat/rules/approved.rules";
        const auto store = createStore(tree.runtimePaths());
        const auto rule = ruleFor({"git"}, RuleDecision::Allow);
        QVERIFY(!store->addRule(Layer::Project, rule, {}));
        auto confirmed = rule;
        confirmed.confirmedPath = "/ws/git";
        QVERIFY(!store->addRule(Layer::User, confirmed, {}));
        QVERIFY(!store->addRule(Layer::User, ruleFor({"git", "\xFF"}, RuleDecision::Allow), {}));
        QVERIFY(!store->addRule(Layer::User, rule, {{"hg"}})); // the example does not match
        QVERIFY(!QFile::exists(tree.path(file)));
        QVERIFY(tree.write(file, "broken"));
        const auto refused = store->addRule(Layer::User, rule, {});
        QVERIFY(!refused && refused.error().text.find("approved.rules:1:1") != std::string::npos);
        QVERIFY(QFile::remove(tree.path(file)) && tree.write("target", ""));
        QVERIFY(QFile::link(tree.path("target"), tree.path(file)));
        QVERIFY(!store->addRule(Layer::User, rule, {}));
        QCOMPARE(QFile(tree.path("target")).size(), 0);
    }
};

QTEST_GUILESS_MAIN(AddRuleTest)
#include "tst_addrule.moc"
