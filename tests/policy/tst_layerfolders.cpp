#include "service/policy/layerfolders.h"
#include "tests/policy/testtree.h"

#include <QtTest>

using namespace exeat;

class LayerFoldersTest : public QObject {
    Q_OBJECT
private slots:
    void commonOnesLowestFirst() {
        const TestTree tree;
        const auto folders = commonFolders(tree.runtimePaths());
        QCOMPARE(folders.size(), std::size_t{5});
        QCOMPARE(folders[0].path, tree.at("install/share/exeat/rules"));
        QCOMPARE(folders[3].path, tree.at("home/.codex/rules"));
        QCOMPARE(folders[4].path, tree.at("home/.config/exeat/rules"));
        QVERIFY(std::is_sorted(folders.begin(), folders.end(), [](auto& a, auto& b) { return a.layer < b.layer; }));
    }

    void roots_data() {
        QTest::addColumn<QStringList>("files"); ///< made first; a name that ends in / is a folder
        QTest::addColumn<QString>("directory");
        QTest::addColumn<QString>("root");       ///< empty: none
        QTest::addColumn<QStringList>("owners"); ///< whose .codex and .exeat hold, outermost first
        QTest::newRow("no project") << QStringList{"w/a/"} << "w/a" << "" << QStringList{"w/a"};
        QTest::newRow("the root itself") << QStringList{"w/.git/HEAD"} << "w" << "w" << QStringList{"w"};
        QTest::newRow("below the root") << QStringList{"w/.git/HEAD", "w/a/b/"} << "w/a/b" << "w"
                                        << QStringList{"w", "w/a", "w/a/b"};
        QTest::newRow("empty .git does not count")
            << QStringList{"w/.git/HEAD", "w/a/.git/"} << "w/a" << "w" << QStringList{"w", "w/a"};
        QTest::newRow("only an empty .git") << QStringList{"w/.git/"} << "w" << "" << QStringList{"w"};
        QTest::newRow("worktree: .git is a file") << QStringList{"w/.git"} << "w" << "w" << QStringList{"w"};
        QTest::newRow("repository in a repository") << QStringList{"w/.git/HEAD", "w/s/.git/HEAD", "w/s/a/"} << "w/s/a"
                                                    << "w" << QStringList{"w", "w/s", "w/s/a"};
        QTest::newRow("directory that is not there")
            << QStringList{"w/.git/HEAD"} << "w/new/x" << "w" << QStringList{"w", "w/new", "w/new/x"};
        QTest::newRow("trailing slash and dots")
            << QStringList{"w/.git/HEAD", "w/a/"} << "w/a/../a/" << "w" << QStringList{"w", "w/a"};
    }
    void roots() {
        QFETCH(QStringList, files);
        QFETCH(QString, directory);
        QFETCH(QString, root);
        QFETCH(QStringList, owners);
        const TestTree tree;
        for (const auto& file : files)
            QVERIFY(file.endsWith('/') ? tree.makeFolder(file) : tree.write(file, "gitdir: /elsewhere\n"));
        const auto found = projectRoot(tree.at(directory), {".git"});
        QCOMPARE(found.value_or(""), root.isEmpty() ? std::string() : tree.at(root));
        std::vector<std::string> expected;
        for (const auto& owner : owners) {
            expected.push_back(tree.at(owner + "/.codex/rules"));
            expected.push_back(tree.at(owner + "/.exeat/rules"));
        }
        std::vector<std::string> paths;
        for (const auto& owner : projectDirectories(tree.at(directory), {".git"})) {
            for (const auto& folder : projectFolders(tree.runtimePaths(), owner)) {
                QCOMPARE(folder.layer, Layer::Project);
                QCOMPARE(folder.owner, owner);
                paths.push_back(folder.path);
            }
        }
        QCOMPARE(paths, expected);
    }

    void otherMarkers() {
        const TestTree tree;
        QVERIFY(tree.makeRepository("w") && tree.write("w/a/Cargo.toml", "") && tree.makeFolder("w/a/b"));
        QCOMPARE(projectRoot(tree.at("w/a/b"), {"Cargo.toml"}).value_or(""), tree.at("w/a"));
        QCOMPARE(projectRoot(tree.at("w/a/b"), {"Cargo.toml", ".git"}).value_or(""), tree.at("w"));
        QVERIFY(!projectRoot(tree.at("w/a/b"), {}));
        QVERIFY(!projectRoot(tree.at("w/a/b"), {""}));
        QCOMPARE(projectDirectories(tree.at("w/a/b"), {}), std::vector<std::string>{tree.at("w/a/b")});
    }

    void aLinkIsFollowedFirst() {
        const TestTree tree;
        QVERIFY(tree.makeRepository("w") && tree.makeFolder("w/a") && tree.makeFolder("x"));
        QVERIFY(QFile::link(tree.path("w/a"), tree.path("x/link")));
        QCOMPARE(projectRoot(tree.at("x/link"), {".git"}).value_or(""), tree.at("w"));
    }

    void codexHomeIsNoProjectLayer() {
        const TestTree tree;
        QVERIFY(tree.makeRepository("home") && tree.makeFolder("home/.codex"));
        std::vector<std::string> paths;
        for (const auto& folder : projectFolders(tree.runtimePaths(), tree.at("home")))
            paths.push_back(folder.path);
        QCOMPARE(paths, std::vector<std::string>{tree.at("home/.exeat/rules")});
    }
};

QTEST_APPLESS_MAIN(LayerFoldersTest)
#include "tst_layerfolders.moc"
