#include "tests/mcp/fuzztargets.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    exeat::test::fuzzRequestState({reinterpret_cast<const char*>(data), size});
    return 0;
}
