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

void lookUp(std::span<const PrefixRule> rules, Spelling spelling, const std::string& program,
            const std::vector<std::string>& argv, const std::string& resolved, std::vector<LookupMatch>& matches) {
    for (const auto& rule : rules) {
        if (!argumentsMatch(rule, argv))
            continue;
        // An alternative that is written twice is two rules there; the order of declaration stays.
        for (const auto& token : rule.pattern.front().anyOf) {
            if (!wordMatches(rule, token, program) || (token == program) != (spelling == Spelling::AsCommand))
                continue;
            const bool excepted = isExcepted(rule, argv, [&](const PatternToken& first) {
                return std::any_of(first.anyOf.begin(), first.anyOf.end(),
                                   [&](const std::string& other) { return wordMatches(rule, other, program); });
            });
            if (!excepted)
                matches.push_back({&rule, coveredWords(rule, program, argv), resolved});
        }
    }
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

/** Whether the last entry that `isMeant` lists the path; without any, every path will do. */
template<class IsMeant>
bool isListed(std::span<const HostExecutable> hosts, const std::string& path, IsMeant isMeant) {
    const auto host = std::find_if(hosts.rbegin(), hosts.rend(), isMeant);
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
    std::vector<std::string> words{std::string(program)};
    for (std::size_t i = 1; i < rule.pattern.size(); ++i)
        words.push_back(argv[i]);
    return words;
}

std::vector<LookupMatch> codexLookup(std::span<const PrefixRule> rules, std::span<const HostExecutable> hosts,
                                     const std::vector<std::string>& argv, ResolvePrograms resolve,
                                     std::string_view workdir) {
    std::vector<LookupMatch> matches;
    if (argv.empty())
        return matches;
    const std::string& program = argv.front();
    lookUp(rules, Spelling::AsCommand, program, argv, {}, matches);
    lookUp(rules, Spelling::Otherwise, program, argv, {}, matches);
    if (!matches.empty() || resolve == ResolvePrograms::No || program.find('/') == std::string::npos)
        return matches;
    const std::string path = normalPath(program.front() == '/' ? program : std::string(workdir) + '/' + program);
    const std::string name = path.substr(path.rfind('/') + 1);
    if (isListed(hosts, path, [&](const HostExecutable& host) { return host.name == name; }))
        lookUp(rules, Spelling::AsCommand, name, argv, path, matches);
    // A rule that spells the program otherwise brings the entry of its own spelling along; paths compare exactly.
    const std::string folded = canonicalFolding(name);
    if (isListed(hosts, path, [&](const HostExecutable& host) { return canonicalFolding(host.name) == folded; }))
        lookUp(rules, Spelling::Otherwise, name, argv, path, matches);
    return matches;
}

} // namespace exeat::rules
