#pragma once

#include "service/mcp/jsonrpc.h"

#include <expected>
#include <string>

/** Which revision of MCP a request speaks (mcp.md §1). One connection may speak legacy and modern side by side. */
namespace exeat::mcp {

/** In order of their dates. */
enum class Revision { R2024_11_05, R2025_03_26, R2025_06_18, R2025_11_25, R2026_07_28 };

inline bool isModern(Revision revision) {
    return revision == Revision::R2026_07_28;
}
const char* revisionName(Revision revision);
/** The revision that an `initialize` gets: the asked one if it is a known legacy one, else the newest legacy one. */
Revision agreeLegacy(const std::string& asked);
/** What server/discover offers and error -32022 lists. */
Json modernVersions();

enum class ElicitationForm { NotOffered, Offered };

/** A client as it describes itself: evidence for nothing. */
struct ClientDescription {
    std::string name;
    std::string version;
    ElicitationForm form = ElicitationForm::NotOffered;
};

/** Reads `capabilities` and `clientInfo` objects of either era; anything missing or odd is "not offered". */
ClientDescription describeClient(const Json* capabilities, const Json* clientInfo);

/** What every request is answered by. */
struct CallContext {
    Revision revision = Revision::R2025_11_25;
    ClientDescription client;
};

/**
 * Nothing if the request carries no modern `_meta` (legacy rules hold); its context; or why its `_meta` is refused
 * (-32602, -32022): a broken modern request is never taken for a legacy one. mcp.md §1.6.
 */
std::expected<std::optional<CallContext>, RpcError> readModernContext(const Json& params);

} // namespace exeat::mcp
