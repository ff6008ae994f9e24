#include "service/approvals/answerguard.h"

#include "shared/domain/lastinganswer.h"

namespace exeat {
namespace {

Result<void> refuse(std::string text) {
    return fail(ErrorKind::Refused, std::move(text));
}

enum class Effect { Denies, AllowsOnce, AllowsLonger, AllowsAlways };

Effect effectOf(AnswerKind kind) {
    switch (kind) {
    case AnswerKind::Deny:
    case AnswerKind::DenyAlways:
        return Effect::Denies;
    case AnswerKind::AllowOnce:
        return Effect::AllowsOnce;
    case AnswerKind::AllowSession:
    case AnswerKind::AllowFor:
        return Effect::AllowsLonger;
    case AnswerKind::AllowAlways:
        return Effect::AllowsAlways;
    }
    return Effect::AllowsAlways;
}

Result<void> mayStanding(PeerStanding standing) {
    switch (standing) {
    case PeerStanding::Free:
        return {};
    case PeerStanding::SharesAgent:
        return refuse("this process belongs to an agent that is connected, so it may only deny; a person answers from "
                      "a terminal that the agent was not started in");
    case PeerStanding::DescendsFromRun:
        break;
    }
    return refuse("this process was started by an agent's command, so it may not allow anything; a person answers "
                  "from a terminal of their own");
}

Result<void> mayCommandLineAllow(const AnswerContext& context, Effect effect) {
    if (context.program != PeerProgram::OurCommandLine)
        return refuse("only the program exeat may allow something from the command line, and this is another program; "
                      "use: exeat");
    if (context.terminal != PeerTerminal::Present)
        return refuse("to allow something needs a person at a terminal, and this process has none; run this yourself "
                      "in a terminal window");
    if (effect == Effect::AllowsAlways && context.desktop == DesktopPresence::Connected)
        return refuse("\"always\" is answered in the desktop program while it runs; answer there, or with --once");
    return {};
}

Result<void> mayClientAllow(const AnswerContext& context, Effect effect, const Approval& approval) {
    if (context.desktop == DesktopPresence::Connected)
        return refuse("the desktop program is asking a person; an agent's client may only deny meanwhile");
    if (effect != Effect::AllowsOnce)
        return refuse("an agent's client may allow something once only; anything longer is for `exeat approvals`");
    if (std::string why = whyNotByClient(approval); !why.empty())
        return refuse(std::move(why));
    return {};
}

Result<void> mayDesktopAllow(const AnswerContext& context) {
    if (context.program != PeerProgram::OurDesktop)
        return refuse("this is not the desktop program that was installed beside the service");
    return {};
}

} // namespace

Result<void> mayAnswer(const AnswerContext& context, const Answer& answer, const Approval& approval) {
    const Effect effect = effectOf(answer.kind);
    if (context.source == AnswerSource::Nobody)
        return refuse("an answer from nobody does not count");
    if (answer.kind == AnswerKind::DenyAlways && context.standing != PeerStanding::Free)
        return refuse("a lasting answer writes a rule, and a program of an agent may not; deny this once");
    if (std::string why = whyNotLasting(approval, answer.kind); !why.empty())
        return refuse(std::move(why));
    if (effect == Effect::Denies)
        return {};
    // An elicitation comes through the agent by its nature; its own bounds are below.
    const bool throughAgent = context.source == AnswerSource::Client && context.standing == PeerStanding::SharesAgent;
    if (auto allowed = mayStanding(context.standing); !allowed && !throughAgent)
        return allowed;
    switch (context.source) {
    case AnswerSource::CommandLine:
        return mayCommandLineAllow(context, effect);
    case AnswerSource::Desktop:
        return mayDesktopAllow(context);
    case AnswerSource::Client:
        return mayClientAllow(context, effect, approval);
    case AnswerSource::Rule:
    case AnswerSource::Nobody:
        break;
    }
    return refuse("this source does not answer questions");
}

Result<void> mayTrust(const AnswerContext& context) {
    if (auto allowed = mayStanding(context.standing); !allowed)
        return allowed;
    switch (context.source) {
    case AnswerSource::CommandLine:
        // While a desktop runs, too: it has no place for this.
        return mayCommandLineAllow(context, Effect::AllowsLonger);
    case AnswerSource::Desktop:
        return mayDesktopAllow(context);
    case AnswerSource::Client:
    case AnswerSource::Rule:
    case AnswerSource::Nobody:
        break;
    }
    return refuse("trust is given by a person: exeat trust accept");
}

} // namespace exeat
