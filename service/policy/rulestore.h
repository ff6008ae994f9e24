#pragma once

#include "service/policy/lastgood.h"
#include "service/policy/layerfolders.h"
#include "service/policy/policypicture.h"
#include "service/policy/rulesfolder.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace exeat {

/** What one folder contributes at this moment. */
struct FolderRules {
    std::vector<PrefixRule> rules;
    std::vector<HostExecutable> hostExecutables;
    std::string brokenNote; ///< a file (or the folder) is broken and no good version of it was ever seen
};

/**
 * Parsed rules files, kept while the service lives. Main thread only. A file that breaks keeps its last good version,
 * over a restart, too (LastGood). A tightening rule that vanishes from a project's file keeps holding until the restart
 * only: a person who accepts the change could let it go. What may loosen is not this class's concern.
 */
class RuleStore : public QObject {
    Q_OBJECT
public:
    explicit RuleStore(LastGood lastGood, QObject* parent = nullptr);

    /** Looks at the folder again (stamps only, unless something changed) and watches it from now on. */
    FolderRules folder(const LayerFolder& folder);

    /** Of a folder asked for before; nothing is looked at. */
    FolderStatus status(const LayerFolder& folder) const;

    /** Project folders in which rules were seen and whose owner is `directory` or above it, outermost first. */
    std::vector<LayerFolder> seenAbove(const std::string& directory) const;

    /** In words, each naming the file, line and column, or the folder. Of folders asked for so far. */
    std::vector<std::string> problems() const;

signals:
    /** Something on disk changed what folder() answers. Changes that come together are told once. */
    void changed();

private:
    struct FileState {
        FileStamp stamp;
        std::optional<std::string> text; ///< as last read, so that a mere touch is no change
        bool present = false;
        std::optional<rules::RulesFile> good;
        std::string goodText;             ///< what `good` was parsed from
        std::string problem;              ///< empty: the text of `stamp` is the good one
        std::vector<PrefixRule> retained; ///< tightening rules of a project that are no longer in it
        bool retainedOverflow = false;
    };
    struct FolderState {
        LayerFolder folder;
        std::map<std::string, FileState> files; ///< by path; sorted, as the order of rules demands
        std::string problem;
        RulesTexts kept;         ///< as LastGood has it
        std::string keepProblem; ///< why the last good texts are not on disk
        bool wasWhole = false;   ///< it could be read once, so every file has its last good version
        bool incomplete = false; ///< rules lie here that were never read
    };

    bool refresh(FolderState& state);
    static std::size_t rulesBeside(const FolderState& folder, const FileState& file);
    bool take(FolderState& folder, FileState& state, const RulesFileOnDisk& file);
    bool drop(FolderState& folder, FileState& state);
    /** The good texts of what is there now, for the next start. */
    void keep(FolderState& state) const;
    void watch(const FolderState& state);
    void recheck();
    static void recall(const FolderState& folder, FileState& state, const std::string& path);
    static FolderRules collect(const FolderState& state);
    static void addProblems(const FolderState& state, std::vector<std::string>& problems);

    LastGood m_lastGood;
    std::map<std::pair<std::string, Layer>, FolderState> m_folders;
    QFileSystemWatcher m_watcher;
    QTimer m_settle;
    bool m_untold = false; ///< folder() saw a change that changed() has not told yet
};

} // namespace exeat
