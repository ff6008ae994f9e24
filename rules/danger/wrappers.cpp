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

} // namespace

std::string joined(Arguments words) {
    std::string text;
    for (const Argument& word : words)
        text += (text.empty() ? "" : " ") + word.text;
    return text;
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
    if (wrapper.form == WrappedForm::Command)
        wrapped.command = rest;
    else if (!rest.empty())
        wrapped.script = joined(beforeInputs(rest));
    return wrapped;
}

Arguments behindWrappers(Arguments words) {
    for (std::size_t wrappers = 0; wrappers < limits::dangerDepth && !words.empty(); ++wrappers) {
        const WrapperRow* wrapper = words.front().literal ? wrapperOf(programName(words.front().text)) : nullptr;
        if (wrapper == nullptr)
            break;
        words = unwrap(*wrapper, words.subspan(1)).command;
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
