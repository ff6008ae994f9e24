#include "rules/script/reader.h"
#include "shared/base/limits.h"

#include <algorithm>
#include <array>

namespace exeat::script {
namespace {

constexpr bool isBlank(int c) {
    return c == ' ' || c == '\t';
}

struct Closing {
    std::string_view word;
    ListEnd end;
};
constexpr auto closings = std::to_array<Closing>({{"}", ListEnd::Brace},
                                                  {"then", ListEnd::Then},
                                                  {"else", ListEnd::Else},
                                                  {"elif", ListEnd::Else},
                                                  {"fi", ListEnd::Fi},
                                                  {"do", ListEnd::Do},
                                                  {"done", ListEnd::Done},
                                                  {"esac", ListEnd::CaseItem}});

const Closing* closingOf(std::string_view reserved) {
    const auto found = std::ranges::find(closings, reserved, &Closing::word);
    return found == closings.end() ? nullptr : &*found;
}

bool isWord(const Word& word, std::string_view text) {
    return word.isLiteral() && word.text() == text;
}

} // namespace

bool ScriptReader::all() {
    return advance(0) && list(ListEnd::Text);
}

bool ScriptReader::atListEnd(ListEnd ends) const {
    const int c = peek();
    if (c == endOfText)
        return ends & ListEnd::Text;
    if (c == ')')
        return ends & ListEnd::Parenthesis;
    if (c == ';' && (peek(1) == ';' || peek(1) == '&'))
        return ends & ListEnd::CaseItem;
    const Closing* closing = closingOf(reservedWord());
    return closing != nullptr && (ends & closing->end);
}

bool ScriptReader::list(ListEnd ends) {
    const Level level(*this);
    if (level.tooDeep())
        return wrong("too many constructs are inside each other");
    for (;;) {
        if (!skipSpace())
            return false;
        if (atListEnd(ends))
            return true;
        if (peek() == endOfText)
            return wrong("it ends inside of a construct (if, case, { … and the like); write its end, too");
        const std::size_t first = m_script.commands.size();
        if (!andOr() || !skipBlanks())
            return false;
        const int c = peek();
        if (c == '&') {
            for (std::size_t i = first; i < m_script.commands.size(); ++i)
                m_script.commands[i].background = true;
            if (!spend(m_script.commands.size() - first) || !advance())
                return false;
        } else if (c == ';' && peek(1) != ';' && peek(1) != '&') {
            if (!advance())
                return false;
        } else if (c != '\n' && c != '#' && c != endOfText && !atListEnd(ends)) {
            return wrong("something else than the end of a command");
        }
    }
}

bool ScriptReader::andOr() {
    for (;;) {
        if (!pipeline() || !skipBlanks())
            return false;
        const int c = peek();
        if ((c != '&' && c != '|') || peek(1) != c)
            return true;
        if (!advance(2) || !skipSpace())
            return false;
    }
}

/** `!` and `time`: also alone, and then no command need follow. */
bool ScriptReader::pipelinePrefix(bool& found) {
    for (;;) {
        const std::string_view reserved = reservedWord();
        if (reserved != "!" && reserved != "time")
            return true;
        found = true;
        if (!take(reserved) || !skipBlanks())
            return false;
        const auto option = [this] {
            return peek() == '-' && (peek(1) == 'p' || peek(1) == '-') && (isBlank(peek(2)) || peek(2) == '\n');
        };
        while (reserved == "time" && option()) {
            if (!advance(2) || !skipBlanks())
                return false;
        }
    }
}

bool ScriptReader::pipeline() {
    bool prefixed = false;
    if (!pipelinePrefix(prefixed))
        return false;
    const int next = peek();
    if (prefixed && (next == ';' || next == '\n' || next == '#' || next == endOfText || next == ')' || next == '&'))
        return true;
    Pipeline pipeline;
    for (;;) {
        const std::size_t first = m_script.commands.size();
        if (!command() || !skipBlanks())
            return false;
        pipeline.stages.push_back({first, m_script.commands.size()});
        if (peek() != '|' || peek(1) == '|')
            break;
        if (!advance(peek(1) == '&' ? 2 : 1) || !skipSpace())
            return false;
    }
    if (pipeline.stages.size() > 1)
        m_script.pipelines.push_back(std::move(pipeline));
    return true;
}

bool ScriptReader::command() {
    const Level level(*this);
    if (level.tooDeep())
        return wrong("too many constructs are inside each other");
    const std::string_view reserved = reservedWord();
    if (reserved == "coproc")
        return coprocess();
    if (reserved == "function")
        return functionKeyword();
    bool prefixed = false;
    if (reserved == "!" || reserved == "time")
        return pipelinePrefix(prefixed) && command();
    if (startsCompound())
        return redirectedCompound();
    if (closingOf(reserved) != nullptr)
        return wrong("a word of the grammar stands where a command should");
    return simple();
}

bool ScriptReader::simple() {
    SimpleCommand command;
    for (bool more = true; more;) {
        if (!skipBlanks())
            return false;
        if (peek() == '(' && command.words.size() == 1 && command.assignments.empty() && command.redirections.empty()) {
            if (!advance() || !skipBlanks() || !expect(')', "the ) of a function"))
                return false;
            return functionBody(command.words.front().text());
        }
        if (!simplePart(command, more))
            return false;
    }
    if (command.words.empty() && command.assignments.empty() && command.redirections.empty())
        return wrong("a command is missing");
    return finish(std::move(command));
}

bool ScriptReader::simplePart(SimpleCommand& command, bool& more) {
    if (atRedirection())
        return redirection(command.redirections);
    if (peek() == '(')
        return wrong("a ( stands where none can");
    more = !atWordEnd() && peek() != '#';
    if (!more)
        return true;
    if (command.words.empty()) {
        Assignment assigned;
        bool found = false;
        if (!assignment(assigned, found))
            return false;
        if (found) {
            command.assignments.push_back(std::move(assigned));
            return true;
        }
    }
    Word next;
    if (!word(next))
        return false;
    command.words.push_back(std::move(next));
    return true;
}

bool ScriptReader::finish(SimpleCommand command) {
    if (m_script.commands.size() >= limits::scriptCommands)
        return wrong("it has too many commands");
    m_script.commands.push_back(std::move(command));
    return readArguments(SimpleCommand(m_script.commands.back()));
}

/** eval and trap take a script as words. */
bool ScriptReader::readArguments(const SimpleCommand& command) {
    std::size_t at = 0;
    const auto& words = command.words;
    while (at < words.size() && (isWord(words[at], "builtin") || isWord(words[at], "command")))
        ++at;
    if (at >= words.size())
        return true;
    const bool eval = isWord(words[at], "eval");
    if (!eval && !isWord(words[at], "trap"))
        return true;
    ++at;
    if (at < words.size() && isWord(words[at], "--"))
        ++at;
    std::string text;
    for (const std::size_t end = eval ? words.size() : std::min(at + 1, words.size()); at < end; ++at) {
        if (!words[at].isLiteral())
            return true;
        text += (text.empty() ? "" : " ") + words[at].text();
    }
    return text.empty() || text.starts_with('-') || nestedText(text);
}

/** What is wrong inside is told, and the text around it is read on: Bash reads it when it comes to it. */
bool ScriptReader::nestedText(const std::string& text) {
    const Level level(*this);
    if (level.tooDeep())
        return wrong("too many constructs are inside each other");
    const std::size_t here = m_at;
    const bool good = m_script.problem.empty();
    ScriptReader(text, m_script, m_reading).all();
    if (good && !m_script.problem.empty())
        m_script.problemAt = here;
    return spend(1);
}

} // namespace exeat::script
