#pragma once

#include "rules/danger/arguments.h"
#include "rules/danger/wrappertable.h"

#include <optional>
#include <string>

namespace exeat::danger {

/** What a wrapper starts: one of these, or nothing. */
struct Wrapped {
    Arguments command;
    std::optional<std::string> script;
    std::string host; ///< of WrapperPlace::OtherMachine
};

/** How a command starts another one, and what stands behind the words that say so. */
struct FoundWrapper {
    const WrapperRow* row = nullptr;
    Arguments arguments;
};
/** Nothing: the command starts with no wrapper that is known. */
std::optional<FoundWrapper> wrapperIn(Arguments words);

/** `arguments` are those behind the wrapper's name; `command` is a part of them. */
Wrapped unwrap(const WrapperRow& wrapper, Arguments arguments);

/** Takes all wrappers off that start a command: `env A=1 sudo rm -f x` is `rm -f x`. */
Arguments behindWrappers(Arguments words);

/** How a shell or another interpreter was called. */
struct InterpreterCall {
    std::optional<std::size_t> code; ///< the argument that is program text
    std::optional<std::size_t> file; ///< the argument that names the file with it
    bool readsInput = false;         ///< the program text comes from standard input
};
/** `arguments` are those behind the program's name. */
InterpreterCall interpreterCall(const std::string& program, Arguments arguments);

/** Arguments as one text for a shell; what is not known stays as it is written. */
std::string joined(Arguments words);

} // namespace exeat::danger
