#pragma once

#include "service/policy/policystore.h"
#include "tests/policy/testtree.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

/** What the tests of the policy store share: files of rules, and what comes of them. */
namespace exeat::test {

constexpr auto userFile = "home/.codex/rules/u.rules";
constexpr auto projectFile = "w/.codex/rules/p.rules";

/** A store that never runs out of time (RulesWork), so a slow machine finds what a fast one does. */
inline std::unique_ptr<PolicyStore> createStore(const RuntimePaths& paths, std::vector<std::string> roots = {}) {
    WorkClock clock = systemWorkClock();
    clock.spent = [] { return WorkAccount::Time{}; };
    return PolicyStore::create(paths, std::move(roots), std::move(clock));
}

inline rules::ProgramFacts systemProgram(const std::string& name) {
    rules::ProgramFacts facts;
    facts.calledAs = facts.realPath = "/usr/bin/" + name;
    facts.names = {name};
    facts.unplantable = true;
    return facts;
}

/** Of a system's program, called by a session of `places[0]` from `places[1]`, in `places[2]`. */
inline Judgement judged(const PolicySnapshot& snapshot, const std::vector<std::string>& argv,
                        std::vector<std::string> places = {}) {
    auto program = systemProgram(argv.front());
    program.equalPaths = {program.realPath};
    program.places = std::move(places);
    return rules::judge(snapshot, program, argv);
}

inline Verdict verdictOf(const PolicySnapshot& snapshot, const std::vector<std::string>& argv,
                         std::vector<std::string> places = {}) {
    return judged(snapshot, argv, std::move(places)).verdict;
}

/** Five layers below `tree`, each of which forbids a program of its own: alpha to epsilon; and one file that allows. */
struct LayerFile {
    const char* program;
    const char* path;
};
inline constexpr LayerFile fiveLayers[] = {{"alpha", "install/share/exeat/rules/s.rules"},
                                           {"beta", "etc/codex/rules/a.rules"},
                                           {"gamma", userFile},
                                           {"delta", "home/.config/exeat/rules/e.rules"},
                                           {"epsilon", projectFile}};

inline bool writeFiveLayers(const TestTree& tree) {
    bool all = tree.makeRepository("w") && tree.write("home/.codex/rules/v.rules", "prefix_rule(['free'])\n");
    for (const auto& layer : fiveLayers)
        all = all && tree.write(layer.path, "prefix_rule(['" + QByteArray(layer.program) + "'], 'forbidden')\n");
    return all;
}

/** Rules that make work and say nothing; an empty loop takes two steps a turn. */
inline QByteArray burning(int turns) {
    return "def f():\n    for i in range(" + QByteArray::number(turns) + "):\n        pass\nf()\n";
}

inline bool replaceByRename(const TestTree& tree, const QString& file, const QByteArray& content) {
    return tree.write(file + ".tmp", content) && ::rename(tree.at(file + ".tmp").c_str(), tree.at(file).c_str()) == 0;
}

inline bool joined(const std::vector<std::string>& problems, const char* words) {
    return std::any_of(problems.begin(), problems.end(),
                       [&](const std::string& problem) { return problem.find(words) != std::string::npos; });
}

inline PrefixRule ruleFor(const std::vector<std::string>& words, RuleDecision decision) {
    PrefixRule rule;
    for (const auto& word : words)
        rule.pattern.push_back({{word}});
    rule.decision = decision;
    return rule;
}

} // namespace exeat::test
