#include "tests/policy/projectbench.h"

#include <QtTest>

using namespace exeat;
using namespace exeat::test;

Q_DECLARE_METATYPE(exeat::Verdict)

/** The agent does not choose its rules (DESIGN.md §5): whose rules bind and free an exec, by where it takes place. */
class RulesPlacesTest : public QObject {
    Q_OBJECT
private:
    /**
     * `w` is the session's project, `w/sub` a repository in it, `other` one beside it, `tree` a worktree of `w`. Each
     * forbids a program of its own and allows one; a person accepted all of it.
     */
    static bool makePlaces(ProjectBench& bench) {
        const auto says = [&](const QString& directory, const QByteArray& name) {
            return bench.tree.write(directory + "/.exeat/rules/r.rules", "prefix_rule(['no-" + name +
                                                                             "'], 'forbidden')\n" + "prefix_rule(['" +
                                                                             name + "'])\n");
        };
        if (!bench.tree.makeRepository("w/sub") || !bench.tree.makeRepository("other") ||
            !bench.tree.write("tree/.git", "gitdir: " + bench.tree.path("w/.git/worktrees/tree").toUtf8()) ||
            !bench.tree.makeFolder("plain") || !bench.tree.makeFolder("w/src"))
            return false;
        for (const char* name : {"w", "w/sub", "other", "tree"}) {
            if (!says(name, QByteArray(name).replace("w/", "")))
                return false;
            const auto view = bench.store->trustView(bench.tree.at(name));
            if (!view || view->status.directory != bench.tree.at(name) ||
                !bench.store->acceptTrust(bench.tree.at(name), view->hash, "the test", 1))
                return false;
        }
        return QFile::link(bench.tree.path("w"), bench.tree.path("link"));
    }

private slots:
    void places_data() {
        QTest::addColumn<QString>("project");
        QTest::addColumn<QString>("workdir");
        QTest::addColumn<QString>("cwd");
        QTest::addColumn<QString>("frees");   ///< whose allow counts
        QTest::addColumn<QString>("forbids"); ///< whose forbidden holds
        QTest::newRow("all in the project") << "w" << "w" << "w/src" << "w" << "w";
        QTest::newRow("cd elsewhere") << "w" << "w" << "other" << "" << "w other";
        QTest::newRow("cd to no project") << "w" << "w" << "plain" << "" << "w";
        QTest::newRow("workdir elsewhere, then cd back") << "w" << "other" << "w" << "" << "w other";
        QTest::newRow("workdir in no project, then cd") << "w" << "plain" << "w" << "" << "w";
        QTest::newRow("all elsewhere but the session") << "w" << "other" << "other" << "" << "w other";
        QTest::newRow("a session elsewhere") << "plain" << "w" << "w" << "" << "w";
        QTest::newRow("a repository in the repository") << "w" << "w/sub" << "w/sub" << "w" << "w sub";
        QTest::newRow("a session of the inner one") << "w/sub" << "w/sub" << "w/sub" << "w sub" << "w sub";
        QTest::newRow("the inner one's session, outside of it") << "w/sub" << "w/sub" << "w" << "w" << "w sub";
        QTest::newRow("a worktree is a project of its own") << "tree" << "tree" << "tree" << "tree" << "tree";
        QTest::newRow("from the worktree into its repository") << "tree" << "tree" << "w" << "" << "tree w";
        QTest::newRow("through a link") << "w" << "link" << "link/src" << "w" << "w";
        // A session's project is the real path of when it began; what is a link now has taken its place.
        QTest::newRow("a link in place of the project") << "link" << "link" << "link/src" << "" << "w";
        QTest::newRow("no session's project") << "" << "w" << "w" << "" << "w";
    }
    void places() {
        QFETCH(QString, project);
        QFETCH(QString, workdir);
        QFETCH(QString, cwd);
        QFETCH(QString, frees);
        QFETCH(QString, forbids);
        ProjectBench bench;
        QVERIFY(bench.isGood() && makePlaces(bench));
        const std::vector<std::string> at{project.isEmpty() ? "" : bench.tree.at(project), bench.tree.at(workdir),
                                          bench.tree.at(cwd)};
        for (const char* name : {"w", "sub", "other", "tree"}) {
            const bool freed = frees.split(' ').contains(name);
            const bool forbidden = forbids.split(' ').contains(name);
            QVERIFY2((bench.verdictAt({name}, at) == Verdict::Escalate) == freed, name);
            QVERIFY2((bench.verdictAt({std::string("no-") + name}, at) == Verdict::Deny) == forbidden, name);
        }
    }

    void whatANewRepositoryBelowGains() {
        // The agent may write below its project: a marker, and rules that nobody accepted.
        ProjectBench bench;
        QVERIFY(makePlaces(bench) && bench.tree.makeRepository("w/fresh"));
        QVERIFY(
            bench.tree.write("w/fresh/.exeat/rules/r.rules", "prefix_rule(['w'], 'prompt')\nprefix_rule(['mine'])"));
        const std::vector<std::string> at{bench.tree.at("w"), bench.tree.at("w/fresh"), bench.tree.at("w/fresh")};
        QCOMPARE(bench.verdictAt({"no-w"}, at), Verdict::Deny);
        QCOMPARE(bench.verdictAt({"w"}, at), Verdict::Ask);
        QCOMPARE(bench.verdictAt({"mine"}, at), Verdict::Inside);
        // Even accepted, it is not shared by the session's project.
        QVERIFY(bench.store->acceptTrust(at[1], bench.store->trustView(at[1])->hash, "the test", 1));
        QCOMPARE(bench.verdictAt({"mine"}, at), Verdict::Inside);
        QVERIFY(bench.judgedAt({"mine"}, at).trace.at(0).note.find("free only what a session of that project") !=
                std::string::npos);
    }

    void whatADeletedMarkerGains() {
        ProjectBench bench;
        QVERIFY(makePlaces(bench));
        const std::vector<std::string> at{"", bench.tree.at("w/src"), bench.tree.at("w/src")};
        QCOMPARE(bench.verdictAt({"no-w"}, at), Verdict::Deny);
        QVERIFY(QDir(bench.tree.path("w/.git")).removeRecursively());
        QCOMPARE(bench.verdictAt({"no-w"}, at), Verdict::Deny);
        QVERIFY(QDir(bench.tree.path("w/.exeat")).removeRecursively());
        QCOMPARE(bench.verdictAt({"no-w"}, at), Verdict::Deny);
        bench.restart();
        QCOMPARE(bench.verdictAt({"no-w"}, at), Verdict::Deny);
        QCOMPARE(bench.verdictAt({"no-w"}, {"", bench.tree.at("plain"), bench.tree.at("plain")}), Verdict::Inside);
    }

    void aPlainFoldersRulesStayInIt() {
        // A home folder with rules of its own is no project, and must not become the project of all that lies in it.
        ProjectBench bench;
        QVERIFY(bench.tree.makeRepository("plain/repo") && bench.tree.makeFolder("plain/sub"));
        QVERIFY(bench.says("prefix_rule(['x'], 'forbidden')\nprefix_rule(['y'])", "plain/.exeat/rules/r.rules"));
        const std::string plain = bench.tree.at("plain");
        const std::string repo = bench.tree.at("plain/repo");
        const std::string sub = bench.tree.at("plain/sub");
        QVERIFY(bench.store->acceptTrust(plain, bench.store->trustView(plain)->hash, "the test", 1));
        for (int start = 0; start < 2; ++start) {
            QCOMPARE(bench.verdictAt({"x"}, {plain, plain, plain}), Verdict::Deny);
            QCOMPARE(bench.verdictAt({"y"}, {plain, plain, sub}), Verdict::Escalate);
            QCOMPARE(bench.verdictAt({"x"}, {repo, repo, repo}), Verdict::Inside);
            QCOMPARE(bench.verdictAt({"y"}, {repo, repo, repo}), Verdict::Inside);
            QCOMPARE(bench.verdictAt({"x"}, {sub, sub, sub}), Verdict::Inside);
            bench.restart();
        }
        // What it tightens follows a session that goes there; what it loosens does not.
        QCOMPARE(bench.verdictAt({"x"}, {repo, repo, plain}), Verdict::Deny);
        QCOMPARE(bench.verdictAt({"y"}, {repo, repo, plain}), Verdict::Inside);
    }

    void theUsersOwnMarkers() {
        ProjectBench bench;
        QVERIFY(bench.tree.write("m/WORKSPACE", "") && bench.tree.makeFolder("m/a"));
        QVERIFY(bench.says("prefix_rule(['x'], 'forbidden')", "m/.exeat/rules/r.rules"));
        const std::string below = bench.tree.at("m/a");
        QCOMPARE(bench.verdictAt({"x"}, {below, below, below}), Verdict::Inside);
        bench.store->setProjectMarkers([] { return ProjectMarkers{"WORKSPACE"}; });
        QCOMPARE(bench.verdictAt({"x"}, {below, below, below}), Verdict::Deny);
    }

    void aMovedProjectIsAnotherOne() {
        ProjectBench bench;
        QVERIFY(bench.says("prefix_rule(['curl'])") && bench.accept());
        QVERIFY(QDir().rename(bench.tree.path("w"), bench.tree.path("moved")));
        const std::string moved = bench.tree.at("moved");
        QCOMPARE(bench.verdictAt({"curl"}, {moved, moved, moved}), Verdict::Inside);
        QVERIFY(bench.tree.makeRepository("w") && bench.says("prefix_rule(['curl'])"));
        QCOMPARE(bench.verdict({"curl"}), Verdict::Escalate); // the same content at the same place
    }

    void hostEntriesOfAProjectCountInIt() {
        ProjectBench bench;
        QVERIFY(bench.tree.makeFolder("plain") && bench.tree.write(userFile, "prefix_rule(['tool'])"));
        QVERIFY(bench.says("host_executable('tool', ['/opt/tool'])") && bench.accept());
        const std::string plain = bench.tree.at("plain");
        // It narrows where one of the places is in the project, and has no say elsewhere.
        QCOMPARE(bench.verdict({"tool"}), Verdict::Inside);
        QCOMPARE(bench.verdictAt({"tool"}, {plain, plain, bench.tree.at("w")}), Verdict::Inside);
        QCOMPARE(bench.verdictAt({"tool"}, {plain, plain, plain}), Verdict::Escalate);
    }
};

QTEST_GUILESS_MAIN(RulesPlacesTest)
#include "tst_rulesplaces.moc"
