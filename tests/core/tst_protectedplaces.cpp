#include "service/sandbox/protectedplaces.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace exeat;

namespace fs = std::filesystem;

class TestProtectedPlaces : public QObject {
    Q_OBJECT
private slots:
    /** A home with what people have in theirs: folders, files, links into a dotfiles repository, links to nowhere. */
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_home = fs::canonical(m_folder->path().toStdString()).string();
        for (const char* folder : {"p/.git/hooks", "p/src", "p/.vscode", ".config/autostart/deep/er",
                                   ".config/autostart-x", "dotfiles/ssh/keys", "dotfiles/other", "run/user/7/x"})
            fs::create_directories(m_home + '/' + folder);
        std::ofstream(m_home + "/.bashrc") << "true\n";
        fs::create_directory_symlink(m_home + "/dotfiles/ssh", m_home + "/.ssh");
        fs::create_directory_symlink(".gnupg", m_home + "/.gnupg");                 // to itself
        fs::create_directory_symlink(m_home + "/nowhere/vim", m_home + "/.vim");    // dangling
        fs::create_directory_symlink("/", m_home + "/.emacs.d");                    // everything lies there
        fs::create_directory_symlink(m_home + "/.config/autostart", m_home + "/a"); // a second name
    }
    void places_data() {
        QTest::addColumn<std::string>("folder"); // below home, real
        QTest::addColumn<bool>("expected");
        QTest::newRow("project") << std::string("p") << false;
        QTest::newRow("source") << std::string("p/src") << false;
        QTest::newRow("its .git") << std::string("p/.git") << true;
        QTest::newRow("hooks") << std::string("p/.git/hooks") << true;
        QTest::newRow("settings of an editor") << std::string("p/.vscode") << true;
        QTest::newRow("home") << std::string() << false;
        QTest::newRow("above") << std::string(".config") << false;
        QTest::newRow("itself") << std::string(".config/autostart") << true;
        QTest::newRow("far below") << std::string(".config/autostart/deep/er") << true;
        QTest::newRow("beside") << std::string(".config/autostart-x") << false;
        QTest::newRow("where a link leads") << std::string("dotfiles/ssh") << true;
        QTest::newRow("below that") << std::string("dotfiles/ssh/keys") << true;
        QTest::newRow("beside that") << std::string("dotfiles/other") << false;
        QTest::newRow("above that") << std::string("dotfiles") << false;
        QTest::newRow("hidden") << std::string("run/user/7") << true;
        QTest::newRow("below hidden") << std::string("run/user/7/x") << true;
        QTest::newRow("above hidden") << std::string("run/user") << false;
        QTest::newRow("missing") << std::string("p/new") << true;
    }
    void places() {
        QFETCH(std::string, folder);
        QFETCH(bool, expected);
        QCOMPARE(places({}).contain(folder.empty() ? m_home : m_home + '/' + folder), expected);
    }
    void namesThatWereOpened() {
        QVERIFY(places({}).contain(m_home + "/p/.vscode"));
        QVERIFY(!places({".vscode"}).contain(m_home + "/p/.vscode"));
    }
    void theRootIsNoPlace() { QVERIFY(!places({}).contain("/")); }
    /** A bind mount or a rename elsewhere gives a folder another name; it is the same folder. */
    void anotherNameOfTheSameFolder() {
        QVERIFY(places({}).contain(m_home + "/a/deep"));
        const auto before = places({});
        fs::rename(m_home + "/.config/autostart", m_home + "/p/moved");
        QVERIFY(before.contain(m_home + "/p/moved/deep"));
        QVERIFY(!places({}).contain(m_home + "/p/moved/deep"));
    }

private:
    ProtectedPlaces places(const std::vector<std::string>& unprotected) const {
        RuntimePaths paths;
        paths.home = m_home;
        paths.configFile = m_home + "/.config/exeat/config.toml";
        return ProtectedPlaces(sandboxProfile(paths, m_home + "/run/user/7", {}, unprotected));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_home;
};

QTEST_GUILESS_MAIN(TestProtectedPlaces)
#include "tst_protectedplaces.moc"
