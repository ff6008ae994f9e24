#include "service/cli/approvalview.h"

#include "service/cli/fieldtext.h"
#include "service/cli/output.h"
#include "service/cli/typedword.h"
#include "service/cli/words.h"
#include "shared/base/paths.h"
#include "shared/base/text.h"

#include <string_view>

namespace exeat {
namespace {

std::string chainText(const std::vector<ChainLink>& chain) {
    std::string text;
    for (const ChainLink& link : chain)
        text += (text.empty() ? "" : " → ") + visible(link.program, 128);
    return text;
}

std::string placeText(const Approval& approval) {
    const RuleSandbox sandbox = approval.judgement.sandbox;
    if (!approval.isHeuristic())
        return sandbox == RuleSandbox::None ? std::string("Run OUTSIDE the sandbox, with all your rights:\n")
                                            : "Run " + std::string(placeOf(sandbox)) + ":\n";
    return (approval.mode == SandboxMode::FullAccess
                ? std::string("Run where this call runs, WITHOUT a sandbox")
                : "Run INSIDE the sandbox (" + word(approval.mode) + ", network " + word(approval.network) + ")") +
           ". No rule asks, the danger list does:\n";
}

/** One question in rows of a terminal. */
class ApprovalText {
public:
    ApprovalText(const Approval& approval, std::size_t width) : m_approval(approval), m_width(width) {}

    /** What is decided stands last, nearest to the word to type: whatever an agent wrote above it scrolls away first.
     */
    std::string text() const {
        return "Question " + std::to_string(m_approval.id.value) + ", asked " + localTime(m_approval.askedAt) + "\n" +
               contextText() + (m_approval.kind == ApprovalKind::Exec ? execText() : widerText()) + ruleText() +
               list("WARNING", m_approval.warnings);
    }

private:
    std::string field(std::string_view name, std::string_view value, FieldExtent extent = FieldExtent::Whole) const {
        return fieldText(name, value, m_width, extent);
    }
    std::string list(std::string_view name, const std::vector<std::string>& values) const {
        return fieldText(name, values, m_width);
    }

    std::string contextText() const {
        std::string text = field("agent", m_approval.agent.empty() ? "" : "claims to be " + m_approval.agent) +
                           field("project", m_approval.projectRoot) + field("branch", m_approval.branch);
        if (m_approval.kind == ApprovalKind::Exec)
            text += field("command", m_approval.script, FieldExtent::Excerpt);
        return text + field("agent says", m_approval.agentJustification, FieldExtent::Excerpt);
    }

    std::string execText() const {
        const Command& command = m_approval.command;
        std::string text = placeText(m_approval) + dangersText();
        text += field("file", command.realPath.empty() ? command.file : command.realPath);
        std::size_t number = 0;
        for (const std::string& argument : command.argv)
            text += field("argv[" + std::to_string(number++) + "]", argument.empty() ? "(empty)" : argument);
        text += field("in folder", command.workdir) + field("chain", chainText(command.chain));
        return text + list("env passed", passedEnvironment(m_approval)) + droppedText();
    }

    std::string dangersText() const {
        std::string text;
        for (const Danger& danger : m_approval.judgement.dangers)
            text += field("DANGER", visibleCommand(danger.command, wholeText)) + field("", danger.what) +
                    field("", danger.host.empty() ? "" : "on the machine " + danger.host) +
                    field("", "listed as " + danger.id);
        return text;
    }

    /** Stays behind, so a long value needs no room. */
    std::string droppedText() const {
        std::string text;
        for (const std::string& entry : m_approval.command.droppedEnvironment)
            text += field(text.empty() ? "env dropped" : "", visible(entry, 256));
        return text;
    }

    std::string widerText() const {
        return "Run the whole command with more than the sandbox gives:\n" + field("command", m_approval.script) +
               field("in folder", m_approval.command.workdir) + field("shell", m_approval.shell) +
               field("sandbox", word(m_approval.mode)) + field("network", word(m_approval.network)) +
               list("writes to", m_approval.extraWritableRoots);
    }

    std::string ruleText() const {
        std::string text = field("why", m_approval.judgement.reason);
        for (const TraceStep& step : m_approval.judgement.trace) {
            text += field("rule", step.file + ":" + std::to_string(step.line) + " says " + word(step.decision) +
                                      (step.counted ? "" : " (does not count)"));
            text += field("", step.justification) + field("", step.note);
        }
        return text;
    }

    const Approval& m_approval;
    std::size_t m_width;
};

/** argv[0] is the agent's word: where it is not the program's own name, that stands in front. */
std::string execLine(const Command& command) {
    const std::string words = visibleCommand(command.argv, 512);
    const bool named = !command.argv.empty() && baseName(command.argv.front()) == baseName(command.realPath);
    return named ? words : visible(command.realPath, 256) + " called as: " + words;
}

} // namespace

std::string fullText(const Approval& approval, std::size_t width) {
    return ApprovalText(approval, width).text();
}

std::string shortText(const Approval& approval) {
    const std::string what = approval.kind == ApprovalKind::Exec
                                 ? execLine(approval.command)
                                 : "wider sandbox (" + word(approval.mode) + ") for: " + visible(approval.script, 512);
    return std::to_string(approval.id.value) + "  " + visible(approval.agent, 64) + "  " + what;
}

std::string wordToType(const Approval& approval) {
    // Of the file itself: a link's name is the agent's choice.
    const std::string name(baseName(approval.command.realPath));
    return approval.kind == ApprovalKind::Exec ? typableWord(name, "allow") : "allow";
}

} // namespace exeat
