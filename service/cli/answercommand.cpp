#include "service/cli/answercommand.h"

#include "service/cli/approvalview.h"
#include "service/cli/lastingview.h"
#include "service/cli/output.h"
#include "service/cli/typedword.h"
#include "shared/base/limits.h"
#include "shared/domain/lastinganswer.h"
#include "shared/qt/controlclient.h"

#include <QCoreApplication>

#include <algorithm>

namespace exeat {
namespace {

struct KindOption {
    const char* name;
    AnswerKind kind;
    const char* text;
};
constexpr KindOption kinds[] = {
    {"once", AnswerKind::AllowOnce, "Allow this one time."},
    {"session", AnswerKind::AllowSession, "Allow it in this folder as long as this agent is connected."},
    {"for", AnswerKind::AllowFor, "Allow it in this folder for a time (10m, 2h), to this agent while it is connected."},
    {"always", AnswerKind::AllowAlways, "Allow exactly this from now on, in every folder, by a rule of yours."},
    {"deny", AnswerKind::Deny, "Refuse."},
};

bool allows(AnswerKind kind) {
    return kind != AnswerKind::Deny && kind != AnswerKind::DenyAlways;
}

/** From the list to the sent answer. Ends the event loop with the exit code. */
class AnswerTalk : public QObject {
public:
    AnswerTalk(ControlClient& client, Answer answer, TypedWord& typed)
        : m_client(client), m_answer(std::move(answer)), m_typed(typed) {}

    void begin() {
        wire::ListApprovals request;
        request.request = 1;
        m_client.send(request);
    }
    void take(const wire::ControlReply& reply) {
        if (const auto* list = std::get_if<wire::ApprovalList>(&reply))
            find(list->approvals);
        else if (const auto* failed = std::get_if<wire::RequestFailed>(&reply))
            fail(failed->text);
        else if (std::holds_alternative<wire::RequestDone>(reply))
            settled();
        else if (const auto* listing = std::get_if<wire::RulesListing>(&reply))
            finish(lastingResult(m_approval, *listing));
    }

private:
    void settled() {
        if (!writesAllowRule(m_approval, m_answer.kind))
            return finish(allows(m_answer.kind) ? "Allowed.\n" : "Denied.\n");
        m_settled = true;
        m_client.send(wire::ListRules{3, m_approval.command.workdir}); // what came of it is there to be seen
    }
    void fail(const std::string& why) {
        // The answer counts already; only the look at the rules went wrong (a folder that is gone).
        m_settled ? finish("Allowed. `exeat rules list` shows the rule.\n") : end(exitFailure, why);
    }
    void finish(const std::string& text) {
        say(text);
        QCoreApplication::exit(0);
    }
    void end(int code, const std::string& why) {
        complain(why);
        QCoreApplication::exit(code);
    }
    void find(const std::vector<Approval>& approvals) {
        const auto found = std::ranges::find(approvals, m_answer.id, &Approval::id);
        if (found == approvals.end()) {
            end(exitFailure, "question " + std::to_string(m_answer.id.value) +
                                 " is not open (any more); `exeat approvals` lists what is");
            return;
        }
        m_answer.contentHash = found->contentHash;
        say(fullText(*found, terminalWidth()));
        if (const std::string why = whyNotLasting(*found, m_answer.kind); !why.empty()) {
            end(exitFailure, why);
            return;
        }
        m_approval = *found;
        if (writesAllowRule(m_approval, m_answer.kind))
            say(lastingPromise(m_approval));
        say(grantPromise(m_approval, m_answer.kind));
        if (allows(m_answer.kind))
            askForWord(wordToType(*found));
        else
            m_client.send(wire::AnswerApproval{2, m_answer});
    }
    void askForWord(const std::string& word) {
        m_typed.ask(
            word, "allow it, anything else to leave it open",
            [this] { m_client.send(wire::AnswerApproval{2, m_answer}); },
            [this] { end(exitFailure, "that was not the word; nothing was answered and the question stays open"); });
    }

    ControlClient& m_client;
    Answer m_answer;
    Approval m_approval; ///< that is answered
    TypedWord& m_typed;
    bool m_settled = false;
};

} // namespace

void addAnswerOptions(QCommandLineParser& parser) {
    for (const KindOption& kind : kinds) {
        QCommandLineOption option(QString::fromLatin1(kind.name), QString::fromLatin1(kind.text));
        if (kind.kind == AnswerKind::AllowFor)
            option.setValueName(QStringLiteral("TIME"));
        parser.addOption(option);
    }
    parser.addOption(
        {QStringLiteral("message"), QStringLiteral("With --deny: words for the agent."), QStringLiteral("TEXT")});
}

Result<Answer> parseAnswer(const QStringList& words, const QCommandLineParser& parser) {
    Answer answer;
    bool good = false;
    if (words.size() == 1)
        answer.id.value = words.front().toULongLong(&good);
    if (!good || answer.id.value == 0)
        return fail(ErrorKind::Invalid, "give the number of one question; `exeat approvals` lists them");
    int chosen = 0;
    for (const KindOption& kind : kinds) {
        if (!parser.isSet(QString::fromLatin1(kind.name)))
            continue;
        answer.kind = kind.kind;
        ++chosen;
    }
    if (chosen != 1)
        return fail(ErrorKind::Invalid, "give exactly one of --once, --session, --for TIME, --always, --deny");
    if (answer.kind == AnswerKind::AllowFor) {
        const auto time = parseDuration(parser.value(QStringLiteral("for")));
        if (!time || *time > limits::longestGrant)
            return fail(ErrorKind::Invalid, "--for takes a time such as 10m or 2h, at most 24h");
        answer.seconds = time->count();
    }
    answer.message = parser.value(QStringLiteral("message")).toLocal8Bit().toStdString();
    if (!answer.message.empty() && answer.kind != AnswerKind::Deny)
        return fail(ErrorKind::Invalid, "--message goes with --deny");
    if (answer.message.size() > limits::messageBytes)
        return fail(ErrorKind::Limit, "the message is too long");
    return answer;
}

int answerCommand(const Arguments& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Answers one question. To allow needs a terminal and a typed word."));
    addAnswerOptions(parser);
    if (const auto code =
            parse(parser, arguments,
                  QStringLiteral("approvals answer ID --once|--session|--for TIME|--always|--deny [--message TEXT]")))
        return *code;
    auto answer = parseAnswer(parser.positionalArguments(), parser);
    if (!answer) {
        complain(answer.error().text);
        return exitUsage;
    }
    TypedWord typed;
    if (!typed.canAsk() && allows(answer->kind)) {
        complain("allowing needs a person at a terminal, and there is none here; run this in a terminal window");
        return exitFailure;
    }
    const auto paths = runtimePaths();
    if (!paths) {
        complain(paths.error().text);
        return exitFailure;
    }
    ControlClient client(*paths, wire::ClientKind::CommandLine);
    AnswerTalk talk(client, std::move(*answer), typed);
    QObject::connect(&client, &ControlClient::ready, &talk, &AnswerTalk::begin);
    QObject::connect(&client, &ControlClient::received, &talk, &AnswerTalk::take);
    QObject::connect(&client, &ControlClient::lost, &talk, [](const QString& why) {
        complain(why.toStdString());
        QCoreApplication::exit(exitFailure);
    });
    client.open();
    return QCoreApplication::exec();
}

} // namespace exeat
