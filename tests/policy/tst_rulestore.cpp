#include "service/policy/rulestore.h"
#include "shared/base/limits.h"
#include "tests/policy/policybench.h"

#include <QSignalSpy>
#include <QtTest>

using namespace exeat;
using namespace exeat::test;

namespace {

LayerFolder projectFolder(const TestTree& tree, const QString& directory) {
    return {Layer::Project, tree.at(directory + "/.exeat/rules"), rules::Vocabulary::Exeat, tree.at(directory)};
}

/** As many folders as the store remembers, which need not exist. */
void flood(RuleStore& store, const TestTree& tree) {
    for (std::size_t i = 0; i <= limits::rulesFolders; ++i)
        store.folder(projectFolder(tree, QString("flood%1").arg(i)), Reading::Now, RulesPlace::Visited);
}

rules::RulesFile declaredIn(const FolderRules& folder) {
    rules::RulesFile all;
    for (const auto& file : folder.declared)
        rules::append(all, *file);
    return all;
}

} // namespace

class RuleStoreTest : public QObject {
    Q_OBJECT
private slots:
    void aFloodPushesOutWhatNobodyHolds() {
        const TestTree tree;
        for (const char* directory : {"held", "left"})
            QVERIFY(tree.write(directory + QString("/.exeat/rules/r.rules"), "prefix_rule(['beta'], 'forbidden')"));
        QVERIFY(tree.write(userFile, "prefix_rule(['gamma'], 'forbidden')"));
        const LayerFolder users{Layer::User, tree.at("home/.codex/rules"), rules::Vocabulary::Codex, {}};
        RuleStore store(LastGood(tree.at("last-good")));
        const auto user = store.folder(users).rules;
        const FolderView held = store.folder(projectFolder(tree, "held"));
        const auto left = store.folder(projectFolder(tree, "left")).rules;
        QCOMPARE(store.folder(projectFolder(tree, "left")).rules, left);
        flood(store, tree);
        QCOMPARE(store.folder(users).rules, user);
        QCOMPARE(store.folder(projectFolder(tree, "held")).rules, held.rules);
        const auto again = store.folder(projectFolder(tree, "left")).rules;
        QVERIFY(again != left);
        QCOMPARE(declaredIn(*again), declaredIn(*left));
        // It is remembered and watched again.
        QSignalSpy changed(&store, &RuleStore::changed);
        QVERIFY(tree.write("left/.exeat/rules/r.rules", ""));
        QTRY_VERIFY(!changed.isEmpty());
        QCOMPARE(changed[0][0].value<std::set<std::string>>(), std::set<std::string>{tree.at("left")});
    }

    void whatIsPushedOutKeepsItsLastGoodVersion() {
        const TestTree tree;
        const QString file = "w/.exeat/rules/r.rules";
        QVERIFY(tree.write(file, "prefix_rule(['beta'], 'forbidden')"));
        RuleStore store(LastGood(tree.at("last-good")));
        QCOMPARE(store.folder(projectFolder(tree, "w")).rules->size.rules, std::size_t{1});
        QVERIFY(tree.write(file, "prefix_rule("));
        flood(store, tree);
        const auto rules = store.folder(projectFolder(tree, "w")).rules;
        QCOMPARE(rules->size.rules, std::size_t{1});
        QVERIFY(rules->brokenNote.empty() && !rules->problems.empty());
    }

    /** Good one after the other; together they would be more work than the folder may make. */
    void lastGoodVersionsAreWorkToo() {
        const TestTree tree;
        const QByteArray content = burning(int(limits::rulesFolderWork / 3)) + "prefix_rule(['beta'], 'forbidden')";
        const auto folder = projectFolder(tree, "w");
        auto store = std::make_unique<RuleStore>(LastGood(tree.at("last-good")));
        for (int i = 0; i < 3; ++i) {
            const QString file = QString("w/.exeat/rules/%1.rules").arg(i);
            QVERIFY(tree.write(file, content));
            store->folder(folder);
            QVERIFY(tree.write(file, "prefix_rule("));
            store->folder(folder);
        }
        QCOMPARE(store->folder(folder).rules->size.rules, std::size_t{3});
        store = std::make_unique<RuleStore>(LastGood(tree.at("last-good")));
        const auto rules = store->folder(folder).rules;
        QCOMPARE(rules->size.rules, std::size_t{1});
        QVERIFY(!rules->brokenNote.empty());
    }

    void whatIsRemovedHoldsAfterAFlood() {
        const TestTree tree;
        QVERIFY(tree.makeRepository("w") &&
                tree.write("w/deep/.exeat/rules/r.rules", "prefix_rule(['beta'], 'forbidden')"));
        const auto store = createStore(tree.runtimePaths());
        const std::string deep = tree.at("w/deep");
        QCOMPARE(verdictOf(store->snapshot({tree.at("w"), {deep}, {}}), {"beta"}, {deep, deep, deep}), Verdict::Deny);
        QVERIFY(QFile::remove(tree.path("w/deep/.exeat/rules/r.rules")));
        for (std::size_t i = 0; i <= limits::rulesFolders; i += 64) {
            PolicyScope scope{{}, {}, {}};
            for (std::size_t j = i; j < i + 64; ++j)
                scope.directories.push_back(tree.at(QString("flood%1").arg(j)));
            store->snapshot(scope);
        }
        QCOMPARE(verdictOf(store->snapshot({tree.at("w"), {deep}, {}}), {"beta"}, {deep, deep, deep}), Verdict::Deny);
    }

    void laterReadsNothing() {
        const TestTree tree;
        RuleStore store(LastGood(tree.at("last-good")));
        const auto folder = projectFolder(tree, "w");
        const auto later = [&] { return store.folder(folder, Reading::Later, RulesPlace::Visited).rules; };
        QVERIFY(later() != nullptr && later()->declared.empty()); // there is no folder
        QVERIFY(tree.write("w/.exeat/rules/r.rules", "prefix_rule(['beta'], 'forbidden')"));
        QVERIFY(later() == nullptr);
        QCOMPARE(store.textsRead(), std::uint64_t{0});
        QVERIFY(store.folder(folder).rules != nullptr);
        QTRY_VERIFY(later() != nullptr); // once a second write would leave another stamp
        QCOMPARE(later()->size.rules, std::size_t{1});
        const auto read = store.textsRead();
        QVERIFY(tree.write("w/.exeat/rules/s.rules", "prefix_rule(['gamma'], 'forbidden')"));
        QVERIFY(later() == nullptr);
        QVERIFY(QFile::remove(tree.path("w/.exeat/rules/s.rules")));
        QVERIFY(later() != nullptr);
        QVERIFY(QFile::remove(tree.path("w/.exeat/rules/r.rules")));
        QVERIFY(later() == nullptr); // what it said is told by a look
        QCOMPARE(store.textsRead(), read);
        QVERIFY(store.folder(folder).rules->declared.empty());
        // What cannot be read is a change, too.
        QVERIFY(QDir(tree.path("w/.exeat/rules")).removeRecursively() && tree.write("w/.exeat/rules", "a file"));
        QVERIFY(later() == nullptr);
        QVERIFY(!store.folder(folder).rules->brokenNote.empty() || !store.folder(folder).rules->problems.empty());
    }

    void theOthersLastGoodTextsOutliveAFloodOfProjects() {
        const TestTree tree;
        const LastGood lastGood(tree.at("kept"));
        const LayerFolder users{Layer::User, tree.at("u"), rules::Vocabulary::Codex, {}};
        QVERIFY(lastGood.save(users, {{"u", "text"}}));
        const QString kept = tree.path("kept");
        for (std::size_t i = 0; i < limits::rulesFolders; ++i)
            QVERIFY(tree.write(QString("kept/project-%1").arg(i), "x"));
        for (const char* directory : {"a", "b"})
            QVERIFY(lastGood.save(projectFolder(tree, directory), {{directory, "text"}}));
        QCOMPARE(lastGood.load(users), (RulesTexts{{"u", "text"}}));
        QCOMPARE(lastGood.load(projectFolder(tree, "b")), (RulesTexts{{"b", "text"}}));
        QCOMPARE(QDir(kept).entryList(QDir::Files).size(), qsizetype(limits::rulesFolders) + 1);
    }

    void aWatchSaysSinceWhen() {
        const TestTree tree;
        QVERIFY(tree.makeFolder("a") && tree.makeFolder("b"));
        FolderWatch watch;
        const auto set = [&](const char* thing, const std::vector<std::string>& paths) {
            return watch.set(thing, paths, 2);
        };
        QCOMPARE(set("one", {tree.at("a")}), Watched::FromNow);
        QCOMPARE(set("one", {tree.at("a")}), Watched::Already);
        QCOMPARE(set("one", {tree.at("a"), tree.at("b")}), Watched::FromNow);
        QCOMPARE(set("two", {tree.at("b")}), Watched::FromNow); // as far as it knows
        QCOMPARE(set("two", {tree.at("b"), tree.at("")}), Watched::InPart);
        QCOMPARE(set("one", {tree.at("none")}), Watched::InPart);
        watch.forget("two");
        QCOMPARE(set("three", {tree.at("a"), tree.at("b")}), Watched::FromNow);
    }

    void changesAreToldByTheirOwner() {
        const TestTree tree;
        QVERIFY(writeFiveLayers(tree));
        const auto store = createStore(tree.runtimePaths());
        store->snapshot({tree.at("w"), {}, {}});
        QSignalSpy changed(store.get(), &PolicyStore::changed);
        const auto owners = [&] { return changed.takeFirst().at(0).value<std::set<std::string>>(); };
        QVERIFY(tree.write(projectFile, "prefix_rule(['new'], 'forbidden')"));
        QTRY_VERIFY(!changed.isEmpty());
        QCOMPARE(owners(), std::set<std::string>{tree.at("w")});
        QVERIFY(tree.write(userFile, "prefix_rule(['new'], 'forbidden')"));
        std::set<std::string> told;
        const auto isEverywhere = [&] {
            while (!changed.isEmpty())
                told.merge(owners());
            return told.contains(std::string());
        };
        QTRY_VERIFY(isEverywhere());
    }
};

QTEST_GUILESS_MAIN(RuleStoreTest)
#include "tst_rulestore.moc"
