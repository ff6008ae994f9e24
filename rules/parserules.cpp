#include "rules/builtins.h"
#include "rules/matching.h"
#include "rules/parser.h"
#include "rules/policy.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <map>
#include <span>

namespace exeat::rules {
namespace {

constexpr std::size_t shownExamples = 5;
constexpr std::size_t excerptBytes = 512;

std::string_view lineOf(std::string_view text, int line) {
    for (; line > 1; --line) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos)
            return {};
        text.remove_prefix(end + 1);
    }
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r'))
        text.remove_suffix(1);
    if (text.size() > excerptBytes) {
        std::size_t cut = excerptBytes;
        while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80)
            --cut;
        text = text.substr(0, cut);
    }
    return text;
}

/** Where the text stops being UTF-8. The columns before it count characters as everywhere. */
Position firstInvalid(std::string_view text) {
    Position at;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size()));
        if (!isValidUtf8(line)) {
            std::size_t good = 0;
            while (good < line.size()) {
                std::size_t length = 1;
                while (length <= 4 && good + length <= line.size() && !isValidUtf8(line.substr(good, length)))
                    ++length;
                if (length > 4 || good + length > line.size())
                    break;
                good += length;
                ++at.column;
            }
            return at;
        }
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        ++at.line;
    }
    return at;
}

bool matchesOwnRule(const DeclaredRule& declared, const std::vector<HostExecutable>& hosts, const Example& example) {
    return !codexLookup(std::span(&declared.rule, 1), hosts, example.words, ResolvePrograms::Yes, "").empty();
}

std::expected<void, Fault> checkExamples(const DeclaredRule& declared, const std::vector<HostExecutable>& hosts) {
    for (const auto& example : declared.notMatch) {
        if (matchesOwnRule(declared, hosts, example))
            return std::unexpected(Fault{example.at, "this example should not match the rule of line " +
                                                         std::to_string(declared.rule.line) +
                                                         ", but it does: " + visibleCommand(example.words, 256)});
    }
    std::string failed;
    std::size_t failures = 0;
    Position first;
    for (const auto& example : declared.match) {
        if (matchesOwnRule(declared, hosts, example))
            continue;
        if (++failures == 1)
            first = example.at;
        if (failures <= shownExamples)
            failed += (failed.empty() ? "" : "; ") + visibleCommand(example.words, 256);
    }
    if (failures == 0)
        return {};
    if (failures > shownExamples)
        failed += "; and " + std::to_string(failures - shownExamples) + " more";
    return std::unexpected(Fault{first, "these examples should match the rule of line " +
                                            std::to_string(declared.rule.line) + ", but do not: " + failed});
}

std::expected<RulesFile, Fault> runFile(std::string_view text, const std::string& file, Layer layer,
                                        Vocabulary vocabulary) {
    if (text.size() > limits::rulesFileBytes)
        return std::unexpected(
            Fault{{1, 1}, "the file is larger than " + std::to_string(limits::rulesFileBytes) + " bytes; split it"});
    if (!isValidUtf8(text))
        return std::unexpected(Fault{firstInvalid(text), "the file is not valid UTF-8; save it as UTF-8"});
    const auto calls = parseCalls(text);
    if (!calls)
        return std::unexpected(calls.error());
    RulesFile result;
    std::vector<DeclaredRule> declared;
    std::map<std::string, HostExecutable> hosts;
    for (const auto& call : *calls) {
        if (call.builtin == Builtin::PrefixRule) {
            auto rule = declareRule(call, vocabulary);
            if (!rule)
                return std::unexpected(rule.error());
            rule->rule.file = file;
            rule->rule.layer = layer;
            declared.push_back(std::move(*rule));
        } else if (call.builtin == Builtin::HostExecutable) {
            auto host = declareHost(call);
            if (!host)
                return std::unexpected(host.error());
            hosts.insert_or_assign(host->name, std::move(*host)); // the last declaration replaces the others
        } else if (auto good = checkNetworkRule(call); !good) {
            return std::unexpected(good.error());
        }
    }
    for (auto& [name, host] : hosts)
        result.hostExecutables.push_back(std::move(host));
    for (auto& rule : declared) {
        if (auto good = checkExamples(rule, result.hostExecutables); !good)
            return std::unexpected(good.error());
        result.rules.push_back(std::move(rule.rule));
    }
    return result;
}

} // namespace

std::expected<RulesFile, RulesError> parseRules(std::string_view text, const std::string& file, Layer layer,
                                                Vocabulary vocabulary) {
    auto result = runFile(text, file, layer, vocabulary);
    if (result)
        return std::move(*result);
    const Fault& fault = result.error();
    return std::unexpected(
        RulesError{file, fault.at.line, fault.at.column, fault.message, std::string(lineOf(text, fault.at.line))});
}

} // namespace exeat::rules
