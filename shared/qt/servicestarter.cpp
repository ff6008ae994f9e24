#include "shared/qt/servicestarter.h"

#include "shared/base/uniquefd.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exeat {
namespace {

/** They name places and the language, nothing that a program obeys. */
constexpr const char* keptNames[] = {"XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "CODEX_HOME", "LANG"};
constexpr std::string_view loginPath = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

/**
 * A service inside a sandbox could not build sandboxes of its own, and would outlive the one it came from. Whoever sets
 * no_new_privs (bubblewrap, Codex, Landlock users) or maps one user only has put us into one.
 */
Result<void> refuseInSandbox() {
    const auto status = readFile("/proc/self/status", 65536);
    if (status && status->find("NoNewPrivs:\t1") != std::string::npos)
        return fail(ErrorKind::Refused,
                    "exeatd does not run, and it is not started from inside a sandbox (this process "
                    "may not gain privileges); start exeatd or `exeat doctor` in a terminal first");
    const auto map = readFile("/proc/self/uid_map", 4096);
    if (!map)
        return {};
    unsigned long inside = 0;
    unsigned long outside = 0;
    unsigned long count = 0;
    char* rest = nullptr;
    inside = std::strtoul(map->c_str(), &rest, 10);
    outside = std::strtoul(rest, &rest, 10);
    count = std::strtoul(rest, &rest, 10);
    static_cast<void>(inside);
    static_cast<void>(outside);
    if (count == 1)
        return fail(ErrorKind::Refused,
                    "exeatd does not run, and it is not started from inside a sandbox (this process "
                    "has a user namespace of its own); start exeatd in a terminal first");
    return {};
}

bool systemdKnowsUs() {
    const char* runtime = std::getenv("XDG_RUNTIME_DIR"); // NOLINT(concurrency-mt-unsafe): one thread
    std::error_code error;
    if (runtime == nullptr || !std::filesystem::exists(std::string(runtime) + "/systemd/private", error))
        return false;
    const char* config = std::getenv("XDG_CONFIG_HOME"); // NOLINT(concurrency-mt-unsafe)
    const char* home = std::getenv("HOME");              // NOLINT(concurrency-mt-unsafe)
    std::vector<std::string> folders = {"/etc/systemd/user", "/usr/local/lib/systemd/user", "/usr/lib/systemd/user"};
    if (config != nullptr)
        folders.push_back(std::string(config) + "/systemd/user");
    else if (home != nullptr)
        folders.push_back(std::string(home) + "/.config/systemd/user");
    for (const std::string& folder : folders)
        if (std::filesystem::exists(folder + "/exeatd.socket", error))
            return true;
    return false;
}

/** Everything the new process needs, made before the fork: between fork and exec only async-signal-safe calls. */
struct Launch {
    std::string program;
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    std::vector<char*> argv;
    std::vector<char*> envp;

    void seal() {
        for (std::string& argument : arguments)
            argv.push_back(argument.data());
        argv.push_back(nullptr);
        for (std::string& entry : environment)
            envp.push_back(entry.data());
        envp.push_back(nullptr);
    }
};

void resetSignals() {
    struct sigaction standard{};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number)
        ::sigaction(number, &standard, nullptr);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/** In the grandchild. Writes errno to `report` if it cannot be executed. */
[[noreturn]] void becomeService(const Launch& launch, int report) {
    resetSignals();
    ::umask(077);
    // Out of the way of 0 to 2, which may have been closed in whoever started us.
    report = ::fcntl(report, F_DUPFD_CLOEXEC, 10);
    const int null = ::open("/dev/null", O_RDWR);
    if (report < 0 || null < 0 || ::chdir("/") < 0)
        ::_exit(127);
    for (int fd = 0; fd <= 2; ++fd)
        if (null != fd)
            ::dup2(null, fd);
    // All but the report, which closes itself on exec; nothing else is ours to pass on.
    ::close_range(3, static_cast<unsigned>(report) - 1, 0);
    ::close_range(static_cast<unsigned>(report) + 1, ~0U, 0);
    ::execve(launch.program.c_str(), launch.argv.data(), launch.envp.data());
    const int failure = errno;
    static_cast<void>(!::write(report, &failure, sizeof failure));
    ::_exit(127);
}

Result<void> launchDaemon(Launch& launch) {
    launch.seal();
    auto report = makePipe();
    if (!report)
        return std::unexpected(report.error());
    const pid_t child = ::fork();
    if (child < 0)
        return failErrno("cannot start a process");
    if (child == 0) {
        ::setsid();
        const pid_t grandchild = ::fork();
        if (grandchild == 0)
            becomeService(launch, report->write.get());
        ::_exit(grandchild < 0 ? 1 : 0);
    }
    report->write.reset();
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (status != 0)
        return fail(ErrorKind::System, "cannot start a process for exeatd");
    int failure = 0;
    ssize_t got = 0;
    do
        got = ::read(report->read.get(), &failure, sizeof failure);
    while (got < 0 && errno == EINTR);
    if (got > 0)
        return failErrno("cannot start " + launch.program + "; is Exeat completely installed? (`exeat doctor` says)",
                         failure);
    return {};
}

} // namespace

Result<std::vector<std::string>> serviceEnvironment() {
    std::array<char, 16384> room{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::getuid(), &entry, room.data(), room.size(), &found) != 0 || found == nullptr)
        return fail(ErrorKind::Missing, "this user has no entry in the user database");
    std::vector<std::string> environment = {
        "HOME=" + std::string(entry.pw_dir), "USER=" + std::string(entry.pw_name),
        "LOGNAME=" + std::string(entry.pw_name),
        "SHELL=" + std::string(entry.pw_shell == nullptr || *entry.pw_shell == '\0' ? "/bin/sh" : entry.pw_shell),
        "PATH=" + std::string(loginPath)};
    for (const char* name : keptNames)
        if (const char* value = std::getenv(name)) // NOLINT(concurrency-mt-unsafe): one thread
            environment.push_back(std::string(name) + "=" + value);
    return environment;
}

Result<void> startService(const RuntimePaths& paths) {
    if (auto outside = refuseInSandbox(); !outside)
        return outside;
    auto environment = serviceEnvironment();
    if (!environment)
        return std::unexpected(environment.error());
    Launch launch;
    launch.environment = std::move(*environment);
    if (systemdKnowsUs()) {
        launch.program = "/usr/bin/systemctl";
        launch.arguments = {"systemctl", "--user", "--no-block", "start", "exeatd.socket"};
        if (launchDaemon(launch))
            return {};
        launch.argv.clear();
        launch.envp.clear();
    }
    launch.program = paths.programFolder + "/exeatd";
    launch.arguments = {launch.program};
    return launchDaemon(launch);
}

} // namespace exeat
