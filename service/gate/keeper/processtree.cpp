#include "service/gate/keeper/processtree.h"

#include "shared/base/limits.h"
#include "shared/base/process.h"
#include "shared/base/text.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <set>
#include <sstream>

#include <sys/stat.h>
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

/**
 * Through a pidfd that is opened before the look at its parents, so that a recycled number is never hit. False if it is
 * there and we may not signal it.
 */
bool signalBelow(pid_t pid, pid_t ancestor, int signal) {
    const auto pidfd = openPidfd(pid);
    if (!pidfd || !descends(pid, ancestor))
        return true;
    return ::syscall(SYS_pidfd_send_signal, pidfd->get(), signal, nullptr, 0) == 0 || errno != EPERM;
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

KillReach killBelow(const std::vector<pid_t>& roots) {
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
    KillReach reach = KillReach::Nothing;
    for (const pid_t pid : stopped) {
        if (signalBelow(pid, self, SIGKILL))
            reach = KillReach::Something;
    }
    return reach;
}

std::vector<std::string> describeDescendants() {
    constexpr std::size_t most = 16;
    std::vector<std::string> lines;
    for (const pid_t pid : descendantsOf(::getpid())) {
        const std::string folder = "/proc/" + std::to_string(pid);
        const auto commandLine = readFile(folder + "/cmdline", listBytes);
        struct stat owner = {};
        // A zombie has no command line, and one of the kernel's words for it would say nothing.
        if (!commandLine || commandLine->empty() || ::stat(folder.c_str(), &owner) < 0 || lines.size() == most)
            continue;
        std::vector<std::string> words;
        for (std::istringstream all(*commandLine); words.size() < limits::chainLinkWords;) {
            if (!std::getline(all, words.emplace_back(), '\0')) {
                words.pop_back();
                break;
            }
        }
        lines.push_back(visibleCommand(words, limits::chainLinkBytes) + " (pid " + std::to_string(pid) + ", user id " +
                        std::to_string(owner.st_uid) + ')');
    }
    return lines;
}

TreeEnd endAllChildren(std::chrono::milliseconds most) {
    const auto start = std::chrono::steady_clock::now();
    auto lastReached = start;
    sigset_t childSignal;
    sigemptyset(&childSignal);
    sigaddset(&childSignal, SIGCHLD);
    for (;;) {
        reap();
        if (::waitpid(-1, nullptr, WNOHANG | __WALL) < 0 && errno == ECHILD)
            return TreeEnd::AllGone;
        const auto now = std::chrono::steady_clock::now();
        if (now > start + most || now > lastReached + limits::foreignEnd)
            return TreeEnd::SomeLeft;
        if (killBelow(childrenOf(::getpid())) == KillReach::Something)
            lastReached = now;
        // Deaths are told by SIGCHLD; the bound is for one that was merged with another.
        const timespec wait{0, 5'000'000};
        ::sigtimedwait(&childSignal, nullptr, &wait);
    }
}

} // namespace exeat::gate
