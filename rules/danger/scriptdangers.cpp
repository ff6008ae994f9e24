#include "rules/danger/danger.h"
#include "rules/danger/finder.h"
#include "rules/danger/flows.h"
#include "rules/language/suggestion.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <ranges>

namespace exeat::danger {
namespace {

/** What Bash makes of one word of the script by the time of the exec. */
enum class Becomes { Itself, OneWord, AnyWords };

Becomes becomes(const script::Word& word) {
    if (word.isLiteral())
        return Becomes::Itself;
    const bool one = !word.pattern && std::ranges::all_of(word.parts, [](const script::WordPart& part) {
        return part.kind == script::PartKind::Literal || part.kind == script::PartKind::Pipe || part.quoted;
    });
    return one ? Becomes::OneWord : Becomes::AnyWords;
}

/** Whether the words of the script can have become `argv`. As with `*` in file names, one place to go back to is
 * enough. */
bool fits(const std::vector<script::Word>& words, const std::vector<std::string>& argv) {
    std::size_t word = 0;
    std::size_t argument = 0;
    std::size_t any = words.size(); // the last word that may become any number
    std::size_t taken = 0;          // by it, and all before
    while (argument < argv.size()) {
        const bool left = word < words.size();
        const Becomes how = left ? becomes(words[word]) : Becomes::Itself;
        if (left && how == Becomes::AnyWords) {
            any = word++;
            taken = argument;
        } else if (left && (how == Becomes::OneWord || words[word].text() == argv[argument])) {
            ++word;
            ++argument;
        } else if (any < words.size()) {
            word = any + 1;
            argument = ++taken;
        } else {
            return false;
        }
    }
    return std::all_of(words.begin() + static_cast<std::ptrdiff_t>(word), words.end(),
                       [](const script::Word& rest) { return becomes(rest) == Becomes::AnyWords; });
}

/** As it is exec'ed: what Bash itself does away with (`command`, `exec`) taken off. */
std::vector<script::Word> execWords(const std::vector<script::Word>& words) {
    const std::vector<Argument> arguments = argumentsOf(words);
    Arguments rest = arguments;
    while (!rest.empty() && rest.front().literal && isListed("command builtin exec", rest.front().text))
        rest = unwrap(*wrapperOf(rest.front().text), rest.subspan(1)).command;
    return {words.end() - static_cast<std::ptrdiff_t>(rest.size()), words.end()};
}

/** `kill` is Bash's own, so no exec shows it. */
bool isOwnKill(Arguments words) {
    while (!words.empty() && words.front().literal && isListed("command builtin", words.front().text))
        words = unwrap(*wrapperOf(words.front().text), words.subspan(1)).command;
    return !words.empty() && words.front().literal && words.front().text == "kill";
}

} // namespace

ScriptDangers::ScriptDangers(std::string_view text, const HeuristicSettings& settings) {
    if (!settings.enabled)
        return;
    std::size_t steps = 0;
    const script::Script script = script::readScript(text, steps);
    DangerFinder before(settings, steps);
    for (const script::SimpleCommand& command : script.commands) {
        const std::vector<Argument> words = argumentsOf(command.words);
        if (isOwnKill(words))
            before.command(words);
    }
    for (const Flow& flow : flowsOf(script)) {
        if (!flow.at) {
            before.add(flow.id, flow.command);
            continue;
        }
        DangerFinder there(settings, steps);
        if (flow.text)
            there.script(*flow.text);
        else
            there.add(flow.id, flow.command);
        for (const Danger& danger : there.found())
            m_places.push_back({danger, execWords(script.commands[*flow.at].words), flow.needsInput});
    }
    m_beforeStart = before.found();
}

std::vector<Danger> ScriptDangers::at(const std::vector<std::string>& argv) const {
    std::vector<Danger> found;
    for (const Place& place : m_places) {
        if (found.size() < limits::dangersPerCommand && std::ranges::find(found, place.danger) == found.end() &&
            fits(place.words, argv) && (!place.needsInput || runsItsInput(argv)))
            found.push_back(place.danger);
    }
    return found;
}

std::string unknownDanger(std::string_view id) {
    std::vector<std::string_view> known;
    std::ranges::transform(dangerList(), std::back_inserter(known), &DangerEntry::id);
    if (std::ranges::find(known, id) != known.end())
        return {};
    return "\"" + visible(id, 128) + "\" is none of the danger list" + rules::didYouMean(id, known);
}

} // namespace exeat::danger
