#pragma once

#include "service/gate/sandbox/lostprotection.h"
#include "service/gate/sandbox/mountplan.h"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace exeat::gate {

/**
 * A protection is a mount on a name: who moves, replaces or removes the name outside takes the mount away inside. This
 * watches the folders of such names by inotify(7), one watch for all runs of a gate. Every move to or from a guarded
 * name and every removal counts, also where the same file is back by now: its mount may not be. What nobody of this
 * user can replace is not watched. Not thread-safe.
 */
class NameGuard {
public:
    using Id = std::uint64_t;

    /**
     * From here on take() tells of the first change of a name that `steps` protect. Changed: one is not as planned any
     * more. Limit: limits::watchedFolders or the kernel's own is reached, and nothing may be run.
     */
    Result<Id> watch(const std::vector<MountStep>& steps);
    /** Unknown ones are ignored. */
    void release(Id id);

    /** Readable when take() may have something to tell; -1 before the first watch(). */
    int fd() const { return m_inotify.get(); }
    /** Each guard is told once and then released. What watch() came upon is told by the next call, readable or not. */
    std::vector<LostProtection> take();

private:
    using Key = std::pair<std::uint64_t, std::uint64_t>; // device, inode
    struct Folder {
        Key key;
        std::map<std::string, std::vector<Id>, std::less<>> users; ///< by guarded name
    };
    struct Place {
        int watch;
        std::string path;
    };
    Result<void> prepare();
    Result<void> add(Id id, const std::string& parent, std::vector<const MountStep*> steps);
    Result<int> watchFolder(const std::string& parent, const std::string& descriptor, Key key);
    void readEvents();
    void changed(int watch, std::string_view name);
    void folderGone(int watch);
    void lose(Id id, const std::string& why);
    void loseAll(const std::string& why);

    UniqueFd m_inotify;
    std::unordered_map<int, Folder> m_folders; ///< by watch descriptor
    std::map<Key, int> m_watches;
    std::map<Id, std::vector<Place>> m_guards;
    std::vector<LostProtection> m_lost;
    Id m_last = 0;
};

} // namespace exeat::gate
