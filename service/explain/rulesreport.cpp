#include "service/explain/rulesreport.h"

#include "rules/lint.h"
#include "service/explain/programsearch.h"
#include "service/gate/resolve/fileorigin.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace exeat {
namespace {

/** Of one layer and file. */
using RulesByFile = std::map<std::pair<Layer, std::string>, std::vector<const PrefixRule*>>;

RulesByFile rulesByFile(const PolicySnapshot& snapshot) {
    RulesByFile rules;
    for (const auto& rule : snapshot.rules)
        rules[{rule.layer, rule.file}].push_back(&rule);
    return rules;
}

/** Whether a rule that holds is in the text that it came from. */
bool isDeclared(const std::unordered_multimap<int, const PrefixRule*>& byLine, const PrefixRule& rule) {
    const auto [first, last] = byLine.equal_range(rule.line);
    return std::any_of(first, last, [&](const auto& entry) {
        const PrefixRule& own = *entry.second;
        return own.decision == rule.decision && own.pattern == rule.pattern && own.unless == rule.unless;
    });
}

ListedFile listedFile(const FileStatus& status, const LayerFolder& folder, const RulesByFile& rules,
                      const PolicySnapshot& snapshot) {
    ListedFile file;
    file.path = status.path;
    file.state = status.state;
    file.problem = status.problem;
    if (status.brokenText) {
        const auto parsed = rules::parseRules(*status.brokenText, status.path, folder.layer, folder.vocabulary);
        if (!parsed) {
            file.line = parsed.error().line;
            file.column = parsed.error().column;
        }
    }
    std::unordered_multimap<int, const PrefixRule*> byLine;
    for (const auto& rule : status.good.rules)
        byLine.emplace(rule.line, &rule);
    if (const auto found = rules.find({folder.layer, status.path}); found != rules.end()) {
        for (const PrefixRule* rule : found->second)
            file.rules.push_back({*rule, !isDeclared(byLine, *rule)});
    }
    for (const auto& host : snapshot.hostExecutables) {
        if (host.file == status.path)
            file.hosts.push_back(host);
    }
    file.network = status.good.networkRules;
    return file;
}

/** A repository's files that are gone while what they forbade still holds. */
void addVanished(ListedFolder& folder, const RulesByFile& rules) {
    for (const auto& [place, declared] : rules) {
        const auto& [layer, path] = place;
        const bool isHere = layer == folder.layer && path.substr(0, path.rfind('/')) == folder.path;
        if (!isHere || std::ranges::find(folder.files, path, &ListedFile::path) != folder.files.end())
            continue;
        ListedFile& file = folder.files.emplace_back();
        file.path = path;
        file.state = RulesFileState::Good;
        for (const PrefixRule* rule : declared)
            file.rules.push_back({*rule, true});
    }
}

RulesFinding brokenFinding(const rules::RulesError& error) {
    RulesFinding finding;
    finding.file = error.file;
    finding.line = error.line;
    finding.column = error.column;
    finding.message = error.message;
    finding.excerpt = error.excerpt;
    finding.excerptColumn = error.excerptColumn;
    return finding;
}

/** Of what is wrong with the whole. */
RulesFinding brokenFinding(const std::string& path, const std::string& problem) {
    RulesFinding finding;
    finding.file = path;
    finding.message = problem;
    return finding;
}

void addRules(const rules::RulesFile& file, std::vector<rules::LintedRule>& into) {
    for (std::size_t i = 0; i < file.rules.size(); ++i) {
        const bool bare = std::ranges::binary_search(file.withoutExamples, i);
        into.push_back({file.rules[i], bare ? rules::Examples::None : rules::Examples::Some});
    }
}

std::vector<rules::UnprovenProgram> unprovenAmong(const std::vector<std::string>& names, const ProgramPlaces& places) {
    const gate::WritableRoots ever(places.everWritable);
    const gate::WritableRoots here(places.writableRoots);
    const auto root = gate::openOwnRoot();
    std::vector<rules::UnprovenProgram> unproven;
    for (const std::string& name : names) {
        const std::string path = findProgram(name, places.searchPath, places.workdir);
        if (path.empty() || !root)
            continue;
        if (gate::originOf(gate::walkPath(*root, path), ever, here) != FileOrigin::Unplantable)
            unproven.push_back({name, path});
    }
    return unproven;
}

void sortByPlace(std::vector<RulesFinding>& findings) {
    std::ranges::stable_sort(findings, {}, [](const RulesFinding& finding) {
        return std::tuple(finding.file, finding.line, finding.severity);
    });
}

/** Appends to `result` what is found; `known` is all but the unproven programs. */
void lintInto(CheckResult& result, rules::LintInput known, const ProgramPlaces& places) {
    const auto unproven = unprovenAmong(rules::namesAllowed(known.rules), places);
    known.unproven = unproven;
    std::ranges::move(rules::lint(known), std::back_inserter(result.findings));
    result.rules = known.rules.size();
    sortByPlace(result.findings);
}

} // namespace

std::vector<ListedFolder> listedFolders(const PolicyPicture& picture) {
    const RulesByFile rules = rulesByFile(picture.snapshot);
    std::vector<ListedFolder> folders;
    for (const auto& status : picture.folders) {
        ListedFolder folder{status.folder.layer, status.folder.path, status.folder.vocabulary, status.problem, {}};
        for (const auto& file : status.files)
            folder.files.push_back(listedFile(file, status.folder, rules, picture.snapshot));
        addVanished(folder, rules);
        folders.push_back(std::move(folder));
    }
    return folders;
}

CheckResult checkTexts(const std::vector<CheckedText>& texts, const ProgramPlaces& places) {
    CheckResult result;
    std::vector<rules::LintedRule> all;
    std::vector<HostExecutable> hosts;
    for (const auto& one : texts) {
        const auto& [source, text] = one;
        const auto parsed = rules::parseRules(text, source.file, source.layer, source.vocabulary);
        if (!parsed) {
            result.findings.push_back(brokenFinding(parsed.error()));
            continue;
        }
        addRules(*parsed, all);
        hosts.insert(hosts.end(), parsed->hostExecutables.begin(), parsed->hostExecutables.end());
    }
    lintInto(result, {all, hosts, {}, {}}, places);
    return result;
}

CheckResult checkPicture(const PolicyPicture& picture, const ProgramPlaces& places) {
    CheckResult result;
    std::vector<rules::LintedRule> all;
    for (const auto& folder : picture.folders) {
        if (!folder.problem.empty())
            result.findings.push_back(brokenFinding(folder.folder.path, folder.problem));
        for (const auto& file : folder.files) {
            addRules(file.good, all);
            if (file.state == RulesFileState::Good)
                continue;
            const auto parsed = rules::parseRules(file.brokenText.value_or(std::string()), file.path,
                                                  folder.folder.layer, folder.folder.vocabulary);
            if (parsed) // what is wrong is not in its text: it is a link, too large, unreadable
                result.findings.push_back(brokenFinding(file.path, file.problem));
            else
                result.findings.push_back(brokenFinding(parsed.error()));
        }
    }
    // Whether a rule may loosen, only the snapshot knows.
    for (auto& one : all)
        one.rule.loosens = loosensByItself(one.rule.layer);
    lintInto(result, {all, picture.snapshot.hostExecutables, {}, picture.snapshot.confirmedFiles}, places);
    return result;
}

} // namespace exeat
