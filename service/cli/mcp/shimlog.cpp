#include "service/cli/mcp/shimlog.h"

#include "shared/base/text.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace exeat {
namespace {

ShimLogLevel chosenLevel() {
    const char* value = std::getenv("EXEAT_LOG"); // NOLINT(concurrency-mt-unsafe): the shim has one thread
    const std::string_view name = value != nullptr ? value : "";
    if (name == "debug" || name == "trace")
        return ShimLogLevel::Debug;
    return name == "info" ? ShimLogLevel::Info : ShimLogLevel::Error;
}

} // namespace

void shimLog(ShimLogLevel level, std::string_view text) {
    static const ShimLogLevel most = chosenLevel();
    if (level > most)
        return;
    const std::string line = "exeat mcp: " + visible(text) + '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
}

} // namespace exeat
