#include "service/gate/sandbox/spawn.h"

#include "shared/base/filelimit.h"
#include "shared/base/scopeexit.h"

#include <csignal>

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

/** A child inherits the limits of the moment in which it is made. */
class OriginalFileLimit {
public:
    OriginalFileLimit() {
        const rlimit original = originalFileLimit();
        ::getrlimit(RLIMIT_NOFILE, &m_ours);
        ::setrlimit(RLIMIT_NOFILE, &original);
    }
    OriginalFileLimit(const OriginalFileLimit&) = delete;
    OriginalFileLimit& operator=(const OriginalFileLimit&) = delete;
    ~OriginalFileLimit() { ::setrlimit(RLIMIT_NOFILE, &m_ours); }

private:
    rlimit m_ours{};
};

} // namespace

Result<int> spawnSandbox(std::vector<std::string> argv, const UniqueFd& complaints, const UniqueFd& socket) {
    // Out of the way of the numbers that they shall get.
    const UniqueFd error(::fcntl(complaints.get(), F_DUPFD_CLOEXEC, zygoteFd + 1));
    const UniqueFd channel(::fcntl(socket.get(), F_DUPFD_CLOEXEC, zygoteFd + 1));
    if (!error || !channel)
        return failErrno("cannot hand descriptors to the sandbox");
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    const ScopeExit release([&] {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    });
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, error.get(), STDERR_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, channel.get(), zygoteFd);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, zygoteFd + 1);
    sigset_t set;
    ::sigfillset(&set);
    ::posix_spawnattr_setsigdefault(&attributes, &set);
    ::sigemptyset(&set);
    ::posix_spawnattr_setsigmask(&attributes, &set);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    std::vector<char*> words;
    for (auto& word : argv)
        words.push_back(word.data());
    words.push_back(nullptr);
    char* none[] = {nullptr};
    pid_t pid = 0;
    const OriginalFileLimit limit;
    if (const int result = ::posix_spawn(&pid, words[0], &actions, &attributes, words.data(), none); result != 0)
        return failErrno("cannot start " + argv[0], result);
    return pid;
}

} // namespace exeat::gate
