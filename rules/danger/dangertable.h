#pragma once

#include "rules/danger/arguments.h"
#include "rules/danger/danger.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace exeat::danger {

/** A command in front of the list: the program, its sub-command taken off, and what its options mean. */
struct Invocation {
    std::string_view program;
    Arguments arguments; ///< behind the sub-command
    CommandLine line;    ///< of these
};

enum class TestKind {
    Nothing,
    HasOption,           ///< one of `words`
    HasNoOption,         ///< none of `words`
    HasOperand,          ///< at least one
    OperandIs,           ///< some operand is one of `words`
    FirstOperandIs,      ///< the first operand is one of `words`
    OperandBehindDashes, ///< at least one
    WordIs,              ///< some argument is one of `words`: programs whose options are not those of getopt
    Holds,               ///< what no list can say
};

struct DangerTest {
    TestKind kind = TestKind::Nothing;
    std::string_view words;
    bool (*holds)(const Invocation&) = nullptr;
};

/** A command is the danger `id` if all tests hold. Lists are written with blanks between their words. */
struct DangerRow {
    std::string_view id;
    std::string_view programs;
    std::string_view subcommand; ///< of a program that has global options (below); empty otherwise
    std::array<DangerTest, 3> tests;
};
/** The first row that fits counts. */
std::span<const DangerRow> dangerRows();

/** Options that take a value, of "program" or "program subcommand"; others are flags. */
struct ValueOptions {
    std::string_view command;
    std::string_view options;
    OperandOrder order = OperandOrder::Anywhere;
};
/** Of a command that is not in the table: no option takes a value. */
ValueOptions syntaxOf(std::string_view command);
/**
 * Of programs with sub-commands: the options in front of the sub-command that take a value. Nothing: it has no
 * sub-commands that the lists know.
 */
std::optional<std::string_view> globalOptionsOf(std::string_view program);

} // namespace exeat::danger
