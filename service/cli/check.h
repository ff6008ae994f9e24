#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace exeat {

enum class CheckState { Ok, Warn, Broken };

/** One line of `exeat doctor`. All fields are words for a person; `cure` is empty where nothing is to be done. */
struct Check {
    std::string name;
    CheckState state = CheckState::Broken;
    std::string version; ///< may be empty
    std::string text;
    std::string cure;
};

std::string word(CheckState state); ///< ok, warn, broken
/** {"name","state","version","text","cure"}: stable. */
nlohmann::json toJson(const Check& check);

} // namespace exeat
