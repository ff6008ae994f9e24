#include "rules/script/reader.h"

#include <algorithm>
#include <array>

namespace exeat::script {
namespace {

constexpr bool isDigit(int c) {
    return c >= '0' && c <= '9';
}

/** In an odd number of backslashes. */
bool endsQuoting(std::string_view line) {
    const auto last = line.find_last_not_of('\\');
    return (line.size() - (last == std::string_view::npos ? 0 : last + 1)) % 2 == 1;
}

struct Operator {
    std::string_view text;
    RedirectionKind kind;
};
/** Longer ones first. */
constexpr auto operators = std::to_array<Operator>({{"<<-", RedirectionKind::Text},
                                                    {"<<<", RedirectionKind::Text},
                                                    {"&>>", RedirectionKind::Output},
                                                    {"<<", RedirectionKind::Text},
                                                    {"<&", RedirectionKind::Duplicate},
                                                    {"<>", RedirectionKind::Input},
                                                    {">>", RedirectionKind::Output},
                                                    {">|", RedirectionKind::Output},
                                                    {">&", RedirectionKind::Duplicate},
                                                    {"&>", RedirectionKind::Output},
                                                    {"<", RedirectionKind::Input},
                                                    {">", RedirectionKind::Output}});

} // namespace

/** `<`, `&>`, `2>`, `{fd}<`, and no process substitution. */
bool ScriptReader::atRedirection() const {
    if (peek() == '&')
        return peek(1) == '>';
    std::size_t at = m_at;
    if (peek() == '{') {
        at = m_text.find_first_of("}<> \t\n;&|()'\"`$\\", at);
        if (at == std::string_view::npos || m_text[at] != '}' || at == m_at + 1)
            return false;
        ++at;
    } else {
        while (at < m_text.size() && isDigit(m_text[at]))
            ++at;
    }
    const std::string_view rest = m_text.substr(std::min(at, m_text.size()));
    return (rest.starts_with('<') || rest.starts_with('>')) && !rest.substr(1).starts_with('(');
}

bool ScriptReader::redirection(std::vector<Redirection>& into) {
    Redirection made;
    if (peek() == '{') {
        made.fd = -2;
        while (peek() != '<' && peek() != '>') {
            if (!advance())
                return false;
        }
    }
    while (isDigit(peek())) {
        made.fd = std::min(std::max(made.fd, 0) * 10 + (peek() - '0'), 100'000);
        if (!advance())
            return false;
    }
    const auto* found = std::ranges::find_if(operators, [this](const Operator& one) {
        for (std::size_t i = 0; i < one.text.size(); ++i) {
            if (peek(i) != one.text[i])
                return false;
        }
        return true;
    });
    if (found == operators.end() || !advance(found->text.size()) || !skipBlanks())
        return false;
    made.kind = found->kind;
    if (found->text == "<<" || found->text == "<<-") {
        if (!hereDocument(made, found->text == "<<-"))
            return false;
    } else if (!word(made.target)) {
        return false;
    }
    into.push_back(std::move(made));
    return true;
}

bool ScriptReader::hereDocument(Redirection& redirection, bool stripTabs) {
    PendingHere here;
    here.number = m_reading.heres.size();
    here.stripTabs = stripTabs;
    if (!hereDelimiter(here))
        return false;
    redirection.target = hereHolder(here.number);
    m_reading.heres.emplace_back();
    m_pending.push_back(std::move(here));
    return true;
}

/** Nothing is expanded in it; if any of it is quoted, nothing is expanded in the text either. */
bool ScriptReader::hereDelimiter(PendingHere& here) {
    const std::size_t from = m_at;
    while (!atWordEnd()) {
        const int c = peek();
        Word piece;
        if (c == '\\' || c == '\'' || c == '"') {
            here.quoted = true;
            if (!(c == '\\' ? backslash(piece) : c == '\'' ? singleQuoted(piece) : advance() && doubleQuoted(piece)))
                return false;
            here.delimiter += piece.text();
        } else {
            here.delimiter += static_cast<char>(c);
            if (!advance())
                return false;
        }
    }
    return m_at > from || wrong("the delimiter of a here-document is missing");
}

/** Lines up to the delimiter, or all that is left. */
bool ScriptReader::readHere(const PendingHere& here) {
    std::string text;
    bool ended = false;
    bool continued = false; // the line before ended with a backslash that quotes nothing else
    while (!ended && m_at < m_text.size()) {
        const std::size_t end = std::min(m_text.find('\n', m_at), m_text.size());
        std::string_view line = m_text.substr(m_at, end - m_at);
        if (here.stripTabs && !continued)
            line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
        ended = !continued && line == here.delimiter;
        // Bash lets a substitution end right behind the delimiter.
        if (m_substitutions > 0 && !continued && line.starts_with(here.delimiter) &&
            line.substr(here.delimiter.size()).starts_with(')')) {
            m_at = end - line.size() + here.delimiter.size();
            break;
        }
        continued = !here.quoted && endsQuoting(line);
        if (continued)
            text.append(line.substr(0, line.size() - 1));
        else if (!ended)
            text.append(line).append(1, '\n');
        if (!advanceRaw(std::min(end + 1, m_text.size()) - m_at))
            return false;
    }
    Word& target = m_reading.heres[here.number];
    if (here.quoted) {
        addLiteral(target, text);
        return true;
    }
    const Level level(*this);
    if (level.tooDeep())
        return wrong("too many constructs are inside each other");
    Word read;
    const bool good = m_script.problem.empty();
    ScriptReader(text, m_script, m_reading).body(read);
    if (good && !m_script.problem.empty())
        m_script.problemAt = m_at;
    m_reading.heres[here.number] = std::move(read);
    return spend(1);
}

bool ScriptReader::body(Word& word) {
    m_here = true;
    addLiteral(word, {});
    while (peek() != endOfText) {
        if (!doubleQuotedPiece(word))
            return false;
    }
    return true;
}

} // namespace exeat::script
