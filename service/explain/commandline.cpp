#include "service/explain/commandline.h"

#include "rules/script/script.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>

namespace exeat {
namespace {

LineCommand told(const script::SimpleCommand& command, const script::Script& script) {
    LineCommand one;
    for (const script::Word& word : command.words) {
        one.words.push_back(word.text());
        if (!word.isLiteral() || word.pattern)
            one.form = CommandForm::Unknown;
    }
    if (std::ranges::find(script.functions, one.words.front(), &script::FunctionDefinition::name) !=
        script.functions.end())
        one.form = CommandForm::Function;
    return one;
}

} // namespace

Result<std::vector<LineCommand>> commandsOf(std::string_view line) {
    const script::Script script = script::readScript(line);
    if (!script.problem.empty()) {
        const std::string_view rest = line.substr(std::min(script.problemAt, line.size()));
        return fail(ErrorKind::Invalid, "Bash's line cannot be read: " + script.problem +
                                            (rest.empty() ? "" : ", at `" + visible(rest, 64) + "`"));
    }
    std::vector<LineCommand> commands;
    for (const script::SimpleCommand& command : script.commands) {
        if (command.words.empty())
            continue; // it only assigns or redirects
        if (commands.size() >= limits::explainedCommands)
            return fail(ErrorKind::Limit, "the line has more than " + std::to_string(limits::explainedCommands) +
                                              " commands; ask about fewer at once");
        commands.push_back(told(command, script));
    }
    return commands;
}

} // namespace exeat
