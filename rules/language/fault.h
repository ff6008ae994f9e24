#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exeat::rules {

/** A place in a rules file; 1-based, columns count characters. */
struct Position {
    int line = 1;
    int column = 1;
    auto operator<=>(const Position&) const = default;
};

/** A call that had not returned when something went wrong. */
struct Caller {
    std::string function; ///< that was called
    Position at;          ///< where
    bool operator==(const Caller&) const = default;
};

/** What is wrong and where; parseRules() adds the file and the line's text. */
struct Fault {
    Position at;
    std::string message;
    std::vector<Caller> callers; ///< outermost first; empty while no function runs
};

} // namespace exeat::rules
