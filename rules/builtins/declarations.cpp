#include "rules/builtins/declarations.h"

#include "rules/evaluate/evaluation.h"
#include "rules/unicode.h"
#include "shared/base/text.h"

namespace exeat::rules {

Raisable<std::string> kept(Evaluation& evaluation, std::string_view text) {
    const std::size_t bytes = sizeof(std::string) + text.size();
    if (auto room = evaluation.reserve(bytes); !room)
        return std::unexpected(room.error());
    evaluation.count(bytes);
    return std::string(text);
}

Raisable<RuleDecision> decisionOf(Evaluation& evaluation, const NativeCall& call, std::size_t parameter) {
    if (!call.has(parameter))
        return RuleDecision::Allow;
    const std::string& word = call[parameter].as<StringObject>().text;
    if (word == "allow")
        return RuleDecision::Allow;
    if (word == "prompt")
        return RuleDecision::Prompt;
    if (word == "forbidden")
        return RuleDecision::Forbidden;
    return evaluation.raiseAt(call.position(parameter), "`" + visible(word, 128) +
                                                            "` is no decision; write \"allow\", \"prompt\" or "
                                                            "\"forbidden\"");
}

Raisable<std::string> justificationOf(Evaluation& evaluation, const NativeCall& call, std::size_t parameter) {
    if (!call.has(parameter))
        return std::string();
    const std::string& text = call[parameter].as<StringObject>().text;
    if (trimmed(text).empty())
        return evaluation.raiseAt(call.position(parameter), "the justification is empty; say why, or leave it out");
    return kept(evaluation, text);
}

} // namespace exeat::rules
