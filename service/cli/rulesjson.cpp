#include "service/cli/rulesjson.h"

#include "service/cli/json.h"
#include "service/cli/words.h"
#include "shared/base/text.h"

#include <nlohmann/json.hpp>

namespace exeat {
namespace {

using nlohmann::json;

/** Each place of a pattern is a list: any of its words. */
json patternToJson(const std::vector<PatternToken>& pattern) {
    json list = json::array();
    for (const PatternToken& token : pattern)
        list.push_back(wordsToJson(token.anyOf));
    return list;
}

json ruleToJson(const ListedRule& listed) {
    const PrefixRule& rule = listed.rule;
    json exceptions = json::array();
    for (const auto& pattern : rule.unless)
        exceptions.push_back(patternToJson(pattern));
    return {{"line", rule.line},
            {"decision", word(rule.decision)},
            {"pattern", patternToJson(rule.pattern)},
            {"justification", toUtf8(rule.justification)},
            {"may_loosen", rule.loosens},
            {"removed", listed.removed},
            {"exact", rule.exact},
            {"canonical_matching", rule.canonical},
            {"unless", std::move(exceptions)},
            {"env", wordsToJson(rule.passEnvironment)},
            {"sandbox", word(rule.sandbox)},
            {"answers_prompts", rule.answersPrompts},
            {"confirmed", rule.confirmedOnly}};
}

json fileToJson(const ListedFile& file) {
    json rules = json::array();
    for (const ListedRule& rule : file.rules)
        rules.push_back(ruleToJson(rule));
    json hosts = json::array();
    for (const HostExecutable& host : file.hosts)
        hosts.push_back({{"line", host.line},
                         {"name", toUtf8(host.name)},
                         {"paths", wordsToJson(host.paths)},
                         {"may_loosen", host.loosens}});
    json network = json::array();
    for (const NetworkRule& rule : file.network)
        network.push_back({{"line", rule.line},
                           {"host", toUtf8(rule.host)},
                           {"protocol", word(rule.protocol)},
                           {"decision", word(rule.decision)},
                           {"justification", toUtf8(rule.justification)},
                           {"enforced", false}});
    return {{"path", toUtf8(file.path)},
            {"state", word(file.state)},
            {"problem", toUtf8(file.problem)},
            {"problem_line", file.line},
            {"problem_column", file.column},
            {"rules", std::move(rules)},
            {"host_executables", std::move(hosts)},
            {"network_rules", std::move(network)},
            {"left_out", file.leftOut}};
}

json trialToJson(const RuleTrial& trial) {
    return {{"layer", word(trial.layer)},
            {"file", toUtf8(trial.file)},
            {"line", trial.line},
            {"decision", word(trial.decision)},
            {"pattern", patternToJson(trial.pattern)},
            {"justification", toUtf8(trial.justification)},
            {"outcome", word(trial.outcome)},
            {"why", toUtf8(trial.why)}};
}

json commandToJson(const ExplainedCommand& command) {
    json trials = json::array();
    for (const RuleTrial& trial : command.trials)
        trials.push_back(trialToJson(trial));
    return {{"argv", wordsToJson(command.argv)},
            {"program",
             {{"search", word(command.search)},
              {"file", toUtf8(command.file)},
              {"real_path", toUtf8(command.realPath)},
              {"names", wordsToJson(command.names)},
              {"origin", word(command.origin)}}},
            {"rules", std::move(trials)},
            {"left_out", command.leftOut},
            {"verdict", word(command.verdict)},
            {"reason", toUtf8(command.reason)},
            {"consequence", toUtf8(command.consequence)},
            {"notes", wordsToJson(command.notes)}};
}

} // namespace

json toJson(const wire::RulesListing& listing) {
    json folders = json::array();
    for (const ListedFolder& folder : listing.folders) {
        json files = json::array();
        for (const ListedFile& file : folder.files)
            files.push_back(fileToJson(file));
        folders.push_back({{"layer", word(folder.layer)},
                           {"path", toUtf8(folder.path)},
                           {"vocabulary", word(folder.vocabulary)},
                           {"problem", toUtf8(folder.problem)},
                           {"files", std::move(files)}});
    }
    return {{"directory", toUtf8(listing.directory)},
            {"folders", std::move(folders)},
            {"allow_is_asked_because", toUtf8(listing.brokenNote)}};
}

json toJson(const wire::Explanation& explanation) {
    json commands = json::array();
    for (const ExplainedCommand& command : explanation.commands)
        commands.push_back(commandToJson(command));
    return {{"commands", std::move(commands)}};
}

json toJson(const wire::RulesFindings& findings) {
    json list = json::array();
    for (const RulesFinding& finding : findings.findings)
        list.push_back({{"kind", word(finding.kind)},
                        {"severity", word(finding.severity)},
                        {"file", toUtf8(finding.file)},
                        {"line", finding.line},
                        {"column", finding.column},
                        {"message", toUtf8(finding.message)},
                        {"excerpt", toUtf8(finding.excerpt)},
                        {"excerpt_column", finding.excerptColumn},
                        {"other_file", toUtf8(finding.otherFile)},
                        {"other_line", finding.otherLine}});
    return {{"findings", std::move(list)}, {"rules", findings.rules}, {"left_out", findings.leftOut}};
}

} // namespace exeat
