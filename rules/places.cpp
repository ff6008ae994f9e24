#include "rules/places.h"

#include "shared/base/paths.h"

#include <algorithm>

namespace exeat::rules {

bool bindsAt(const std::string& owner, const std::vector<std::string>& places) {
    return owner.empty() || places.empty() ||
           std::any_of(places.begin(), places.end(), [&](const std::string& place) { return isWithin(place, owner); });
}

bool freesAt(const std::string& owner, const std::vector<std::string>& places) {
    return owner.empty() ||
           (!places.empty() && std::all_of(places.begin(), places.end(),
                                           [&](const std::string& place) { return isWithin(place, owner); }));
}

} // namespace exeat::rules
