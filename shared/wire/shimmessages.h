#pragma once

#include "shared/base/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/**
 * mcp.sock: `exeat mcp` (the shim) and exeatd. The shim says hello once and is welcomed, then every line of its
 * standard input is a Line, and every Line that comes back is a line of its standard output. The service takes identity
 * from the kernel; environment and workdir are the agent's own and decide nothing outside the sandbox.
 */
namespace exeat::wire {

struct ShimHello {
    std::uint32_t version = 0;
    std::string workdir;
    std::vector<std::string> environment; ///< NAME=value
    std::string bashPath;                 ///< --bash or CODEX_BASH_PATH; empty = ours
    std::string execHelperPath;           ///< --execve; empty = ours
    bool preserveProgramPaths = false;
    /** After the service was lost: the params of the `initialize` that this agent's connection began with, as JSON. */
    std::string resumedInitialize;
    bool operator==(const ShimHello&) const = default;
};

/** One JSON-RPC message without its newline. */
struct McpLine {
    std::string json;
    bool operator==(const McpLine&) const = default;
};

/** The service will not serve this shim; the text is for stderr, then the connection ends. */
struct ShimRefused {
    std::string text;
    bool operator==(const ShimRefused&) const = default;
};

/** The answer to hello. Lines come after it: what is lost before was asked of nobody, and can be asked again. */
struct ShimWelcome {
    std::uint32_t version = 0;
    bool operator==(const ShimWelcome&) const = default;
};

using ShimMessage = std::variant<ShimHello, McpLine, ShimRefused, ShimWelcome>;

std::string encode(const ShimMessage& message);
Result<ShimMessage> decodeShimMessage(std::string_view bytes);

} // namespace exeat::wire
