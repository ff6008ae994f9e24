#pragma once

#include "service/policy/lastgood.h"
#include "service/policy/layerfolders.h"
#include "service/policy/policypicture.h"
#include "service/policy/rulesfolder.h"

#include <QElapsedTimer>
#include <QFileSystemWatcher>
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
    rules::RulesFile declared;         ///< of all files, in their order
    RulesTexts texts;                  ///< what that was read from
    std::string brokenNote;            ///< a file (or the folder) is broken and no good version of it was ever seen
    std::vector<std::string> problems; ///< what lies there and is not in it
};

/**
 * Parsed rules files, kept while the service lives. Main thread only. A file that breaks keeps its last good version,
 * over a restart, too (LastGood). What may loosen, and what must not go, is not this class's concern.
 */
class RuleStore : public QObject {
    Q_OBJECT
public:
    explicit RuleStore(LastGood lastGood, QObject* parent = nullptr);

    /**
     * Looks at the folder again (stamps only, unless something changed) and watches it from now on. The same object as
     * long as nothing changes.
     */
    std::shared_ptr<const FolderRules> folder(const LayerFolder& folder);

    /** Of a folder asked for before; nothing is looked at. */
    FolderStatus status(const LayerFolder& folder) const;

    /** In words, each naming the file, line and column, or the folder. Of folders asked for so far. */
    std::vector<std::string> problems() const;

signals:
    /** Something on disk changed what folder() answers. Changes that come together are told once. */
    void changed();

private:
    struct FileState {
        FileStamp stamp;
        std::optional<std::string> text; ///< as last read, so that a mere touch is no change
        bool seen = false;               ///< `stamp` and all below are of a file that was looked at
        std::optional<rules::RulesFile> good;
        std::string goodText;   ///< what `good` was parsed from
        std::size_t weight = 0; ///< of `good`
        std::size_t work = 0;   ///< that `text` took, good or not
        bool crowded = false;   ///< broken, but perhaps not if the other files were smaller
        std::string problem;    ///< empty: the text of `stamp` is the good one
    };
    struct FolderState {
        LayerFolder folder;
        std::map<std::string, FileState> files; ///< by path; sorted, as the order of rules demands
        std::string problem;
        RulesTexts kept; ///< as LastGood has it
        std::shared_ptr<const FolderRules> current;
        std::string keepProblem; ///< why the last good texts are not on disk
        bool wasWhole = false;   ///< it could be read once, so every file has its last good version
        bool incomplete = false; ///< rules lie here that were never read
    };

    /** True if what it contributes has changed. */
    bool refresh(FolderState& state);
    bool look(FolderState& state);
    /** What the other files leave. */
    static std::size_t workLeftFor(const FolderState& folder, const FileState& file);
    static std::optional<std::string> whyTooMuch(const FolderState& folder, const FileState& file,
                                                 const rules::RulesFile& rules);
    static void adopt(FileState& state, rules::RulesFile rules, std::string text);
    static bool take(FolderState& folder, FileState& state, const RulesFileOnDisk& file);
    static void run(const FolderState& folder, FileState& state, const std::string& path);
    /** Those that had no room or time left, after another one changed. */
    static void runCrowded(FolderState& state, const std::vector<std::string>& files);
    /** The good texts of what is there now, for the next start. */
    void keep(FolderState& state) const;
    void watch(const FolderState& state);
    /** A recheck once it is quiet, but not for ever. */
    void recheckSoon();
    void recheck();
    static void recall(const FolderState& folder, FileState& state, const std::string& path);
    static FolderRules collect(const FolderState& state);
    static void addProblems(const FolderState& state, std::vector<std::string>& problems);

    LastGood m_lastGood;
    std::map<std::pair<std::string, Layer>, FolderState> m_folders;
    QFileSystemWatcher m_watcher;
    QTimer m_settle;
    QElapsedTimer m_sinceFirst; ///< change of those that m_settle waits for
    bool m_untold = false;      ///< folder() saw a change that changed() has not told yet
};

} // namespace exeat
