#include "shared/domain/outsidevariables.h"

#include <algorithm>
#include <array>

namespace exeat {

bool mayFollowOutside(std::string_view name) {
    static constexpr std::array<std::string_view, 7> names = {"LANG",  "TERM",     "TZ", "COLUMNS",
                                                              "LINES", "NO_COLOR", "CI"};
    return name.starts_with("LC_") || std::ranges::find(names, name) != names.end();
}

bool steersLoader(std::string_view name) {
    return name.starts_with("LD_") || name == "GLIBC_TUNABLES";
}

bool isHarmlessOutside(std::string_view name, std::string_view value) {
    if (name != "TZ")
        return value.find_first_of("/%") == std::string_view::npos;
    value.remove_prefix(value.starts_with(':') ? 1 : 0);
    return (!value.starts_with('/') || value.starts_with("/usr/share/zoneinfo/")) &&
           value.find("..") == std::string_view::npos;
}

} // namespace exeat
