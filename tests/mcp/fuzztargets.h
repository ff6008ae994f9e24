#pragma once

#include <cstddef>
#include <string_view>

/** What the fuzz programs feed, shared with the unit tests that replay their corpora. Each aborts on a broken promise.
 */
namespace exeat::test {

void fuzzJsonRpc(std::string_view bytes);
void fuzzSandboxState(std::string_view bytes);
void fuzzRequestState(std::string_view bytes);

using FuzzTarget = void (*)(std::string_view bytes);
/** Feeds every file of a corpus; how many there were. */
std::size_t replay(const char* folder, FuzzTarget target);

} // namespace exeat::test
