#include "service/cli/approvalview.h"
#include "service/cli/commands.h"
#include "service/cli/interruption.h"
#include "service/cli/json.h"
#include "service/cli/jsonoutput.h"
#include "service/cli/output.h"
#include "service/cli/words.h"
#include "shared/base/text.h"
#include "shared/domain/runcode.h"
#include "shared/qt/controlclient.h"

#include <QCoreApplication>
#include <nlohmann/json.hpp>

#include <cstdio>

#include <unistd.h>

extern char** environ; // NOLINT: environ(7)

namespace exeat {
namespace {

enum class Form { Text, Json };

void writeBytes(std::FILE* stream, const std::string& bytes) {
    std::fwrite(bytes.data(), 1, bytes.size(), stream);
    std::fflush(stream);
}

std::string describe(const ExecNotice& notice) {
    if (notice.argv.empty()) // of the run as a whole
        return visible(notice.reason, 1024);
    std::string text = word(notice.verdict) + (notice.asked ? " (asked): " : ": ") + visibleCommand(notice.argv, 512);
    if (!notice.reason.empty())
        text += "\n  " + visible(notice.reason, 1024);
    if (!notice.reason.contains(notice.alternative))
        text += "\n  advice: " + visible(notice.alternative, 1024);
    return text;
}

/** Nothing goes on until somebody answers, so whoever waits must know what for. */
std::string describe(const Approval& approval) {
    const std::string id = std::to_string(approval.id.value);
    return "waiting for an answer to question " + shortText(approval) + "\n  " +
           visible(approval.judgement.reason, 1024) + "\n  answer it in another terminal: exeat approvals answer " +
           id + " --once (or --session, --deny …)";
}

int exitCodeOf(const RunResult& result) {
    return result.end == RunEnd::Exited ? result.status.shellCode() : codeOf(result.end);
}

/** Prints what comes and leaves the event loop with the command's code. */
class RunView : public QObject {
public:
    explicit RunView(Form form) : m_form(form) {}
    void show(const wire::ControlReply& reply) {
        if (const auto* output = std::get_if<wire::RunOutput>(&reply))
            take(*output);
        else if (const auto* finished = std::get_if<wire::RunFinished>(&reply))
            finish(finished->result);
        else if (const auto* added = std::get_if<wire::ApprovalAdded>(&reply))
            writeBytes(stderr, "exeat: " + describe(added->approval) + "\n");
        else if (const auto* failed = std::get_if<wire::RequestFailed>(&reply)) {
            complain(failed->text);
            QCoreApplication::exit(126);
        }
    }

private:
    void take(const wire::RunOutput& output) {
        const bool isError = output.stream == wire::OutputStream::Error;
        if (m_form == Form::Json)
            (isError ? m_error : m_output) += output.bytes;
        else
            writeBytes(isError ? stderr : stdout, output.bytes);
    }
    void finish(const RunResult& result) {
        if (m_form == Form::Json) {
            nlohmann::json value = toJson(result);
            value["stdout"] = toUtf8(m_output);
            value["stderr"] = toUtf8(m_error);
            sayJson(value, JsonForm::Indented);
        } else {
            for (const ExecNotice& notice : result.notices)
                writeBytes(stderr, "exeat: " + describe(notice) + "\n");
            if (result.end != RunEnd::Exited)
                complain("the command did not end by itself: " + word(result.end) +
                         (result.failure.empty() ? "" : ": " + result.failure));
        }
        QCoreApplication::exit(exitCodeOf(result));
    }
    Form m_form;
    std::string m_output;
    std::string m_error;
};

std::optional<SandboxMode> modeOf(const QString& text) {
    for (const auto mode : {SandboxMode::ReadOnly, SandboxMode::WorkspaceWrite, SandboxMode::FullAccess})
        if (text.toStdString() == word(mode))
            return mode;
    return std::nullopt;
}

struct RunOptions {
    QCommandLineOption sandbox{
        QStringLiteral("sandbox"),
        QStringLiteral("read-only, workspace-write or danger-full-access; default: your setting. Your own choice: "
                       "nobody is asked."),
        QStringLiteral("MODE")};
    QCommandLineOption network{QStringLiteral("network"), QStringLiteral("on or off; default: your setting."),
                               QStringLiteral("on|off")};
    QCommandLineOption workdir{QStringLiteral("workdir"), QStringLiteral("Where to run; default: here."),
                               QStringLiteral("DIR")};
    QCommandLineOption timeout{QStringLiteral("timeout"), QStringLiteral("Milliseconds; default: none."),
                               QStringLiteral("MS")};
    QCommandLineOption json{QStringLiteral("json"), QStringLiteral("Print the result as JSON at the end.")};
};

constexpr const char* usage =
    "run [--sandbox MODE] [--network on|off] [--workdir DIR] [--timeout MS] [--json] -- 'COMMAND'";

Result<wire::StartControlRun> requestOf(const QCommandLineParser& parser, const RunOptions& options,
                                        const Arguments& arguments) {
    wire::StartControlRun request;
    request.request = 1;
    std::vector<std::string> words = arguments.rest;
    for (const QString& word : parser.positionalArguments())
        words.insert(words.begin(), word.toLocal8Bit().toStdString());
    if (words.size() != 1 || words.front().empty())
        return fail(ErrorKind::Invalid, "give one command in quotes, as Bash is to read it: exeat run -- 'ls | wc -l'");
    request.script = words.front();
    if (parser.isSet(options.sandbox) && !(request.mode = modeOf(parser.value(options.sandbox))))
        return fail(ErrorKind::Invalid, "--sandbox is read-only, workspace-write or danger-full-access");
    const QString network = parser.value(options.network);
    if (parser.isSet(options.network) && network != QLatin1String("on") && network != QLatin1String("off"))
        return fail(ErrorKind::Invalid, "--network is on or off");
    if (parser.isSet(options.network))
        request.network = network == QLatin1String("on") ? NetworkAccess::On : NetworkAccess::Off;
    bool good = true;
    if (parser.isSet(options.timeout))
        request.timeoutMilliseconds = parser.value(options.timeout).toULongLong(&good);
    if (!good || (parser.isSet(options.timeout) && request.timeoutMilliseconds == 0))
        return fail(ErrorKind::Invalid, "--timeout is a number of milliseconds above 0");
    auto folder = existingFolder(parser.isSet(options.workdir) ? parser.value(options.workdir) : QStringLiteral("."));
    if (!folder)
        return std::unexpected(folder.error());
    request.workdir = std::move(*folder);
    for (char** entry = environ; *entry != nullptr; ++entry)
        request.environment.emplace_back(*entry);
    return request;
}

} // namespace

int runCommand(const Arguments& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Runs a command as an agent's call would: in the sandbox, each program looked up in the rules. Prints its "
        "output "
        "as it comes, then the decisions; exits with its code (128 + number for a signal, 124 for a time-out). It gets "
        "no "
        "input."));
    const RunOptions options;
    parser.addOptions({options.sandbox, options.network, options.workdir, options.timeout, options.json});
    if (const auto code = parse(parser, arguments, QString::fromLatin1(usage)))
        return *code;
    const auto request = requestOf(parser, options, arguments);
    if (!request) {
        complain(request.error().text);
        return exitUsage;
    }
    const auto paths = runtimePaths();
    if (!paths) {
        complain(paths.error().text);
        return exitFailure;
    }
    RunView view(parser.isSet(options.json) ? Form::Json : Form::Text);
    ControlClient client(*paths, wire::ClientKind::CommandLine);
    QObject::connect(&client, &ControlClient::ready, &view, [&] { client.send(*request); });
    QObject::connect(&client, &ControlClient::received, &view, &RunView::show);
    QObject::connect(&client, &ControlClient::lost, &view, [](const QString& why) {
        complain(why.toStdString());
        QCoreApplication::exit(125);
    });
    const Interruption interruption([&] {
        client.close(); // the service stops what nobody reads any more
        QCoreApplication::exit(130);
    });
    client.open();
    return QCoreApplication::exec();
}

} // namespace exeat
