#include "rules/danger/danger.h"
#include "rules/script/script.h"
#include "shared/base/limits.h"

#include <cstdint>
#include <cstdlib>

#ifdef EXEAT_REPLAY
#define ENTRY fuzzScript
#else
#define ENTRY LLVMFuzzerTestOneInput
#endif

extern "C" int ENTRY(const std::uint8_t* data, std::size_t size);

namespace {

using namespace exeat::danger;
using namespace exeat::script;

void check(bool holds) {
    if (!holds)
        std::abort();
}

/** Literal words, quoted again: read, they are themselves. */
std::string quoted(const SimpleCommand& command) {
    std::string text;
    for (const Word& word : command.words) {
        text += " '";
        for (const char c : word.text())
            text += c == '\'' ? std::string("'\\''") : std::string(1, c);
        text += '\'';
    }
    return text;
}

void checkRange(const Script& script, const CommandRange& range) {
    check(range.first <= range.end && range.end <= script.commands.size());
}

void checkWord(const Script& script, const Word& word) {
    for (const WordPart& part : word.parts) {
        checkRange(script, part.commands);
        check(part.kind == PartKind::Literal || part.text.size() <= exeat::limits::scriptPartBytes);
    }
}

void checkDangers(const std::vector<exeat::Danger>& dangers) {
    check(dangers.size() <= exeat::limits::dangersPerCommand);
    for (const exeat::Danger& danger : dangers)
        check(unknownDanger(danger.id).empty() && !danger.command.empty() && !danger.what.empty());
}

} // namespace

/**
 * Any bytes as a script: an end within the bounds, places that exist, words that say the same when read again, and
 * dangers of the list.
 */
extern "C" int ENTRY(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const Script script = readScript(text);
    check(script.problem.empty() ? script.problemAt == 0 : script.problemAt <= size);
    check(script.commands.size() <= exeat::limits::scriptCommands);
    for (const SimpleCommand& command : script.commands) {
        bool literal = !command.words.empty();
        for (const Word& word : command.words) {
            checkWord(script, word);
            literal = literal && word.isLiteral();
        }
        for (const Redirection& redirection : command.redirections)
            checkWord(script, redirection.target);
        const std::string again = literal ? quoted(command) : std::string();
        if (!literal || again.size() > exeat::limits::scriptBytes || again.starts_with(" 'eval'") ||
            again.starts_with(" 'trap'") || again.starts_with(" 'command'") || again.starts_with(" 'builtin'"))
            continue;
        const Script reread = readScript(again);
        check(reread.problem.empty() && reread.commands.size() == 1 &&
              reread.commands.front().words.size() == command.words.size());
        for (std::size_t i = 0; i < command.words.size(); ++i)
            check(reread.commands.front().words[i].text() == command.words[i].text());
    }
    for (const Pipeline& pipeline : script.pipelines) {
        check(pipeline.stages.size() > 1);
        for (const CommandRange& stage : pipeline.stages)
            checkRange(script, stage);
    }
    checkDangers(dangersOf({"sh", "-c", text}, {}));
    const ScriptDangers whole(text, {});
    checkDangers(whole.beforeStart());
    checkDangers(whole.at({"sh"}));
    for (const RedirectedBlock& block : script.blocks)
        checkRange(script, block.commands);
    for (const FunctionDefinition& function : script.functions)
        checkRange(script, function.body);
    return 0;
}
