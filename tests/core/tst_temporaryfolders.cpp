#include "service/run/temporaryfolders.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

using namespace exeat;

namespace fs = std::filesystem;

class TestTemporaryFolders : public QObject {
    Q_OBJECT
private slots:
    /** Who floods the folder comes after what was there. */
    void theOldestFirst() {
        const QTemporaryDir folder;
        const auto at = [&](const char* name) { return folder.filePath(name).toStdString(); };
        for (const char* name : {"tmux-9", "ssh-a", "dbus-1"}) {
            QVERIFY(fs::create_directory(at(name)));
            QTest::qWait(20); // clocks of file systems tick every few milliseconds
        }
        // A name and a date that say otherwise.
        fs::last_write_time(at("dbus-1"), fs::file_time_type{});
        QCOMPARE(hiddenTemporaryFolders(folder.path().toStdString()),
                 (std::vector<std::string>{at("tmux-9"), at("ssh-a"), at("dbus-1")}));
    }
    void onlyFoldersOfThatName() {
        const QTemporaryDir folder;
        const auto at = [&](const char* name) { return folder.filePath(name).toStdString(); };
        QVERIFY(fs::create_directory(at("notes")) && fs::create_directory(at("gpg-1")));
        QVERIFY(QFile(folder.filePath("ssh-file")).open(QIODevice::WriteOnly));
        fs::create_directory_symlink("/etc", at("ssh-link"));
        QCOMPARE(hiddenTemporaryFolders(folder.path().toStdString()), std::vector<std::string>{at("gpg-1")});
        QVERIFY(hiddenTemporaryFolders(at("missing")).empty());
    }
};

QTEST_GUILESS_MAIN(TestTemporaryFolders)
#include "tst_temporaryfolders.moc"
