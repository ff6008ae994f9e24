#pragma once

#include "service/gate/sandbox/mountplan.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace exeat::gate {

/**
 * Empty folders and files that stand for protected paths which do not exist, while runs need them. Each has a record
 * in `folder`, on which every user of it holds a shared flock(2): removing one would detach the mounts on it in every
 * other mount namespace, so the last one out removes it. A record without a holder is what a killed process left.
 * Shared by all gates of a user. Who knows nothing of our records (another user in /tmp, another state folder) holds a
 * shared flock(2) on the placeholder itself: then its owner leaves it, and sweeps it up later.
 * Not thread-safe; every call below needs the lock of lock(), but borrow().
 */
class Placeholders {
public:
    /** `folder` is made (0700) if it is missing; sandboxes must not reach it. */
    static Result<Placeholders> open(std::string folder);

    /** Held while plans are made and placeholders come and go, against all gates of the user. */
    class [[nodiscard]] Lock {
    public:
        explicit Lock(int fd) : m_fd(fd) {}
        Lock(Lock&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
        Lock(const Lock&) = delete;
        Lock& operator=(const Lock&) = delete;
        ~Lock();

    private:
        int m_fd;
    };
    Lock lock();

    /** Makes and holds it. False: this user may not create it. */
    Result<bool> make(const std::string& path, PlaceholderKind kind);
    /** Holds `path` too if it is a placeholder, of whichever gate. */
    Result<bool> join(const std::string& path);
    struct Borrowed {
        UniqueFd hold; ///< none where it cannot be a placeholder
        bool isClosedOff =
            false; ///< somebody holds it alone: its owner, for the moment of the removal, or whoever likes
    };
    /**
     * Keeps what may be somebody else's placeholder from being removed, as long as `hold` is open. Changed: it is not
     * `file` (any more).
     */
    static Result<Borrowed> borrow(const std::string& path, const FileIdentity& file);

    /** What became of a placeholder that we need no more. */
    enum class Left {
        Nothing, ///< or it is not ours to remove
        Borrowed ///< sweep() removes it when its borrowers are gone
    };
    /** Once for each make() and join() that answered true. The last one removes it, unless somebody filled it. */
    Left drop(const std::string& path);
    /** Removes what nobody holds any more. */
    Left sweep();

private:
    struct Held {
        UniqueFd record;
        std::size_t users = 0;
    };
    explicit Placeholders(std::string folder, UniqueFd lockFile)
        : m_folder(std::move(folder)), m_lockFile(std::move(lockFile)) {}
    std::string recordPath(std::string_view path) const;
    Left removeIfUnused(const std::string& recordPath, UniqueFd record);

    std::string m_folder;
    UniqueFd m_lockFile;
    std::map<std::string, Held> m_held;
};

} // namespace exeat::gate
