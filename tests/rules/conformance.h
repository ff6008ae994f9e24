#pragma once

#include <string>
#include <vector>

/** The conformance cases in data/conformance: programs of the rules language with what they must do. */
namespace conformance {

/**
 * One program. `errorLine` 0: it must run through, and its calls of check(what, got, wanted) hold. Else it must fail on
 * that line with a message that has `words` in it.
 */
struct Case {
    std::string name; ///< file and line of its first line
    std::string text;
    int errorLine = 0;
    std::string words;
};

/** Of one file: programs between lines of `---`; `### WORDS` at the end of a line says the error. */
std::vector<Case> casesOf(const std::string& path, const std::string& name);

} // namespace conformance
