#include "service/policy/projectcontent.h"

#include "shared/qt/sha256.h"
#include "shared/wire/codec.h"

#include <algorithm>

namespace exeat {
namespace {

std::string hashOf(const RulesTexts& texts) {
    wire::Writer writer; // with lengths, so that nothing can move from one file to the next unnoticed
    for (const auto& [path, text] : texts) {
        writer.put(path);
        writer.put(text);
    }
    return sha256Hex(writer.take());
}

void forgetPlaces(rules::RulesFile& declared) {
    const auto forget = [](auto& list) {
        for (auto& one : list) {
            one.file.clear();
            one.line = 0;
        }
    };
    forget(declared.rules);
    forget(declared.hostExecutables);
    forget(declared.networkRules);
}

} // namespace

ProjectContent contentOf(const std::string& directory, const ProjectFolders& folders) {
    ProjectContent content;
    for (const auto& folder : folders) {
        for (const auto& [path, text] : folder->texts)
            content.texts.emplace(path.substr(directory == "/" ? 1 : directory.size() + 1), text);
        for (const auto& file : folder->declared)
            rules::append(content.declared, *file);
        content.problems.insert(content.problems.end(), folder->problems.begin(), folder->problems.end());
        if (content.brokenNote.empty())
            content.brokenNote = folder->brokenNote;
    }
    content.hash = hashOf(content.texts);
    return content;
}

rules::RulesFile declaredBy(const RulesTexts& texts, const std::string& directory) {
    rules::RulesFile declared;
    for (const auto& [path, text] : texts) { // in the order of folders and names, as they were read
        const auto vocabulary = path.starts_with(".exeat/") ? rules::Vocabulary::Exeat : rules::Vocabulary::Codex;
        const std::string file = (directory == "/" ? "" : directory) + '/' + path;
        if (const auto parsed = rules::parseRules(text, file, Layer::Project, vocabulary))
            rules::append(declared, *parsed);
    }
    return declared;
}

bool meansTheSame(rules::RulesFile a, rules::RulesFile b) {
    forgetPlaces(a);
    forgetPlaces(b);
    return a == b;
}

std::size_t looseningIn(const rules::RulesFile& declared) {
    const auto loosens = [](const PrefixRule& rule) {
        return rule.decision == RuleDecision::Allow || !rule.passEnvironment.empty();
    };
    return declared.hostExecutables.size() + static_cast<std::size_t>(std::ranges::count_if(declared.rules, loosens));
}

} // namespace exeat
