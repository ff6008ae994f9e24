#include "service/cli/probe.h"

#include "shared/base/uniquefd.h"

#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ; // NOLINT: environ(7)

namespace exeat {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t mostOutput = 65536;

/** True at end of file, false when the time is over. */
bool readUntil(int fd, std::string& output, Clock::time_point deadline) {
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd entry{fd, POLLIN, 0};
        if (left <= 0 || ::poll(&entry, 1, static_cast<int>(left)) == 0)
            return false;
        char buffer[4096];
        const ssize_t got = ::read(fd, buffer, sizeof buffer);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return true;
        if (got > 0 && output.size() < mostOutput)
            output.append(buffer, static_cast<std::size_t>(got));
    }
}

} // namespace

Result<ProbeResult> probe(const std::vector<std::string>& argv, std::chrono::milliseconds patience) {
    auto pipe = makePipe();
    if (!pipe)
        return std::unexpected(pipe.error());
    std::vector<std::string> words = argv;
    std::vector<char*> pointers;
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, pipe->write.get(), 1);
    ::posix_spawn_file_actions_adddup2(&actions, pipe->write.get(), 2);
    pid_t pid = 0;
    const int failure = ::posix_spawnp(&pid, pointers[0], &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failure != 0)
        return failErrno("cannot run " + argv[0], failure);
    pipe->write.reset();
    ProbeResult result;
    const bool ended = readUntil(pipe->read.get(), result.output, Clock::now() + patience);
    if (!ended)
        ::kill(pid, SIGKILL);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (ended)
        result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

} // namespace exeat
