#include "service/cli/commands.h"
#include "service/cli/jsonoutput.h"
#include "service/cli/onerequest.h"
#include "service/cli/output.h"
#include "service/cli/trustview.h"
#include "service/cli/typedword.h"
#include "shared/base/limits.h"
#include "shared/base/paths.h"
#include "shared/base/text.h"
#include "shared/qt/controlclient.h"
#include "shared/qt/sha256.h"

#include <QCoreApplication>
#include <QFile>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace exeat {
namespace {

constexpr auto usage = "trust [list|show|accept|revoke] [DIR] | trust file|revoke PATH [--json]";

enum class Form { Text, Json };

std::string nameOf(const std::string& directory) {
    return std::filesystem::path(directory).filename().string();
}

/** A talk in which a person types a word. Ends the event loop with the exit code. */
class TrustTalk : public QObject {
public:
    TrustTalk(ControlClient& client, TypedWord& typed) : m_client(client), m_typed(typed) {}

    virtual void begin() = 0;
    void take(const wire::ControlReply& reply) {
        if (const auto* failed = std::get_if<wire::RequestFailed>(&reply)) {
            end(exitFailure, failed->text);
        } else if (std::holds_alternative<wire::RequestDone>(reply)) {
            say(m_done);
            QCoreApplication::exit(0);
        } else {
            more(reply);
        }
    }

protected:
    static void end(int code, const std::string& why) {
        complain(why);
        QCoreApplication::exit(code);
    }
    virtual void more(const wire::ControlReply& /*reply*/) {}
    void send(const wire::ControlRequest& request) { m_client.send(request); }
    /** Sends `act` once the word is typed. */
    void ask(const std::string& name, const std::string& purpose, const wire::ControlRequest& act, std::string done) {
        m_done = std::move(done);
        m_typed.ask(
            typableWord(name, "accept"), purpose, [this, act] { send(act); },
            [] { end(exitFailure, "that was not the word; nothing was accepted"); });
    }

private:
    ControlClient& m_client;
    TypedWord& m_typed;
    std::string m_done;
};

/** From the view to the acceptance of exactly that. */
class AcceptTalk : public TrustTalk {
public:
    AcceptTalk(ControlClient& client, TypedWord& typed, std::string directory)
        : TrustTalk(client, typed), m_directory(std::move(directory)) {}
    void begin() override { send(wire::ShowTrust{1, m_directory}); }

private:
    void more(const wire::ControlReply& reply) override {
        const auto* shown = std::get_if<wire::TrustShown>(&reply);
        if (shown == nullptr)
            return;
        const TrustView& view = shown->view;
        say(fullText(view));
        if (!view.problems.empty())
            end(exitFailure, "it cannot be accepted before the problem is mended");
        else if (!canBeAccepted(view))
            end(0, "nothing to accept");
        else
            ask(nameOf(view.status.directory), "accept exactly these rules, anything else to leave them",
                wire::AcceptTrust{2, view.status.directory, view.hash},
                "Accepted. It counts for the next program that starts.\n");
    }
    std::string m_directory;
};

/** From the file's content, as it is now, to its confirmation. */
class ConfirmTalk : public TrustTalk {
public:
    ConfirmTalk(ControlClient& client, TypedWord& typed, std::string path, std::string sha256)
        : TrustTalk(client, typed), m_path(std::move(path)), m_sha256(std::move(sha256)) {}
    void begin() override {
        say("File     " + visible(m_path) + "\nSHA-256  " + m_sha256 +
            "\nOnce confirmed, rules that allow a program of its name run it outside the sandbox, until it changes.\n");
        ask(nameOf(m_path), "confirm exactly this content, anything else to leave it",
            wire::ConfirmFile{1, m_path, m_sha256}, "Confirmed. It counts for the next program that starts.\n");
    }

private:
    std::string m_path;
    std::string m_sha256;
};

/** Connects, and hands the talk to the event loop. */
template<class Talk, class... What>
int talk(What... what) {
    TypedWord typed;
    if (!typed.canAsk()) {
        complain("this needs a person at a terminal, and there is none here; run it in a terminal window");
        return exitFailure;
    }
    const auto paths = runtimePaths();
    if (!paths) {
        complain(paths.error().text);
        return exitFailure;
    }
    ControlClient client(*paths, wire::ClientKind::CommandLine);
    Talk with(client, typed, std::move(what)...);
    QObject::connect(&client, &ControlClient::ready, &with, [&with] { with.begin(); });
    QObject::connect(&client, &ControlClient::received, &with, &TrustTalk::take);
    QObject::connect(&client, &ControlClient::lost, &with, [](const QString& why) {
        complain(why.toStdString());
        QCoreApplication::exit(exitFailure);
    });
    client.open();
    return QCoreApplication::exec();
}

/** `word`, or where we are; symbolic links followed as far as they exist. */
std::string pathOf(const QStringList& words) {
    std::error_code error;
    const std::filesystem::path named = words.isEmpty() ? "." : QFile::encodeName(words.front()).toStdString();
    const auto real = std::filesystem::weakly_canonical(std::filesystem::absolute(named, error), error);
    return real.empty() ? named.string() : real.string();
}

int confirm(const std::string& path) {
    // The service says so, too, but only after the word was typed.
    if (const auto paths = runtimePaths(); paths && !isWithin(path, pathOf({QFile::decodeName(paths->home.c_str())}))) {
        complain(visible(path) + " does not lie in your home folder, " + visible(paths->home) +
                 "; name it by its absolute path in a rule instead");
        return exitFailure;
    }
    const auto hash = sha256OfFile(path, limits::hashedFileBytes);
    if (!hash) {
        complain(hash.error().text);
        return exitFailure;
    }
    return talk<ConfirmTalk>(path, *hash);
}

int list(Form form) {
    return askOnce(wire::ListTrust{1}, [&](const wire::ControlReply& reply) {
        const auto* found = std::get_if<wire::TrustList>(&reply);
        if (found == nullptr)
            return false;
        if (form == Form::Json) {
            for (const TrustStatus& project : found->projects)
                sayJson(toJson(project));
            for (const FileConfirmation& file : found->files)
                sayJson(toJson(file));
        } else {
            say(listText(found->projects, found->files));
        }
        return true;
    });
}

int show(const std::string& directory, Form form) {
    return askOnce(wire::ShowTrust{1, directory}, [&](const wire::ControlReply& reply) {
        const auto* shown = std::get_if<wire::TrustShown>(&reply);
        if (shown == nullptr)
            return false;
        if (form == Form::Json)
            sayJson(toJson(shown->view));
        else
            say(fullText(shown->view) + (canBeAccepted(shown->view) ? "To accept it: exeat trust accept\n" : ""));
        return true;
    });
}

int revoke(const std::string& path) {
    return askOnce(wire::RevokeTrust{1, path}, [&](const wire::ControlReply& reply) {
        const bool done = std::holds_alternative<wire::RequestDone>(reply);
        if (done)
            say("Revoked. It loosens nothing any more.\n");
        return done;
    });
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
        "none is named) change, `accept` lets exactly that count, `revoke` lets none of it loosen any more. `file` "
        "confirms a program in your home folder: rules of its name count for this content."));
    const QCommandLineOption json(QStringLiteral("json"), QStringLiteral("One JSON object per line."));
    parser.addOption(json);
    if (const auto code = parse(parser, arguments, QString::fromLatin1(usage)))
        return *code;
    QStringList words = parser.positionalArguments();
    const QString verb = words.isEmpty() ? QStringLiteral("list") : words.takeFirst();
    const Form form = parser.isSet(json) ? Form::Json : Form::Text;
    if (verb == QLatin1String("list"))
        return words.isEmpty() ? list(form) : refuseUsage("list takes no directory");
    if (words.size() > 1)
        return refuseUsage("one directory or file at a time");
    if (verb == QLatin1String("show"))
        return show(pathOf(words), form);
    if (form == Form::Json)
        return refuseUsage("--json goes with list and show");
    if (verb == QLatin1String("accept"))
        return talk<AcceptTalk>(pathOf(words));
    if (verb == QLatin1String("revoke"))
        return revoke(pathOf(words));
    if (verb == QLatin1String("file"))
        return words.isEmpty() ? refuseUsage("which file?") : confirm(pathOf(words));
    return refuseUsage("trust knows list, show, accept, revoke and file, not '" + verb.toStdString() + "'");
}

} // namespace exeat
