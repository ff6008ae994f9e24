#include "service/cli/approvalview.h"

#include "service/cli/output.h"
#include "service/cli/typedword.h"
#include "service/cli/words.h"
#include "shared/base/text.h"

#include <string_view>

namespace exeat {
namespace {

std::string field(std::string_view name, std::string_view value, std::size_t most = 4096) {
    if (value.empty())
        return {};
    return "  " + std::string(name) + std::string(name.size() < 12 ? 12 - name.size() : 1, ' ') + visible(value, most) +
           "\n";
}

std::string list(std::string_view name, const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values)
        text += field(text.empty() ? name : "", value);
    return text;
}

std::string chainText(const std::vector<ChainLink>& chain) {
    std::string text;
    for (const ChainLink& link : chain)
        text += (text.empty() ? "" : " → ") + visible(link.program, 128);
    return text;
}

std::string ruleText(const Judgement& judgement) {
    std::string text = field("why", judgement.reason);
    for (const TraceStep& step : judgement.trace) {
        text += field("rule", step.file + ":" + std::to_string(step.line) + " says " + word(step.decision) +
                                  (step.counted ? "" : " (does not count)"));
        text += field("", step.justification) + field("", step.note);
    }
    return text;
}

std::string placeText(const Approval& approval) {
    if (!approval.isHeuristic())
        return "Run OUTSIDE the sandbox, with all your rights:\n";
    return (approval.mode == SandboxMode::FullAccess
                ? std::string("Run where this call runs, WITHOUT a sandbox")
                : "Run INSIDE the sandbox (" + word(approval.mode) + ", network " + word(approval.network) + ")") +
           ". No rule asks, the danger list does:\n";
}

std::string dangersText(const std::vector<Danger>& dangers) {
    std::string text;
    for (const Danger& danger : dangers)
        text += field("DANGER", visibleCommand(danger.command, 1024)) + field("", danger.what) +
                field("", danger.host.empty() ? "" : "on the machine " + visible(danger.host, 256)) +
                field("", "listed as " + danger.id);
    return text;
}

std::string execText(const Approval& approval) {
    std::string text = placeText(approval) + dangersText(approval.judgement.dangers);
    text += field("file", approval.command.realPath.empty() ? approval.command.file : approval.command.realPath);
    std::size_t number = 0;
    for (const std::string& argument : approval.command.argv)
        text += field("argv[" + std::to_string(number++) + "]", argument.empty() ? "(empty)" : argument);
    text += field("in folder", approval.command.workdir);
    text += field("chain", chainText(approval.command.chain));
    text += list("env dropped", approval.command.droppedEnvironment);
    return text;
}

std::string widerText(const Approval& approval) {
    return "Run the whole command with more than the sandbox gives:\n" + field("sandbox", word(approval.mode)) +
           field("network", word(approval.network)) + list("writes to", approval.extraWritableRoots);
}

std::string basenameOf(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

/** argv[0] is the agent's word: where it is not the program's own name, that stands in front. */
std::string execLine(const Command& command) {
    const std::string words = visibleCommand(command.argv, 512);
    const bool named = !command.argv.empty() && basenameOf(command.argv.front()) == basenameOf(command.realPath);
    return named ? words : visible(command.realPath, 256) + " called as: " + words;
}

} // namespace

std::string fullText(const Approval& approval) {
    std::string text =
        "Question " + std::to_string(approval.id.value) + ", asked " + localTime(approval.askedAt) + "\n";
    text += approval.kind == ApprovalKind::Exec ? execText(approval) : widerText(approval);
    text += list("WARNING", approval.warnings);
    text += ruleText(approval.judgement);
    text += field("agent", approval.agent.empty() ? "" : "claims to be " + visible(approval.agent, 256));
    text += field("project", approval.projectRoot) + field("branch", approval.branch);
    text += field("command", approval.script, 16384);
    text += field("agent says", approval.agentJustification);
    return text;
}

std::string shortText(const Approval& approval) {
    const std::string what = approval.kind == ApprovalKind::Exec
                                 ? execLine(approval.command)
                                 : "wider sandbox (" + word(approval.mode) + ") for: " + visible(approval.script, 512);
    return std::to_string(approval.id.value) + "  " + visible(approval.agent, 64) + "  " + what;
}

std::string wordToType(const Approval& approval) {
    // Of the file itself: a link's name is the agent's choice.
    const std::string name = basenameOf(approval.command.realPath);
    return approval.kind == ApprovalKind::Exec ? typableWord(name, "allow") : "allow";
}

} // namespace exeat
