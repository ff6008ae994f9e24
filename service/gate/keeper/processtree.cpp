#include "service/gate/keeper/processtree.h"

#include "shared/base/process.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <set>
#include <sstream>

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

constexpr std::size_t listBytes = std::size_t{16} << 20;

std::vector<pid_t> childrenOf(pid_t pid) {
    std::vector<pid_t> children;
    std::error_code error;
    const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
    for (auto task = std::filesystem::directory_iterator(tasks, error); task != std::filesystem::directory_iterator();
         task.increment(error)) {
        const auto list = readFile(task->path().string() + "/children", listBytes);
        if (!list)
            continue;
        std::istringstream words(*list);
        for (pid_t child = 0; words >> child;)
            children.push_back(child);
    }
    return children;
}

bool descends(pid_t pid, pid_t ancestor) {
    const auto chain = ancestry(pid);
    return std::ranges::any_of(chain, [&](const ProcessFacts& facts) { return facts.pid == ancestor; });
}

/** Through a pidfd that is opened before the look at its parents, so that a recycled number is never hit. */
void signalBelow(pid_t pid, pid_t ancestor, int signal) {
    const auto pidfd = openPidfd(pid);
    if (pidfd && descends(pid, ancestor))
        ::syscall(SYS_pidfd_send_signal, pidfd->get(), signal, nullptr, 0);
}

void addWithDescendants(pid_t pid, std::vector<pid_t>& into) {
    into.push_back(pid);
    for (std::size_t next = into.size() - 1; next < into.size(); ++next) {
        for (const pid_t child : childrenOf(into[next]))
            into.push_back(child);
    }
}

void reap() {
    while (::waitpid(-1, nullptr, WNOHANG | __WALL) > 0) {
    }
}

} // namespace

std::vector<pid_t> descendantsOf(pid_t root) {
    std::vector<pid_t> all;
    addWithDescendants(root, all);
    all.erase(all.begin());
    return all;
}

void killBelow(const std::vector<pid_t>& roots) {
    const pid_t self = ::getpid();
    std::set<pid_t> stopped;
    for (bool grew = true; grew;) {
        grew = false;
        std::vector<pid_t> all;
        for (const pid_t root : roots)
            addWithDescendants(root, all);
        for (const pid_t pid : all) {
            if (stopped.insert(pid).second) {
                signalBelow(pid, self, SIGSTOP);
                grew = true;
            }
        }
    }
    for (const pid_t pid : stopped)
        signalBelow(pid, self, SIGKILL);
}

TreeEnd endAllChildren(std::chrono::milliseconds most) {
    const auto end = std::chrono::steady_clock::now() + most;
    sigset_t childSignal;
    sigemptyset(&childSignal);
    sigaddset(&childSignal, SIGCHLD);
    for (;;) {
        reap();
        if (::waitpid(-1, nullptr, WNOHANG | __WALL) < 0 && errno == ECHILD)
            return TreeEnd::AllGone;
        if (std::chrono::steady_clock::now() > end)
            return TreeEnd::SomeLeft;
        killBelow(childrenOf(::getpid()));
        // Deaths are told by SIGCHLD; the bound is for one that was merged with another.
        const timespec wait{0, 5'000'000};
        ::sigtimedwait(&childSignal, nullptr, &wait);
    }
}

} // namespace exeat::gate
