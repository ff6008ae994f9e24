#include "tests/rules/conformance.h"

#include <fstream>

namespace conformance {
namespace {

/** The first line of every program. Codex's Starlark has no assert. */
constexpr const char* prelude =
    "def check(what, got, wanted): fail(what + \": \" + repr(got)) if got != wanted else None\n";

} // namespace

std::vector<Case> casesOf(const std::string& path, const std::string& name) {
    std::vector<Case> cases;
    std::ifstream file(path);
    std::string line;
    int number = 0;
    const auto begin = [&] { cases.push_back({name + ":" + std::to_string(number + 1), prelude, 0, {}}); };
    begin();
    int lineOfCase = 1; // the prelude's
    while (std::getline(file, line)) {
        ++number;
        if (line == "---") {
            begin();
            lineOfCase = 1;
            continue;
        }
        ++lineOfCase;
        const auto mark = line.find("### ");
        if (mark != std::string::npos) {
            cases.back().errorLine = lineOfCase;
            cases.back().words = line.substr(mark + 4);
            line.resize(mark);
        }
        cases.back().text += line + '\n';
    }
    return cases;
}

} // namespace conformance
