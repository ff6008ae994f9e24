#include "rules/danger/wrappers.h"

#include "rules/danger/dangertable.h"
#include "shared/base/limits.h"

#include <algorithm>

namespace exeat::danger {
namespace {

bool isAssignment(const Argument& argument) {
    const auto equals = argument.known.find('=');
    return equals != std::string::npos && equals > 0 && argument.known.front() != '-';
}

Arguments withoutOperands(const WrapperRow& wrapper, Arguments rest) {
    rest = rest.subspan(std::min(static_cast<std::size_t>(wrapper.operands), rest.size()));
    // `chroot /x -- rm`, `ssh host -- rm`
    if (wrapper.operands > 0 && !rest.empty() && rest.front().literal && rest.front().text == "--")
        rest = rest.subspan(1);
    const auto skipped = [&](const Argument& word) {
        return isAssignment(word) || (word.literal && word.text == "-"); // env's other way to say -i
    };
    while (wrapper.assignments && !rest.empty() && skipped(rest.front()))
        rest = rest.subspan(1);
    return rest;
}

std::optional<Arguments> behindDashes(Arguments words) {
    const auto dashes =
        std::ranges::find_if(words, [](const Argument& word) { return word.literal && word.text == "--"; });
    if (dashes == words.end())
        return std::nullopt;
    return words.subspan(static_cast<std::size_t>(dashes - words.begin()) + 1);
}

/** GNU parallel's command ends at `:::`, `::::` or `:::+`. */
Arguments beforeInputs(Arguments words) {
    const auto end = std::ranges::find_if(words, [](const Argument& word) { return word.known.starts_with(":::"); });
    return words.first(static_cast<std::size_t>(end - words.begin()));
}

/** Options that may stand behind the operands: `su user -c 'script'`. */
std::optional<std::string> startedScript(const WrapperRow& wrapper, Arguments arguments) {
    if (wrapper.starting.empty())
        return std::nullopt;
    const std::string withValue = std::string(wrapper.withValue) + " " + std::string(wrapper.starting);
    const CommandLine line = readOptions(arguments, withValue, OperandOrder::Anywhere);
    const GivenOption* option = line.find(wrapper.starting);
    if (option == nullptr || !option->value)
        return std::nullopt;
    return option->value->text;
}

/** Options of Bash and its relatives (bash(1), OPTIONS): each o or O in a group takes one argument more. */
InterpreterCall shellCall(Arguments arguments) {
    InterpreterCall call;
    bool code = false;
    bool input = false;
    std::size_t at = 0;
    while (at < arguments.size()) {
        const std::string& known = arguments[at].known;
        if (known.size() < 2 || (known.front() != '-' && known.front() != '+'))
            break;
        ++at;
        if (known == "--")
            break;
        if (known.starts_with("--")) {
            if (known == "--rcfile" || known == "--init-file")
                ++at;
            continue;
        }
        for (const char letter : known.substr(1)) {
            code |= letter == 'c' && known.front() == '-';
            input |= letter == 's' && known.front() == '-';
            if (letter == 'o' || letter == 'O')
                ++at;
        }
    }
    if (at < arguments.size() && arguments[at].known == "-" && arguments[at].literal)
        ++at; // ends the options
    if (code && at < arguments.size())
        call.code = at;
    else if (!code && !input && at < arguments.size())
        call.file = at;
    else
        call.readsInput = !code;
    return call;
}

InterpreterCall otherCall(const std::string& program, Arguments arguments) {
    const CommandLine line = readOptions(arguments, syntaxOf(program).options, OperandOrder::Ends);
    InterpreterCall call;
    for (const GivenOption& option : line.options) {
        if (!option.value || !isOptionListed("ceErp --eval --print --run", option.name))
            continue;
        const auto code = std::ranges::find_if(
            arguments, [&](const Argument& one) { return one.text.ends_with(option.value->text); });
        call.code = static_cast<std::size_t>(code - arguments.begin());
    }
    if (call.code || line.has("mv --version --help"))
        return call;
    if (!line.rest.empty())
        call.file = arguments.size() - line.rest.size();
    else
        call.readsInput = true;
    return call;
}

bool isInput(const Argument& file) {
    return file.literal && isListed("- /dev/stdin /dev/fd/0 /proc/self/fd/0", file.text);
}

/** Behind the sub-command, if the command has it. */
std::optional<Arguments> behindSubcommand(std::string_view subcommand, Arguments arguments, std::string_view options) {
    while (!subcommand.empty()) {
        const auto end = std::min(subcommand.find(' '), subcommand.size());
        const CommandLine line = readOptions(arguments, options, OperandOrder::Ends);
        if (line.rest.empty() || !line.rest.front().literal || line.rest.front().text != subcommand.substr(0, end))
            return std::nullopt;
        arguments = line.rest.subspan(1);
        subcommand.remove_prefix(std::min(end + 1, subcommand.size()));
    }
    return arguments;
}

} // namespace

std::string joined(Arguments words) {
    std::string text;
    for (const Argument& word : words)
        text += (text.empty() ? "" : " ") + word.text;
    return text;
}

std::optional<FoundWrapper> wrapperIn(Arguments words) {
    if (words.empty() || !words.front().literal)
        return std::nullopt;
    const std::string program = programName(words.front().text);
    const Arguments arguments = words.subspan(1);
    if (const WrapperRow* row = wrapperOf(program))
        return FoundWrapper{row, arguments};
    for (const SubcommandWrapper& wrapper : subcommandWrappers()) {
        if (!isListed(wrapper.programs, program))
            continue;
        if (const auto rest = behindSubcommand(wrapper.words, arguments, globalOptionsOf(program).value_or("")))
            return FoundWrapper{&wrapper.how, *rest};
    }
    return std::nullopt;
}

Wrapped unwrap(const WrapperRow& wrapper, Arguments arguments) {
    if (auto script = startedScript(wrapper, arguments))
        return {{}, std::move(script), {}};
    const CommandLine line = readOptions(arguments, wrapper.withValue, OperandOrder::Ends);
    if (!wrapper.notStarting.empty() && line.has(wrapper.notStarting))
        return {};
    Wrapped wrapped;
    if (wrapper.place == WrapperPlace::OtherMachine && !line.rest.empty())
        wrapped.host = line.rest.front().text;
    const Arguments rest = withoutOperands(wrapper, line.rest);
    switch (wrapper.form) {
    case WrappedForm::Command:
        wrapped.command = rest;
        break;
    case WrappedForm::Dashed:
        wrapped.command = behindDashes(line.rest).value_or(rest);
        break;
    case WrappedForm::Script:
        if (!rest.empty())
            wrapped.script = joined(beforeInputs(rest));
        break;
    case WrappedForm::None:
        break;
    }
    return wrapped;
}

Arguments behindWrappers(Arguments words) {
    for (std::size_t wrappers = 0; wrappers < limits::dangerDepth && !words.empty(); ++wrappers) {
        const auto wrapper = wrapperIn(words);
        if (!wrapper)
            break;
        words = unwrap(*wrapper->row, wrapper->arguments).command;
    }
    return words;
}

InterpreterCall interpreterCall(const std::string& program, Arguments arguments) {
    InterpreterCall call = isShell(program) ? shellCall(arguments) : otherCall(program, arguments);
    if (call.file && isInput(arguments[*call.file])) {
        call.file.reset();
        call.readsInput = true;
    }
    return call;
}

} // namespace exeat::danger
