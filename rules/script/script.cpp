#include "rules/script/script.h"

#include "rules/script/reader.h"
#include "shared/base/limits.h"

#include <algorithm>
#include <limits>

namespace exeat::script {
namespace {

constexpr std::size_t holderMark = std::numeric_limits<std::size_t>::max();

void place(std::vector<Redirection>& redirections, const std::vector<Word>& heres) {
    for (Redirection& redirection : redirections) {
        const auto& parts = redirection.target.parts;
        if (redirection.kind == RedirectionKind::Text && parts.size() == 1 && parts.front().commands.end == holderMark)
            redirection.target = Word(heres[parts.front().commands.first]);
    }
}

} // namespace

bool Word::isLiteral() const {
    return !pattern && std::ranges::all_of(parts, [](const WordPart& part) { return part.kind == PartKind::Literal; });
}

std::string Word::text() const {
    std::string text;
    for (const WordPart& part : parts)
        text += part.text;
    return text;
}

Word hereHolder(std::size_t number) {
    Word word;
    word.parts.push_back({PartKind::Unknown, {}, {number, holderMark}, true});
    return word;
}

void placeHeres(Script& script, const std::vector<Word>& heres) {
    for (SimpleCommand& command : script.commands)
        place(command.redirections, heres);
    for (RedirectedBlock& block : script.blocks)
        place(block.redirections, heres);
}

Script readScript(std::string_view text) {
    std::size_t steps = 0;
    return readScript(text, steps);
}

Script readScript(std::string_view text, std::size_t& steps) {
    Script script;
    if (text.size() > limits::scriptBytes) {
        text = text.substr(0, limits::scriptBytes);
        script.problem = "it is longer than any argument of a program can be";
        script.problemAt = limits::scriptBytes;
    }
    Reading reading;
    reading.steps = steps;
    ScriptReader(text, script, reading).all();
    steps = reading.steps;
    placeHeres(script, reading.heres);
    return script;
}

} // namespace exeat::script
