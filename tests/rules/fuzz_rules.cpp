#include "rules/policy.h"

#include <cstdint>
#include <cstdlib>

#ifdef EXEAT_REPLAY
#define ENTRY fuzzRules
#else
#define ENTRY LLVMFuzzerTestOneInput
#endif

extern "C" int ENTRY(const std::uint8_t* data, std::size_t size);

/** Any bytes as a rules file: an answer, an error inside the text, never more. What is parsed can be judged. */
extern "C" int ENTRY(const std::uint8_t* data, std::size_t size) {
    using namespace exeat;
    const std::string text(data, data + size);
    for (const auto vocabulary : {rules::Vocabulary::Codex, rules::Vocabulary::Exeat}) {
        const auto parsed = rules::parseRules(text, "fuzz.rules", Layer::User, vocabulary);
        if (!parsed) {
            const auto& error = parsed.error();
            if (error.line < 1 || error.column < 1 || error.message.empty() || rules::errorText(error).empty())
                std::abort();
            continue;
        }
        PolicySnapshot snapshot;
        snapshot.rules = parsed->rules;
        snapshot.hostExecutables = parsed->hostExecutables;
        rules::ProgramFacts program;
        program.calledAs = program.realPath = "/usr/bin/git";
        program.names = {"git"};
        // Nothing here proves what the program is, so nothing may let it out.
        if (rules::judge(snapshot, program, {"git", "push"}).verdict == Verdict::Escalate)
            std::abort();
    }
    return 0;
}
