#include "service/cli/answercommand.h"
#include "service/cli/approvalview.h"
#include "service/cli/commands.h"
#include "service/cli/json.h"
#include "service/cli/jsonoutput.h"
#include "service/cli/onerequest.h"
#include "service/cli/output.h"
#include "service/cli/words.h"
#include "shared/base/text.h"

#include <nlohmann/json.hpp>

namespace exeat {
namespace {

constexpr std::string_view answerChoices = "--once (or --session, --for 10m, --always, --deny --message TEXT)";

int list(const QCommandLineParser& parser, const QCommandLineOption& json) {
    wire::ListApprovals request;
    request.request = 1;
    return askOnce(request, [&](const wire::ControlReply& reply) {
        const auto* found = std::get_if<wire::ApprovalList>(&reply);
        if (found == nullptr)
            return false;
        for (const Approval& approval : found->approvals)
            parser.isSet(json) ? sayJson(toJson(approval)) : say(shortText(approval) + "\n");
        if (!parser.isSet(json))
            say(found->approvals.empty() ? "Nothing is asked.\n"
                                         : "\nAnswer with: exeat approvals answer NUMBER " +
                                               std::string(answerChoices) + ". All of a question is shown before.\n");
        return true;
    });
}

void showEvent(const wire::ControlReply& reply, bool asJson) {
    if (const auto* added = std::get_if<wire::ApprovalAdded>(&reply)) {
        const nlohmann::json event = {{"event", "added"}, {"approval", toJson(added->approval)}};
        asJson
            ? sayJson(event)
            : say(fullText(added->approval, terminalWidth()) + "Answer in another terminal: exeat approvals answer " +
                  std::to_string(added->approval.id.value) + ' ' + std::string(answerChoices) + "\n\n");
    } else if (const auto* settled = std::get_if<wire::ApprovalSettled>(&reply)) {
        const nlohmann::json event = {
            {"event", "settled"}, {"id", settled->id.value}, {"decision", toJson(settled->decision)}};
        asJson ? sayJson(event)
               : say("Question " + std::to_string(settled->id.value) + ": " + word(settled->decision.kind) + " by " +
                     word(settled->decision.source) + " " + visible(settled->decision.who, 256) + "\n\n");
    }
}

} // namespace

int approvalsCommand(const Arguments& arguments) {
    Arguments left = arguments;
    const QString verb = left.options.isEmpty() ? QString() : left.options.front();
    if (verb == QLatin1String("answer")) {
        left.options.removeFirst();
        return answerCommand(left);
    }
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Lists the open questions, `watch` shows each as it comes, `answer` answers one."));
    const QCommandLineOption json(QStringLiteral("json"), QStringLiteral("One JSON object per line."));
    parser.addOption(json);
    if (const auto code = parse(parser, left, QStringLiteral("approvals [watch] [--json] | approvals answer ID …")))
        return *code;
    const QStringList words = parser.positionalArguments();
    if (words.isEmpty())
        return list(parser, json);
    if (words != QStringList{QStringLiteral("watch")}) {
        complain("approvals knows answer and watch, not '" + words.front().toStdString() + "'");
        return exitUsage;
    }
    wire::WatchApprovals request;
    request.request = 1;
    return askOnce(request, [&](const wire::ControlReply& reply) {
        showEvent(reply, parser.isSet(json));
        return false; // until Ctrl-C
    });
}

} // namespace exeat
