#include "service/cli/rulesplace.h"

#include <cstdlib>

namespace exeat {

RulesPlaceKind rulesPlaceOf(const std::string& file) {
    const std::string folder = file.substr(0, file.rfind('/'));
    const char* codexHome = std::getenv("CODEX_HOME"); // NOLINT(concurrency-mt-unsafe): read only
    if (folder.ends_with("/.codex/rules") || folder == "/etc/codex/rules" ||
        (codexHome != nullptr && folder == std::string(codexHome) + "/rules"))
        return RulesPlaceKind::Codex;
    return folder.ends_with("/exeat/rules") || folder.ends_with("/.exeat/rules") ? RulesPlaceKind::Exeat
                                                                                 : RulesPlaceKind::Other;
}

} // namespace exeat
