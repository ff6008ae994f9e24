#pragma once

#include <string_view>

/** What the fuzz programs feed, shared with the unit tests that replay their corpora. Each aborts on a broken promise.
 */
namespace exeat::test {

void fuzzJsonRpc(std::string_view bytes);
void fuzzSandboxState(std::string_view bytes);
void fuzzRequestState(std::string_view bytes);

} // namespace exeat::test
