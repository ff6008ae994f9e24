#include "rules/matching.h"
#include "rules/policy.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>

using namespace exeat;
using nlohmann::json;

namespace {

enum class Outcome { Passes, CommandLine, Differs };

struct Answer {
    std::optional<rules::RulesError> error;
    json report;
};

const char* word(RuleDecision decision) {
    return decision == RuleDecision::Allow ? "allow" : decision == RuleDecision::Prompt ? "prompt" : "forbidden";
}

/** What `execpolicy check` would print, built on Codex's own lookup. */
Answer check(const json& one) {
    std::vector<std::string> texts{one["rules"]};
    for (const auto& more : one.value("more_files", json::array()))
        texts.push_back(more);
    std::vector<PrefixRule> all;
    std::vector<HostExecutable> hosts;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string file = i == 0 ? "policy.rules" : "more" + std::to_string(i) + ".rules";
        const auto parsed = rules::parseRules(texts[i], file, Layer::User, rules::Vocabulary::Codex);
        if (!parsed)
            return {parsed.error(), {}};
        all.insert(all.end(), parsed->rules.begin(), parsed->rules.end());
        hosts.insert(hosts.end(), parsed->hostExecutables.begin(), parsed->hostExecutables.end());
    }
    const auto flags = one["flags"].get<std::vector<std::string>>();
    const bool resolve = std::find(flags.begin(), flags.end(), "--resolve-host-executables") != flags.end();
    const auto matches = rules::codexLookup(all, hosts, one["cmd"].get<std::vector<std::string>>(),
                                            resolve ? rules::ResolvePrograms::Yes : rules::ResolvePrograms::No, "/w");
    json report{{"matchedRules", json::array()}};
    auto strictest = RuleDecision::Allow;
    for (const auto& match : matches) {
        json entry{{"matchedPrefix", match.matchedPrefix}, {"decision", word(match.rule->decision)}};
        if (!match.resolvedProgram.empty())
            entry["resolvedProgram"] = match.resolvedProgram;
        if (!match.rule->justification.empty())
            entry["justification"] = match.rule->justification;
        report["matchedRules"].push_back({{"prefixRuleMatch", entry}});
        strictest = std::max(strictest, match.rule->decision);
    }
    if (!matches.empty())
        report["decision"] = word(strictest);
    return {std::nullopt, report};
}

Outcome outcome(const json& one) {
    if (one["exit"] == 2)
        return Outcome::CommandLine;
    const Answer answer = check(one);
    if (one["exit"] == 0)
        return !answer.error && answer.report == one["expect"] ? Outcome::Passes : Outcome::Differs;
    if (!answer.error || !one.contains("error"))
        return Outcome::Differs;
    const json& expected = one["error"];
    // The file too is told by the recorded position; failing examples carry none.
    if (expected.contains("line") && !expected["line"].is_null() &&
        (expected["line"] != answer.error->line || expected["file"] != answer.error->file))
        return Outcome::Differs;
    return Outcome::Passes;
}

} // namespace

/** 268 runs of the real `codex execpolicy check`: the same report, or a fault on the same line of the same file. */
class RecordedTest : public QObject {
    Q_OBJECT
private slots:
    void cases() {
        std::ifstream file(TEST_DATA "/execpolicy-check.json");
        const json all = json::parse(file);
        QCOMPARE(all.size(), std::size_t{268});
        std::map<Outcome, int> counts;
        for (const auto& one : all) {
            const Outcome result = outcome(one);
            ++counts[result];
            if (result == Outcome::Differs) {
                const Answer answer = check(one);
                qInfo("differs: %s: %s", one["name"].get<std::string>().c_str(),
                      answer.error ? rules::errorText(*answer.error).c_str() : answer.report.dump().c_str());
            }
        }
        QCOMPARE(counts[Outcome::Differs], 0);
        QCOMPARE(counts[Outcome::CommandLine], 1); // no command at all, which the program `exeat` refuses
        QCOMPARE(counts[Outcome::Passes], 267);
    }
};

QTEST_APPLESS_MAIN(RecordedTest)
#include "tst_recorded.moc"
