#include "shared/base/limits.h"
#include "tests/policy/policybench.h"

#include <QtTest>

using namespace exeat;
using namespace exeat::test;

class PolicyStoreTest : public QObject {
    Q_OBJECT
private:
    /** Five layers, one rule each: alpha … epsilon. */
    static bool writeFiveLayers(const TestTree& tree) {
        return tree.makeRepository("w") &&
               tree.write("install/share/exeat/rules/s.rules", "prefix_rule(['alpha'], 'forbidden')\n") &&
               tree.write(userFile, "prefix_rule(['beta'], 'forbidden')\nprefix_rule(['free'])\n") &&
               tree.write("home/.config/exeat/rules/e.rules", "prefix_rule(['gamma'], 'forbidden', exact=True)\n") &&
               tree.write(projectFile, "prefix_rule(['delta'], 'forbidden')\n") &&
               tree.write("w/.exeat/rules/x.rules", "prefix_rule(['epsilon'], 'forbidden', exact=True)\n");
    }
private slots:
    void everyLayerHolds() {
        const TestTree tree;
        QVERIFY(writeFiveLayers(tree));
        const auto store = PolicyStore::create(tree.runtimePaths(), {"/ws"});
        const auto first = store->snapshot({tree.at("w"), {}, {}});
        for (const char* name : {"alpha", "beta", "gamma", "delta", "epsilon"})
            QCOMPARE(verdictOf(first, {name}), Verdict::Deny);
        QCOMPARE(verdictOf(first, {"free"}), Verdict::Escalate);
        QCOMPARE(first.agentWritableRoots, std::vector<std::string>{"/ws"});
        QVERIFY(store->problems().empty());
        const auto second = store->snapshot({{}, {tree.at("home")}, {}});
        QVERIFY(second.version > first.version);
        QCOMPARE(second.directories, std::vector<std::string>{tree.at("home")});
        QCOMPARE(verdictOf(second, {"delta"}), Verdict::Inside);
    }

    void mendingEndsTheProblem() {
        const TestTree tree;
        QVERIFY(tree.write(userFile, "broken"));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QVERIFY(!store->snapshot({}).brokenNote.empty());
        QVERIFY(tree.write(userFile, "prefix_rule(['beta'], 'forbidden')"));
        const auto snapshot = store->snapshot({});
        QVERIFY(snapshot.brokenNote.empty());
        QCOMPARE(verdictOf(snapshot, {"beta"}), Verdict::Deny);
        QVERIFY(store->problems().empty());
    }

    void foldersThatCannotBeRead() {
        const TestTree tree;
        QVERIFY(tree.write("home/.codex/rules", "a file, not a folder"));
        auto store = PolicyStore::create(tree.runtimePaths(), {});
        QVERIFY(!store->snapshot({}).brokenNote.empty());
        QVERIFY(joined(store->problems(), "is not a folder"));
        QVERIFY(QFile::remove(tree.path("home/.codex/rules")));
        QVERIFY(QFile::link(tree.path("nowhere"), tree.path("home/.codex/rules")));
        QVERIFY(!store->snapshot({}).brokenNote.empty());
        QVERIFY(QFile::remove(tree.path("home/.codex/rules")));
        QVERIFY(store->snapshot({}).brokenNote.empty());
    }

    void aLinkedRulesFolderIsFollowed() {
        const TestTree tree;
        QVERIFY(tree.write("shared/u.rules", "prefix_rule(['beta'], 'forbidden')") && tree.makeFolder("home/.codex"));
        QVERIFY(QFile::link(tree.path("shared"), tree.path("home/.codex/rules")));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QCOMPARE(verdictOf(store->snapshot({}), {"beta"}), Verdict::Deny);
    }

    void onlyNamesThatEndInRules() {
        const TestTree tree;
        for (const char* name : {".rules", "a.RULES", "a.rules.bak", "rules"})
            QVERIFY(tree.write(QString("home/.codex/rules/") + name, "broken"));
        QVERIFY(tree.write("home/.codex/rules/.x.rules", "prefix_rule(['beta'], 'forbidden')"));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        const auto snapshot = store->snapshot({});
        QVERIFY(snapshot.brokenNote.empty());
        QCOMPARE(verdictOf(snapshot, {"beta"}), Verdict::Deny);
    }

    void tooManyFilesAreNotSkippedInSilence() {
        const TestTree tree;
        for (std::size_t i = 0; i < limits::rulesFilesPerFolder; ++i)
            QVERIFY(tree.write(QString("home/.codex/rules/%1.rules").arg(i), "prefix_rule(['free'])"));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QCOMPARE(verdictOf(store->snapshot({}), {"free"}), Verdict::Escalate);
        QVERIFY(tree.write("home/.codex/rules/zz.rules", "prefix_rule(['beta'], 'forbidden')"));
        QCOMPARE(verdictOf(store->snapshot({}), {"free"}), Verdict::Ask);
        QVERIFY(joined(store->problems(), ("more than " + std::to_string(limits::rulesFilesPerFolder)).c_str()));
    }

    void tooManyBytesAreNotSkippedInSilence() {
        const TestTree tree;
        const QByteArray comment(int(limits::rulesFileBytes), '#');
        for (std::size_t i = 0; i + 1 < limits::rulesFolderBytes / limits::rulesFileBytes; ++i)
            QVERIFY(tree.write(QString("home/.codex/rules/c%1.rules").arg(i), comment));
        QByteArray last = "prefix_rule(['free'])#";
        last += comment.left(comment.size() - last.size());
        QVERIFY(tree.write("home/.codex/rules/z.rules", last));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QCOMPARE(verdictOf(store->snapshot({}), {"free"}), Verdict::Escalate);
        QVERIFY(tree.write("home/.codex/rules/zz.rules", "#"));
        QCOMPARE(verdictOf(store->snapshot({}), {"free"}), Verdict::Ask);
        QVERIFY(joined(store->problems(), ("more than " + std::to_string(limits::rulesFolderBytes)).c_str()));
    }

    void sessionGrantsBelongToTheSession() {
        const TestTree tree;
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        const auto snapshot = store->snapshot({{}, {}, {ruleFor({"git", "push"}, RuleDecision::Allow)}});
        QCOMPARE(verdictOf(snapshot, {"git", "push"}), Verdict::Escalate);
        QCOMPARE(snapshot.rules[0].layer, Layer::Session);
        QCOMPARE(verdictOf(store->snapshot({}), {"git", "push"}), Verdict::Inside);
    }
};

QTEST_GUILESS_MAIN(PolicyStoreTest)
#include "tst_policystore.moc"
