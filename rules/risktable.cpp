#include "rules/risktable.h"

#include <algorithm>

namespace exeat::rules {
namespace {

// clang-format off
constexpr std::string_view shells[] = {"sh", "bash", "dash", "zsh", "fish", "ksh", "mksh", "csh", "tcsh", "ash", "busybox", "rbash", "exeat-bash", "pwsh", "nu", "xonsh", "elvish"};
constexpr std::string_view interpreters[] = {"python", "pypy", "perl", "ruby", "node", "nodejs", "deno", "bun", "php", "lua", "luajit", "tclsh", "wish", "expect", "awk", "gawk", "mawk", "nawk", "Rscript", "R", "julia", "guile", "emacs", "osascript", "java", "jshell", "groovy", "scala", "erl", "elixir", "iex", "ghci", "runghc", "ocaml", "gdb", "lldb", "sqlite", "m4", "ed"};
constexpr std::string_view wrappers[] = {"env", "xargs", "nice", "ionice", "nohup", "setsid", "timeout", "stdbuf", "time", "parallel", "watch", "script", "unshare", "nsenter", "chroot", "taskset", "chrt", "prlimit", "setpriv", "setarch", "flock", "strace", "ltrace", "valgrind", "entr", "ld-linux-x86-64.so", "ld.so", "fakeroot", "xvfb-run", "dbus-run-session", "ssh-agent", "run-parts", "start-stop-daemon"};
constexpr std::string_view rootPrograms[] = {"sudo", "sudoedit", "su", "doas", "pkexec", "run0", "runuser", "machinectl"};
constexpr std::string_view leavers[] = {"systemd-run", "systemctl", "at", "batch", "atd", "cron", "crontab", "anacron", "busctl", "dbus-send", "gdbus", "qdbus"};
constexpr std::string_view multiplexers[] = {"tmux", "screen", "zellij", "dtach", "abduco", "byobu"};
constexpr std::string_view containers[] = {"docker", "podman", "nerdctl", "buildah", "kubectl", "lxc", "incus", "distrobox", "toolbox", "flatpak", "flatpak-spawn", "snap", "virsh", "vagrant"};
constexpr std::string_view builders[] = {"make", "gmake", "bmake", "ninja", "samu", "cmake", "ctest", "meson", "scons", "bazel", "buck", "just", "task", "rake", "ant", "mvn", "gradle", "gradlew", "mvnw", "sbt", "cargo", "dune", "stack", "cabal", "tox", "nox", "pytest", "invoke", "gulp", "grunt", "webpack", "vite", "jest", "tsc", "dotnet", "msbuild", "pre-commit", "lefthook", "latexmk"};
constexpr std::string_view packagers[] = {"npm", "npx", "pnpm", "pnpx", "yarn", "corepack", "pip", "pipx", "uv", "uvx", "poetry", "pdm", "hatch", "conda", "mamba", "gem", "bundle", "bundler", "composer", "cpan", "cpanm", "luarocks", "apt", "apt-get", "dpkg", "dnf", "yum", "rpm", "pacman", "zypper", "apk", "brew", "nix", "nix-shell", "nix-env", "guix"};
constexpr std::string_view goProgram[] = {"go"};
constexpr std::string_view goRuns[] = {"run", "test", "generate", "build", "install", "tool", "vet"};
constexpr std::string_view git[] = {"git"};
constexpr std::string_view gitOptions[] = {"-c", "--exec-path", "--config-env", "--upload-pack", "--receive-pack", "ext::", "--exec", "-x", "--open-files-in-pager", "-O", "--ext-diff", "--textconv"};
constexpr std::string_view gitRunners[] = {"bisect", "submodule", "filter-branch", "difftool", "mergetool", "config", "alias", "rebase", "hook", "maintenance", "send-email", "instaweb", "p4", "svn"};
constexpr std::string_view find[] = {"find", "fd", "fdfind"};
constexpr std::string_view findRuns[] = {"-exec", "-execdir", "-ok", "-okdir", "-x", "-X", "--exec"};
constexpr std::string_view findWrites[] = {"-delete", "-fprint", "-fls"};
constexpr std::string_view tar[] = {"tar", "bsdtar", "gtar"};
constexpr std::string_view tarRuns[] = {"--to-command", "--checkpoint-action", "--use-compress-program", "-I", "--rsh-command", "--info-script", "--new-volume-script", "-F"};
constexpr std::string_view remote[] = {"ssh", "scp", "sftp", "rsync", "mosh"};
constexpr std::string_view remoteRuns[] = {"-o", "-oProxyCommand", "-oLocalCommand", "-F", "-S", "-e", "--rsh", "--rsync-path"};
constexpr std::string_view editors[] = {"vi", "vim", "nvim", "view", "vimdiff", "ex", "nano", "less", "more", "most", "man", "emacsclient", "code", "code-insiders", "codium", "cursor", "zed", "kate", "subl", "xdg-open", "gio"};
constexpr std::string_view sed[] = {"sed", "gsed"};
constexpr std::string_view sedArgs[] = {"-i", "--in-place", "e", "w"};
constexpr std::string_view fetchers[] = {"curl", "wget", "nc", "ncat", "netcat", "socat", "telnet", "ftp", "lftp", "aria2c", "http", "https", "openssl"};
constexpr std::string_view socat[] = {"socat", "ncat", "nc", "netcat"};
constexpr std::string_view socatRuns[] = {"EXEC:", "SYSTEM:", "exec:", "system:", "-e", "-c", "--exec", "--sh-exec", "--lua-exec"};
constexpr std::string_view changers[] = {"rm", "mv", "cp", "install", "ln", "dd", "tee", "chmod", "chown", "chattr", "setfacl", "truncate", "shred", "mkfs", "mount", "umount", "rmdir", "unlink", "patch", "touch", "mkdir"};
constexpr std::string_view own[] = {"exeat", "exeatd", "exeat-gate", "exeat-desktop"};
constexpr std::string_view keyPrograms[] = {"gpg", "pass", "secret-tool", "gh", "aws", "gcloud", "az", "op", "bw", "keyctl", "ssh-add", "ssh-keygen"};
constexpr std::string_view loaderArgs[] = {"LD_PRELOAD=", "LD_LIBRARY_PATH=", "LD_AUDIT="};

constexpr auto equal = RiskLevel::EqualsNoSandbox;
constexpr auto warn = RiskLevel::Warning;
constexpr RiskRow rows[] = {
    {shells, RiskWhen::Always, {}, equal, "is a shell: outside the sandbox it can run any command"},
    {interpreters, RiskWhen::Always, {}, equal, "is an interpreter: it runs whatever program text it is given or finds"},
    {wrappers, RiskWhen::Always, {}, equal, "starts another program of the caller's choice"},
    {wrappers, RiskWhen::AnyStartsWith, loaderArgs, equal, "is asked to load foreign code into the program it starts"},
    {rootPrograms, RiskWhen::Always, {}, equal, "runs programs with the rights of another user, root included"},
    {leavers, RiskWhen::Always, {}, equal, "hands work to a service of yours; it goes on out of Exeat's reach and after the run has ended"},
    {multiplexers, RiskWhen::Always, {}, equal, "can type into your terminals, where nothing is checked"},
    {containers, RiskWhen::Always, {}, equal, "reaches a daemon or container that can usually read and change all your files"},
    {builders, RiskWhen::Always, {}, equal, "runs commands written in the project's files, which an agent may have changed"},
    {packagers, RiskWhen::Always, {}, equal, "runs install scripts and project scripts, which others or an agent wrote"},
    {goProgram, RiskWhen::AnyIs, goRuns, equal, "builds or runs code of the project, which an agent may have changed"},
    {git, RiskWhen::AnyStartsWith, gitOptions, equal, "is given an option by which git can run any program", true},
    {git, RiskWhen::AnyIs, gitRunners, equal, "has a sub-command here that can run any program or set one to be run later"},
    {git, RiskWhen::Always, {}, warn, "runs hooks, filters, aliases and helpers that the repository's and your configuration name"},
    {find, RiskWhen::AnyStartsWith, findRuns, equal, "is told to run another program for each file found"},
    {find, RiskWhen::AnyStartsWith, findWrites, warn, "is told to delete or write files"},
    {tar, RiskWhen::AnyStartsWith, tarRuns, equal, "is given an option by which it runs another program"},
    {remote, RiskWhen::AnyStartsWith, remoteRuns, equal, "is given an option by which it can run another program here"},
    {remote, RiskWhen::Always, {}, warn, "acts on another machine with your keys"},
    {editors, RiskWhen::Always, {}, equal, "can run commands from within, or opens files with programs that do"},
    {sed, RiskWhen::AnyStartsWith, sedArgs, warn, "can change files in place or run commands"},
    {socat, RiskWhen::AnyStartsWith, socatRuns, equal, "is told to run another program"},
    {fetchers, RiskWhen::Always, {}, warn, "can send your files to, and fetch programs from, any machine"},
    {changers, RiskWhen::Always, {}, warn, "changes files anywhere that you may change them"},
    {keyPrograms, RiskWhen::Always, {}, warn, "works with your keys or accounts"},
    {own, RiskWhen::Always, {}, equal, "is a part of Exeat: outside it could speak for you"},
};
// clang-format on

/** "python3.11", "gcc-12", "ld-linux-x86-64.so.2" as the table writes them. */
std::string_view withoutVersion(std::string_view name) {
    const auto end = name.find_last_not_of("0123456789.-");
    return end == std::string_view::npos ? name : name.substr(0, end + 1);
}

} // namespace

std::span<const RiskRow> riskTable() {
    return rows;
}

bool isNamed(const RiskRow& row, std::string_view name) {
    return std::ranges::find(row.programs, name) != row.programs.end() ||
           std::ranges::find(row.programs, withoutVersion(name)) != row.programs.end();
}

} // namespace exeat::rules
