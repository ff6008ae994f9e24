#include "service/mcp/jsonrpc.h"

#include "shared/base/limits.h"

namespace exeat::mcp {
namespace {

Invalid invalidRequest(std::optional<RequestId> id, std::string text) {
    return {std::move(id), {RpcCode::InvalidRequest, std::move(text), nullptr}};
}

Message responseFrom(Json& json, RequestId id) {
    const bool hasResult = json.contains("result");
    const bool hasError = json.contains("error");
    if (hasResult == hasError)
        return invalidRequest(std::nullopt, "a response needs either a result or an error");
    return Response{std::move(id), hasError, std::move(json[hasError ? "error" : "result"])};
}

Message messageFrom(Json& json) {
    if (!json.is_object())
        return invalidRequest(std::nullopt, "a message must be a JSON object");
    std::optional<RequestId> id;
    const Json* rawId = member(json, "id");
    if (rawId != nullptr)
        id = readRequestId(*rawId);
    if (stringMember(json, "jsonrpc") != "2.0")
        return invalidRequest(id, "\"jsonrpc\" must be \"2.0\"");
    if (rawId != nullptr && !id)
        return invalidRequest(std::nullopt, "\"id\" must be a string or an integer");
    const Json* method = member(json, "method");
    if (method == nullptr)
        return id ? responseFrom(json, std::move(*id)) : invalidRequest(std::nullopt, "\"method\" is missing");
    if (!method->is_string())
        return invalidRequest(id, "\"method\" must be a string");
    Json params = Json::object();
    if (const auto found = json.find("params"); found != json.end())
        params = std::move(*found);
    if (!id)
        return Notification{method->get<std::string>(), std::move(params)};
    if (!params.is_object())
        return Invalid{id, {RpcCode::InvalidParams, "\"params\" must be an object", nullptr}};
    return Request{std::move(*id), method->get<std::string>(), std::move(params)};
}

ParsedLine single(Message message) {
    ParsedLine line;
    line.messages.push_back(std::move(message));
    return line;
}

} // namespace

ParsedLine parseLine(std::string_view text) {
    auto json = parseJson(text);
    if (!json) {
        const RpcCode code = json.error().kind == ErrorKind::Limit ? RpcCode::InvalidRequest : RpcCode::ParseError;
        return single(Invalid{std::nullopt, {code, json.error().text, nullptr}});
    }
    if (!json->is_array())
        return single(messageFrom(*json));
    if (json->empty())
        return single(invalidRequest(std::nullopt, "an empty array holds no message"));
    if (json->size() > limits::requestsPerConnection)
        return single(invalidRequest(std::nullopt, "more than " + std::to_string(limits::requestsPerConnection) +
                                                       " messages in one array"));
    ParsedLine line;
    line.batch = true;
    for (Json& item : *json)
        line.messages.push_back(messageFrom(item));
    return line;
}

std::optional<RequestId> readRequestId(const Json& value) {
    if (value.is_string())
        return RequestId(value.get<std::string>());
    if (value.is_number_unsigned())
        return RequestId(value.get<std::uint64_t>());
    if (value.is_number_integer())
        return RequestId(value.get<std::int64_t>());
    return std::nullopt;
}

Json toJson(const RequestId& id) {
    return std::visit([](const auto& value) { return Json(value); }, id);
}

Json resultMessage(const RequestId& id, Json result) {
    return {{"jsonrpc", "2.0"}, {"id", toJson(id)}, {"result", std::move(result)}};
}

Json errorMessage(const std::optional<RequestId>& id, const RpcError& error) {
    Json body{{"code", static_cast<int>(error.code)}, {"message", error.text}};
    if (!error.data.is_null())
        body["data"] = error.data;
    return {{"jsonrpc", "2.0"}, {"id", id ? toJson(*id) : Json(nullptr)}, {"error", std::move(body)}};
}

Json requestMessage(const RequestId& id, const std::string& method, Json params) {
    return {{"jsonrpc", "2.0"}, {"id", toJson(id)}, {"method", method}, {"params", std::move(params)}};
}

Json notificationMessage(const std::string& method, Json params) {
    return {{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}};
}

} // namespace exeat::mcp
