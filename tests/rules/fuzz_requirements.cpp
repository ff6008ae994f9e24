#include "rules/requirements.h"

#include <cstdint>
#include <cstdlib>

#ifdef EXEAT_REPLAY
#define ENTRY fuzzRequirements
#else
#define ENTRY LLVMFuzzerTestOneInput
#endif

extern "C" int ENTRY(const std::uint8_t* data, std::size_t size);

/** Any bytes as requirements.toml: rules that only tighten, or an error that says something. */
extern "C" int ENTRY(const std::uint8_t* data, std::size_t size) {
    using namespace exeat;
    const auto parsed = rules::parseRequirements(std::string(data, data + size), "requirements.toml");
    if (!parsed) {
        if (parsed.error().message.empty() || parsed.error().line < 0 || rules::errorText(parsed.error()).empty())
            std::abort();
        return 0;
    }
    for (const auto& rule : parsed->rules) {
        if (rule.decision == RuleDecision::Allow || rule.loosens || rule.pattern.empty() ||
            rule.pattern.front().anyOf.empty())
            std::abort();
    }
    return 0;
}
