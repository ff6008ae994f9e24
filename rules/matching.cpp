#include "rules/matching.h"

#include "rules/unicode.h"
#include "shared/base/text.h"

#include <algorithm>

namespace exeat::rules {
namespace {

bool contains(const std::vector<std::string>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

enum class Spelling { AsCommand, Otherwise };

using IsUsable = std::function<bool(std::string_view token)>;

struct Lookup {
    std::span<const PrefixRule> rules;
    const std::vector<std::string>& argv;
    std::string program;  ///< that the rules' first tokens must name
    std::string resolved; ///< the path that it is the name of, if it is one
};

/** `isUsable` has the last word on a token that names the program. */
void lookUp(const Lookup& lookup, Spelling spelling, const IsUsable& isUsable, std::vector<LookupMatch>& matches) {
    const std::string& program = lookup.program;
    for (const auto& rule : lookup.rules) {
        if (!argumentsMatch(rule, lookup.argv))
            continue;
        // An alternative that is written twice is two rules there; the order of declaration stays.
        for (const auto& token : rule.pattern.front().anyOf) {
            if (!wordMatches(rule, token, program) || (token == program) != (spelling == Spelling::AsCommand))
                continue;
            const bool excepted = isExcepted(rule, lookup.argv, [&](const PatternToken& first) {
                return std::any_of(first.anyOf.begin(), first.anyOf.end(),
                                   [&](const std::string& other) { return wordMatches(rule, other, program); });
            });
            if (!excepted && isUsable(token))
                matches.push_back({&rule, coveredWords(rule, program, lookup.argv), lookup.resolved});
        }
    }
}

/** Nothing where a place it begins at is not known. */
std::optional<std::string> absolutePath(std::string_view program, const LookupPlaces& places) {
    if (program.starts_with('/'))
        return normalPath(program);
    const bool atHome = program == "~" || program.starts_with("~/");
    const std::string& place = atHome ? places.home : places.workdir;
    if (place.empty())
        return std::nullopt;
    return normalPath(place + '/' + std::string(program.substr(atHome ? 1 : 0)));
}

bool tailMatches(const PrefixRule& rule, const std::vector<PatternToken>& pattern,
                 const std::vector<std::string>& argv) {
    for (std::size_t i = 1; i < pattern.size(); ++i) {
        const auto& words = pattern[i].anyOf;
        if (i >= argv.size() || std::none_of(words.begin(), words.end(), [&](const std::string& token) {
                return wordMatches(rule, token, argv[i]);
            }))
            return false;
    }
    return true;
}

/** Whether the last entry of this spelling lists the path; without any, every path will do. */
bool isListed(std::span<const HostExecutable> hosts, std::string_view spelling, const std::string& path) {
    const auto host = std::find_if(hosts.rbegin(), hosts.rend(),
                                   [&](const HostExecutable& candidate) { return candidate.name == spelling; });
    return host == hosts.rend() || contains(host->paths, path);
}

} // namespace

std::string normalPath(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        const std::string_view part = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        if (part == "..") {
            if (!parts.empty())
                parts.pop_back();
        } else if (!part.empty() && part != ".") {
            parts.push_back(part);
        }
    }
    std::string normal;
    for (const auto part : parts)
        (normal += '/') += part;
    return normal.empty() ? "/" : normal;
}

bool wordMatches(const PrefixRule& rule, std::string_view token, std::string_view word) {
    if (token == word)
        return true;
    // What is not UTF-8 has no case; it matches byte for byte or not at all.
    return rule.canonical && isValidUtf8(word) && isValidUtf8(token) &&
           canonicalFolding(token) == canonicalFolding(word);
}

bool argumentsMatch(const PrefixRule& rule, const std::vector<std::string>& argv) {
    if (rule.pattern.empty())
        return false;
    const std::size_t given = std::max<std::size_t>(argv.size(), 1); // argv may be empty, the program is there
    if (rule.exact && given != rule.pattern.size())
        return false;
    return tailMatches(rule, rule.pattern, argv);
}

bool isExcepted(const PrefixRule& rule, const std::vector<std::string>& argv,
                const std::function<bool(const PatternToken&)>& isProgram) {
    return std::any_of(rule.unless.begin(), rule.unless.end(), [&](const std::vector<PatternToken>& exception) {
        return !exception.empty() && isProgram(exception.front()) && tailMatches(rule, exception, argv);
    });
}

std::vector<std::string> coveredWords(const PrefixRule& rule, std::string_view program,
                                      const std::vector<std::string>& argv) {
    std::vector<std::string> words;
    words.reserve(rule.pattern.size());
    words.emplace_back(program);
    for (std::size_t i = 1; i < rule.pattern.size(); ++i)
        words.push_back(argv[i]);
    return words;
}

std::vector<LookupMatch> codexLookup(std::span<const PrefixRule> rules, std::span<const HostExecutable> hosts,
                                     const std::vector<std::string>& argv, const std::optional<LookupPlaces>& resolve) {
    std::vector<LookupMatch> matches;
    if (argv.empty())
        return matches;
    const auto always = [](std::string_view) { return true; };
    const Lookup spelled{rules, argv, argv.front(), {}};
    lookUp(spelled, Spelling::AsCommand, always, matches);
    lookUp(spelled, Spelling::Otherwise, always, matches);
    if (!matches.empty() || !resolve)
        return matches;
    const auto path = absolutePath(argv.front(), *resolve);
    if (!path)
        return matches;
    const Lookup named{rules, argv, path->substr(path->rfind('/') + 1), *path};
    if (!isListed(hosts, named.program, *path))
        return matches;
    lookUp(named, Spelling::AsCommand, always, matches);
    // A rule that spells the program otherwise brings the entry of its own spelling along; paths compare exactly.
    lookUp(named, Spelling::Otherwise, [&](std::string_view token) { return isListed(hosts, token, *path); }, matches);
    return matches;
}

} // namespace exeat::rules
