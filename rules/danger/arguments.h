#pragma once

#include "rules/script/script.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/** Arguments of commands that are known in part only, and what options mean in them. */
namespace exeat::danger {

struct Argument {
    std::string text;    ///< its value; where it is not known, as it is written
    std::string known;   ///< what it begins with for certain: all of a literal one
    bool literal = true; ///< `text` is the value
    bool operator==(const Argument&) const = default;
};
using Arguments = std::span<const Argument>;

std::vector<Argument> argumentsOf(const std::vector<std::string>& argv);
std::vector<Argument> argumentsOf(const std::vector<script::Word>& words);
std::vector<std::string> textsOf(Arguments arguments);

/** The last part of a path, version numbers of interpreters taken off: "/usr/bin/python3.11" is "python". */
std::string programName(std::string_view path);

/** Whether a word is in a list that is written with blanks between its words. */
bool isListed(std::string_view list, std::string_view word);

/**
 * Whether an option is meant by a list of options, "fr --force --recursive": short ones are letters. GNU programs take
 * the beginning of a long option for the whole, so `--fo` is listed there, too.
 */
bool isOptionListed(std::string_view list, std::string_view option);

struct GivenOption {
    std::string name; ///< "f" or "--force"
    std::optional<Argument> value;
};

/** Options and operands, as getopt_long(3) tells them apart. Borrows the arguments. */
struct CommandLine {
    std::vector<GivenOption> options;
    std::vector<const Argument*> operands;
    std::size_t behindDashes = 0; ///< from this operand on they stood behind `--`; their number if none did
    Arguments rest;               ///< with OperandOrder::Ends: the first operand and all behind it

    bool has(std::string_view list) const { return find(list) != nullptr; }
    const GivenOption* find(std::string_view list) const;
};

enum class OperandOrder {
    Anywhere, ///< options may follow operands
    Ends,     ///< the first operand ends the options: whatever follows belongs to it
};

/** `withValue` lists the options that take the next argument where nothing is attached to them. */
CommandLine readOptions(Arguments arguments, std::string_view withValue, OperandOrder order);

} // namespace exeat::danger
