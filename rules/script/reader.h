#pragma once

#include "rules/script/script.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exeat::script {

/** What the readers of one readScript() share: texts within the text have one of their own. */
struct Reading {
    std::size_t steps = 0; ///< characters looked at so far
    std::size_t depth = 0;
    std::vector<Word> heres; ///< here-documents; a Redirection has a place holder until all is read
};

/** `target` of a here-document that is to be read yet, and what it becomes. */
Word hereHolder(std::size_t number);
void placeHeres(Script& script, const std::vector<Word>& heres);

/** Where a list of commands may end; several at once. */
enum class ListEnd : unsigned {
    Text = 1U << 0U,
    Parenthesis = 1U << 1U,
    Brace = 1U << 2U,
    Then = 1U << 3U,
    Else = 1U << 4U, ///< or elif
    Fi = 1U << 5U,
    Do = 1U << 6U,
    Done = 1U << 7U,
    CaseItem = 1U << 8U, ///< ;; ;& ;;& or esac
};
constexpr ListEnd operator|(ListEnd a, ListEnd b) {
    return static_cast<ListEnd>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool operator&(ListEnd set, ListEnd end) {
    return (static_cast<unsigned>(set) & static_cast<unsigned>(end)) != 0;
}

/**
 * Recursive descent over one text, one character ahead. Every method leaves the cursor behind what it read, and answers
 * false once something could not be read: then all of them return at once. Lists are in lists.cpp, compound commands in
 * compounds.cpp, words in words.cpp and expansions.cpp, here-documents in heredocs.cpp.
 */
class ScriptReader {
public:
    ScriptReader(std::string_view text, Script& script, Reading& reading)
        : m_text(text), m_script(script), m_reading(reading) {}
    /** The whole text as commands. */
    bool all();
    /** The whole text as the body of a here-document. */
    bool body(Word& word);

private:
    static constexpr int endOfText = -1;

    /** One level of nesting while it lives. */
    class Level {
    public:
        explicit Level(ScriptReader& reader) : m_reader(reader) { ++m_reader.m_reading.depth; }
        ~Level() { --m_reader.m_reading.depth; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        bool tooDeep() const;

    private:
        ScriptReader& m_reader;
    };
    enum class Quoting { None, Double };
    struct PendingHere {
        std::size_t number = 0; ///< in Reading::heres
        std::string delimiter;
        bool quoted = false;
        bool stripTabs = false;
    };

    /** A place to read again from, and what had been found by then. */
    struct Mark {
        std::size_t at = 0;
        std::size_t commands = 0;
        std::size_t pipelines = 0;
        std::size_t blocks = 0;
        std::size_t functions = 0;
    };
    Mark mark() const;
    void returnTo(const Mark& mark);

    // The cursor. A backslash before a newline is not there at all, but to what is read raw.
    int peek(std::size_t ahead = 0) const;
    int raw() const { return m_at < m_text.size() ? static_cast<unsigned char>(m_text[m_at]) : endOfText; }
    bool advance(std::size_t characters = 1);
    bool advanceRaw(std::size_t bytes = 1);
    bool spend(std::size_t steps);
    bool wrong(std::string_view why);
    bool expect(int character, std::string_view what);

    // Lists and commands.
    bool skipBlanks();
    /** Blanks, newlines (here-documents follow them) and comments. */
    bool skipSpace();
    bool newline();
    bool list(ListEnd ends);
    bool atListEnd(ListEnd ends) const;
    bool andOr();
    bool pipeline();
    bool pipelinePrefix(bool& found);
    bool command();
    bool simple();
    bool simplePart(SimpleCommand& command, bool& more);
    bool finish(SimpleCommand command);
    bool nestedText(const std::string& text);
    bool readArguments(const SimpleCommand& command);

    // Compound commands.
    /** An unquoted word of the grammar at the cursor: `if`, `{`, `[[`; empty if there is none. */
    std::string_view reservedWord() const;
    bool take(std::string_view reserved);
    bool compound(std::string_view reserved);
    bool startsCompound() const;
    bool redirectedCompound();
    bool parenthesized();
    bool ifClause();
    bool whileClause();
    bool forClause();
    bool forWords();
    bool loopBody();
    bool caseClause();
    bool caseItem(bool& more);
    bool conditional();
    bool coprocess();
    bool functionKeyword();
    bool functionBody(std::string name);

    // Redirections.
    bool atRedirection() const;
    bool redirection(std::vector<Redirection>& into);
    bool hereDocument(Redirection& redirection, bool stripTabs);
    bool hereDelimiter(PendingHere& here);
    bool readHere(const PendingHere& here);

    // Words.
    bool atWordEnd() const;
    bool word(Word& word);
    bool wordPiece(Word& word, bool& more);
    bool assignment(Assignment& assignment, bool& found);
    /** Characters of a variable's name at the cursor. */
    std::size_t nameLength() const;
    bool arrayValue(Word& word);
    bool backslash(Word& word);
    bool singleQuoted(Word& word);
    bool doubleQuoted(Word& word);
    bool doubleQuotedPiece(Word& word);
    bool ansiQuoted(Word& word);
    void addLiteral(Word& word, std::string_view text);
    void addUnknown(Word& word, PartKind kind, std::size_t from, CommandRange commands, Quoting quoting);

    // Expansions.
    bool dollar(Word& word, Quoting quoting);
    bool substitution(Word& word, PartKind kind, Quoting quoting);
    bool backquoted(Word& word, Quoting quoting);
    /** Up to the closing character that belongs to an opening one already read; quotes and expansions are read. */
    bool balanced(int open, int close);
    bool quotedOrExpanded(bool& found);
    /** Whether what opens with `((` here closes with `))`: arithmetic, else two subshells. */
    std::optional<bool> closesTwice(std::size_t from);

    std::string_view m_text;
    std::size_t m_at = 0;
    Script& m_script;
    Reading& m_reading;
    std::vector<PendingHere> m_pending;
    std::size_t m_substitutions = 0; ///< `$(` and `<(` that are open
    bool m_here = false;             ///< in the body of a here-document, where " quotes nothing
};

} // namespace exeat::script
