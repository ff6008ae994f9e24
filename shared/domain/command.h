#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace exeat {

/** A resource limit that a command carries out (setrlimit(2)). */
struct ResourceLimit {
    int resource = 0;
    std::uint64_t soft = 0;
    std::uint64_t hard = 0;
    bool operator==(const ResourceLimit&) const = default;
};

/** How the calling process was set up, so that the command outside behaves as in place. */
struct ProcessSetup {
    std::uint32_t umask = 022;
    std::vector<ResourceLimit> limits;
    std::uint64_t blockedSignals = 0; ///< bit n-1 = signal n
    std::uint64_t ignoredSignals = 0; ///< as above
    int niceness = 0;
    bool ownProcessGroup = false; ///< the caller leads its process group
    bool operator==(const ProcessSetup&) const = default;
};

/**
 * What a sandboxed peer says it wants to run. Nothing in it is proven; it never turns into a Command by itself.
 * All strings are bytes as the kernel takes them (no NUL, any encoding).
 */
struct ClaimedCommand {
    std::string file; ///< as given to execve: absolute, or relative to `workdir`
    std::vector<std::string> argv;
    std::vector<std::string> environment; ///< NAME=value
    std::string workdir;
    bool operator==(const ClaimedCommand&) const = default;
};

/** device and inode: names one file for as long as it is open somewhere. */
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    auto operator<=>(const FileIdentity&) const = default;
};

/** Who could have put the file where it is. DESIGN.md §4.2, §4.8. */
enum class FileOrigin {
    Unplantable,   ///< file and every folder on its path owned by root, not writable by others, below no writable root
    UserOwned,     ///< the user could write it, no session's writable root covers it
    AgentWritable, ///< below a writable root of some session: an agent may have written it
};

/** One program in the chain of execs that led here, for people: `bash → make → git push`. */
struct ChainLink {
    std::string program;
    std::vector<std::string> argv;
    bool operator==(const ChainLink&) const = default;
};

/** What the service has proven about a command: decision and execution both use exactly this. */
struct Command {
    std::string file;               ///< absolute path by which it is executed, in the service's mount namespace
    std::string realPath;           ///< all symbolic links followed
    FileIdentity identity;          ///< of the judged file
    FileIdentity runsAs;            ///< of the binary the kernel will load: the file, or its `#!` interpreter
    std::vector<std::string> names; ///< basenames: as called, of every link on the way, of the final file
    FileOrigin origin = FileOrigin::AgentWritable;
    bool setUid = false;
    std::vector<std::string> argv;
    std::string workdir; ///< absolute, opened and compared by device and inode
    FileIdentity workdirIdentity;
    std::vector<std::string> environment;        ///< complete, for outside: login environment plus what may follow
    std::vector<std::string> droppedEnvironment; ///< NAME=value that differed and stayed behind, for the prompt
    std::vector<ChainLink> chain;
    bool operator==(const Command&) const = default;
};

} // namespace exeat
