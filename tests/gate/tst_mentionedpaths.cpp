#include "service/gate/judge/mentionedpaths.h"
#include "service/gate/resolve/pathwalk.h"
#include "shared/base/limits.h"

#include <QtTest>

#include <filesystem>
#include <fstream>

#include <sys/stat.h>

using namespace exeat;
using namespace exeat::gate;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

using Paths = std::vector<std::string>;

class MentionedPathsTest : public QObject {
    Q_OBJECT
private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        make("tool");
        make("other");
    }

    void sameFileByEveryPath() {
        fs::create_hard_link(at("tool"), at("hard"));
        fs::create_symlink("tool", at("soft"));
        fs::create_symlink("nothing", at("dangling"));
        MentionedPaths paths({at("dangling"), at("hard"), at("missing"), at("other"), at("soft"), at("tool")}, m_now);
        QCOMPARE(paths.equalTo(identity("tool"), {}, m_now), (Paths{at("hard"), at("soft"), at("tool")}));
        QCOMPARE(paths.equalTo(identity("other"), {}, m_now), Paths{at("other")});
        QCOMPARE(paths.equalTo({}, {}, m_now), Paths{});
        QCOMPARE(paths.equalTo(FileIdentity{1, 1}, {"tool", "missing"}, m_now), Paths{});
    }

    void noPathsAtAll() {
        MentionedPaths paths({}, m_now);
        QCOMPARE(paths.equalTo(identity("tool"), {"tool"}, m_now + 1h), Paths{});
    }

    /** An inode number that is free again must not lend a rule's path to another file, not even for a moment. */
    void whatIsNoLongerThereIsNotReturned() {
        MentionedPaths paths({at("tool")}, m_now);
        const FileIdentity before = identity("tool");
        fs::rename(at("tool"), at("moved"));
        QCOMPARE(paths.equalTo(before, {}, m_now), Paths{});
        fs::rename(at("moved"), at("tool"));
        QCOMPARE(paths.equalTo(before, {"tool"}, m_now), Paths{at("tool")});
    }

    void aReplacedFileIsFoundByItsNameAtOnce() {
        MentionedPaths paths({at("later"), at("tool")}, m_now);
        fs::rename(at("other"), at("tool"));
        QCOMPARE(paths.equalTo(identity("tool"), {"x", "tool"}, m_now), Paths{at("tool")});
        make("later");
        QCOMPARE(paths.equalTo(identity("later"), {"later"}, m_now), Paths{at("later")});
    }

    void anotherNameIsFoundAfterHalfASecond() {
        MentionedPaths paths({at("alias")}, m_now);
        fs::create_symlink("tool", at("alias"));
        QCOMPARE(paths.equalTo(identity("tool"), {"tool"}, m_now + 499ms), Paths{});
        QCOMPARE(paths.equalTo(identity("tool"), {"tool"}, m_now + 500ms), Paths{at("alias")});
    }

    /** Asking for one again and again takes no turn from the others. */
    void eachComesItsTurnHoweverManyThereAre() {
        Paths many;
        for (std::size_t i = 0; i < 3 * limits::statsPerExec; ++i)
            many.push_back(at("missing") + std::to_string(1000000 + i));
        many.push_back(at("z-alias"));
        many.insert(many.begin(), at("a-tool"));
        MentionedPaths paths(std::move(many), m_now);
        fs::create_symlink("tool", at("a-tool"));
        fs::create_symlink("tool", at("z-alias"));
        const auto later = m_now + 10s;
        for (int exec = 0; exec < 3; ++exec) // 512 of 1538 paths each
            QCOMPARE(paths.equalTo(identity("tool"), {"a-tool"}, later + exec * 1ms), Paths{at("a-tool")});
        QCOMPARE(paths.equalTo(identity("tool"), {"a-tool"}, later + 3ms), (Paths{at("a-tool"), at("z-alias")}));
    }

    void manyPathsOfOneNameAreBounded() {
        Paths many;
        for (std::size_t i = 0; i < 2 * limits::statsPerExec; ++i)
            many.push_back("/nothing/" + std::to_string(100000 + i) + "/tool");
        many.push_back(at("tool"));
        MentionedPaths paths(std::move(many), m_now);
        // What was there when it was last looked at is found, however many others have its name.
        QCOMPARE(paths.equalTo(identity("tool"), {"tool"}, m_now), Paths{at("tool")});
    }

private:
    std::string at(const char* name) const { return m_folder->filePath(name).toStdString(); }
    void make(const char* name) const { std::ofstream(at(name)) << name; }
    FileIdentity identity(const char* name) const {
        struct stat facts = {};
        return ::stat(at(name).c_str(), &facts) == 0 ? identityOf(facts) : FileIdentity{};
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    MentionedPaths::Time m_now; ///< any time will do
};

QTEST_APPLESS_MAIN(MentionedPathsTest)
#include "tst_mentionedpaths.moc"
