#include "service/run/gatesetup.h"

#include "service/sandbox/profile.h"
#include "shared/base/text.h"
#include "shared/domain/outsidevariables.h"
#include "shared/wire/codec.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

namespace exeat {
namespace {

bool isProgram(const std::string& path) {
    struct stat facts{};
    return ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

/** `named` as a client gave it, else `ours`. */
Result<std::string> chooseProgram(const std::string& named, const std::string& ours,
                                  const std::vector<std::string>& agentWritableRoots) {
    if (named.empty()) {
        if (!isProgram(ours))
            return fail(ErrorKind::Missing, ours + " is missing; install Exeat again (exeat doctor says more)");
        return ours;
    }
    const std::string shown = visible(named, 512);
    if (named.front() != '/' || !isProgram(named))
        return fail(ErrorKind::Missing, shown + " is not the absolute path of a program; correct the arguments of "
                                                "`exeat mcp` or CODEX_BASH_PATH");
    std::error_code error;
    const std::string real = std::filesystem::canonical(named, error).string();
    for (const auto& root : agentWritableRoots) {
        if (error || real.starts_with(root + '/'))
            return fail(ErrorKind::Refused, shown + " lies below " + visible(root, 512) +
                                                ", where agents may write, so it cannot be trusted with deciding what "
                                                "leaves the sandbox; put it elsewhere");
    }
    return real;
}

Result<std::string> findBwrap() {
    for (const char* path : {"/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap"}) {
        if (isProgram(path))
            return std::string(path);
    }
    return fail(ErrorKind::Missing, "bubblewrap is not installed, and nothing runs without a sandbox; install the "
                                    "package bubblewrap");
}

std::string_view nameOf(std::string_view entry) {
    return entry.substr(0, entry.find('='));
}

} // namespace

std::string LoginFacts::value(const std::string& name) const {
    for (const auto& entry : environment) {
        if (entry.starts_with(name + '='))
            return entry.substr(name.size() + 1);
    }
    return {};
}

Result<wire::GateConfig> gateConfig(const SessionSetup& setup, const RuntimePaths& paths, const LoginFacts& login,
                                    const std::vector<std::string>& agentWritableRoots) {
    wire::GateConfig config;
    config.version = wire::protocolVersion;
    config.session = setup.agent.session;
    // Of a first call's project nothing is recorded yet.
    std::vector<std::string> agents = agentWritableRoots;
    agents.insert(agents.end(), {"/tmp", "/var/tmp"});
    if (!setup.agent.projectRoot.empty())
        agents.push_back(setup.agent.projectRoot);
    auto bash = chooseProgram(setup.bashPath, paths.programFolder + "/exeat-bash", agents);
    if (!bash)
        return std::unexpected(bash.error());
    auto helper = chooseProgram(setup.execHelperPath, paths.programFolder + "/exeat-exec", agents);
    if (!helper)
        return std::unexpected(helper.error());
    auto bwrap = findBwrap();
    if (!bwrap)
        return std::unexpected(bwrap.error());
    config.bashPath = *bash;
    config.execHelperPath = *helper;
    config.bwrapPath = *bwrap;
    config.loginEnvironment = login.environment;
    config.sandboxedEnvironment = insideEnvironment(login.environment, false);
    config.namesOnlyByPath = setup.preserveProgramPaths;
    return config;
}

std::vector<std::string> outsideEnvironment(const LoginFacts& login, const std::vector<std::string>& callers) {
    std::vector<std::string> environment = login.environment;
    for (const auto& entry : callers) {
        const auto name = nameOf(entry);
        if (name.size() == entry.size() || !mayFollowOutside(name) ||
            !isHarmlessOutside(name, std::string_view(entry).substr(name.size() + 1)))
            continue;
        std::erase_if(environment, [&](const auto& one) { return nameOf(one) == name; });
        environment.push_back(entry);
    }
    return environment;
}

} // namespace exeat
