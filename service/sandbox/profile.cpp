#include "service/sandbox/profile.h"

#include "shared/base/limits.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace exeat {
namespace {

/** Below home: read or run by a shell, the login, an editor or an agent later, without anybody asking again. */
constexpr auto runsLater = std::to_array<std::string_view>(
    {// shells
     ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases", ".profile", ".inputrc", ".zshrc",
     ".zshenv", ".zprofile", ".zlogin", ".zlogout", ".kshrc", ".mkshrc", ".cshrc", ".tcshrc", ".login", ".config/fish",
     ".config/zsh", ".oh-my-zsh",
     // the login and the desktop
     ".xinitrc", ".xsession", ".xsessionrc", ".xprofile", ".pam_environment", ".config/autostart",
     ".config/environment.d", ".config/systemd", ".local/share/systemd", ".local/share/applications",
     ".local/share/dbus-1", ".config/plasma-workspace", ".local/bin", "bin",
     // programs whose settings name other programs
     ".gitconfig", ".config/git", ".ssh", ".gnupg", ".tmux.conf", ".config/tmux", ".screenrc", ".vimrc", ".vim",
     ".config/nvim", ".emacs", ".emacs.d", ".config/emacs", ".vscode", ".vscode-server", ".config/Code/User",
     ".config/zed",
     // agents
     ".codex", ".claude", ".claude.json", ".cursor", ".gemini", ".agents", ".aws", ".config/exeat"});

/** Below every writable root. Folders: an empty one that stands for a missing one is not seen by git. */
constexpr auto alwaysProtected = std::to_array<std::string_view>({".git", ".codex", ".exeat", ".agents", ".aws"});
constexpr auto settingsFolders = std::to_array<std::string_view>({".vscode", ".cursor", ".claude", ".gemini"});
/** Files: git would show an empty one as new. */
constexpr auto settingsFiles = std::to_array<std::string_view>({".mcp.json", ".envrc"});

void addOnce(std::vector<std::string>& list, const std::string& path) {
    if (!path.empty() && path != "/" && std::ranges::find(list, path) == list.end())
        list.push_back(path);
}

std::string nameOf(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

} // namespace

const std::vector<std::string>& openableNames() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all(settingsFolders.begin(), settingsFolders.end());
        all.insert(all.end(), settingsFiles.begin(), settingsFiles.end());
        return all;
    }();
    return names;
}

bool isHiddenTemporary(std::string_view name) {
    static constexpr auto prefixes =
        std::to_array<std::string_view>({"ssh-", "tmux-", "dbus-", "gpg-", "keyring-", ".dbus-"});
    return std::ranges::any_of(prefixes, [&](const auto prefix) { return name.starts_with(prefix); });
}

SandboxProfile sandboxProfile(const RuntimePaths& paths, const std::string& sessionRuntimeFolder,
                              const std::vector<std::string>& temporaryFolders,
                              const std::vector<std::string>& unprotected) {
    SandboxProfile profile;
    profile.protectedNames.assign(alwaysProtected.begin(), alwaysProtected.end());
    const auto addClosed = [&](std::vector<std::string>& list, const auto& names) {
        for (const auto name : names) {
            if (std::ranges::find(unprotected, name) == unprotected.end())
                list.emplace_back(name);
        }
    };
    addClosed(profile.protectedNames, settingsFolders);
    addClosed(profile.existingNames, settingsFiles);
    for (const auto name : runsLater)
        addOnce(profile.readOnlyPaths, paths.home + '/' + std::string(name));
    addOnce(profile.readOnlyPaths, std::filesystem::path(paths.configFile).parent_path().string());
    addOnce(profile.readOnlyPaths, paths.codexHome);
    addOnce(profile.readOnlyPaths, paths.programFolder);

    for (const char* folder : {"/run", "/var/run", "/tmp/.X11-unix", "/tmp/.ICE-unix"})
        addOnce(profile.hiddenPaths, folder);
    addOnce(profile.hiddenPaths, sessionRuntimeFolder);
    addOnce(profile.hiddenPaths, paths.runtimeFolder);
    addOnce(profile.hiddenPaths, paths.stateFolder);
    std::size_t hidden = 0;
    for (const auto& folder : temporaryFolders) {
        if (isHiddenTemporary(nameOf(folder)) && ++hidden <= limits::hiddenTemporaryFolders)
            addOnce(profile.hiddenPaths, folder);
    }
    return profile;
}

std::vector<std::string> insideEnvironment(const std::vector<std::string>& agents, bool networkOff) {
    static constexpr auto left = std::to_array<std::string_view>(
        {"DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "DBUS_STARTER_ADDRESS", "DBUS_STARTER_BUS_TYPE",
         "SSH_AUTH_SOCK", "SSH_AGENT_PID", "GPG_AGENT_INFO", "GNOME_KEYRING_CONTROL", "XDG_RUNTIME_DIR", "DISPLAY",
         "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XAUTHORITY", "SESSION_MANAGER", "ICEAUTHORITY", "TMUX", "TMUX_PANE",
         "STY", "DOCKER_HOST", "PULSE_SERVER", "VSCODE_IPC_HOOK_CLI", "LISTEN_FDS", "LISTEN_PID", "NOTIFY_SOCKET",
         // Ours to set: an agent's value would name another wrapper or pretend to another state.
         "CODEX_SANDBOX_NETWORK_DISABLED", "EXEAT"});
    static constexpr std::array<std::string_view, 4> wrappers = {"EXEC_WRAPPER", "BASH_EXEC_WRAPPER",
                                                                 "CODEX_ESCALATE_SOCKET", "LISTEN_FDNAMES"};
    std::vector<std::string> inside;
    for (const auto& entry : agents) {
        const std::string_view name = std::string_view(entry).substr(0, entry.find('='));
        if (name.size() == entry.size() || name.empty())
            continue;
        if (std::ranges::find(left, name) == left.end() && std::ranges::find(wrappers, name) == wrappers.end())
            inside.push_back(entry);
    }
    inside.emplace_back("EXEAT=1");
    if (networkOff)
        inside.emplace_back("CODEX_SANDBOX_NETWORK_DISABLED=1");
    return inside;
}

} // namespace exeat
