#include "service/run/spawn.h"

#include "shared/base/process.h"
#include "shared/base/scopeexit.h"

#include <algorithm>
#include <csignal>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exeat {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> list;
    list.reserve(strings.size() + 1);
    for (const auto& one : strings)
        list.push_back(const_cast<char*>(one.c_str())); // NOLINT: posix_spawn(3) does not write to them
    list.push_back(nullptr);
    return list;
}

int addActions(posix_spawn_file_actions_t& actions, const SpawnRequest& request) {
    for (int number = 0; number <= 2; ++number) {
        const bool named =
            std::ranges::any_of(request.inherited, [&](const auto& one) { return one.number == number; });
        if (named)
            continue;
        if (const int failed = ::posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0))
            return failed;
    }
    // glibc takes close-on-exec off even where both numbers are one (posix_spawn_file_actions_adddup2(3)).
    for (const auto& one : request.inherited) {
        if (const int failed = ::posix_spawn_file_actions_adddup2(&actions, one.fd, one.number))
            return failed;
    }
    return ::posix_spawn_file_actions_addchdir_np(&actions, "/");
}

int setAttributes(posix_spawnattr_t& attributes) {
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    return ::posix_spawnattr_setflags(
        &attributes, static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
}

} // namespace

Result<SpawnedChild> spawn(const SpawnRequest& request) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (::posix_spawn_file_actions_init(&actions) != 0 || ::posix_spawnattr_init(&attributes) != 0)
        return fail(ErrorKind::System, "no memory to start " + request.file);
    const ScopeExit cleanUp([&] {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    });
    int failed = addActions(actions, request);
    if (failed == 0)
        failed = setAttributes(attributes);
    pid_t pid = 0;
    if (failed == 0) {
        const auto argv = pointers(request.argv);
        const auto environment = pointers(request.environment);
        failed = ::posix_spawn(&pid, request.file.c_str(), &actions, &attributes, argv.data(), environment.data());
    }
    if (failed != 0)
        return failErrno("cannot start " + request.file, failed);
    auto pidfd = openPidfd(pid);
    if (!pidfd) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        return std::unexpected(pidfd.error());
    }
    return SpawnedChild{pid, std::move(*pidfd)};
}

} // namespace exeat
