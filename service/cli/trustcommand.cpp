#include "service/cli/commands.h"
#include "service/cli/controlclient.h"
#include "service/cli/onerequest.h"
#include "service/cli/output.h"
#include "service/cli/trustview.h"
#include "service/cli/typedword.h"

#include <QCoreApplication>
#include <QFile>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace exeat {
namespace {

constexpr auto usage = "trust [list|show|accept|revoke] [DIR] [--json]";

std::string nameOf(const std::string& directory) {
    return std::filesystem::path(directory).filename().string();
}

/** From the view to the acceptance of exactly that. Ends the event loop with the exit code. */
class AcceptTalk : public QObject {
public:
    AcceptTalk(ControlClient& client, std::string directory, TypedWord& typed)
        : m_client(client), m_directory(std::move(directory)), m_typed(typed) {}

    void begin() { m_client.send(wire::ShowTrust{1, m_directory}); }
    void take(const wire::ControlReply& reply) {
        if (const auto* shown = std::get_if<wire::TrustShown>(&reply)) {
            ask(shown->view);
        } else if (const auto* failed = std::get_if<wire::RequestFailed>(&reply)) {
            end(exitFailure, failed->text);
        } else if (std::holds_alternative<wire::RequestDone>(reply)) {
            say("Accepted. It counts for the next program that starts.\n");
            QCoreApplication::exit(0);
        }
    }

private:
    static void end(int code, const std::string& why) {
        complain(why);
        QCoreApplication::exit(code);
    }
    void ask(const TrustView& view) {
        say(fullText(view));
        if (!canBeAccepted(view)) {
            end(view.problems.empty() ? 0 : exitFailure,
                view.problems.empty() ? "nothing to accept" : "it cannot be accepted before the problem is mended");
            return;
        }
        m_typed.ask(
            typableWord(nameOf(view.status.directory), "accept"),
            "accept exactly these rules, anything else to leave them",
            [this, view] { m_client.send(wire::AcceptTrust{2, view.status.directory, view.hash}); },
            [] { end(exitFailure, "that was not the word; nothing was accepted"); });
    }

    ControlClient& m_client;
    std::string m_directory;
    TypedWord& m_typed;
};

int accept(const std::string& directory) {
    TypedWord typed;
    if (!typed.canAsk()) {
        complain("to accept rules needs a person at a terminal, and there is none here; run this in a terminal window");
        return exitFailure;
    }
    const auto paths = runtimePaths();
    if (!paths) {
        complain(paths.error().text);
        return exitFailure;
    }
    ControlClient client(*paths);
    AcceptTalk talk(client, directory, typed);
    QObject::connect(&client, &ControlClient::ready, &talk, &AcceptTalk::begin);
    QObject::connect(&client, &ControlClient::received, &talk, &AcceptTalk::take);
    QObject::connect(&client, &ControlClient::lost, &talk, [](const QString& why) {
        complain(why.toStdString());
        QCoreApplication::exit(exitFailure);
    });
    client.open();
    return QCoreApplication::exec();
}

int list(bool asJson) {
    return askOnce(wire::ListTrust{1}, [&](const wire::ControlReply& reply) {
        const auto* found = std::get_if<wire::TrustList>(&reply);
        if (found == nullptr)
            return false;
        if (asJson) {
            for (const TrustStatus& project : found->projects)
                say(toJson(project).dump() + "\n");
        } else {
            say(found->projects.empty() ? "No project with rules of its own was seen yet.\n"
                                        : listText(found->projects));
        }
        return true;
    });
}

int show(const std::string& directory, bool asJson) {
    return askOnce(wire::ShowTrust{1, directory}, [&](const wire::ControlReply& reply) {
        const auto* shown = std::get_if<wire::TrustShown>(&reply);
        if (shown != nullptr)
            say(asJson
                    ? toJson(shown->view).dump() + "\n"
                    : fullText(shown->view) + (canBeAccepted(shown->view) ? "To accept it: exeat trust accept\n" : ""));
        return shown != nullptr;
    });
}

int revoke(const std::string& directory) {
    return askOnce(wire::RevokeTrust{1, directory}, [&](const wire::ControlReply& reply) {
        const bool done = std::holds_alternative<wire::RequestDone>(reply);
        if (done)
            say("Revoked. Its rules loosen nothing any more.\n");
        return done;
    });
}

/** `word`, or where we are; symbolic links followed as far as they exist. */
std::string directoryOf(const QStringList& words) {
    std::error_code error;
    const std::filesystem::path named = words.isEmpty() ? "." : QFile::encodeName(words.front()).toStdString();
    const auto real = std::filesystem::weakly_canonical(std::filesystem::absolute(named, error), error);
    return real.empty() ? named.string() : real.string();
}

int refuseUsage(const std::string& why) {
    complain(why);
    complain(std::string("usage: exeat ") + usage);
    return exitUsage;
}

} // namespace

int trustCommand(const Arguments& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Which repositories' rules you accepted, and what of them waits. `show` tells what the rules of DIR (here, if "
        "none is named) change, `accept` lets exactly that count, `revoke` lets none of it loosen any more."));
    const QCommandLineOption json(QStringLiteral("json"), QStringLiteral("One JSON object per line."));
    parser.addOption(json);
    if (const auto code = parse(parser, arguments, QString::fromLatin1(usage)))
        return *code;
    QStringList words = parser.positionalArguments();
    const QString verb = words.isEmpty() ? QStringLiteral("list") : words.takeFirst();
    const bool asJson = parser.isSet(json);
    if (verb == QLatin1String("list"))
        return words.isEmpty() ? list(asJson) : refuseUsage("list takes no directory");
    if (words.size() > 1)
        return refuseUsage("one directory at a time");
    if (verb == QLatin1String("show"))
        return show(directoryOf(words), asJson);
    if (asJson)
        return refuseUsage("--json goes with list and show");
    if (verb == QLatin1String("accept"))
        return accept(directoryOf(words));
    if (verb == QLatin1String("revoke"))
        return revoke(directoryOf(words));
    return refuseUsage("trust knows list, show, accept and revoke, not '" + verb.toStdString() + "'");
}

} // namespace exeat
