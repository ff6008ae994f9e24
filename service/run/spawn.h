#pragma once

#include "shared/base/error.h"
#include "shared/base/uniquefd.h"

#include <string>
#include <vector>

#include <sys/types.h>

namespace exeat {

/** A program of ours to start beside us. Nothing is inherited but what is named here. */
struct SpawnRequest {
    std::string file; ///< absolute
    std::vector<std::string> argv;
    std::vector<std::string> environment; ///< NAME=value
    /** Descriptor `fd` of ours becomes `number` of the child; 0-2 not named here are /dev/null. Borrowed. */
    struct Inherited {
        int number = -1;
        int fd = -1;
    };
    std::vector<Inherited> inherited;
};

struct SpawnedChild {
    pid_t pid = 0;
    UniqueFd pidfd; ///< readable when it has ended; the caller reaps
};

/** posix_spawn(3) in a session of its own, cwd /, with no signal blocked or ignored. Thread-safe. */
Result<SpawnedChild> spawn(const SpawnRequest& request);

} // namespace exeat
