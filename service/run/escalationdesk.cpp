#include "service/run/escalationdesk.h"

#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/domain/lastinganswer.h"
#include "shared/wire/codec.h"

#include <algorithm>
#include <ranges>

namespace exeat {
namespace {

/** What a person would be asked again, word for word; differs in who called it only. */
std::string contentKey(const wire::ExecRequest& request) {
    wire::Writer writer;
    const Command& command = request.command;
    writer.put(request.run.value);
    writer.put(command.file);
    writer.put(command.identity.device);
    writer.put(command.identity.inode);
    writer.put(command.argv);
    writer.put(command.workdir);
    writer.put(command.environment);
    writer.put(request.judgement.sandbox); // the rules may have changed between the two
    writer.put(request.sha256);            // the same file can hold something else by the time of the second request
    return writer.take();
}

DangerousExec dangerousExec(const wire::ExecRequest& request, const SandboxGrant& sandbox) {
    return {request.run, request.command.argv, request.command.workdir, sandbox, request.judgement.dangers};
}

/** What an agent may do instead of all that is dangerous in it. */
std::string insteadOf(const std::vector<Danger>& dangers) {
    std::string text;
    for (const Danger& danger : dangers) {
        if (!danger.instead.empty() && !text.contains(danger.instead))
            text += (text.empty() ? "" : " ") + danger.instead;
    }
    return text;
}

/** The danger list or the strictest rule that counted says what would be right instead. */
std::string alternativeOf(const Judgement& judgement) {
    if (!judgement.dangers.empty())
        return insteadOf(judgement.dangers);
    const TraceStep* found = nullptr;
    for (const auto& step : judgement.trace) {
        if (step.counted && !step.justification.empty() && (found == nullptr || step.decision > found->decision))
            found = &step;
    }
    return found == nullptr ? std::string() : found->justification;
}

std::vector<std::string> namesOnly(const std::vector<std::string>& environment) {
    std::vector<std::string> names;
    for (const auto& entry : environment)
        names.push_back(entry.substr(0, entry.find('=')));
    return names;
}

ExecRecord recordOf(const wire::ExecRequest& request, Verdict outcome, const Decision& decision, std::int64_t now) {
    const Command& command = request.command;
    ExecRecord record;
    record.run = request.run;
    record.exec = request.exec;
    record.at = now;
    record.file = command.file;
    record.realPath = command.realPath;
    record.argv = command.argv;
    record.workdir = command.workdir;
    record.chain = command.chain;
    record.origin = command.origin;
    record.judgement = request.judgement;
    record.outcome = outcome;
    record.decidedBy = decision.source;
    record.decidedWho = decision.who;
    record.droppedEnvironment = namesOnly(command.droppedEnvironment);
    return record;
}

std::string refusalWords(const Decision& decision) {
    if (decision.source == AnswerSource::Nobody)
        return decision.message.empty() ? "Refused: nobody could answer the question." : "Refused: " + decision.message;
    const std::string who = decision.source == AnswerSource::Client ? "through the agent's own client" : "by a person";
    return "Refused " + who + (decision.message.empty() ? "." : ": " + decision.message);
}

} // namespace

EscalationDesk::EscalationDesk(DeskPorts& ports, Ledger& ledger, Questions& questions, PolicyAccess& policy)
    : m_ports(ports), m_ledger(ledger), m_questions(questions), m_policy(policy),
      m_self(std::make_shared<EscalationDesk*>(this)) {}

EscalationDesk::~EscalationDesk() {
    *m_self = nullptr;
    for (const auto& id : m_waiting | std::views::keys)
        m_questions.withdraw(id, "the session has ended");
}

void EscalationDesk::handle(const wire::ExecRequest& request, const ExecContext& context) {
    switch (request.judgement.verdict) {
    case Verdict::Ask:
        if (const auto earlier =
                m_accepted.covering(dangerousExec(request, context.sandbox), std::chrono::steady_clock::now()))
            conclude(request, Verdict::Inside, *earlier,
                     "Allowed before: the same command in the same folder and sandbox.");
        else
            ask(request, context);
        return;
    case Verdict::Escalate:
        conclude(request, Verdict::Escalate, Decision{AnswerKind::AllowOnce, AnswerSource::Rule, {}, {}},
                 request.judgement.reason);
        return;
    case Verdict::Inside:
    case Verdict::Deny:
        break;
    }
    conclude(request, Verdict::Deny, Decision{AnswerKind::Deny, AnswerSource::Rule, {}, {}}, request.judgement.reason);
}

void EscalationDesk::ask(const wire::ExecRequest& request, const ExecContext& context) {
    const std::string key = contentKey(request);
    std::size_t pending = 0;
    for (auto& [id, waiting] : m_waiting) {
        if (waiting.requests.front().run != request.run)
            continue;
        pending += waiting.requests.size();
        if (waiting.key == key && pending < limits::pendingExecsPerRun) {
            waiting.requests.push_back(request);
            return;
        }
    }
    if (pending >= limits::pendingExecsPerRun) {
        conclude(request, Verdict::Deny, Decision{}, "Refused: this run has too many open questions already.");
        return;
    }

    ExecQuestion question = execQuestion(request, context);
    Waiting waiting{{request}, key, std::move(question.sha256), context};
    const auto self = m_self;
    const auto id = std::make_shared<ApprovalId>();
    *id = m_questions.ask(question.approval, [self, id](const Decision& decision) {
        if (*self != nullptr)
            (*self)->settled(*id, decision);
    });
    m_waiting.emplace(*id, std::move(waiting));
    m_ports.questionOpened(request.run, *id);
}

void EscalationDesk::settled(ApprovalId id, const Decision& decision) {
    auto node = m_waiting.extract(id);
    if (node.empty())
        return;
    const Waiting waiting = std::move(node.mapped());
    const auto& first = waiting.requests.front();
    m_ports.questionSettled(first.run, id);
    if (!first.judgement.dangers.empty())
        return settledDanger(waiting, decision);
    Verdict outcome = decision.allows() ? Verdict::Escalate : Verdict::Deny;
    std::string reason = decision.allows() ? std::string("Allowed after a question.") : refusalWords(decision);
    if (decision.allows() && first.command.origin != FileOrigin::Unplantable) {
        const auto now = hashJudged(first.command);
        if (!now || *now != waiting.sha256) {
            outcome = Verdict::Deny;
            reason = "Refused: " + visible(first.command.realPath, 512) +
                     " was changed or could not be compared after the question was asked; try again to be asked anew.";
        }
    }
    bool onlyThis = decision.kind == AnswerKind::AllowOnce || decision.source == AnswerSource::Client;
    if (outcome == Verdict::Escalate || decision.kind == AnswerKind::DenyAlways) {
        if (const auto note = applyLasting(waiting, decision)) {
            reason += ' ' + *note;
            onlyThis = true;
        }
    }
    for (const auto& request : waiting.requests) {
        if (outcome == Verdict::Escalate && onlyThis && request.exec != first.exec)
            ask(request, waiting.context); // a person who said "once" was shown one
        else
            conclude(request, outcome, decision, reason);
    }
}

/** What the danger list asked about goes on inside, or not at all. */
void EscalationDesk::settledDanger(const Waiting& waiting, const Decision& decision) {
    const auto& first = waiting.requests.front();
    Verdict outcome = Verdict::Deny;
    std::string reason;
    if (decision.allows()) {
        Decision accepted = decision;
        // What a client accepts counts once, and "always" there is not: for this run, then.
        if (decision.source == AnswerSource::Client || decision.kind == AnswerKind::AllowAlways)
            accepted.kind = AnswerKind::AllowOnce;
        m_accepted.accept(dangerousExec(first, waiting.context.sandbox), accepted, std::chrono::steady_clock::now());
        outcome = Verdict::Inside;
        reason = "Allowed after a question; it runs inside the sandbox.";
    } else {
        const std::string instead = insteadOf(first.judgement.dangers);
        reason = refusalWords(decision) + (instead.empty() ? "" : " Instead: " + instead);
        if (const auto note = decision.kind == AnswerKind::DenyAlways ? applyLasting(waiting, decision) : std::nullopt)
            reason += ' ' + *note;
    }
    for (const auto& request : waiting.requests)
        conclude(request, outcome, decision, reason);
}

std::optional<std::string> EscalationDesk::applyLasting(const Waiting& waiting, const Decision& decision) {
    // What a client accepts counts once, whatever it says: DESIGN.md §8.
    if (decision.source != AnswerSource::CommandLine && decision.source != AnswerSource::Desktop)
        return std::nullopt;
    const Command& command = waiting.requests.front().command;
    const GrantNames names = waiting.context.namesOnlyByPath ? GrantNames::PathOnly : GrantNames::ProgramName;
    switch (decision.kind) {
    case AnswerKind::Deny:
    case AnswerKind::AllowOnce:
        return std::nullopt;
    case AnswerKind::AllowSession:
    case AnswerKind::AllowFor: {
        auto rule = grantFor(command, RuleDecision::Allow, waiting.sha256, names);
        if (!rule)
            return "It counts for this time only, because no rule can say exactly this.";
        const Judgement& judgement = waiting.requests.front().judgement;
        rule->sandbox = judgement.sandbox;
        rule->passEnvironment = shownVariables(command, judgement);
        rule->workdir = command.workdir; // the same words elsewhere are another matter
        m_ports.grant(*rule, decision.kind == AnswerKind::AllowFor
                                 ? std::optional(std::chrono::seconds(decision.seconds))
                                 : std::nullopt);
        return std::nullopt;
    }
    case AnswerKind::AllowAlways:
    case AnswerKind::DenyAlways:
        break;
    }
    if (decision.kind == AnswerKind::AllowAlways)
        return allowAlways(waiting, decision, names);
    return keepRule(grantFor(command, RuleDecision::Forbidden, waiting.sha256, names), decision);
}

std::optional<std::string> EscalationDesk::allowAlways(const Waiting& waiting, const Decision& decision,
                                                       GrantNames names) {
    const Command& command = waiting.requests.front().command;
    const Judgement& judgement = waiting.requests.front().judgement;
    if (const auto why = whyNoAllowRule(command, judgement); !why.empty())
        return "It counts for this time only, because " + why + '.';
    if (command.origin == FileOrigin::UserOwned || judgement.confirmsFile) {
        if (auto done = m_policy.confirmFile({command.realPath, waiting.sha256, m_ports.now(), decision.who}); !done)
            return "It counts for this time only, because the file's content could not be kept: " + done.error().text;
    }
    if (judgement.confirmsFile)
        return std::nullopt;
    return keepRule(lastingAllowFor(command, judgement, names), decision);
}

std::optional<std::string> EscalationDesk::keepRule(std::optional<PrefixRule> rule, const Decision& decision) {
    if (!rule)
        return "It counts for this time only, because no rule can say exactly this.";
    rule->layer = Layer::User;
    rule->justification = decision.message;
    if (auto added = m_policy.addRule(*rule); !added)
        return "It counts for this time only, because the rule could not be written: " + added.error().text;
    return std::nullopt;
}

void EscalationDesk::conclude(const wire::ExecRequest& request, Verdict outcome, const Decision& decision,
                              const std::string& reason) {
    wire::ExecAnswer answer{request.run, request.exec, outcome, reason, {}};
    if (auto recorded = m_ledger.execDecided(recordOf(request, outcome, decision, m_ports.now())); !recorded) {
        answer.verdict = Verdict::Deny;
        answer.reason = "Refused: it could not be written to the history, and nothing runs outside unrecorded: " +
                        recorded.error().text;
    }
    if (answer.verdict == Verdict::Escalate)
        answer.passEnvironment = request.judgement.passEnvironment;
    const bool asked = request.judgement.verdict == Verdict::Ask;
    if (asked || answer.verdict == Verdict::Deny)
        m_ports.notice(request.run, {request.exec, answer.verdict, asked, request.command.argv, answer.reason,
                                     alternativeOf(request.judgement), request.judgement.sandbox});
    m_ports.answer(answer);
}

void EscalationDesk::withdrawn(const RunId& run, ExecId exec) {
    for (auto& [id, waiting] : m_waiting) {
        if (waiting.requests.front().run != run)
            continue;
        const auto gone =
            std::ranges::find_if(waiting.requests, [&](const auto& request) { return request.exec == exec; });
        if (gone == waiting.requests.end())
            continue;
        if (waiting.requests.size() > 1) {
            waiting.requests.erase(gone);
        } else {
            // settled() then records the end and answers a caller that the gate no longer knows.
            m_questions.withdraw(ApprovalId(id), "the program that asked has ended");
        }
        return;
    }
}

void EscalationDesk::runEnded(const RunId& run) {
    m_accepted.runEnded(run);
    std::vector<ApprovalId> theirs;
    for (const auto& [id, waiting] : m_waiting) {
        if (waiting.requests.front().run == run)
            theirs.push_back(id);
    }
    for (const ApprovalId id : theirs)
        m_questions.withdraw(id, "the run has ended");
}

void EscalationDesk::decidedByGate(const std::vector<ExecRecord>& records) {
    for (const auto& record : records) {
        if (record.ended || record.outcome != Verdict::Deny)
            continue;
        m_ports.notice(record.run, {record.exec, Verdict::Deny, false, record.argv, record.judgement.reason,
                                    alternativeOf(record.judgement)});
    }
}

} // namespace exeat
