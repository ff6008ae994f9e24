#include "service/policy/confirmedfiles.h"
#include "shared/base/limits.h"
#include "tests/policy/policybench.h"

#include <QSignalSpy>
#include <QtTest>

#include <sys/stat.h>

using namespace exeat;
using namespace exeat::test;

class ConfirmedFilesTest : public QObject {
    Q_OBJECT
private slots:
    void keepsOneContentAPath() {
        const TestTree tree;
        const std::string path = tree.at("confirmed-files");
        ConfirmedFiles files(path);
        QVERIFY(files.all().empty() && files.problem().empty());
        QVERIFY(files.add({"/home/me/a", "11", 5, "me"}) && files.add({"/home/me/b", "22", 6, "me"}));
        QVERIFY(files.add({"/home/me/a", "33", 7, "me"}));
        struct stat facts{};
        QCOMPARE(::stat(path.c_str(), &facts), 0);
        QCOMPARE(facts.st_mode & 0777U, 0600U);
        const ConfirmedFiles next(path);
        QCOMPARE(next.all(),
                 (std::vector<FileConfirmation>{{"/home/me/b", "22", 6, "me"}, {"/home/me/a", "33", 7, "me"}}));
        QVERIFY(files.remove("/home/me/a"));
        QVERIFY(!files.remove("/home/me/a"));
        QCOMPARE(ConfirmedFiles(path).all().size(), std::size_t{1});
    }

    void damaged_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("nonsense") << QByteArray("nonsense");
        QTest::newRow("another form") << QByteArray("\x02\0\0\0\0\0\0\0\0\0\0\0", 12);
    }
    void damaged() {
        QFETCH(QByteArray, content);
        const TestTree tree;
        QVERIFY(tree.write("confirmed-files", content));
        ConfirmedFiles files(tree.at("confirmed-files"));
        QVERIFY(files.all().empty() && !files.problem().empty());
        QVERIFY(files.add({"/home/me/a", "11", 5, "me"}));
        QVERIFY(files.problem().empty());
    }

    void nothingIsConfirmedThatCannotBeKept() {
        const TestTree tree;
        ConfirmedFiles files(tree.at("nowhere/confirmed-files"));
        QVERIFY(!files.add({"/home/me/a", "11", 5, "me"}));
        QVERIFY(files.all().empty());
    }

    void bounds() {
        const TestTree tree;
        ConfirmedFiles files(tree.at("confirmed-files"));
        for (std::size_t i = 0; i < limits::confirmedFiles; ++i)
            QVERIFY(files.add({"/home/me/" + std::to_string(i), "11", 5, "me"}));
        QVERIFY(!files.add({"/home/me/more", "11", 5, "me"}));
        QVERIFY(files.add({"/home/me/5", "22", 5, "me"})); // in its place
        QCOMPARE(ConfirmedFiles(tree.at("confirmed-files")).all().size(), limits::confirmedFiles);
    }

    void inThePolicy() {
        const TestTree tree;
        QVERIFY(tree.write("home/bin/cargo", "x") && tree.makeFolder("w"));
        const auto store = createStore(tree.runtimePaths(), {tree.at("w"), tree.at("home/project")});
        QSignalSpy changed(store.get(), &PolicyStore::changed);
        QVERIFY(store->confirmFile({tree.at("home/bin/cargo"), "11", 5, "me"}));
        QCOMPARE(changed.size(), 1);
        const auto snapshot = store->snapshot({});
        QCOMPARE(snapshot.home, tree.at("home"));
        QCOMPARE(snapshot.confirmedFiles, (std::vector<ConfirmedFile>{{tree.at("home/bin/cargo"), "11"}}));
        QVERIFY(store->forgetFile(tree.at("home/bin/cargo")));
        QCOMPARE(changed.size(), 2);
        QVERIFY(store->snapshot({}).confirmedFiles.empty());
    }

    void refused_data() {
        QTest::addColumn<QString>("file");
        QTest::newRow("outside the home folder") << "w/tool";
        QTest::newRow("where an agent may write") << "home/project/tool";
        QTest::newRow("through a link") << "home/link/tool";
    }
    void refused() {
        QFETCH(QString, file);
        const TestTree tree;
        QVERIFY(tree.write("w/tool", "x") && tree.write("home/project/tool", "x"));
        QVERIFY(QFile::link(tree.path("w"), tree.path("home/link")));
        const auto store = createStore(tree.runtimePaths(), {tree.at("home/project")});
        QVERIFY(!store->confirmFile({tree.at(file), "11", 5, "me"}));
        QVERIFY(store->confirmedFiles().empty());
    }
};

QTEST_GUILESS_MAIN(ConfirmedFilesTest)
#include "tst_confirmedfiles.moc"
