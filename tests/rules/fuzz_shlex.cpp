#include "rules/policy.h"

#include <cstdint>
#include <cstdlib>

#ifdef EXEAT_REPLAY
#define ENTRY fuzzShlex
#else
#define ENTRY LLVMFuzzerTestOneInput
#endif

extern "C" int ENTRY(const std::uint8_t* data, std::size_t size);

/** Words never hold more bytes than the line; words that are quoted again split into themselves. */
extern "C" int ENTRY(const std::uint8_t* data, std::size_t size) {
    const auto words = exeat::rules::splitWords(std::string(data, data + size));
    if (!words)
        return 0;
    std::string quoted;
    std::size_t bytes = 0;
    for (const auto& word : *words) {
        bytes += word.size();
        quoted += " '";
        for (const char c : word)
            quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
        quoted += '\'';
    }
    const auto again = exeat::rules::splitWords(quoted);
    if (bytes > size || !again || *again != *words)
        std::abort();
    return 0;
}
