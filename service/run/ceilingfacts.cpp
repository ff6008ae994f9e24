#include "service/run/ceilingfacts.h"

#include "service/sandbox/namedfolder.h"
#include "service/sandbox/protectedplaces.h"
#include "shared/base/paths.h"

#include <filesystem>

namespace exeat {

std::optional<std::string> realFolder(const std::string& path) {
    std::error_code error;
    const auto real = std::filesystem::canonical(path, error);
    if (error || !std::filesystem::is_directory(real, error))
        return std::nullopt;
    return real.string();
}

CeilingFacts ceilingFactsOf(const RuntimePaths& paths, const LoginFacts& login, const CeilingSettings& settings,
                            const std::string& projectRoot, const std::string& agentName,
                            std::function<bool(const std::string& folder)> isAgentWritable) {
    // Of a first call nothing is recorded yet.
    const auto mayBeWritten = [projectRoot, recorded = std::move(isAgentWritable)](const std::string& folder) {
        return isWithin(folder, "/tmp") || isWithin(folder, "/var/tmp") || isWithin(folder, projectRoot) ||
               recorded(folder);
    };
    return {paths.home,
            projectRoot,
            login.value("TMPDIR"),
            agentName,
            realFolder,
            [mayBeWritten](const std::string& folder) { return namedFolder(folder, mayBeWritten); },
            [places = ProtectedPlaces(
                 sandboxProfile(paths, login.value("XDG_RUNTIME_DIR"), {}, unprotectedNames(settings, projectRoot)))](
                const std::string& folder) { return places.contain(folder); }};
}

} // namespace exeat
