#include "service/control/controlrules.h"

#include "service/control/rulesreplies.h"
#include "service/explain/explainer.h"
#include "service/explain/replacement.h"
#include "service/explain/rulesreport.h"
#include "service/policy/ruleeditor.h"
#include "service/policy/rulewriter.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <QFutureWatcher>
#include <QLoggingCategory>
#include <QPromise>

#include <algorithm>
#include <filesystem>

namespace exeat {
namespace {

Q_LOGGING_CATEGORY(lcRules, "exeat.rules")

/** Room for the rest of a message. */
constexpr std::size_t replyBytes = limits::frameBytes - 4096;

wire::RequestFailed failed(std::uint64_t request, const Error& error) {
    return {request, error.kind, error.text};
}

Result<void> checkDirectory(const std::string& directory) {
    std::error_code error;
    if (!directory.starts_with('/') || directory.find('\0') != std::string::npos)
        return fail(ErrorKind::Invalid, "the folder must be an absolute path");
    if (!std::filesystem::is_directory(directory, error))
        return fail(ErrorKind::Missing, "there is no folder " + visible(directory, 1024));
    return {};
}

/** Its folder's one path, so that what a person is shown is where it really lies. */
std::string resolvedFile(const std::string& file) {
    const auto slash = file.rfind('/');
    return slash == std::string::npos || slash == 0 ? file : resolvedPath(file.substr(0, slash)) + file.substr(slash);
}

/** What a file at this place may say. Where no folder of rules is known, Exeat's words are taken. */
rules::RulesSource sourceOf(const std::string& file, const RuntimePaths& paths) {
    const std::string folder = file.substr(0, file.rfind('/'));
    for (const LayerFolder& common : commonFolders(paths)) {
        if (resolvedPath(common.path) == folder)
            return {file, common.layer, common.vocabulary};
    }
    if (folder.ends_with("/.codex/rules"))
        return {file, Layer::Project, Vocabulary::Codex};
    return {file, folder.ends_with("/.exeat/rules") ? Layer::Project : Layer::User, Vocabulary::Exeat};
}

/** What `exeat rules add` writes for the user only: of a repository it would say what others' agents get. */
bool isForUserOnly(const PrefixRule& rule) {
    return rule.sandbox != RuleSandbox::None || !rule.passEnvironment.empty() || rule.answersPrompts ||
           rule.confirmedOnly;
}

Result<RulesEdit> editOf(const wire::AddRule& request, const RulesAccess& access) {
    RulesEdit edit;
    std::string file = request.place;
    switch (request.target) {
    case wire::RulesTarget::User:
        file = userRulesFolder(access.paths) + "/mine.rules";
        edit.folderMode = 0700;
        break;
    case wire::RulesTarget::ProjectExeat:
        if (auto good = checkDirectory(request.place); !good)
            return std::unexpected(good.error());
        file = access.projectRoot(request.place) + "/.exeat/rules/project.rules";
        // A repository's link would carry what is meant for it to another layer.
        if (resolvedFile(file) != file)
            return fail(ErrorKind::Refused, visible(file, 1024) + " leads elsewhere, by a symbolic link: to " +
                                                visible(resolvedFile(file), 1024) +
                                                "; remove the link, or name the file that you mean");
        // A repository's files are for everybody who works with it.
        edit.mode = 0644;
        edit.folderMode = 0755;
        break;
    case wire::RulesTarget::File:
        break;
    }
    std::vector<std::string> example;
    for (const PatternToken& token : request.rule.pattern) {
        if (token.anyOf.empty())
            return fail(ErrorKind::Invalid, "a word of the pattern is missing");
        example.push_back(token.anyOf.front());
    }
    if (example.empty())
        return fail(ErrorKind::Invalid, "the pattern is empty; write at least the program's name");
    auto line = ruleText(request.rule, {example});
    if (!line)
        return std::unexpected(line.error());
    const std::string folder = userRulesFolder(access.paths);
    if (isForUserOnly(request.rule) && !resolvedFile(file).starts_with(resolvedPath(folder) + '/'))
        return fail(ErrorKind::Refused, "--sandbox, --env and --answers-prompts go into your own rules only, " +
                                            visible(folder, 1024) +
                                            "; leave --layer out, or write the rule into the file by hand");
    edit.source = sourceOf(resolvedFile(file), access.paths);
    edit.addedLine = std::move(*line);
    edit.header = "# Rules added by `exeat rules add`. Edit freely.\n";
    return edit;
}

wire::ControlReply planReply(std::uint64_t request, const RulesEdit& edit) {
    auto plan = RulesEditor::plan(edit);
    if (!plan)
        return failed(request, plan.error());
    return wire::RulesEditPlan{
        request,          plan->file, plan->effect, std::move(plan->removedLines), std::move(plan->addedLines),
        plan->contentHash};
}

/** Everything an edit needs on the other thread. */
struct EditJob {
    std::uint64_t request = 0;
    RulesEdit edit;
    std::string contentHash;
    AnswerContext who;
    std::string description;
    std::string stateFolder;

    wire::ControlReply operator()() const {
        if (contentHash.empty())
            return planReply(request, edit);
        const auto done = RulesEditor(stateFolder).carryOut(edit, [this](const EditPlan& plan) { return mayDo(plan); });
        if (!done)
            return failed(request, done.error());
        qCInfo(lcRules, "%s: %s by %s", visible(edit.source.file, 1024).c_str(),
               edit.addedLine.empty() ? "rule removed" : "rule added", description.c_str());
        return wire::RequestDone{request};
    }

    Result<void> mayDo(const EditPlan& plan) const {
        if (plan.contentHash != contentHash)
            return fail(ErrorKind::Refused, visible(plan.file, 1024) +
                                                " has changed meanwhile; nothing was done, look again and repeat it");
        return plan.effect == EditEffect::Loosens ? mayTrust(who) : Result<void>();
    }
};

} // namespace

ControlRules::ControlRules(RulesAccess& access, QObject* parent) : QObject(parent), m_access(access) {}

void ControlRules::refuse(std::uint64_t request, const Error& error) {
    emit reply(failed(request, error));
}

void ControlRules::start(std::uint64_t request, Job job) {
    if (m_open >= limits::rulesQuestions) {
        refuse(request, {ErrorKind::Limit, "too many questions about rules at once; wait for an answer first", 0});
        return;
    }
    ++m_open;
    auto promise = std::make_shared<QPromise<wire::ControlReply>>();
    auto* watcher = new QFutureWatcher<wire::ControlReply>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher] {
        --m_open;
        watcher->deleteLater();
        emit reply(watcher->result());
    });
    watcher->setFuture(promise->future());
    m_access.worker->start([promise, work = std::move(job)] {
        promise->start();
        promise->addResult(work());
        promise->finish();
    });
}

void ControlRules::ask(const wire::ListRules& request) {
    if (auto good = checkDirectory(request.directory); !good)
        return refuse(request.request, good.error());
    start(request.request,
          [number = request.request, directory = request.directory,
           picture = m_access.picture(request.directory)]() -> wire::ControlReply {
              wire::RulesListing listing{number, directory, listedFolders(picture), picture.snapshot.brokenNote};
              return fitted(std::move(listing), replyBytes);
          });
}

void ControlRules::ask(const wire::ExplainCommand& request) {
    if (auto good = checkDirectory(request.workdir); !good)
        return refuse(request.request, good.error());
    ExplainQuestion question{request.argv,
                             request.script,
                             request.workdir,
                             request.searchPath,
                             m_access.writableRoots(request.workdir),
                             m_access.heuristics()};
    start(request.request,
          [number = request.request, question = std::move(question), replacement = request.replacement,
           picture = m_access.picture(request.workdir)]() -> wire::ControlReply {
              Result<PolicySnapshot> snapshot = picture.snapshot;
              if (replacement)
                  snapshot = withReplacedFile(picture, replacement->file, replacement->text);
              if (!snapshot)
                  return failed(number, snapshot.error());
              auto commands = explain(question, std::move(*snapshot));
              if (!commands)
                  return failed(number, commands.error());
              return fitted(wire::Explanation{number, std::move(*commands)}, replyBytes);
          });
}

void ControlRules::ask(const wire::CheckRulesText& request) {
    if (auto good = checkDirectory(request.directory); !good)
        return refuse(request.request, good.error());
    const PolicyPicture picture = m_access.picture(request.directory);
    ProgramPlaces places{request.searchPath, request.directory, picture.snapshot.agentWritableRoots,
                         m_access.writableRoots(request.directory)};
    std::vector<CheckedText> texts;
    for (const wire::RulesText& text : request.texts)
        texts.push_back({sourceOf(resolvedFile(text.file), m_access.paths), text.text});
    start(request.request,
          [number = request.request, picture, places = std::move(places),
           texts = std::move(texts)]() -> wire::ControlReply {
              CheckResult result = texts.empty() ? checkPicture(picture, places) : checkTexts(texts, places);
              return fitted(wire::RulesFindings{number, std::move(result.findings), result.rules, 0}, replyBytes);
          });
}

void ControlRules::edit(const wire::AddRule& request, const AnswerContext& who, const std::string& description) {
    auto edit = editOf(request, m_access);
    if (!edit)
        return refuse(request.request, edit.error());
    start(request.request, EditJob{request.request, std::move(*edit), request.contentHash, who, description,
                                   m_access.paths.stateFolder});
}

void ControlRules::edit(const wire::RemoveRule& request, const AnswerContext& who, const std::string& description) {
    RulesEdit edit;
    edit.source = sourceOf(resolvedFile(request.file), m_access.paths);
    edit.removedLine = request.line;
    start(request.request,
          EditJob{request.request, std::move(edit), request.contentHash, who, description, m_access.paths.stateFolder});
}

} // namespace exeat
