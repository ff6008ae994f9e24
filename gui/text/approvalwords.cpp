#include "gui/text/approvalwords.h"

#include "gui/text/quoted.h"
#include "shared/base/paths.h"
#include "shared/domain/rulesandbox.h"

#include <algorithm>

namespace exeat {
namespace {

constexpr std::size_t nameBytes = 64;
constexpr std::size_t pathBytes = 512;
constexpr std::size_t sentenceBytes = 1024;

/** What is asked, as a window shows it. */
enum class Extent { AtAGlance, Long, Cut };

Extent extentOf(const Approval& approval) {
    constexpr std::size_t glanceWords = 12;
    constexpr std::size_t glanceBytes = 600;
    if (approval.kind == ApprovalKind::WiderSandbox)
        return approval.script.size() > shownScriptBytes / 4 ? Extent::Cut
               : approval.script.size() > glanceBytes        ? Extent::Long
                                                             : Extent::AtAGlance;
    const std::vector<std::string>& argv = approval.command.argv;
    std::size_t bytes = 0;
    std::size_t longest = 0;
    for (const std::string& word : argv) {
        bytes += word.size();
        longest = std::max(longest, word.size());
    }
    // What is made visible takes more room than it has bytes.
    if (argv.size() > shownArguments || longest > shownArgumentBytes / 4)
        return Extent::Cut;
    return argv.size() > glanceWords || bytes > glanceBytes ? Extent::Long : Extent::AtAGlance;
}

} // namespace

QString ApprovalWords::verb() const {
    if (m_approval.kind == ApprovalKind::WiderSandbox)
        return tr("Give this command a wider sandbox?");
    if (m_approval.isHeuristic())
        return m_approval.mode == SandboxMode::FullAccess ? tr("Run this dangerous command without a sandbox?")
                                                          : tr("Run this dangerous command inside the sandbox?");
    switch (m_approval.judgement.sandbox) {
    case RuleSandbox::ReadOnly:
        return tr("Run in a sandbox that only reads?");
    case RuleSandbox::WorkspaceWrite:
        return tr("Run in a sandbox that writes the workspace?");
    case RuleSandbox::Network:
        return tr("Run in a sandbox with network?");
    case RuleSandbox::None:
        break;
    }
    return tr("Run outside the sandbox?");
}

QString ApprovalWords::consequence() const {
    if (m_approval.kind == ApprovalKind::WiderSandbox) {
        if (m_approval.mode == SandboxMode::FullAccess)
            return tr(
                "The whole command, and all it starts, runs with your rights: it can read, change and delete your "
                "files and use the network.");
        return m_approval.network == NetworkAccess::On
                   ? tr("The whole command may write where it says below, and use the network.")
                   : tr("The whole command may write where it says below. It has no network.");
    }
    if (m_approval.isHeuristic())
        return tr("No rule asks. It is on the list of dangerous commands, and stays where the call runs.");
    switch (m_approval.judgement.sandbox) {
    case RuleSandbox::ReadOnly:
        return tr("It can read, but neither write files nor use the network.");
    case RuleSandbox::WorkspaceWrite:
        return tr("It can write the workspace. It has no network.");
    case RuleSandbox::Network:
        return tr("It can write the workspace and use the network.");
    case RuleSandbox::None:
        break;
    }
    return tr("It runs with your rights: it can read, change and delete your files and use the network. So can every "
              "program that it starts.");
}

QString ApprovalWords::commandLine(std::size_t limit) const {
    if (m_approval.kind == ApprovalKind::WiderSandbox)
        return quoted(m_approval.script, limit);
    const Command& command = m_approval.command;
    const QString words = QString::fromStdString(visibleCommand(command.argv, limit));
    // argv[0] is the agent's word: where it is not the program's own name, that stands in front.
    if (!command.argv.empty() && baseName(command.argv.front()) == baseName(command.realPath))
        return words;
    return tr("%1 called as: %2").arg(quoted(command.realPath, limit), words);
}

QString ApprovalWords::agent() const {
    return m_approval.agent.empty() ? tr("an agent without a name") : quoted(m_approval.agent, nameBytes);
}

QString ApprovalWords::project() const {
    return m_approval.projectRoot.empty() ? tr("no project") : quoted(baseName(m_approval.projectRoot), nameBytes);
}

QString ApprovalWords::who() const {
    return tr("%1 in %2", "agent, project").arg(agent(), project());
}

QString ApprovalWords::chain() const {
    QStringList names;
    for (const ChainLink& link : m_approval.command.chain)
        names.push_back(quoted(link.program, nameBytes));
    return names.join(QStringLiteral(" → "));
}

QString ApprovalWords::origin() const {
    if (m_approval.kind == ApprovalKind::WiderSandbox)
        return {};
    return originWords(m_approval.command.origin);
}

QStringList ApprovalWords::reasons() const {
    QStringList reasons;
    for (const Danger& danger : m_approval.judgement.dangers) {
        QString text = tr("%1: %2", "dangerous command, what it does")
                           .arg(QString::fromStdString(visibleCommand(danger.command, pathBytes)),
                                quoted(danger.what, sentenceBytes));
        if (!danger.host.empty())
            text += tr(" (on the machine %1)").arg(quoted(danger.host, nameBytes));
        reasons.push_back(text);
    }
    for (const TraceStep& step : m_approval.judgement.trace) {
        if (!step.counted)
            continue;
        const QString place = tr("Rule in %1, line %2").arg(quoted(step.file, pathBytes)).arg(step.line);
        reasons.push_back(step.justification.empty() ? place
                                                     : tr("%1: %2", "place of a rule, its justification")
                                                           .arg(place, quoted(step.justification, sentenceBytes)));
    }
    if (reasons.isEmpty())
        reasons.push_back(quoted(m_approval.judgement.reason, sentenceBytes));
    return reasons;
}

QStringList ApprovalWords::flags() const {
    QStringList flags;
    for (const std::string& warning : m_approval.warnings)
        flags.push_back(quoted(warning, sentenceBytes));
    if (m_approval.kind == ApprovalKind::Exec && m_approval.command.origin == FileOrigin::AgentWritable &&
        !m_approval.isHeuristic())
        flags.push_back(tr("An agent may have written this program: what you allow is whatever is in it."));
    switch (extentOf(m_approval)) {
    case Extent::Cut:
        flags.push_back(tr("It is too long to be shown whole here, and what is left out would be allowed as well: "
                           "`exeat approvals` in a terminal shows all of it."));
        break;
    case Extent::Long:
        flags.push_back(tr("It is long: scroll through all of it."));
        break;
    case Extent::AtAGlance:
        break;
    }
    return flags;
}

QString originWords(FileOrigin origin) {
    switch (origin) {
    case FileOrigin::Unplantable:
        return ApprovalWords::tr("A program of the system. No agent could have put it there.");
    case FileOrigin::UserOwned:
        return ApprovalWords::tr("A program in your own folders. No agent's session may write there.");
    case FileOrigin::AgentWritable:
        break;
    }
    return ApprovalWords::tr("An agent may have written this program.");
}

QString settledWords(const Decision& decision) {
    const QString what = decision.allows() ? ApprovalWords::tr("Allowed") : ApprovalWords::tr("Denied");
    switch (decision.source) {
    case AnswerSource::CommandLine:
        return ApprovalWords::tr("%1 on the command line.").arg(what);
    case AnswerSource::Desktop:
        return ApprovalWords::tr("%1 here.", "allowed or denied in this program").arg(what);
    case AnswerSource::Client:
        return ApprovalWords::tr("%1 through the agent's own program.").arg(what);
    case AnswerSource::Rule:
        return ApprovalWords::tr("%1 by an earlier answer.").arg(what);
    case AnswerSource::Nobody:
        break;
    }
    return ApprovalWords::tr("Nobody answered: %1").arg(quoted(decision.message, sentenceBytes));
}

} // namespace exeat
