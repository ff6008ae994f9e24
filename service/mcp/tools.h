#pragma once

#include "service/mcp/era.h"
#include "service/mcp/runreport.h"

#include <variant>

/** The tools as a client sees them, and the form that each revision gives to results (mcp.md §3.4). */
namespace exeat::mcp {

/** The list for `tools/list`: stable order, only members that the revision knows. */
Json toolList(Revision revision);

/** For the model, in `initialize` and `server/discover`. */
const char* instructions();
Json serverInfo();
Json serverCapabilities();

/** A round of a modern call: the client asks a person and calls again (mcp.md §2.5). */
struct InputRequired {
    Json requests;
    std::string state;
};

/** The single answer of one tools/call. */
using ToolReply = std::variant<ToolResult, InputRequired, RpcError>;

/** Adds resultType and serverInfo where the revision wants them. */
Json finishResult(Json result, Revision revision);
/** As finishResult(), for what a client may keep: lists and server/discover. */
Json finishCacheableResult(Json result, Revision revision);
Json finishToolResult(ToolResult result, Revision revision);
Json finishInputRequired(InputRequired input);

} // namespace exeat::mcp
