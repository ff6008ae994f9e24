#include "service/gate/sandbox/enterroom.h"

#include "service/gate/sandbox/landlock.h"
#include "service/gate/sandbox/privileges.h"

#include <sched.h>

namespace exeat::gate {

Result<void> enterRoom(const RoomDoor& door) {
    // At once: the rights to each come from being the owner of the user namespace, seen from outside of it. setns(2).
    constexpr int always = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
    // The machine's own network would need root to enter.
    const int network = door.network == NetworkAccess::Off ? CLONE_NEWNET : 0;
    if (::setns(door.init.get(), always | network) < 0)
        return failErrno("cannot enter the command's sandbox");
    return dropPrivileges();
}

Result<void> confine(const RoomDoor& door) {
    auto done = limitResources();
    std::vector<std::string> writable{"/dev", "/proc"};
    writable.insert(writable.end(), door.writable.begin(), door.writable.end());
    return done ? restrictWriting(writable) : done;
}

} // namespace exeat::gate
