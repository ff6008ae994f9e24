#include "rules/danger/predicates.h"

#include <algorithm>
#include <array>

namespace exeat::danger {
namespace {

template<class F>
bool anyOperand(const Invocation& invocation, F&& holds) {
    return std::ranges::any_of(invocation.line.operands, [&](const Argument* operand) { return holds(*operand); });
}

/** "a/./b//c/.." becomes {"a", "b", "c", ".."}. */
std::vector<std::string_view> partsOf(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        if (end > 0 && path.substr(0, end) != ".")
            parts.push_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return parts;
}

constexpr std::string_view everyName = ". .* ^ * .+ ^.* ^.";

bool isNameCharacter(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/** As a whole name: `unlink`, not `unlinked` or `unlink_all`. */
bool containsName(std::string_view code, std::string_view name) {
    for (auto at = code.find(name); at != std::string_view::npos; at = code.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        if ((at == 0 || !isNameCharacter(code[at - 1])) && (end == code.size() || !isNameCharacter(code[end])))
            return true;
    }
    return false;
}

bool isSignalOption(std::string_view word) {
    return word.size() > 1 && word.front() == '-' && word != "--";
}

} // namespace

bool isWide(std::string_view path) {
    for (const std::string_view home : {"~", "$HOME", "${HOME}", "${HOME:?}"}) {
        if (path.starts_with(home) && partsOf(path.substr(home.size())).empty() &&
            (path.size() == home.size() || path[home.size()] == '/'))
            return true;
    }
    if (path.starts_with('~'))
        return !path.contains('/'); // somebody's home
    const bool absolute = path.starts_with('/');
    auto parts = partsOf(path);
    if (absolute && !parts.empty() && parts.back() == "*")
        parts.pop_back();
    if (!parts.empty() && parts.back() == "..")
        return true;
    const bool home = parts.size() == 2 && (parts.front() == "home" || parts.front() == "Users");
    return absolute && (parts.size() <= 1 || home);
}

bool isDevice(std::string_view path) {
    if (!path.starts_with("/dev/"))
        return false;
    path.remove_prefix(5);
    static constexpr std::string_view harmless[] = {"null",  "zero",   "full",   "random", "urandom",
                                                    "stdin", "stdout", "stderr", "ptmx",   "console"};
    static constexpr std::string_view others[] = {"fd/", "pts/", "shm/", "mqueue/", "tcp/", "udp/", "tty"};
    return !path.empty() && std::ranges::find(harmless, path) == std::end(harmless) &&
           std::ranges::none_of(others, [&](std::string_view other) { return path.starts_with(other); });
}

bool namesWideFolder(const Invocation& invocation) {
    return anyOperand(invocation, [](const Argument& operand) { return isWide(operand.text); });
}

bool writesToDevice(const Invocation& invocation) {
    return anyOperand(invocation, [](const Argument& operand) { return isDevice(operand.text); });
}

bool copiesOntoDevice(const Invocation& invocation) {
    return !invocation.line.operands.empty() && isDevice(invocation.line.operands.back()->text);
}

bool ddWritesToDevice(const Invocation& invocation) {
    return std::ranges::any_of(invocation.arguments, [](const Argument& argument) {
        return argument.text.starts_with("of=") && isDevice(std::string_view(argument.text).substr(3));
    });
}

/** kill(1) and Bash's builtin: the first word with a dash may be a signal, any other is a target. */
bool killsEveryone(const Invocation& invocation) {
    Arguments words = invocation.arguments;
    if (words.empty())
        return false;
    const std::string& first = words.front().text;
    if (first == "-l" || first == "-L" || first == "--list" || first == "--table")
        return false;
    if (first == "-s" || first == "-n" || first == "--signal")
        words = words.subspan(std::min<std::size_t>(2, words.size()));
    else if (isSignalOption(first))
        words = words.subspan(1);
    return std::ranges::any_of(words, [](const Argument& word) { return word.text == "-1"; });
}

bool killsAnyName(const Invocation& invocation) {
    const CommandLine& line = invocation.line;
    if (invocation.program == "killall") {
        const bool pattern = line.has("r --regexp");
        return (line.operands.empty() && line.has("u --user")) ||
               (pattern && anyOperand(invocation, [](const Argument& name) { return isListed(everyName, name.text); }));
    }
    if (line.has("PgstF --parent --pgroup --session --terminal --pidfile"))
        return false;
    if (line.operands.empty())
        return line.has("uUG --euid --uid --group");
    return anyOperand(invocation, [](const Argument& name) {
        return name.literal && (name.text.empty() || isListed(everyName, name.text));
    });
}

bool pushesOverOrDeletes(const Invocation& invocation) {
    return anyOperand(invocation, [](const Argument& refspec) {
        return refspec.known.starts_with('+') || (refspec.text.size() > 1 && refspec.known.starts_with(':'));
    });
}

bool codeDeletesFiles(const Invocation& invocation) {
    static constexpr std::string_view signs[] = {"rmtree", "rm -r", "rm -f", "rimraf", "rm_rf", "remove_tree"};
    static constexpr std::string_view names[] = {
        "unlink", "os.remove", "fs.rm",        "promises.rm",         "rmSync",    "unlinkSync", "File.delete",
        "rm_r",   "rm_f",      "remove_entry", "remove_entry_secure", "remove_dir"};
    return std::ranges::any_of(invocation.line.options, [](const GivenOption& option) {
        if (!option.value || !isOptionListed("ceErp --eval --print --run", option.name))
            return false;
        const std::string_view code = option.value->text;
        return std::ranges::any_of(signs, [&](std::string_view sign) { return code.contains(sign); }) ||
               std::ranges::any_of(names, [&](std::string_view name) { return containsName(code, name); });
    });
}

bool forgetsAtOnce(const Invocation& invocation) {
    return std::ranges::any_of(invocation.line.options, [](const GivenOption& option) {
        return isOptionListed("--expire --expire-unreachable --prune", option.name) && option.value &&
               isListed("now all", option.value->text);
    });
}

bool setsSizeToNothing(const Invocation& invocation) {
    const GivenOption* size = invocation.line.find("s --size");
    if (size == nullptr || !size->value || !size->value->literal)
        return false;
    const std::string_view text = size->value->text;
    const auto digits = std::min(text.find_first_not_of('0'), text.size());
    return digits > 0 && text.find_first_of("123456789") == std::string_view::npos;
}

} // namespace exeat::danger
