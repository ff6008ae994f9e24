#include "service/sandbox/protectedplaces.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include <sys/stat.h>

namespace exeat {
namespace {

namespace fs = std::filesystem;

/** Follows links, as a mount on the path does. */
std::optional<FileIdentity> identityAt(const std::string& path) {
    struct stat facts = {};
    if (::stat(path.c_str(), &facts) != 0)
        return std::nullopt;
    return FileIdentity{facts.st_dev, facts.st_ino};
}

} // namespace

ProtectedPlaces::ProtectedPlaces(SandboxProfile profile) : m_profile(std::move(profile)) {
    for (const auto* list : {&m_profile.readOnlyPaths, &m_profile.hiddenPaths}) {
        for (const auto& path : *list) {
            if (const auto identity = identityAt(path))
                m_identities.insert(*identity);
        }
    }
}

bool ProtectedPlaces::contain(const std::string& folder) const {
    const fs::path path(folder);
    const bool hasProtectedName = std::ranges::any_of(path, [&](const fs::path& part) {
        return std::ranges::find(m_profile.protectedNames, part.string()) != m_profile.protectedNames.end();
    });
    if (hasProtectedName)
        return true;
    // The root itself holds everything; a profile does not mean it, even where a link in it leads there.
    for (fs::path at = path; at.has_relative_path(); at = at.parent_path()) {
        const auto identity = identityAt(at.string());
        if (!identity || m_identities.contains(*identity))
            return true;
    }
    return false;
}

} // namespace exeat
