#include "service/cli/linthere.h"

#include "service/cli/rulesplace.h"
#include "service/explain/rulesreport.h"

#include <string>

namespace exeat {
namespace {

rules::RulesSource sourceOf(const std::string& file) {
    const std::string folder = file.substr(0, file.rfind('/'));
    const bool ofProject = folder.ends_with("/.codex/rules") || folder.ends_with("/.exeat/rules");
    const bool ofCodex = rulesPlaceOf(file) == RulesPlaceKind::Codex;
    return {file, ofProject ? Layer::Project : Layer::User, ofCodex ? Vocabulary::Codex : Vocabulary::Exeat};
}

} // namespace

wire::RulesFindings lintHere(const std::vector<wire::RulesText>& texts) {
    std::vector<CheckedText> checked;
    for (const wire::RulesText& text : texts)
        checked.push_back({sourceOf(text.file), text.text});
    CheckResult result = checkTexts(checked, {{}, "/", {}, {}}); // no search path: no program is looked for
    return {1, std::move(result.findings), result.rules, 0};
}

} // namespace exeat
