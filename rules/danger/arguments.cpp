#include "rules/danger/arguments.h"

#include <algorithm>
#include <ranges>

namespace exeat::danger {
namespace {

Argument argumentOf(const script::Word& word) {
    Argument argument{word.text(), {}, word.isLiteral()};
    if (argument.literal)
        argument.known = argument.text;
    else if (!word.pattern && !word.parts.empty() && word.parts.front().kind == script::PartKind::Literal)
        argument.known = word.parts.front().text;
    return argument;
}

template<class F>
bool anyToken(std::string_view list, F&& holds) {
    while (!list.empty()) {
        const auto end = std::min(list.find(' '), list.size());
        if (end > 0 && holds(list.substr(0, end)))
            return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

constexpr std::size_t shortestAbbreviation = 3; // --f

class OptionReader {
public:
    OptionReader(Arguments arguments, std::string_view withValue, OperandOrder order)
        : m_arguments(arguments), m_withValue(withValue), m_order(order) {}

    CommandLine read() {
        bool ended = false;
        for (; m_at < m_arguments.size(); ++m_at) {
            const Argument& argument = m_arguments[m_at];
            if (!ended && argument.literal && argument.text == "--") {
                ended = true;
                m_line.behindDashes = m_line.operands.size();
            } else if (!ended && argument.known.starts_with("--")) {
                longOption(argument);
            } else if (!ended && argument.known.size() > 1 && argument.known.front() == '-') {
                shortOptions(argument);
            } else {
                m_line.operands.push_back(&argument);
                if (m_order == OperandOrder::Ends)
                    break;
            }
        }
        m_line.rest = m_arguments.subspan(std::min(m_at, m_arguments.size()));
        if (!ended)
            m_line.behindDashes = m_line.operands.size();
        return std::move(m_line);
    }

private:
    std::optional<Argument> nextArgument() {
        if (m_at + 1 >= m_arguments.size())
            return std::nullopt;
        return m_arguments[++m_at];
    }

    void longOption(const Argument& argument) {
        const auto equals = argument.known.find('=');
        GivenOption option{argument.known.substr(0, equals), {}};
        if (equals != std::string::npos)
            option.value =
                Argument{argument.text.substr(equals + 1), argument.known.substr(equals + 1), argument.literal};
        else if (isOptionListed(m_withValue, option.name))
            option.value = nextArgument();
        m_line.options.push_back(std::move(option));
    }

    void shortOptions(const Argument& argument) {
        for (std::size_t i = 1; i < argument.known.size(); ++i) {
            GivenOption option{argument.known.substr(i, 1), {}};
            const bool takes = isOptionListed(m_withValue, option.name);
            if (takes && i + 1 < argument.text.size())
                option.value = Argument{argument.text.substr(i + 1), argument.known.substr(i + 1), argument.literal};
            else if (takes)
                option.value = nextArgument();
            m_line.options.push_back(std::move(option));
            if (takes)
                return;
        }
    }

    Arguments m_arguments;
    std::string_view m_withValue;
    OperandOrder m_order;
    std::size_t m_at = 0;
    CommandLine m_line;
};

} // namespace

std::vector<Argument> argumentsOf(const std::vector<std::string>& argv) {
    std::vector<Argument> arguments;
    arguments.reserve(argv.size());
    for (const std::string& word : argv)
        arguments.push_back({word, word, true});
    return arguments;
}

std::vector<Argument> argumentsOf(const std::vector<script::Word>& words) {
    std::vector<Argument> arguments;
    arguments.reserve(words.size());
    std::ranges::transform(words, std::back_inserter(arguments), argumentOf);
    return arguments;
}

std::vector<std::string> textsOf(Arguments arguments) {
    std::vector<std::string> texts;
    texts.reserve(arguments.size());
    std::ranges::transform(arguments, std::back_inserter(texts), &Argument::text);
    return texts;
}

std::string programName(std::string_view path) {
    path.remove_prefix(path.rfind('/') + 1); // npos + 1 is 0
    if (const auto version = path.find('@'); version != std::string_view::npos && version > 0)
        path = path.substr(0, version); // npx rimraf@5
    static constexpr std::string_view versioned[] = {"python", "pypy", "perl", "ruby", "node", "php", "lua"};
    for (const std::string_view name : versioned) {
        if (path.starts_with(name) && path.find_first_not_of("0123456789.", name.size()) == std::string_view::npos)
            return std::string(name);
    }
    return path.starts_with("mkfs.") ? "mkfs" : std::string(path);
}

bool isListed(std::string_view list, std::string_view word) {
    return anyToken(list, [&](std::string_view token) { return token == word; });
}

bool isOptionListed(std::string_view list, std::string_view option) {
    return anyToken(list, [&](std::string_view token) {
        if (!token.starts_with("--"))
            return option.size() == 1 && token.contains(option.front());
        return token == option || (option.size() >= shortestAbbreviation && token.starts_with(option));
    });
}

const GivenOption* CommandLine::find(std::string_view list) const {
    const auto found =
        std::ranges::find_if(options, [&](const GivenOption& option) { return isOptionListed(list, option.name); });
    return found == options.end() ? nullptr : &*found;
}

CommandLine readOptions(Arguments arguments, std::string_view withValue, OperandOrder order) {
    return OptionReader(arguments, withValue, order).read();
}

} // namespace exeat::danger
