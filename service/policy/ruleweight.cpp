#include "service/policy/ruleweight.h"

#include <string>
#include <vector>

namespace exeat {
namespace {

/** Integers of a message are 8 bytes, counts 4; rounded up, for memory is more. */
constexpr std::size_t ofNumber = 8;

std::size_t weightOf(const std::string& text) {
    return ofNumber + text.size();
}

std::size_t weightOf(const PatternToken& token) {
    std::size_t weight = ofNumber;
    for (const auto& word : token.anyOf)
        weight += weightOf(word);
    return weight;
}

template<class T>
std::size_t weightOf(const std::vector<T>& list) {
    std::size_t weight = ofNumber;
    for (const auto& item : list)
        weight += weightOf(item);
    return weight;
}

} // namespace

std::size_t weightOf(const PrefixRule& rule) {
    // layer, line, decision, loosens, exact, canonical, sandbox, answersPrompts, confirmedOnly
    constexpr std::size_t numbers = 9;
    return numbers * ofNumber + weightOf(rule.file) + weightOf(rule.pattern) + weightOf(rule.justification) +
           weightOf(rule.passEnvironment) + weightOf(rule.confirmedPath) + weightOf(rule.confirmedSha256) +
           weightOf(rule.workdir) + weightOf(rule.unless) + weightOf(rule.owner);
}

std::size_t weightOf(const HostExecutable& host) {
    constexpr std::size_t numbers = 2; // loosens, line
    return numbers * ofNumber + weightOf(host.name) + weightOf(host.paths) + weightOf(host.file) + weightOf(host.owner);
}

} // namespace exeat
