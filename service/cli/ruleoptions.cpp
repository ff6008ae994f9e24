#include "service/cli/ruleoptions.h"

#include "service/cli/words.h"
#include "shared/base/text.h"
#include "shared/domain/outsidevariables.h"

#include <algorithm>
#include <filesystem>

namespace exeat {
namespace {

Result<RuleDecision> decisionNamed(const std::string& text) {
    for (const auto decision : {RuleDecision::Allow, RuleDecision::Prompt, RuleDecision::Forbidden}) {
        if (word(decision) == text)
            return decision;
    }
    return fail(ErrorKind::Invalid, "--decision is allow, prompt or forbidden");
}

Result<RuleSandbox> sandboxNamed(const std::string& text) {
    for (const auto sandbox :
         {RuleSandbox::None, RuleSandbox::ReadOnly, RuleSandbox::WorkspaceWrite, RuleSandbox::Network}) {
        if (word(sandbox) == text)
            return sandbox;
    }
    return fail(ErrorKind::Invalid, "--sandbox is read-only, workspace-write, network or none");
}

/** What only a command that runs has. */
Result<void> checkTogether(const PrefixRule& rule) {
    if (rule.answersPrompts && rule.decision != RuleDecision::Allow)
        return fail(ErrorKind::Invalid,
                    "only an allow answers prompts; take --answers-prompts out, or add --decision allow");
    if (rule.confirmedOnly && rule.decision != RuleDecision::Allow)
        return fail(ErrorKind::Invalid,
                    "only an allow asks for a confirmed file; take --confirmed out, or add --decision allow");
    const bool runs = rule.decision != RuleDecision::Forbidden;
    if (!runs && (rule.sandbox != RuleSandbox::None || !rule.passEnvironment.empty()))
        return fail(ErrorKind::Invalid, "what is forbidden runs nowhere; take --sandbox and --env out, or add "
                                        "--decision allow or prompt");
    return {};
}

} // namespace

RuleOptions::RuleOptions(QCommandLineParser& parser)
    : m_parser(parser),
      m_layer(QStringLiteral("layer"),
              QStringLiteral("user (default): your own rules; project-exeat: .exeat/rules of this project; or a file."),
              QStringLiteral("WHERE"), QStringLiteral("user")),
      m_decision(QStringLiteral("decision"), QStringLiteral("allow, prompt (default) or forbidden."),
                 QStringLiteral("WORD"), QStringLiteral("prompt")),
      m_justification(QStringLiteral("justification"),
                      QStringLiteral("Why; the agent is told, too, where it is refused."), QStringLiteral("TEXT")),
      m_exact(QStringLiteral("exact"), QStringLiteral("For exactly these words; no more may follow.")),
      m_sandbox(QStringLiteral("sandbox"),
                QStringLiteral("Where an allow or a prompt lets it run: read-only, workspace-write, network (inside, "
                               "but with it), or none (default): outside. Your own rules only."),
                QStringLiteral("WORD"), QStringLiteral("none")),
      m_environment(QStringLiteral("env"),
                    QStringLiteral("A variable that follows the command out as the agent has set it; may be repeated. "
                                   "Your own rules only."),
                    QStringLiteral("NAME")),
      m_answersPrompts(QStringLiteral("answers-prompts"),
                       QStringLiteral("The allow also answers other rules' prompts about it. Your own rules only.")),
      m_confirmed(QStringLiteral("confirmed"),
                  QStringLiteral("The allow counts only while the file's content is the one that you confirmed "
                                 "(exeat trust file PATH). Your own rules only.")) {
    m_parser.addOptions(
        {m_layer, m_decision, m_justification, m_exact, m_sandbox, m_environment, m_answersPrompts, m_confirmed});
}

Result<wire::AddRule> RuleOptions::addition(const Arguments& arguments) const {
    if (!m_parser.positionalArguments().isEmpty() || arguments.rest.empty())
        return fail(ErrorKind::Invalid, "give the pattern behind `--`, word by word: exeat rules add -- git push");
    wire::AddRule request;
    request.request = 1;
    auto wanted = rule(arguments.rest);
    if (!wanted)
        return std::unexpected(wanted.error());
    request.rule = std::move(*wanted);
    if (auto good = place(request); !good)
        return std::unexpected(good.error());
    return request;
}

Result<PrefixRule> RuleOptions::rule(const std::vector<std::string>& pattern) const {
    PrefixRule rule;
    for (const std::string& word : pattern)
        rule.pattern.push_back({{word}});
    const auto decision = decisionNamed(m_parser.value(m_decision).toStdString());
    if (!decision)
        return std::unexpected(decision.error());
    rule.decision = *decision;
    const auto sandbox = sandboxNamed(m_parser.value(m_sandbox).toStdString());
    if (!sandbox)
        return std::unexpected(sandbox.error());
    rule.sandbox = *sandbox;
    auto names = environmentNames();
    if (!names)
        return std::unexpected(names.error());
    rule.passEnvironment = std::move(*names);
    rule.justification = m_parser.value(m_justification).toStdString();
    rule.exact = m_parser.isSet(m_exact);
    rule.answersPrompts = m_parser.isSet(m_answersPrompts);
    rule.confirmedOnly = m_parser.isSet(m_confirmed);
    if (auto good = checkTogether(rule); !good)
        return std::unexpected(good.error());
    return rule;
}

Result<std::vector<std::string>> RuleOptions::environmentNames() const {
    std::vector<std::string> names;
    const QStringList given = m_parser.values(m_environment);
    for (const QString& one : given) {
        const std::string name = one.toLocal8Bit().toStdString();
        if (name.empty() || name.contains('='))
            return fail(ErrorKind::Invalid, "--env takes the name of a variable, without a value, not `" +
                                                visible(name, 128) + "`; its value is the one the agent has set");
        if (steersLoader(name))
            return fail(ErrorKind::Invalid, "--env " + visible(name, 128) +
                                                " would have no effect: it loads code into any program, so it never "
                                                "follows one out as the agent has set it; take it out");
        if (std::ranges::find(names, name) == names.end())
            names.push_back(name);
    }
    return names;
}

Result<void> RuleOptions::place(wire::AddRule& request) const {
    const QString layer = m_parser.value(m_layer);
    if (layer == QLatin1String("user"))
        return {};
    if (layer == QLatin1String("project-exeat")) {
        auto here = existingFolder(QStringLiteral("."));
        if (!here)
            return std::unexpected(here.error());
        request.target = wire::RulesTarget::ProjectExeat;
        request.place = std::move(*here);
        return {};
    }
    if (!layer.endsWith(QLatin1String(".rules")))
        return fail(ErrorKind::Invalid, "--layer is user, project-exeat or a file NAME.rules");
    request.target = wire::RulesTarget::File;
    request.place = absolutePath(layer.toLocal8Bit().toStdString());
    return {};
}

std::string absolutePath(const std::string& file) {
    std::error_code error;
    const auto path = std::filesystem::absolute(file, error);
    return error ? file : path.lexically_normal().string();
}

} // namespace exeat
