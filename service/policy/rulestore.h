#pragma once

#include "service/policy/folderwatch.h"
#include "service/policy/lastgood.h"
#include "service/policy/layerfolders.h"
#include "service/policy/policypicture.h"
#include "service/policy/rulesfolder.h"
#include "service/policy/ruleswork.h"
#include "service/policy/snapshotroom.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace exeat {

/** What one folder contributes at this moment: the last good version of each of its files. */
struct FolderRules {
    std::vector<std::shared_ptr<const rules::RulesFile>> declared; ///< by each file, in their order; never null
    RulesSize size;                                                ///< of all that
    RulesTexts texts;                                              ///< what it was read from
    std::string brokenNote;            ///< a file (or the folder) is broken and no good version of it was ever seen
    std::vector<std::string> problems; ///< what lies there and is not in it
};

/** Whether rules of a project that are new or have changed are read. Those of other layers are, always. */
enum class Reading { Now, Later };

struct FolderView {
    std::shared_ptr<const FolderRules> rules; ///< nothing: there is something new, to be read later
    std::shared_ptr<const void> hold;         ///< while anybody has it, the folder stays watched and remembered
};

/**
 * Parsed rules files, kept while anybody holds their folder, and beyond those limits::rulesFolders of them. Main thread
 * only. A file that breaks keeps its last good version, over a restart, too (LastGood). What may loosen, and what must
 * not go, is not this class's concern.
 */
class RuleStore : public QObject {
    Q_OBJECT
public:
    explicit RuleStore(LastGood lastGood, QObject* parent = nullptr);

    /**
     * Looks at the folder again (stamps only, unless something changed) and watches it from now on. The same object as
     * long as nothing changes.
     */
    FolderView folder(const LayerFolder& folder, Reading reading = Reading::Now, RulesPlace place = RulesPlace::Own);

    /** As the last look found it, if it was whole and the kernel has not told of a change since; else no rules. */
    FolderView unchanged(const LayerFolder& folder);

    /** Of a folder asked for before; nothing is looked at. */
    FolderStatus status(const LayerFolder& folder) const;

    /** In words, each naming the file, line and column, or the folder. Of folders asked for so far. */
    std::vector<std::string> problems() const;

    /** Texts read or run so far: it grows where folder() did more than look. */
    std::uint64_t textsRead() const { return m_textsRead; }
    /** Last good versions written so far, or tried. */
    std::uint64_t written() const { return m_written; }

signals:
    /**
     * Something on disk changed what folder() answers. `owners`: LayerFolder::owner of where. Changes that come
     * together are told once. Rules of projects are not read for that, but when folder() is asked.
     */
    void changed(const std::set<std::string>& owners);

private:
    struct FileState {
        FileStamp stamp;
        std::optional<std::string> text;              ///< as last read, so that a mere touch is no change
        bool seen = false;                            ///< `stamp` and all below are of a file that was looked at
        std::shared_ptr<const rules::RulesFile> good; ///< null: none was ever seen
        std::string goodText;                         ///< what `good` was parsed from
        RulesSize size;                               ///< of `good`
        std::size_t work = 0;                         ///< that `text` took, good or not
        bool crowded = false;                         ///< broken, but perhaps not if the other files were smaller
        std::string problem;                          ///< empty: the text of `stamp` is the good one
    };
    struct FolderState {
        LayerFolder folder;
        std::map<std::string, FileState> files; ///< by path; sorted, as the order of rules demands
        std::string problem;
        RulesTexts kept; ///< as LastGood has it
        std::shared_ptr<const FolderRules> current;
        std::string keepProblem;    ///< why the last good texts are not on disk
        bool wasWhole = false;      ///< it could be read once, so every file has its last good version
        bool incomplete = false;    ///< rules lie here that were never read
        std::size_t recallWork = 0; ///< spent on last good versions since they were loaded
        RulesPlace place = RulesPlace::Visited;
        bool watched = false;                                            ///< all of it, since before the last look
        bool outdated = false;                                           ///< there is something new that was not read
        std::shared_ptr<const int> hold = std::make_shared<const int>(); ///< shared: somebody needs this
        std::uint64_t used = 0;                                          ///< when; the larger the later
    };

    static std::string keyOf(const LayerFolder& folder);
    /** True if what it contributes has changed. */
    bool refresh(FolderState& state);
    bool look(FolderState& state);
    /** Something lies there that was not read, or no longer does. */
    static bool differs(const FolderState& state);
    /** What the other files leave. */
    static std::size_t workLeftFor(const FolderState& folder, const FileState& file);
    static std::optional<std::string> whyTooMuch(const FolderState& folder, const FileState& file, RulesSize size);
    static void adopt(FileState& state, rules::RulesFile rules, std::string text);
    bool take(FolderState& folder, FileState& state, const RulesFileOnDisk& file);
    void run(FolderState& folder, FileState& state, const std::string& path);
    /** Those that had no room or time left, after another one changed. */
    void runCrowded(FolderState& state, const std::vector<std::string>& files);
    /** The good texts of what is there now, for the next start. */
    void keep(FolderState& state);
    Watched watch(const std::string& key, FolderState& state);
    void forgetLeastUsed();
    /** A recheck once it is quiet, but not for ever. */
    void recheckSoon();
    void recheck();
    void recall(FolderState& folder, FileState& state, const std::string& path);
    static FolderRules collect(const FolderState& state);
    static void addProblems(const FolderState& state, std::vector<std::string>& problems);

    LastGood m_lastGood;
    std::map<std::string, FolderState> m_folders;
    std::uint64_t m_uses = 0;
    std::uint64_t m_textsRead = 0;
    std::uint64_t m_written = 0;
    FolderWatch m_watch;
    QTimer m_settle;
    QTimer m_readAgain;
    std::set<std::string> m_unreadable; ///< folders with a file that m_readAgain is for
    QElapsedTimer m_sinceFirst;         ///< change of those that m_settle waits for
    std::set<std::string> m_dirty;      ///< folders that the kernel told of
    std::set<std::string> m_untold;     ///< owners of what folder() saw changed and changed() has not told yet
    QElapsedTimer m_sinceRecheck;
    std::chrono::milliseconds m_rest{}; ///< after the last recheck
};

} // namespace exeat
