#include "service/cli/check.h"

#include "shared/base/text.h"

#include <nlohmann/json.hpp>

namespace exeat {

std::string word(CheckState state) {
    switch (state) {
    case CheckState::Ok:
        return "ok";
    case CheckState::Warn:
        return "warn";
    case CheckState::Broken:
        return "broken";
    }
    return "broken";
}

nlohmann::json toJson(const Check& check) {
    return {{"name", check.name},
            {"state", word(check.state)},
            {"version", toUtf8(check.version)},
            {"text", toUtf8(check.text)},
            {"cure", toUtf8(check.cure)}};
}

} // namespace exeat
