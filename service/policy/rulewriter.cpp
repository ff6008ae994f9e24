#include "service/policy/rulewriter.h"

#include "rules/policy.h"
#include "service/policy/replacefile.h"
#include "service/policy/rulesfolder.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/base/uniquefd.h"

#include <cstdio>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exeat {
namespace {

constexpr std::string_view header = "# Rules that a person made by answering \"always\". Edit freely.\n";

std::size_t characterLength(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80)
        ++length;
    return length;
}

std::uint32_t codePoint(std::string_view character) {
    static constexpr unsigned masks[] = {0x7F, 0x7F, 0x1F, 0x0F, 0x07};
    std::uint32_t value = static_cast<unsigned char>(character[0]) & masks[character.size()];
    for (const char c : character.substr(1))
        value = (value << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
    return value;
}

/** `word` is valid UTF-8. */
std::string literal(std::string_view word) {
    std::string text = "\"";
    while (!word.empty()) {
        const std::string_view character = word.substr(0, characterLength(word));
        word.remove_prefix(character.size());
        if (character == "\"" || character == "\\") {
            (text += '\\') += character;
        } else if (visible(character) == character) {
            text += character;
        } else {
            char escape[16];
            const std::uint32_t value = codePoint(character);
            std::snprintf(escape, sizeof escape, value > 0xFFFF ? "\\U%08x" : "\\u%04x", value);
            text += escape;
        }
    }
    return text + "\"";
}

std::string list(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : ", ") + literal(word);
    return "[" + text + "]";
}

std::string_view decisionWord(RuleDecision decision) {
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

bool isWritable(const PrefixRule& rule, const std::vector<std::vector<std::string>>& examples) {
    const auto good = [](const std::vector<std::string>& words) {
        for (const auto& word : words) {
            if (!isValidUtf8(word))
                return false;
        }
        return true;
    };
    for (const auto& token : rule.pattern) {
        if (!good(token.anyOf))
            return false;
    }
    for (const auto& example : examples) {
        if (!good(example))
            return false;
    }
    return good(rule.passEnvironment) && isValidUtf8(rule.justification);
}

bool hasLine(std::string_view text, std::string_view line) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        if (text.substr(0, end) == line)
            return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

Result<void> appendLine(const std::string& path, const std::string& line) {
    std::string content(header);
    mode_t mode = 0600;
    struct stat facts{};
    if (::lstat(path.c_str(), &facts) == 0) {
        if (!S_ISREG(facts.st_mode))
            return fail(ErrorKind::Refused, path + " is no regular file; put a regular file there and try again");
        auto text = readFile(path, limits::rulesFileBytes);
        if (!text)
            return std::unexpected(text.error());
        content = std::move(*text);
        mode = facts.st_mode & 07777U;
    } else if (errno != ENOENT) {
        return failErrno("cannot look at " + path);
    }
    if (hasLine(content, line))
        return {};
    if (!content.empty() && content.back() != '\n')
        content += '\n';
    content += line + '\n';
    const auto parsed = rules::parseRules(content, path, Layer::User, rules::Vocabulary::Exeat);
    if (!parsed)
        return fail(ErrorKind::Refused, "the rule was not added, because the file is broken at " + path + ":" +
                                            std::to_string(parsed.error().line) + ":" +
                                            std::to_string(parsed.error().column) + ": " + parsed.error().message +
                                            "; mend it and try again");
    return replaceFile(path, content, mode);
}

} // namespace

Result<std::string> ruleText(const PrefixRule& rule, const std::vector<std::vector<std::string>>& examples) {
    if (!isWritable(rule, examples))
        return fail(ErrorKind::Invalid,
                    "a word of this command is not valid UTF-8, so no rules file can hold it; answer for the session");
    std::string pattern;
    for (const auto& token : rule.pattern)
        pattern +=
            (pattern.empty() ? "" : ", ") + (token.anyOf.size() == 1 ? literal(token.anyOf[0]) : list(token.anyOf));
    std::string text =
        "prefix_rule(pattern=[" + pattern + "], decision=\"" + std::string(decisionWord(rule.decision)) + "\"";
    std::string match;
    for (const auto& example : examples)
        match += (match.empty() ? "" : ", ") + list(example);
    if (!match.empty())
        text += ", match=[" + match + "]";
    if (!rule.justification.empty())
        text += ", justification=" + literal(rule.justification);
    if (!rule.passEnvironment.empty())
        text += ", env=" + list(rule.passEnvironment);
    if (rule.exact)
        text += ", exact=True";
    return text + ")";
}

Result<void> appendRule(const std::string& folder, const std::string& name, const PrefixRule& rule,
                        const std::vector<std::vector<std::string>>& examples) {
    const auto line = ruleText(rule, examples);
    if (!line)
        return std::unexpected(line.error());
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(folder).parent_path(), error);
    if (error)
        return failErrno("cannot make the folder above " + folder, error.value());
    if (::mkdir(folder.c_str(), 0700) < 0 && errno != EEXIST)
        return failErrno("cannot make " + folder);
    const UniqueFd lock(::open((folder + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock || ::flock(lock.get(), LOCK_EX) < 0)
        return failErrno("cannot lock " + folder);
    return appendLine(folder + "/" + name, *line);
}

} // namespace exeat
