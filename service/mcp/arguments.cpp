#include "service/mcp/arguments.h"

#include "shared/base/limits.h"

namespace exeat::mcp {
namespace {

const Json* given(const Json& arguments, const char* name) {
    const Json* value = member(arguments, name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

std::unexpected<Error> wrong(const char* name, const std::string& rule) {
    return fail(ErrorKind::Invalid, std::string("The argument \"") + name + "\" must be " + rule + '.');
}

} // namespace

Result<std::string> textArgument(const Json& arguments, const char* name, const std::string& otherwise,
                                 std::size_t mostBytes) {
    const Json* value = given(arguments, name);
    if (value == nullptr)
        return otherwise;
    if (!value->is_string())
        return wrong(name, "a string");
    auto text = value->get<std::string>();
    if (text.size() > mostBytes)
        return wrong(name, "at most " + std::to_string(mostBytes) + " bytes long");
    if (text.find('\0') != std::string::npos)
        return wrong(name, "text without NUL characters");
    return text;
}

Result<bool> flagArgument(const Json& arguments, const char* name, bool otherwise) {
    const Json* value = given(arguments, name);
    if (value == nullptr)
        return otherwise;
    if (!value->is_boolean())
        return wrong(name, "true or false");
    return value->get<bool>();
}

Result<std::chrono::milliseconds> durationArgument(const Json& arguments, const char* name,
                                                   std::chrono::milliseconds otherwise, std::chrono::milliseconds least,
                                                   std::chrono::milliseconds most) {
    const Json* value = given(arguments, name);
    if (value == nullptr)
        return otherwise;
    const auto number = asInteger(*value);
    if (!number || *number < least.count() || *number > most.count())
        return wrong(name, "a whole number of milliseconds from " + std::to_string(least.count()) + " to " +
                               std::to_string(most.count()) + "; leave it out for the default of " +
                               std::to_string(otherwise.count()));
    return std::chrono::milliseconds(*number);
}

Result<std::chrono::milliseconds> yieldArgument(const Json& arguments) {
    using namespace std::chrono_literals;
    return durationArgument(arguments, "yield_ms", limits::clientCall, 0ms, 1h);
}

} // namespace exeat::mcp
