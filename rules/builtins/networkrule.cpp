#include "rules/builtins/declarations.h"
#include "rules/evaluate/evaluation.h"
#include "rules/unicode.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <array>
#include <optional>

/** network_rule(), codex.md §1.3: kept and shown, not enforced yet. */
namespace exeat::rules {
namespace {

constexpr std::size_t host = 0;
constexpr std::size_t protocol = 1;
constexpr std::size_t decision = 2;
constexpr std::size_t justification = 3;

const std::string& textAt(const NativeCall& call, std::size_t parameter) {
    return call[parameter].as<StringObject>().text;
}

std::optional<NetworkProtocol> protocolNamed(std::string_view word) {
    if (word == "http")
        return NetworkProtocol::Http;
    if (word == "https" || word == "https_connect" || word == "http-connect")
        return NetworkProtocol::Https;
    if (word == "socks5_tcp")
        return NetworkProtocol::Socks5Tcp;
    if (word == "socks5_udp")
        return NetworkProtocol::Socks5Udp;
    return std::nullopt;
}

/** `[v6]` or `[v6]:port` without its brackets and port; nothing where the brackets hold no address. */
std::optional<std::string_view> insideBrackets(std::string_view text) {
    const auto close = text.find(']');
    if (close == std::string_view::npos || close == 1)
        return std::nullopt;
    const std::string_view behind = text.substr(close + 1);
    if (!behind.empty() &&
        (behind[0] != ':' || behind.size() == 1 || behind.find_first_not_of("0123456789", 1) != std::string_view::npos))
        return std::nullopt;
    return text.substr(1, close - 1);
}

std::string_view withoutPort(std::string_view text) {
    const auto colon = text.find(':');
    // More than one colon is an IPv6 address without brackets.
    if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos)
        return text;
    const std::string_view port = text.substr(colon + 1);
    return !port.empty() && port.find_first_not_of("0123456789") == std::string_view::npos ? text.substr(0, colon)
                                                                                           : text;
}

bool hasBlank(std::string_view text) {
    for (; !text.empty(); text.remove_prefix(characterLength(text[0]))) {
        if (isWhiteSpace(firstCharacter(text)))
            return true;
    }
    return false;
}

/** In the form that rules compare by: no port, no dots at the end, small letters. */
Raisable<std::string> hostOf(Evaluation& evaluation, const NativeCall& call) {
    const auto wrong = [&](std::string message) {
        return evaluation.raiseAt(call.position(host), "the host of a network_rule " + std::move(message));
    };
    std::string_view text = trimmed(textAt(call, host));
    if (text.empty())
        return wrong("cannot be empty");
    if (text.find_first_of("/?#") != std::string_view::npos)
        return wrong("is a host name or address, without scheme and path");
    if (text[0] == '[') {
        const auto address = insideBrackets(text);
        if (!address)
            return wrong("has a bracket that holds no address: [address] or [address]:port");
        text = *address;
    } else {
        text = withoutPort(text);
    }
    while (text.ends_with('.'))
        text.remove_suffix(1);
    text = trimmed(text);
    if (text.empty())
        return wrong("cannot be empty");
    if (text.find('*') != std::string_view::npos)
        return wrong("must be one host; wildcards are not allowed");
    if (hasBlank(text))
        return wrong("cannot contain blanks");
    auto lower = kept(evaluation, text);
    if (lower)
        std::transform(lower->begin(), lower->end(), lower->begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return lower;
}

Raisable<NetworkRule> ruleOf(Evaluation& evaluation, const NativeCall& call) {
    NetworkRule rule;
    rule.line = call.at.line;
    const auto known = protocolNamed(textAt(call, protocol));
    if (!known)
        return evaluation.raiseAt(
            call.position(protocol),
            "the protocol of a network_rule is one of http, https, socks5_tcp, socks5_udp, not `" +
                visible(textAt(call, protocol), 128) + "`");
    rule.protocol = *known;
    rule.decision = RuleDecision::Forbidden;
    if (textAt(call, decision) != "deny") {
        const auto chosen = decisionOf(evaluation, call, decision);
        if (!chosen)
            return std::unexpected(chosen.error());
        rule.decision = *chosen;
    }
    auto why = justificationOf(evaluation, call, justification);
    if (!why)
        return std::unexpected(why.error());
    rule.justification = std::move(*why);
    auto where = hostOf(evaluation, call);
    if (!where)
        return std::unexpected(where.error());
    rule.host = std::move(*where);
    return rule;
}

} // namespace

Native networkRuleBuiltin(Declarations& into) {
    Native native{"network_rule",
                  {{"host", types::string, Need::Required, ByName::Also},
                   {"protocol", types::string, Need::Required, ByName::Also},
                   {"decision", types::string, Need::Required, ByName::Also},
                   {"justification", types::string, Need::Optional, ByName::Also}},
                  Rest::None,
                  {}};
    native.run = [&into](Evaluation& evaluation, const NativeCall& call) -> Outcome {
        auto rule = ruleOf(evaluation, call);
        if (!rule)
            return std::unexpected(rule.error());
        if (into.network.size() >= limits::rulesHosts)
            return evaluation.raise("one file may hold " + std::to_string(limits::rulesHosts) +
                                    " network_rule calls; split it");
        into.network.push_back(std::move(*rule));
        return Value::none();
    };
    return native;
}

} // namespace exeat::rules
