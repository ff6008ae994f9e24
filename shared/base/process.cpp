#include "shared/base/process.h"

#include <csignal>
#include <filesystem>
#include <sstream>

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace exeat {

Result<ProcessFacts> processFacts(pid_t pid) {
    auto stat = readFile("/proc/" + std::to_string(pid) + "/stat", 4096);
    if (!stat)
        return std::unexpected(stat.error());
    // comm is in parentheses and may hold anything, so the numbers begin behind the last ')'.
    const auto end = stat->rfind(')');
    if (end == std::string::npos)
        return fail(ErrorKind::Invalid, "unexpected form of /proc/PID/stat");
    std::istringstream fields(stat->substr(end + 1));
    char state = 0;
    ProcessFacts facts{.pid = pid};
    pid_t group = 0;
    fields >> state >> facts.parent >> group >> facts.session >> facts.terminal;
    std::string skipped;
    for (int field = 8; field < 22; ++field)
        fields >> skipped;
    fields >> facts.startTime;
    if (!fields)
        return fail(ErrorKind::Invalid, "unexpected form of /proc/PID/stat");
    return facts;
}

std::vector<ProcessFacts> ancestry(pid_t pid) {
    std::vector<ProcessFacts> chain;
    while (pid > 0 && chain.size() < 128) {
        auto facts = processFacts(pid);
        if (!facts)
            break;
        chain.push_back(*facts);
        pid = facts->parent;
    }
    return chain;
}

Result<UniqueFd> openPidfd(pid_t pid) {
    const long fd = ::syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0)
        return failErrno("cannot watch process " + std::to_string(pid));
    return UniqueFd(static_cast<int>(fd));
}

void killProcess(const UniqueFd& pidfd) {
    ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0);
}

Result<std::string> executablePath(pid_t pid) {
    std::error_code error;
    const auto path = std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", error);
    if (error)
        return failErrno("cannot read the program of process " + std::to_string(pid), error.value());
    return path.string();
}

std::vector<pid_t> childProcesses() {
    std::vector<pid_t> children;
    std::error_code error;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", error)) {
        auto list = readFile(task.path().string() + "/children", std::size_t{16} << 20);
        if (!list)
            continue;
        std::istringstream words(*list);
        pid_t child = 0;
        while (words >> child)
            children.push_back(child);
    }
    return children;
}

void forbidTracing() {
    ::prctl(PR_SET_DUMPABLE, 0);
}

} // namespace exeat
