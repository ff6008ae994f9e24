#include "service/cli/commands.h"
#include "service/cli/output.h"

namespace exeat {

/** Of a tree without service/cli/mcp. */
int mcpCommand(const Arguments&) {
    complain("this exeat was built without its MCP part (service/cli/mcp)");
    return exitFailure;
}

} // namespace exeat
