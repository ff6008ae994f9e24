#include "service/cli/linthere.h"

#include "service/explain/rulesreport.h"

#include <cstdlib>
#include <string>

namespace exeat {
namespace {

/** By its place only: what else is known of folders of rules, the service knows. */
rules::RulesSource sourceOf(const std::string& file) {
    const std::string folder = file.substr(0, file.rfind('/'));
    const char* codexHome = std::getenv("CODEX_HOME"); // NOLINT(concurrency-mt-unsafe): read only
    const bool ofProject = folder.ends_with("/.codex/rules") || folder.ends_with("/.exeat/rules");
    const bool ofCodex = folder.ends_with("/.codex/rules") || folder == "/etc/codex/rules" ||
                         (codexHome != nullptr && folder == std::string(codexHome) + "/rules");
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
