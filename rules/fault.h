#pragma once

#include <string>
#include <string_view>

namespace exeat::rules {

/** A place in a rules file; 1-based, columns count characters. */
struct Position {
    int line = 1;
    int column = 1;
    bool operator==(const Position&) const = default;
};

/** What is wrong and where; parseRules() adds the file and the line's text. */
struct Fault {
    Position at;
    std::string message;
};

/** The fault for everything of Starlark that is more than a literal. `what` begins the sentence. */
inline Fault literalOnly(Position at, std::string_view what) {
    return {at, std::string(what) + " is not understood: this version reads literal rules only (calls of prefix_rule, "
                                    "host_executable and network_rule with quoted strings, lists, True and False)"};
}

} // namespace exeat::rules
