#include "service/gate/keeper/roomlaunch.h"

#include "service/gate/sandbox/seccompfilter.h"
#include "shared/base/text.h"

#include <algorithm>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

struct RoomLaunch {
    Prepared& prepared;
    std::vector<sock_filter> filter;
    struct stat workdir{};
    PipePair pid;     ///< of the command, told by who has made it
    PipePair failure; ///< an error number and words; closed by the exec
};

[[noreturn]] void giveUp(const UniqueFd& failure, const Error& error) {
    (void)writeAll(failure.get(),
                   std::string(reinterpret_cast<const char*>(&error.errnum), sizeof error.errnum) + error.text);
    ::_exit(127);
}

Result<void> enterWorkdir(const RoomLaunch& launch) {
    const std::string& path = launch.prepared.plan->room->workdir;
    struct stat here{};
    if (::chdir(path.c_str()) < 0 || ::stat(".", &here) < 0)
        return failErrno("cannot enter " + visible(path) + " in its sandbox");
    if (here.st_dev != launch.workdir.st_dev || here.st_ino != launch.workdir.st_ino)
        return fail(ErrorKind::Refused, "its working directory is another one in its sandbox");
    return {};
}

/** In the room; its parent is the keeper. */
[[noreturn]] void becomeCommand(RoomLaunch& launch) {
    Prepared& prepared = launch.prepared;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setpgid(0, 0);
    const UniqueFd failure(::fcntl(launch.failure.write.get(), F_DUPFD_CLOEXEC, prepared.above + 1));
    auto done = enterWorkdir(launch);
    if (done)
        done = confine(*prepared.plan->room);
    if (!done)
        giveUp(failure, done.error());
    int failed = setUp(prepared);
    if (failed == 0) {
        if (done = loadSeccompFilter(launch.filter); !done)
            giveUp(failure, done.error());
        failed = execute(prepared);
    }
    giveUp(failure, systemError("cannot run " + prepared.plan->path, failed));
}

/** Only children are in the room's pid namespace, so this one makes the command: a child of the keeper like itself. */
[[noreturn]] void enterAndStart(RoomLaunch& launch) {
    if (auto entered = enterRoom(*launch.prepared.plan->room); !entered)
        giveUp(launch.failure.write, entered.error());
    const long pid = ::syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (pid == 0)
        becomeCommand(launch);
    if (pid < 0)
        giveUp(launch.failure.write, systemError("cannot start a process in its sandbox"));
    const auto number = static_cast<pid_t>(pid);
    ::_exit(::write(launch.pid.write.get(), &number, sizeof number) == sizeof number ? 0 : 127);
}

Result<void> failureOf(RoomLaunch& launch) {
    launch.failure.write.reset();
    const auto words = readAll(launch.failure.read, "a failure", 65536);
    if (!words)
        return std::unexpected(words.error());
    if (words->empty())
        return {};
    Error error{ErrorKind::System, words->substr(std::min(words->size(), sizeof error.errnum)), 0};
    std::memcpy(&error.errnum, words->data(), std::min(words->size(), sizeof error.errnum));
    return std::unexpected(error);
}

} // namespace

Result<pid_t> launchIntoRoom(Prepared& prepared) {
    static const auto filter = buildSeccompFilter(); // the same for all, and not cheap
    auto pid = makePipe();
    auto failure = makePipe();
    if (!filter || !pid || !failure)
        return std::unexpected(!filter ? filter.error() : !pid ? pid.error() : failure.error());
    RoomLaunch launch{prepared, *filter, {}, std::move(*pid), std::move(*failure)};
    if (::fstat(prepared.plan->workdir.get(), &launch.workdir) < 0)
        return failErrno("cannot look at the working directory");
    const SignalsHeld held;
    const pid_t starter = ::fork();
    if (starter == 0)
        enterAndStart(launch);
    if (starter < 0)
        return failErrno("cannot start a process");
    launch.pid.write.reset();
    pid_t command = 0;
    const bool made = ::read(launch.pid.read.get(), &command, sizeof command) == sizeof command;
    reap(starter);
    const auto failed = failureOf(launch);
    if (failed && made)
        return command;
    if (made)
        reap(command);
    return failed ? fail(ErrorKind::System, "its sandbox is gone") : std::unexpected(failed.error());
}

} // namespace exeat::gate
