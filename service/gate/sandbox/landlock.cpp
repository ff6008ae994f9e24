#include "service/gate/sandbox/landlock.h"

#include "shared/base/uniquefd.h"

#include <cstdint>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

// Own names: Debian 12's <linux/landlock.h> ends at version 2. landlock(7).
constexpr std::uint64_t writeFile = 1ULL << 1;
constexpr std::uint64_t removeAndMake = 0x1FF0ULL; // remove folder, file; make char, dir, reg, sock, fifo, block, link
constexpr std::uint64_t makeDevices = 1ULL << 6 | 1ULL << 11;
constexpr std::uint64_t refer = 1ULL << 13;
constexpr std::uint64_t truncateFile = 1ULL << 14;
constexpr std::uint64_t scopeAbstractSocketsAndSignals = 3;

struct Ruleset {
    std::uint64_t files = 0;
    std::uint64_t network = 0;
    std::uint64_t scoped = 0;
};
struct __attribute__((packed)) PathRule {
    std::uint64_t allowed = 0;
    std::int32_t parent = -1;
};

Result<void> allowBelow(const UniqueFd& rules, const std::string& path, std::uint64_t rights) {
    const UniqueFd folder(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (!folder)
        return {}; // gone: then there is nothing to write to
    const PathRule rule{rights, folder.get()};
    if (::syscall(SYS_landlock_add_rule, rules.get(), 1 /* path beneath */, &rule, 0) < 0)
        return failErrno("Landlock does not take " + path);
    return {};
}

} // namespace

Result<void> restrictWriting(const std::vector<std::string>& writable) {
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, 1 /* ask for the version */);
    if (version < 2)
        return {}; // version 1 forbids every rename between folders
    Ruleset ruleset;
    ruleset.files = writeFile | removeAndMake | refer | (version >= 3 ? truncateFile : 0);
    ruleset.scoped = version >= 6 ? scopeAbstractSocketsAndSignals : 0;
    // Older kernels know only the first fields; those that they do not know must be left out or zero.
    const UniqueFd rules(
        static_cast<int>(::syscall(SYS_landlock_create_ruleset, &ruleset, version >= 6 ? sizeof ruleset : 8, 0)));
    if (!rules)
        return failErrno("Landlock does not take our rules");
    for (const auto& path : writable) {
        if (auto done = allowBelow(rules, path, ruleset.files & ~makeDevices); !done)
            return done;
    }
    if (::syscall(SYS_landlock_restrict_self, rules.get(), 0) < 0)
        return failErrno("Landlock does not bind this process");
    return {};
}

} // namespace exeat::gate
