#include "service/cli/ruleseditcommand.h"

#include "rules/ruletext.h"
#include "service/cli/output.h"
#include "service/cli/ruleoptions.h"
#include "service/cli/rulesplace.h"
#include "service/cli/rulesview.h"
#include "service/cli/typedword.h"
#include "shared/base/text.h"
#include "shared/qt/controlclient.h"

#include <QCoreApplication>

#include <functional>

namespace exeat {
namespace {

/** The message with the plan's hash; without, it asks for the plan. */
using EditRequest = std::function<wire::ControlRequest(const std::string& contentHash)>;

struct Edit {
    EditRequest request;
    std::string word;      ///< to be typed where it loosens
    std::string done;      ///< "Added."
    std::string meaning{}; ///< of what the plan shows, in words
};

/** From the plan to the done edit. Ends the event loop with the exit code. */
class EditTalk : public QObject {
public:
    explicit EditTalk(ControlClient& client) : m_client(client) {}

    void begin(Edit edit) {
        m_edit = std::move(edit);
        m_client.send(m_edit.request({}));
    }
    void take(const wire::ControlReply& reply) {
        if (const auto* plan = std::get_if<wire::RulesEditPlan>(&reply)) {
            show(*plan);
        } else if (const auto* failed = std::get_if<wire::RequestFailed>(&reply)) {
            end(failed->text);
        } else if (std::holds_alternative<wire::RequestDone>(reply)) {
            say(m_edit.done + "\n");
            QCoreApplication::exit(0);
        }
    }
    void end(const std::string& why) {
        complain(why);
        QCoreApplication::exit(exitFailure);
    }

private:
    void show(const wire::RulesEditPlan& plan) {
        if (plan.addedLines.empty() && plan.removedLines.empty()) {
            say("The rule is in " + visible(plan.file, 1024) + " already.\n");
            QCoreApplication::exit(0);
            return;
        }
        say(planText(plan) + m_edit.meaning);
        if (rulesPlaceOf(plan.file) == RulesPlaceKind::Other)
            say("Nobody reads rules there, so it has no effect: rules lie in folders `rules` below .codex, .exeat or "
                "$XDG_CONFIG_HOME/exeat, and below codex and exeat of /etc.\n");
        m_contentHash = plan.contentHash;
        if (plan.effect == EditEffect::Tightens) {
            m_client.send(m_edit.request(m_contentHash));
        } else if (!m_typed.canAsk()) {
            end("this loosens the rules, and that needs a person at a terminal; run it in a terminal window");
        } else {
            say("This loosens the rules.\n");
            m_typed.ask(
                m_edit.word, "do it, anything else to leave the file as it is",
                [this] { m_client.send(m_edit.request(m_contentHash)); },
                [this] { end("that was not the word; nothing was changed"); });
        }
    }

    ControlClient& m_client;
    TypedWord m_typed;
    Edit m_edit;
    std::string m_contentHash;
};

/** Runs the event loop; `begin` is called once the service listens, `take` sees each reply before the talk does. */
int talk(const std::function<void(ControlClient&, EditTalk&)>& begin,
         const std::function<bool(const wire::ControlReply&, EditTalk&)>& take) {
    const auto paths = runtimePaths();
    if (!paths) {
        complain(paths.error().text);
        return exitFailure;
    }
    ControlClient client(*paths, wire::ClientKind::CommandLine);
    EditTalk edit(client);
    QObject::connect(&client, &ControlClient::ready, &edit, [&] { begin(client, edit); });
    QObject::connect(&client, &ControlClient::received, &edit, [&](const wire::ControlReply& reply) {
        if (!take(reply, edit))
            edit.take(reply);
    });
    QObject::connect(&client, &ControlClient::lost, &edit, [&](const QString& why) { edit.end(why.toStdString()); });
    client.open();
    return QCoreApplication::exec();
}

Edit removalOf(const wire::RemoveRule& removal) {
    return {[removal](const std::string& contentHash) {
                wire::RemoveRule request = removal;
                request.contentHash = contentHash;
                return wire::ControlRequest(request);
            },
            "remove", "Removed."};
}

std::string doneText(const wire::AddRule& addition) {
    if (addition.target != wire::RulesTarget::ProjectExeat || addition.rule.decision != RuleDecision::Allow)
        return "Added.";
    return "Added. It lets nothing out before you accept the rules of this project: exeat trust show";
}

} // namespace

Result<wire::RemoveRule> parseRulePlace(const std::string& text) {
    const auto colon = text.rfind(':');
    bool good = false;
    const int line = colon == std::string::npos ? 0 : QByteArray::fromStdString(text.substr(colon + 1)).toInt(&good);
    if (!good || line <= 0 || colon == 0)
        return fail(ErrorKind::Invalid, "give the rule as FILE:LINE, as `exeat rules list` and `explain` show it");
    wire::RemoveRule request;
    request.request = 1;
    request.file = absolutePath(text.substr(0, colon));
    request.line = line;
    return request;
}

Result<wire::RemoveRule> ruleLike(const wire::RulesListing& listing, const std::vector<std::string>& words) {
    std::vector<PatternToken> pattern;
    for (const std::string& word : words)
        pattern.push_back({{word}});
    std::vector<wire::RemoveRule> found;
    std::string places;
    for (const ListedFolder& folder : listing.folders) {
        if (folder.layer != Layer::User && folder.layer != Layer::Project)
            continue;
        for (const ListedFile& file : folder.files) {
            for (const ListedRule& listed : file.rules) {
                if (listed.removed || listed.rule.pattern != pattern)
                    continue;
                found.push_back({1, file.path, listed.rule.line, {}});
                places += "\n  " + visible(file.path, 1024) + ":" + std::to_string(listed.rule.line);
            }
        }
    }
    if (found.empty())
        return fail(ErrorKind::Missing, "no rule of yours or of this project has exactly this pattern; `exeat rules "
                                        "list` shows them");
    if (found.size() > 1)
        return fail(ErrorKind::Invalid, "several rules have this pattern; name one by its place:" + places);
    return found.front();
}

int rulesAddCommand(const Arguments& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Adds a rule at the end of a file; all else in it stays as it is. What loosens (allow) needs a "
                       "person: a terminal and a typed word. Rules of a project loosen only once you trust them."));
    const RuleOptions options(parser);
    if (const auto code = parse(
            parser, arguments,
            QStringLiteral("rules add [--layer user|project-exeat|FILE] [--decision WORD] [--justification TEXT] "
                           "[--exact] [--sandbox WORD] [--env NAME]… [--answers-prompts] [--confirmed] -- PATTERN…")))
        return *code;
    auto addition = options.addition(arguments);
    if (!addition) {
        complain(addition.error().text);
        return exitUsage;
    }
    const std::string& program = addition->rule.pattern.front().anyOf.front();
    Edit edit{[request = *addition](const std::string& contentHash) {
                  wire::AddRule message = request;
                  message.contentHash = contentHash;
                  return wire::ControlRequest(message);
              },
              typableWord(program.substr(program.rfind('/') + 1), "allow"), doneText(*addition),
              "That is: " + rules::textOf(addition->rule) + "\n"};
    return talk([&](ControlClient&, EditTalk& talk) { talk.begin(std::move(edit)); },
                [](const wire::ControlReply&, EditTalk&) { return false; });
}

int rulesRemoveCommand(const Arguments& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Takes one rule out of its file; all else in it stays as it is. Removing what asks or forbids "
                       "needs a person: a terminal and a typed word."));
    const QCommandLineOption like(QStringLiteral("like"),
                                  QStringLiteral("The rule with exactly the pattern behind `--`."));
    parser.addOption(like);
    if (const auto code =
            parse(parser, arguments, QStringLiteral("rules remove FILE:LINE | rules remove --like -- PATTERN…")))
        return *code;
    const QStringList places = parser.positionalArguments();
    if (parser.isSet(like)) {
        const auto here = existingFolder(QStringLiteral("."));
        if (!places.isEmpty() || arguments.rest.empty() || !here) {
            complain("give the pattern behind `--`, word by word: exeat rules remove --like -- git push");
            return exitUsage;
        }
        return talk([&](ControlClient& client, EditTalk&) { client.send(wire::ListRules{1, *here}); },
                    [&](const wire::ControlReply& reply, EditTalk& talk) {
                        const auto* listing = std::get_if<wire::RulesListing>(&reply);
                        if (listing == nullptr)
                            return false;
                        const auto removal = ruleLike(*listing, arguments.rest);
                        removal ? talk.begin(removalOf(*removal)) : talk.end(removal.error().text);
                        return true;
                    });
    }
    const auto removal = places.size() == 1 && arguments.rest.empty()
                             ? parseRulePlace(places.front().toLocal8Bit().toStdString())
                             : parseRulePlace({});
    if (!removal) {
        complain(removal.error().text);
        return exitUsage;
    }
    return talk([&](ControlClient&, EditTalk& talk) { talk.begin(removalOf(*removal)); },
                [](const wire::ControlReply&, EditTalk&) { return false; });
}

} // namespace exeat
