#include "service/sandbox/namedfolder.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace exeat;

namespace fs = std::filesystem;

class TestNamedFolder : public QObject {
    Q_OBJECT
private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_top = fs::canonical(m_folder->path().toStdString()).string();
        fs::create_directories(m_top + "/agents/deep");
        fs::create_directories(m_top + "/users/home");
        fs::create_directory_symlink(m_top + "/users/home", m_top + "/agents/out");
        fs::create_directory_symlink("deep", m_top + "/agents/within");
        fs::create_directory_symlink("../agents/deep", m_top + "/users/in");
        fs::create_directory_symlink(m_top + "/agents/out", m_top + "/users/inAndOut");
        fs::create_directory_symlink("home", m_top + "/users/home2");
        fs::create_directory_symlink("loop", m_top + "/users/loop");
        std::ofstream(m_top + "/users/file") << "x";
    }

    void folders_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("real"); // empty: none
        QTest::newRow("no link") << "/users/home" << "/users/home";
        QTest::newRow("agents' own folder") << "/agents/deep" << "/agents/deep";
        QTest::newRow("the user's link") << "/users/home2" << "/users/home";
        QTest::newRow("the user's link to the agents'") << "/users/in" << "/agents/deep";
        QTest::newRow("odd spelling") << "//users/./home2/../home//" << "/users/home";
        QTest::newRow("an agent's link") << "/agents/out" << "";
        QTest::newRow("an agent's link on the way") << "/agents/out/../home" << "";
        QTest::newRow("an agent's link to the agents'") << "/agents/within" << "";
        QTest::newRow("behind the user's link") << "/users/inAndOut" << "";
        QTest::newRow("a loop") << "/users/loop" << "";
        QTest::newRow("a file") << "/users/file" << "";
        QTest::newRow("nothing") << "/users/none" << "";
    }
    void folders() {
        QFETCH(QString, path);
        QFETCH(QString, real);
        const auto isAgents = [&](const std::string& folder) { return folder.starts_with(m_top + "/agents"); };
        const auto found = namedFolder(m_top + path.toStdString(), isAgents);
        QCOMPARE(found.value_or(std::string()), real.isEmpty() ? std::string() : m_top + real.toStdString());
    }

    void relativePathsNameNothing() {
        QVERIFY(!namedFolder("usr", [](const std::string&) { return false; }));
        QVERIFY(!namedFolder("", [](const std::string&) { return false; }));
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_top;
};

QTEST_GUILESS_MAIN(TestNamedFolder)
#include "tst_namedfolder.moc"
