#include "shared/base/limits.h"
#include "shared/wire/gatemessages.h"
#include "tests/policy/policybench.h"

#include <QtTest>

using namespace exeat;
using namespace exeat::test;

Q_DECLARE_METATYPE(exeat::Verdict)

class PolicyStoreTest : public QObject {
    Q_OBJECT
private slots:
    void everyLayerHolds() {
        const TestTree tree;
        QVERIFY(writeFiveLayers(tree));
        const auto store = createStore(tree.runtimePaths(), {"/ws"});
        const auto first = store->snapshot({tree.at("w"), {}, {}});
        for (const auto& layer : fiveLayers)
            QCOMPARE(verdictOf(first, {layer.program}), Verdict::Deny);
        QCOMPARE(verdictOf(first, {"free"}), Verdict::Escalate);
        QCOMPARE(first.agentWritableRoots, std::vector<std::string>{"/ws"});
        QVERIFY(store->problems().empty());
        const auto second = store->snapshot({{}, {tree.at("home")}, {}});
        QVERIFY(second.version > first.version);
        QCOMPARE(second.directories, std::vector<std::string>{tree.at("home")});
        QCOMPARE(verdictOf(second, {"epsilon"}), Verdict::Inside);
    }

    void mendingEndsTheProblem() {
        const TestTree tree;
        QVERIFY(tree.write(userFile, "broken"));
        const auto store = createStore(tree.runtimePaths());
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
        auto store = createStore(tree.runtimePaths());
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
        const auto store = createStore(tree.runtimePaths());
        QCOMPARE(verdictOf(store->snapshot({}), {"beta"}), Verdict::Deny);
    }

    void onlyNamesThatEndInRules() {
        const TestTree tree;
        for (const char* name : {".rules", "a.RULES", "a.rules.bak", "rules"})
            QVERIFY(tree.write(QString("home/.codex/rules/") + name, "broken"));
        QVERIFY(tree.write("home/.codex/rules/.x.rules", "prefix_rule(['beta'], 'forbidden')"));
        const auto store = createStore(tree.runtimePaths());
        const auto snapshot = store->snapshot({});
        QVERIFY(snapshot.brokenNote.empty());
        QCOMPARE(verdictOf(snapshot, {"beta"}), Verdict::Deny);
    }

    void tooManyFilesAreNotSkippedInSilence() {
        const TestTree tree;
        for (std::size_t i = 0; i < limits::rulesFilesPerFolder; ++i)
            QVERIFY(tree.write(QString("home/.codex/rules/%1.rules").arg(i), "prefix_rule(['free'])"));
        const auto store = createStore(tree.runtimePaths());
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
        const auto store = createStore(tree.runtimePaths());
        QCOMPARE(verdictOf(store->snapshot({}), {"free"}), Verdict::Escalate);
        QVERIFY(tree.write("home/.codex/rules/zz.rules", "#"));
        QCOMPARE(verdictOf(store->snapshot({}), {"free"}), Verdict::Ask);
        QVERIFY(joined(store->problems(), ("more than " + std::to_string(limits::rulesFolderBytes)).c_str()));
    }

    /** 500 bytes of reasons for each of 4000 rules, in two lines: two of these fit. */
    static QByteArray muchInLittle(const char* program) {
        return "j = 'a' * 500\nfor i in range(4000): prefix_rule(['" + QByteArray(program) +
               "', str(i)], 'forbidden', justification = j)\n";
    }

    void rulesThatTakeTooMuchAreNotSkippedInSilence() {
        const TestTree tree;
        QVERIFY(tree.write("home/.codex/rules/a.rules", "prefix_rule(['free'])\n" + muchInLittle("beta")));
        QVERIFY(tree.write("home/.codex/rules/b.rules", muchInLittle("beta")));
        const auto store = createStore(tree.runtimePaths());
        QCOMPARE(verdictOf(store->snapshot({}), {"free"}), Verdict::Escalate);
        // Of one folder.
        QVERIFY(tree.write("home/.codex/rules/c.rules", muchInLittle("beta")));
        QCOMPARE(verdictOf(store->snapshot({}), {"free"}), Verdict::Ask);
        QVERIFY(joined(store->problems(), "c.rules: the rules of this folder take more than"));
        QVERIFY(tree.write("home/.codex/rules/c.rules", ""));
        QCOMPARE(verdictOf(store->snapshot({}), {"free"}), Verdict::Escalate);
        // Of all folders: what reaches the gate must be a frame.
        QVERIFY(tree.write("home/.config/exeat/rules/e.rules", muchInLittle("gamma")));
        const auto snapshot = store->snapshot({});
        QCOMPARE(verdictOf(snapshot, {"free"}), Verdict::Deny);
        QCOMPARE(verdictOf(snapshot, {"other"}), Verdict::Deny); // perhaps what was left out forbids it
        QCOMPARE(verdictOf(snapshot, {"beta", "77"}), Verdict::Deny);
        QVERIFY(joined(store->problems(), "there are more than"));
        const auto bytes = wire::encode(wire::SetPolicy{snapshot}).size();
        QVERIFY2(bytes <= limits::frameBytes && bytes > limits::frameBytes / 2, std::to_string(bytes).c_str());
    }

    /** `directory` says so many rules of no use. */
    static bool flood(const TestTree& tree, const QString& directory, std::size_t rules) {
        bool all = true;
        for (std::size_t first = 0; first < rules; first += limits::rulesPerFile) {
            const auto count = std::min(limits::rulesPerFile, rules - first);
            all = all &&
                  tree.write(directory + "/.exeat/rules/" + QString::number(first) + ".rules",
                             "[prefix_rule(['x" + QByteArray::number(qulonglong(first)) +
                                 "-%d' % i], 'prompt') for i in range(" + QByteArray::number(qulonglong(count)) + ")]");
        }
        return all;
    }

    void aDirectoryWithTooManyRulesHarmsItselfOnly_data() {
        QTest::addColumn<qulonglong>("rules");
        QTest::addColumn<Verdict>("there");
        QTest::newRow("as many as it may") << qulonglong(limits::rulesPerDirectory) << Verdict::Inside;
        QTest::newRow("one more") << qulonglong(limits::rulesPerDirectory + 1) << Verdict::Deny;
        QTest::newRow("twice as many") << qulonglong(limits::rulesPerDirectory * 2) << Verdict::Deny;
    }
    void aDirectoryWithTooManyRulesHarmsItselfOnly() {
        QFETCH(qulonglong, rules);
        QFETCH(Verdict, there);
        const TestTree tree;
        QVERIFY(writeFiveLayers(tree) && flood(tree, "a", rules)); // before all others by its name
        const auto store = createStore(tree.runtimePaths());
        const std::string w = tree.at("w");
        const std::string a = tree.at("a");
        const auto snapshot = store->snapshot({w, {w, a}, {}});
        for (const auto& layer : fiveLayers)
            QCOMPARE(verdictOf(snapshot, {layer.program}, {w, w, w}), Verdict::Deny);
        QCOMPARE(verdictOf(snapshot, {"free"}, {w, w, w}), Verdict::Escalate);
        QCOMPARE(verdictOf(snapshot, {"other"}, {w, w, w}), Verdict::Inside);
        QCOMPARE(verdictOf(snapshot, {"other"}, {w, w, a}), there);
        QCOMPARE(joined(store->problems(), ("the rules of " + a).c_str()), there == Verdict::Deny);
    }

    void whatDoesNotFitBesideOthersIsRefused() {
        const TestTree tree;
        QVERIFY(writeFiveLayers(tree));
        const std::string w = tree.at("w");
        std::vector<std::string> places{w};
        for (const char* name : {"a", "b", "c"}) {
            QVERIFY(flood(tree, name, limits::rulesPerDirectory - 100));
            places.push_back(tree.at(name));
        }
        const auto store = createStore(tree.runtimePaths());
        const auto snapshot = store->snapshot({w, places, {}});
        QVERIFY(snapshot.rules.size() <= limits::rulesPerSnapshot);
        for (const auto& layer : fiveLayers)
            QCOMPARE(verdictOf(snapshot, {layer.program}, {w, w, w}), Verdict::Deny);
        QCOMPARE(verdictOf(snapshot, {"free"}, {w, w, w}), Verdict::Escalate);
        QCOMPARE(verdictOf(snapshot, {"other"}, {w, w, tree.at("a")}), Verdict::Inside);
        const auto refused = judged(snapshot, {"other"}, {w, w, tree.at("c")});
        QCOMPARE(refused.verdict, Verdict::Deny);
        QVERIFY(refused.reason.find("the rules of " + tree.at("c")) != std::string::npos);
        // Another session, which was not there, has room.
        QCOMPARE(verdictOf(store->snapshot({w, {tree.at("c")}, {}}), {"other"}, {w, w, tree.at("c")}), Verdict::Inside);
    }

    void aFloodOfDirectoriesThatDoNotFitIsNamedOnce() {
        const TestTree tree;
        QVERIFY(flood(tree, "a", limits::rulesPerDirectory) && flood(tree, "b", limits::rulesPerDirectory));
        std::vector<std::string> places{tree.at("a"), tree.at("b")};
        for (std::size_t i = 0; i <= limits::missingDirectories; ++i) {
            QVERIFY(flood(tree, QString("c%1").arg(i), 1));
            if (i < limits::missingDirectories)
                places.push_back(tree.at(QString("c%1").arg(i)));
        }
        const auto store = createStore(tree.runtimePaths());
        const std::string a = tree.at("a");
        auto snapshot = store->snapshot({{}, places, {}});
        QCOMPARE(snapshot.missing.size(), limits::missingDirectories);
        QCOMPARE(verdictOf(snapshot, {"other"}, {a, a, a}), Verdict::Inside);
        places.push_back(tree.at(QString("c%1").arg(limits::missingDirectories)));
        snapshot = store->snapshot({{}, places, {}});
        QCOMPARE(snapshot.missing.size(), limits::missingDirectories + 1);
        QCOMPARE(verdictOf(snapshot, {"other"}, {a, a, a}), Verdict::Deny);
    }

    void theFilesOfAProjectsFolderWorkTogether_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<bool>("bounded");
        QTest::newRow("a project's") << "w/.exeat/rules" << true;
        QTest::newRow("a project's, of Codex") << "w/.codex/rules" << true;
        QTest::newRow("the user's own") << "home/.codex/rules" << false;
    }
    void theFilesOfAProjectsFolderWorkTogether() {
        QFETCH(QString, folder);
        QFETCH(bool, bounded);
        const TestTree tree;
        const int third = static_cast<int>(limits::rulesFolderWork / 3); // an empty loop takes two steps a turn
        QVERIFY(tree.makeRepository("w"));
        // It alone is good; what comes before it, when it is known already, cannot take its place.
        QVERIFY(tree.write(folder + "/z.rules", burning(third / 2) + "prefix_rule(['beta'], 'forbidden')"));
        const auto store = createStore(tree.runtimePaths());
        const PolicyScope scope{tree.at("w"), {tree.at("w")}, {}};
        const std::vector<std::string> places(3, tree.at("w"));
        QCOMPARE(verdictOf(store->snapshot(scope), {"beta"}, places), Verdict::Deny);
        QVERIFY(store->problems().empty());
        for (int i = 0; i < 3; ++i)
            QVERIFY(tree.write(folder + QString("/%1.rules").arg(i), burning(third / 2) + "#" + QByteArray::number(i)));
        QCOMPARE(verdictOf(store->snapshot(scope), {"beta"}, places), Verdict::Deny);
        QCOMPARE(joined(store->problems(), "does too much work; the rules files of this folder"), bounded);
        // Also not when the service starts anew and meets the others first.
        const auto next = createStore(tree.runtimePaths());
        QCOMPARE(verdictOf(next->snapshot(scope), {"beta"}, places), Verdict::Deny);
        // Less work is enough.
        QVERIFY(tree.write(folder + "/1.rules", "") && tree.write(folder + "/2.rules", ""));
        QCOMPARE(verdictOf(store->snapshot(scope), {"beta"}, places), Verdict::Deny);
        QVERIFY(store->problems().empty());
    }

    void bytesAreWork() {
        const TestTree tree;
        QVERIFY(tree.makeRepository("w"));
        const QByteArray half(static_cast<int>(limits::rulesFolderWork / 2), '#');
        QVERIFY(tree.write("w/.exeat/rules/1.rules", half) && tree.write("w/.exeat/rules/2.rules", half));
        const auto store = createStore(tree.runtimePaths());
        store->snapshot({tree.at("w"), {}, {}});
        QVERIFY(store->problems().empty());
        QVERIFY(tree.write("w/.exeat/rules/3.rules", "#"));
        store->snapshot({tree.at("w"), {}, {}});
        QVERIFY(joined(store->problems(), "too large together"));
    }

    void sessionGrantsBelongToTheSession() {
        const TestTree tree;
        const auto store = createStore(tree.runtimePaths());
        const auto snapshot = store->snapshot({{}, {}, {ruleFor({"git", "push"}, RuleDecision::Allow)}});
        QCOMPARE(verdictOf(snapshot, {"git", "push"}), Verdict::Escalate);
        QCOMPARE(snapshot.rules[0].layer, Layer::Session);
        QCOMPARE(verdictOf(store->snapshot({}), {"git", "push"}), Verdict::Inside);
    }
};

QTEST_GUILESS_MAIN(PolicyStoreTest)
#include "tst_policystore.moc"
