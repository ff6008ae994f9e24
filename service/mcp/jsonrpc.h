#pragma once

#include "service/mcp/json.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

/** JSON-RPC 2.0 (jsonrpc.org/specification) as MCP uses it: bytes in, messages out; ids are strings or integers. */
namespace exeat::mcp {

/** Echoed exactly as it came: its JSON type is kept. */
using RequestId = std::variant<std::int64_t, std::uint64_t, std::string>;

/** mcp.md §1.5. */
enum class RpcCode : int {
    ParseError = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
    Internal = -32603,
    UnsupportedVersion = -32022,
};

struct RpcError {
    RpcCode code = RpcCode::Internal;
    std::string text;
    Json data; ///< null = none
};

struct Request {
    RequestId id;
    std::string method;
    Json params = Json::object();
};

struct Notification {
    std::string method;
    Json params = Json::object();
};

/** The peer's answer to a request of ours. */
struct Response {
    RequestId id;
    bool isError = false;
    Json value; ///< result, or the error object
};

/** Cannot be served; answered with `error` and `id` if it could be read. */
struct Invalid {
    std::optional<RequestId> id;
    RpcError error;
};

using Message = std::variant<Request, Notification, Response, Invalid>;

/** One line: a single message, or the members of an array. */
struct ParsedLine {
    bool batch = false;
    std::vector<Message> messages; ///< exactly one unless `batch`; at most limits::requestsPerConnection
};

ParsedLine parseLine(std::string_view line);

std::optional<RequestId> readRequestId(const Json& value);
Json toJson(const RequestId& id);

Json resultMessage(const RequestId& id, Json result);
/** Without an id (unreadable request) the member is left out or null, see mcp.md §1.1: null is what all take. */
Json errorMessage(const std::optional<RequestId>& id, const RpcError& error);
Json requestMessage(const RequestId& id, const std::string& method, Json params);
Json notificationMessage(const std::string& method, Json params);

} // namespace exeat::mcp
