#include "rules/ruletext.h"

#include "shared/base/text.h"

namespace exeat::rules {

std::string_view wordOf(RuleDecision decision) {
    switch (decision) {
    case RuleDecision::Allow:
        return "allow";
    case RuleDecision::Prompt:
        return "prompt";
    case RuleDecision::Forbidden:
        break;
    }
    return "forbidden";
}

std::string_view wordOf(RuleSandbox sandbox) {
    switch (sandbox) {
    case RuleSandbox::None:
        return "none";
    case RuleSandbox::ReadOnly:
        return "read-only";
    case RuleSandbox::WorkspaceWrite:
        return "workspace-write";
    case RuleSandbox::Network:
        break;
    }
    return "network";
}

std::string_view wordOf(NetworkProtocol protocol) {
    switch (protocol) {
    case NetworkProtocol::Http:
        return "http";
    case NetworkProtocol::Https:
        return "https";
    case NetworkProtocol::Socks5Tcp:
        return "socks5_tcp";
    case NetworkProtocol::Socks5Udp:
        break;
    }
    return "socks5_udp";
}

/** `git [push|pull]`. */
std::string patternText(const std::vector<PatternToken>& pattern) {
    std::string text;
    for (const auto& token : pattern) {
        std::string words;
        for (const auto& one : token.anyOf)
            words += (words.empty() ? "" : "|") + visibleCommand({one}, uncut);
        text += (text.empty() ? "" : " ") + (token.anyOf.size() == 1 ? words : '[' + words + ']');
    }
    return '`' + text + '`';
}

std::string namesText(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ", ") + visible(name, uncut);
    return text;
}

std::string subjectText(const PrefixRule& rule) {
    return patternText(rule.pattern) + (rule.exact ? " with nothing behind it" : "") +
           (rule.canonical ? " in any case of letters" : "");
}

std::string exceptionsText(const std::vector<std::vector<PatternToken>>& exceptions) {
    std::string text;
    for (const auto& exception : exceptions)
        text += (text.empty() ? "" : ", ") + patternText(exception);
    return text;
}

std::string textOf(const PrefixRule& rule) {
    std::string text = std::string(wordOf(rule.decision)) + ' ' + subjectText(rule);
    if (!rule.unless.empty())
        text += " unless " + exceptionsText(rule.unless);
    if (!rule.passEnvironment.empty())
        text += " with the variables " + namesText(rule.passEnvironment);
    if (rule.sandbox != RuleSandbox::None)
        text += " in the sandbox " + std::string(wordOf(rule.sandbox));
    if (rule.answersPrompts)
        text += ", and answer what asks about it";
    if (rule.confirmedOnly)
        text += ", for confirmed files only";
    return text;
}

std::string textOf(const HostExecutable& host) {
    return "only these files are `" + visible(host.name, uncut) +
           "`: " + (host.paths.empty() ? "none" : namesText(host.paths));
}

std::string textOf(const NetworkRule& rule) {
    return std::string(wordOf(rule.decision)) + " the network host " + visible(rule.host, uncut) + " by " +
           std::string(wordOf(rule.protocol));
}

} // namespace exeat::rules
