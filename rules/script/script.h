#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/** What a Bash script would start, told from its text alone: nothing is run, looked up or expanded. */
namespace exeat::script {

/** Commands by their places in Script::commands. */
struct CommandRange {
    std::size_t first = 0;
    std::size_t end = 0; ///< not included
    bool contains(std::size_t command) const { return command >= first && command < end; }
    bool operator==(const CommandRange&) const = default;
};

enum class PartKind {
    Literal, ///< the program gets `text` as it stands
    Unknown, ///< $x, $((…)), ${…}, (…): only running the script could tell
    Output,  ///< $(…) or `…`: what `commands` print
    Pipe,    ///< <(…) or >(…): the name of a pipe from or to `commands`
};

struct WordPart {
    PartKind kind = PartKind::Literal;
    std::string text; ///< Literal: its value; else as it is written, cut to limits::scriptPartBytes
    CommandRange commands;
    bool quoted = false; ///< Unknown, Output: always within one word, whatever it expands to
    bool operator==(const WordPart&) const = default;
};

/** One word in front of all expansions but the removal of quotes. Neighbouring literal parts are one part. */
struct Word {
    std::vector<WordPart> parts;
    bool pattern = false; ///< holds an unquoted `*`, `[…]`, `{a,b}` or `~`: Bash may make other words of it

    /** What the program gets is known: text(). */
    bool isLiteral() const;
    /** The literal parts, and the others as they are written. */
    std::string text() const;
    bool operator==(const Word&) const = default;
};

struct Assignment {
    std::string name; ///< with its subscript: `a[1]`
    Word value;       ///< of a list: Unknown
    bool operator==(const Assignment&) const = default;
};

enum class RedirectionKind {
    Input,     ///< <, <>
    Output,    ///< >, >>, >|, &>, &>>
    Duplicate, ///< <&, >&
    Text,      ///< <<, <<-, <<<: `target` is the text
};

struct Redirection {
    RedirectionKind kind = RedirectionKind::Input;
    int fd = -1; ///< as written; -1: 0 for input and text, else 1; -2: a variable's
    Word target;
    bool operator==(const Redirection&) const = default;
};

/** `a=1 rm -f x >log`. Without words it assigns and redirects only. */
struct SimpleCommand {
    std::vector<Assignment> assignments;
    std::vector<Word> words;
    std::vector<Redirection> redirections;
    std::string function;    ///< the innermost function that it is a part of
    bool background = false; ///< it, or something around it, is started by `&` or coproc
    bool operator==(const SimpleCommand&) const = default;
};

/** Each stage's output feeds the next one. What stands in $( ) within a stage is among its commands, too. */
struct Pipeline {
    std::vector<CommandRange> stages;
    bool operator==(const Pipeline&) const = default;
};

/** Redirections behind `}`, `)`, `done`, `fi`, `esac`: they hold for all of these. */
struct RedirectedBlock {
    CommandRange commands;
    std::vector<Redirection> redirections;
    bool operator==(const RedirectedBlock&) const = default;
};

struct FunctionDefinition {
    std::string name;
    CommandRange body;
    bool operator==(const FunctionDefinition&) const = default;
};

/** Everything found, wherever it stands and whether or not its branch would be taken. */
struct Script {
    std::vector<SimpleCommand> commands; ///< as they end: those in a command's $( ) before it
    std::vector<Pipeline> pipelines;     ///< of two stages and more
    std::vector<RedirectedBlock> blocks;
    std::vector<FunctionDefinition> functions;
    std::string problem; ///< empty: read to its end; else why not, and `problemAt` is the first byte not understood
    std::size_t problemAt = 0;
    bool operator==(const Script&) const = default;
};

/**
 * GNU Bash 5.2 as `bash -c` reads it: no aliases, no history, `extglob` patterns read where Bash would refuse them.
 * The literal texts of `eval` and `trap` are read as well. Any bytes end within limits::script…: what was found up to
 * there is kept, and `problem` says so. Pure; thread-safe.
 */
Script readScript(std::string_view text);
/** The same as a part of something larger: `steps` are those spent so far, and count against limits::scriptSteps. */
Script readScript(std::string_view text, std::size_t& steps);

} // namespace exeat::script
