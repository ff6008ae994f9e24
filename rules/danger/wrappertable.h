#pragma once

#include <span>
#include <string_view>

namespace exeat::danger {

/** What becomes of the words behind a wrapper's options and operands. */
enum class WrappedForm {
    Command, ///< they are a command
    Script,  ///< joined by blanks they are a script for a shell
    Dashed,  ///< what stands behind `--` is a command
    None,    ///< only options start something
};

enum class WrapperPlace { Here, OtherMachine };

/** A program that starts another one. Lists are written with blanks between their words. */
struct WrapperRow {
    std::string_view programs;
    std::string_view withValue;     ///< options that take a value
    std::string_view starting{};    ///< options whose value is a script
    std::string_view notStarting{}; ///< with one of these it starts nothing
    int operands = 0;               ///< in front of the command
    bool assignments = false;       ///< NAME=value may stand there, too
    WrappedForm form = WrappedForm::Command;
    WrapperPlace place = WrapperPlace::Here;
};
const WrapperRow* wrapperOf(std::string_view program);

/** Programs whose sub-command starts another one. */
struct SubcommandWrapper {
    std::string_view programs;
    std::string_view words; ///< "exec", "bisect run": global options of the program may stand in front of each
    WrapperRow how;         ///< its `programs` are of no meaning
};
std::span<const SubcommandWrapper> subcommandWrappers();
/** Whether one of both tables knows the program. */
bool startsOthers(std::string_view program);

/** Shells that take a script behind -c and read one from their input else. */
bool isShell(std::string_view program);
/** Programs that run program text from their input, if they are given no file: shells, too. */
bool isInterpreter(std::string_view program);
/** Programs that fetch from the network. */
bool isDownloader(std::string_view program);

} // namespace exeat::danger
