#pragma once

#include "shared/domain/danger.h"
#include "shared/domain/rulesandbox.h"

#include <string>
#include <vector>

namespace exeat {

/** What the rules say of a command; also the order of strictness. */
enum class RuleDecision { Allow, Prompt, Forbidden };

/** What happens to one exec. The default is the safe one. */
enum class Verdict {
    Deny,     ///< refused, with the reason
    Ask,      ///< a person decides
    Escalate, ///< runs outside the sandbox, or in one of its own (Judgement::sandbox)
    Inside,   ///< goes on inside the sandbox
};

/** Which folder of rules a rule came from. DESIGN.md §5, lowest first. */
enum class Layer { Shipped, System, User, Project, Session, Requirements };

/** Of these a rule of the user's never takes the last word. */
constexpr bool isAdministrators(Layer layer) {
    return layer == Layer::System || layer == Layer::Requirements;
}

/** One rule that was tried and matched, and whether it counted. In words for people, in fields for programs. */
struct TraceStep {
    Layer layer = Layer::Shipped;
    std::string file; ///< absolute path of the rules file, or "session"
    int line = 0;     ///< 1-based, 0 = not from a file
    RuleDecision decision = RuleDecision::Prompt;
    std::vector<std::string> matchedPrefix;
    std::string justification; ///< the rule's own, may be empty
    bool counted = false;      ///< false: matched, but an allow without proof (DESIGN.md §4.2)
    std::string note;          ///< why it did not count and what would cure it

    bool operator==(const TraceStep&) const = default;
};

/** A verdict with everything that led to it. */
struct Judgement {
    Verdict verdict = Verdict::Deny;
    std::string reason; ///< one sentence for the person and the agent
    std::vector<TraceStep> trace;
    std::vector<std::string> passEnvironment; ///< names that a rule lets follow the command out
    RuleSandbox sandbox = RuleSandbox::None;  ///< with Escalate and Ask: where it runs then
    /** With Ask: no rule asks but the danger list, and what is allowed goes on inside. Else empty. DESIGN.md §4.3. */
    std::vector<Danger> dangers{};
    /** Of Ask: a rule would allow it if a person confirmed the file, so "always" confirms its content. DESIGN.md §4.2.
     */
    bool confirmsFile = false;

    bool operator==(const Judgement&) const = default;
};

} // namespace exeat
