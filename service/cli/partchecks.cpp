#include "service/cli/partchecks.h"

#include "rules/tomlkeys.h"
#include "service/cli/probe.h"
#include "shared/base/limits.h"
#include "shared/base/uniquefd.h"

#include <toml++/toml.h>

#include <filesystem>
#include <fstream>

#include <linux/seccomp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace exeat {
namespace {

using namespace std::chrono_literals;

std::string firstLine(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

Check programCheck(const std::string& name, const std::string& file, const char* cure) {
    if (::access(file.c_str(), X_OK) != 0)
        return {name, CheckState::Broken, {}, file + " is not there or cannot be executed", cure};
    const auto said = probe({file, "--version"}, 3s);
    if (!said || said->code != 0)
        return {name, CheckState::Warn, {}, file + " does not answer to --version", cure};
    return {name, CheckState::Ok, firstLine(said->output), file, {}};
}

/** Helpers that take no options are only looked for. */
Check fileCheck(const std::string& name, const std::string& file, const char* cure) {
    if (::access(file.c_str(), X_OK) != 0)
        return {name, CheckState::Broken, {}, file + " is not there or cannot be executed", cure};
    return {name, CheckState::Ok, {}, file, {}};
}

Check bwrapCheck() {
    const auto said = probe({"bwrap", "--version"}, 3s);
    if (!said || said->code != 0)
        return {"bwrap", CheckState::Broken, {}, "bubblewrap is not installed", "apt-get install bubblewrap"};
    return {"bwrap", CheckState::Ok, firstLine(said->output), "found", {}};
}

Check userNamespaceCheck() {
    const auto tried = probe({"bwrap", "--unshare-all", "--ro-bind", "/", "/", "--", "/bin/true"}, 5s);
    if (tried && tried->code == 0)
        return {"user namespaces", CheckState::Ok, {}, "bwrap built a sandbox", {}};
    const std::string why = tried ? firstLine(tried->output) : tried.error().text;
    return {
        "user namespaces",
        CheckState::Broken,
        {},
        "bwrap could not build a sandbox: " + why,
        "allow unprivileged user namespaces: sysctl kernel.unprivileged_userns_clone=1 (Debian), an AppArmor profile "
        "for bwrap or kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu); in a container: --security-opt "
        "seccomp=unconfined"};
}

Check landlockCheck() {
    constexpr unsigned askVersion = 1; // LANDLOCK_CREATE_RULESET_VERSION
    const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, askVersion);
    if (abi < 1)
        return {"landlock",
                CheckState::Warn,
                {},
                "the kernel has no Landlock (or it is not switched on)",
                "boot with lsm=landlock,…; the sandbox works without its second layer"};
    return {"landlock", CheckState::Ok, "ABI " + std::to_string(abi), "available", {}};
}

bool seccompAction(std::uint32_t action) {
    return ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

Check seccompCheck() {
    if (seccompAction(SECCOMP_RET_ERRNO))
        return {"seccomp", CheckState::Ok, {}, "filters are available", {}};
    return {"seccomp",
            CheckState::Broken,
            {},
            "the kernel has no seccomp filters",
            "use a kernel with CONFIG_SECCOMP_FILTER"};
}

Check notificationCheck() {
    if (seccompAction(SECCOMP_RET_USER_NOTIF))
        return {"seccomp notification", CheckState::Ok, {}, "available", {}};
    return {"seccomp notification",
            CheckState::Warn,
            {},
            "the kernel has no user notification: the gate cannot be used",
            "use Linux 5.9 or later; the wrapper works without"};
}

Check yamaCheck() {
    const auto scope = readFile("/proc/sys/kernel/yama/ptrace_scope", 64);
    if (!scope)
        return {"yama",
                CheckState::Warn,
                {},
                "not in this kernel: programs of the same user may trace each other (Exeat's own cannot be traced)",
                "boot a kernel with Yama (CONFIG_SECURITY_YAMA), as the distributions' are"};
    const std::string value = firstLine(*scope);
    if (value == "0")
        return {"yama", CheckState::Warn, value, "ptrace_scope is 0: programs of the same user may trace each other",
                "sysctl kernel.yama.ptrace_scope=1"};
    if (value == "3")
        return {"yama", CheckState::Warn, value, "ptrace_scope is 3: the gate cannot verify what it starts",
                "the wrapper works without"};
    return {"yama", CheckState::Ok, value, "ptrace_scope", {}};
}

Check folderCheck(const std::string& name, const std::string& folder) {
    struct stat facts{};
    if (::lstat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode) || facts.st_uid != ::getuid() ||
        (facts.st_mode & 0777U) != 0700U)
        return {name,
                CheckState::Broken,
                {},
                folder + " is not a folder of yours alone",
                "remove " + folder + " and start again"};
    return {name, CheckState::Ok, {}, folder, {}};
}

Check historyCheck(const std::string& file) {
    struct stat facts{};
    if (::lstat(file.c_str(), &facts) != 0)
        return {"history", CheckState::Ok, {}, "none yet; the service begins it", {}};
    if (!S_ISREG(facts.st_mode) || facts.st_uid != ::getuid())
        return {"history", CheckState::Broken, {}, file + " is not a plain file of yours", "move it away"};
    if ((facts.st_mode & 0077U) != 0)
        return {"history", CheckState::Warn, {}, file + " can be read by others", "chmod 600 " + file};
    if (::access(file.c_str(), W_OK) != 0)
        return {"history",
                CheckState::Broken,
                {},
                file + " cannot be written: nothing will run",
                "make its file system writable"};
    return {"history", CheckState::Ok, {}, file, {}};
}

Check configCheck(const std::string& file) {
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        return {"config", CheckState::Ok, {}, "none; everything is at its default", {}};
    const auto text = readFile(file, limits::configFileBytes);
    if (!text)
        return {"config", CheckState::Warn, {}, text.error().text, "make " + file + " readable"};
    if (rules::longestKey(*text) > limits::tomlKeyParts) // toml++ would overflow its stack over it
        return {"config", CheckState::Broken, {}, file + ": a key with too many parts", "mend that key"};
    try { // toml++ 3.3 as packaged tells of errors by exceptions only
        static_cast<void>(toml::parse(*text));
    } catch (const toml::parse_error& wrong) {
        return {"config",
                CheckState::Broken,
                {},
                file + ":" + std::to_string(wrong.source().begin.line) + ": " + std::string(wrong.description()),
                "mend that line"};
    }
    return {"config", CheckState::Ok, {}, file, {}};
}

/** Without it nothing is asked about that should be, and nobody would notice. */
Check shippedRulesCheck(const std::string& folder) {
    std::error_code error;
    std::size_t readable = 0;
    for (auto entry = std::filesystem::directory_iterator(folder, error);
         !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        if (entry->path().extension() != ".rules")
            continue;
        if (const auto text = readFile(entry->path().string(), limits::rulesFileBytes); !text)
            return {
                "shipped rules", CheckState::Broken, {}, text.error().text, "install Exeat completely: installer/run"};
        ++readable;
    }
    if (error || readable == 0)
        return {"shipped rules",
                CheckState::Broken,
                {},
                folder + (error ? " cannot be read: " + error.message() : " holds no rules"),
                "install Exeat completely: installer/run"};
    return {"shipped rules", CheckState::Ok, {}, folder, {}};
}

} // namespace

std::vector<Check> checkParts(const RuntimePaths& paths) {
    const std::string& bin = paths.programFolder;
    constexpr auto rebuild = "install Exeat completely: installer/run";
    return {programCheck("exeatd", bin + "/exeatd", rebuild),
            fileCheck("exeat-gate", bin + "/exeat-gate", rebuild),
            fileCheck("exeat-exec", bin + "/exeat-exec", rebuild),
            programCheck("exeat-bash", bin + "/exeat-bash", rebuild),
            bwrapCheck(),
            userNamespaceCheck(),
            landlockCheck(),
            seccompCheck(),
            notificationCheck(),
            yamaCheck(),
            folderCheck("runtime folder", paths.runtimeFolder),
            folderCheck("state folder", paths.stateFolder),
            historyCheck(paths.historyFile),
            shippedRulesCheck((std::filesystem::path(bin).parent_path() / "share/exeat/rules").string()),
            configCheck(paths.configFile)};
}

} // namespace exeat
