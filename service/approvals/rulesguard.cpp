#include "service/approvals/rulesguard.h"

namespace exeat {
namespace {

Result<void> refuse(std::string text) {
    return fail(ErrorKind::Refused, std::move(text));
}

Result<void> byCommandLine(const AnswerContext& context) {
    if (context.program != PeerProgram::OurCommandLine)
        return refuse(
            "only the program exeat may loosen rules from the command line, and this is another program; use: "
            "exeat rules");
    if (context.terminal != PeerTerminal::Present)
        return refuse("this loosens the rules, and that needs a person at a terminal; run it yourself in a terminal "
                      "window");
    if (context.desktop == DesktopPresence::Connected)
        return refuse("rules are loosened in the desktop program while it runs; do it there");
    return {};
}

} // namespace

Result<void> mayLoosenRules(const AnswerContext& context) {
    switch (context.standing) {
    case PeerStanding::Free:
        break;
    case PeerStanding::SharesAgent:
        return refuse("this loosens the rules, and this process belongs to an agent that is connected; a person does "
                      "it from a terminal that the agent was not started in");
    case PeerStanding::DescendsFromRun:
        return refuse("this loosens the rules, and this process was started by an agent's command; a person does it "
                      "from a terminal of their own");
    }
    switch (context.source) {
    case AnswerSource::CommandLine:
        return byCommandLine(context);
    case AnswerSource::Desktop:
        if (context.program == PeerProgram::OurDesktop)
            return {};
        return refuse("this is not the desktop program that was installed beside the service");
    case AnswerSource::Client:
    case AnswerSource::Rule:
    case AnswerSource::Nobody:
        break;
    }
    return refuse("rules are loosened by a person only");
}

} // namespace exeat
