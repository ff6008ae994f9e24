#include "service/gate/intercept/codexjson.h"

#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <nlohmann/json.hpp>

#include <set>

namespace exeat::gate::codex {

namespace {

using nlohmann::json;

std::unexpected<Error> malformed() {
    return fail(ErrorKind::Invalid, "a request that is not the JSON it should be");
}

/** Too deep is left out while parsing, so that neither memory nor destruction depend on the peer's nesting. */
json parseBounded(std::string_view payload) {
    bool tooDeep = false;
    const auto guard = [&](int depth, json::parse_event_t, json&) {
        tooDeep = tooDeep || depth > limits::jsonDepth;
        return !tooDeep;
    };
    json value = json::parse(payload, guard, false);
    return tooDeep ? json(json::value_t::discarded) : value;
}

bool takeText(const json& object, const char* key, std::string& out) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string())
        return false;
    out = found->get<std::string>();
    return out.find('\0') == std::string::npos;
}

bool takeArgv(const json& object, std::vector<std::string>& out) {
    const auto found = object.find("argv");
    if (found == object.end() || !found->is_array())
        return false;
    for (const json& item : *found) {
        if (!item.is_string())
            return false;
        out.push_back(item.get<std::string>());
        if (out.back().find('\0') != std::string::npos)
            return false;
    }
    return true;
}

bool takeEnvironment(const json& object, std::vector<std::string>& out) {
    const auto found = object.find("env");
    if (found == object.end() || !found->is_object())
        return false;
    for (const auto& [name, value] : found->items()) {
        if (!value.is_string())
            return false;
        out.push_back(name + "=" + value.get<std::string>());
        if (out.back().find('\0') != std::string::npos)
            return false;
    }
    return true;
}

} // namespace

Result<ClaimedCommand> parseRequest(std::string_view payload) {
    if (!payload.starts_with('{'))
        return malformed();
    const json value = parseBounded(payload);
    ClaimedCommand command;
    if (!value.is_object() || !takeText(value, "file", command.file) || !takeText(value, "workdir", command.workdir) ||
        !takeArgv(value, command.argv) || !takeEnvironment(value, command.environment))
        return malformed();
    return command;
}

Result<std::vector<int>> parseDescriptors(std::string_view payload) {
    const json value = payload.starts_with('{') ? parseBounded(payload) : json();
    if (!value.is_object() || !value.contains("fds") || !value["fds"].is_array())
        return malformed();
    const json& list = value["fds"];
    if (list.size() > limits::inheritedFds)
        return fail(ErrorKind::Limit, "more descriptors than a program may inherit");
    std::vector<int> numbers;
    std::set<int> seen;
    for (const json& item : list) {
        if (!item.is_number_integer() || item < 0 || item > 0x7FFFFFFF || !seen.insert(item.get<int>()).second)
            return malformed();
        numbers.push_back(item.get<int>());
    }
    return numbers;
}

std::string runAnswer() {
    return R"({"action":"Run"})";
}

std::string escalateAnswer() {
    return R"({"action":"Escalate"})";
}

std::string denyAnswer(std::string_view reason) {
    return json{{"action", {{"Deny", {{"reason", toUtf8(reason)}}}}}}.dump();
}

std::string exitMessage(ExitStatus status) {
    return json{{"exit_code", status.shellCode()}}.dump();
}

} // namespace exeat::gate::codex
