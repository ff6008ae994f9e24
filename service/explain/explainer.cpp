#include "service/explain/explainer.h"

#include "rules/explanation.h"
#include "service/explain/commandline.h"
#include "service/explain/programsearch.h"
#include "service/gate/judge/heuristics.h"
#include "service/gate/judge/policystate.h"
#include "service/gate/resolve/commandresolver.h"
#include "shared/base/text.h"

#include <optional>

namespace exeat {
namespace {

/** Who asks: then a builtin of Bash is one or is not. */
enum class AskedAbout { LineOfBash, Program };

/** What an agent has by default. */
constexpr CallerReach ordinarySession{.writesWorkspace = true, .hasNetwork = false, .sessionWrites = true};

std::string consequenceOf(const ExplainedCommand& command, RuleSandbox sandbox = RuleSandbox::None) {
    if (command.search == ProgramSearch::ShellBuiltin)
        return "Bash does this itself: no program starts and no rule is asked.";
    const std::string would =
        command.search == ProgramSearch::NotFound ? "Nothing would start. If it were there: " : "";
    switch (command.verdict) {
    case Verdict::Escalate:
        return would + "it runs " + std::string(placeOf(sandbox)) + ", in place.";
    case Verdict::Ask:
        return would + "a person is asked; if they allow it, it runs " + std::string(placeOf(sandbox)) + ".";
    case Verdict::Inside:
        return would + "it runs inside the sandbox.";
    case Verdict::Deny:
        break;
    }
    return would + "it is refused, and the agent is told why.";
}

std::string consequenceOfDanger(const ExplainedCommand& command) {
    return std::string(command.search == ProgramSearch::NotFound ? "Nothing would start. If it were there: " : "") +
           "a person is asked where an agent's own command starts it; if they allow it, it runs inside the sandbox.";
}

class Explainer {
public:
    Explainer(const ExplainQuestion& question, gate::CommandResolver resolver, PolicySnapshot snapshot)
        : m_question(question), m_resolver(std::move(resolver)), m_policy(std::move(snapshot)),
          m_heuristics(question.script, question.heuristics), m_ofTheRun(question.writableRoots),
          m_call{resolvedPath(question.workdir), ordinarySession} {}

    /** What the line does by itself, no program would show; empty if that is harmless. */
    std::string beforeStart() const { return m_heuristics.beforeStart().reason; }

    ExplainedCommand explain(const LineCommand& command, AskedAbout about) {
        ExplainedCommand told;
        told.argv = command.words;
        if (command.form == CommandForm::Unknown)
            told.notes.emplace_back("some of its words are known only when the line runs; the rules are tried on them "
                                    "as they are written");
        if (command.form == CommandForm::Function)
            return byBash(std::move(told), "it is a function that the line defines");
        if (isShellBuiltin(command.words.front())) {
            if (about == AskedAbout::LineOfBash)
                return byBash(std::move(told), "it is a builtin of Bash");
            told.notes.push_back("in Bash `" + visible(command.words.front(), 64) +
                                 "` is a builtin, which starts no program; this is about the program of that name");
        }
        const std::string file = findProgram(command.words.front(), m_question.searchPath, m_question.workdir);
        gate::Judged judged = file.empty() ? byNameAlone(command, told) : judgedAs(file, command, told);
        askHeuristics(command, judged);
        told.verdict = judged.judgement.verdict;
        told.reason = judged.judgement.reason;
        told.names = judged.facts.names;
        told.trials = rules::trialsOf(m_policy.snapshot(), judged.facts, command.words, judged.judgement);
        told.consequence = judged.judgement.dangers.empty() ? consequenceOf(told, judged.judgement.sandbox)
                                                            : consequenceOfDanger(told);
        return told;
    }

private:
    void askHeuristics(const LineCommand& command, gate::Judged& judged) const {
        if (judged.judgement.verdict != Verdict::Inside)
            return;
        Command asked;
        asked.argv = command.words;
        asked.names = judged.facts.names;
        if (auto dangers = m_heuristics.dangersOf(asked); !dangers.empty())
            gate::askAbout(judged.judgement, std::move(dangers));
    }

    static ExplainedCommand byBash(ExplainedCommand told, const std::string& why) {
        told.search = ProgramSearch::ShellBuiltin;
        told.verdict = Verdict::Inside;
        told.reason = why;
        told.consequence = consequenceOf(told);
        return told;
    }

    /** As the gate does it: a glance, and a proof for what does not stay inside. */
    gate::Judged judgedAs(const std::string& file, const LineCommand& command, ExplainedCommand& told) {
        const ClaimedCommand claim{file, command.words, {}, m_question.workdir};
        const gate::ResolveContext context{0, m_policy.everWritable(), m_ofTheRun, gate::ClaimSource::Question};
        gate::Resolution resolution = m_resolver.glance(claim, context);
        gate::Judged judged = m_policy.judge(resolution, gate::NameTrust::PathsAndNames, m_call);
        if (judged.judgement.verdict != Verdict::Inside) {
            m_resolver.prove(resolution, context);
            judged = m_policy.judge(resolution, gate::NameTrust::PathsAndNames, m_call);
        }
        told.search = ProgramSearch::Found;
        told.file = resolution.calledAs;
        told.realPath = resolution.command.realPath;
        told.origin = resolution.command.origin;
        if (resolution.command.setUid)
            told.notes.emplace_back("it takes the rights of its file's owner, which no program in the sandbox can");
        return judged;
    }

    gate::Judged byNameAlone(const LineCommand& command, ExplainedCommand& told) {
        const std::string& word = command.words.front();
        told.search = ProgramSearch::NotFound;
        told.notes.push_back(word.find('/') == std::string::npos
                                 ? "no program of this name is in PATH; the rules are tried as if the system had it"
                                 : "there is no program at this path; the rules are tried as if the system had it");
        gate::Judged judged;
        judged.facts.calledAs = word;
        judged.facts.realPath = word;
        judged.facts.names = {word.substr(word.rfind('/') + 1)};
        judged.facts.unplantable = true;
        judged.facts.reach = m_call.reach;
        judged.facts.places = {m_policy.snapshot().project, m_call.directory};
        judged.judgement = rules::judge(m_policy.snapshot(), judged.facts, command.words);
        return judged;
    }

    const ExplainQuestion& m_question;
    gate::CommandResolver m_resolver;
    gate::PolicyState m_policy;
    gate::Heuristics m_heuristics;
    gate::WritableRoots m_ofTheRun;
    gate::CallPlace m_call;
};

} // namespace

Result<std::vector<ExplainedCommand>> explain(const ExplainQuestion& question, PolicySnapshot snapshot) {
    std::vector<LineCommand> commands;
    if (question.argv.empty()) {
        auto found = commandsOf(question.script);
        if (!found)
            return std::unexpected(found.error());
        commands = std::move(*found);
    } else {
        commands.push_back({question.argv, CommandForm::Literal});
    }
    if (commands.empty())
        return fail(ErrorKind::Invalid, "there is no command to explain; give its words");
    auto resolver = gate::CommandResolver::create();
    if (!resolver)
        return std::unexpected(resolver.error());
    Explainer explainer(question, std::move(*resolver), std::move(snapshot));
    const auto about = question.argv.empty() ? AskedAbout::LineOfBash : AskedAbout::Program;
    std::vector<ExplainedCommand> told;
    for (const LineCommand& command : commands)
        told.push_back(explainer.explain(command, about));
    if (const std::string why = explainer.beforeStart(); !why.empty())
        told.front().notes.push_back("the line as a whole is asked about before it starts: " + why);
    return told;
}

} // namespace exeat
