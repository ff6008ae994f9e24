#include "service/session/peerguard.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

namespace exeat {
namespace {

std::string programOf(pid_t pid) {
    return executablePath(pid).value_or(std::string());
}

std::string nameOf(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

bool ofAnotherUser(pid_t pid) {
    struct stat facts{};
    const std::string folder = "/proc/" + std::to_string(pid);
    // A non-dumpable process of ours looks like root's; then the boundary comes early only if we are not root.
    if (::stat(folder.c_str(), &facts) < 0)
        return true;
    auto status = readFile(folder + "/status", 65536);
    if (!status)
        return true;
    const auto line = status->find("\nUid:\t");
    return line == std::string::npos || std::strtoul(status->c_str() + line + 6, nullptr, 10) != ::getuid();
}

bool isSessionProgram(const std::string& program) {
    static constexpr auto names = std::to_array<std::string_view>({"systemd",
                                                                   "init",
                                                                   "sshd",
                                                                   "login",
                                                                   "su",
                                                                   "sudo",
                                                                   "cron",
                                                                   "gnome-shell",
                                                                   "gnome-session-binary",
                                                                   "gnome-terminal-server",
                                                                   "plasmashell",
                                                                   "plasma_session",
                                                                   "startplasma-wayland",
                                                                   "startplasma-x11",
                                                                   "konsole",
                                                                   "kwin_wayland",
                                                                   "krunner",
                                                                   "kded5",
                                                                   "kded6",
                                                                   "xfce4-session",
                                                                   "xfce4-panel",
                                                                   "xfdesktop",
                                                                   "cinnamon",
                                                                   "cinnamon-session-binary",
                                                                   "mate-session",
                                                                   "mate-panel",
                                                                   "lxqt-session",
                                                                   "lxqt-panel",
                                                                   "sway",
                                                                   "i3",
                                                                   "Hyprland",
                                                                   "tmux",
                                                                   "screen",
                                                                   "zellij",
                                                                   "xterm",
                                                                   "Xorg",
                                                                   "dbus-daemon",
                                                                   "dbus-broker",
                                                                   "gdm-wayland-session",
                                                                   "gdm-x-session"});
    const bool systems = program.starts_with("/usr/") || program.starts_with("/lib/") || program.starts_with("/bin/");
    struct stat facts{};
    return systems && ::stat(program.c_str(), &facts) == 0 && facts.st_uid == 0 && (facts.st_mode & 0022U) == 0 &&
           std::ranges::find(names, nameOf(program)) != names.end();
}

/** No -c, no script: what it runs is typed. */
bool isInteractiveShell(pid_t pid, const std::string& program) {
    static constexpr auto shells =
        std::to_array<std::string_view>({"bash", "dash", "sh", "zsh", "fish", "ksh", "mksh", "ksh93", "tcsh", "csh"});
    if (std::ranges::find(shells, nameOf(program)) == shells.end())
        return false;
    const auto line = readFile("/proc/" + std::to_string(pid) + "/cmdline", 65536);
    if (!line)
        return false;
    std::string_view rest = *line;
    rest.remove_prefix(
        std::min(rest.size(), rest.find('\0') == std::string_view::npos ? rest.size() : rest.find('\0') + 1));
    while (!rest.empty()) {
        const std::string_view word = rest.substr(0, rest.find('\0'));
        if (!word.starts_with('-') || (!word.starts_with("--") && word.find('c') != std::string_view::npos))
            return false;
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    }
    return true;
}

bool leadsTerminal(const ProcessFacts& facts) {
    return facts.session == facts.pid && facts.terminal != 0;
}

} // namespace

std::vector<ProcessKey> agentTree(pid_t shim) {
    std::vector<ProcessKey> tree;
    for (const auto& facts : ancestry(shim)) {
        if (facts.pid == 1)
            break;
        const std::string program = programOf(facts.pid);
        if (facts.pid != shim) {
            if (facts.parent == 1 && nameOf(program) == "systemd")
                break;
            if (ofAnotherUser(facts.pid) || isSessionProgram(program))
                break;
            if (leadsTerminal(facts) && isInteractiveShell(facts.pid, program))
                break;
        }
        tree.push_back({facts.pid, facts.startTime});
        if (facts.pid != shim && leadsTerminal(facts))
            break;
    }
    return tree;
}

PeerStanding PeerGuard::standingOf(pid_t pid) const {
    const auto chain = ancestry(pid);
    // A chain that does not reach the top of what we see has been cut by an end in between: nothing is proven.
    if (chain.empty() || chain.back().parent != 0)
        return PeerStanding::DescendsFromRun;
    const auto gates = m_gates();
    const pid_t self = ::getpid();
    for (const auto& facts : chain) {
        if (facts.pid == self || std::ranges::find(gates, facts.pid) != gates.end())
            return PeerStanding::DescendsFromRun;
    }
    for (const auto& [session, tree] : m_trees) {
        for (const auto& facts : chain) {
            if (std::ranges::find(tree, ProcessKey{facts.pid, facts.startTime}) != tree.end())
                return PeerStanding::SharesAgent;
        }
    }
    return PeerStanding::Free;
}

} // namespace exeat
