#include "tests/mcp/fuzztargets.h"

#include "service/mcp/era.h"
#include "service/mcp/jsonrpc.h"
#include "service/mcp/requeststate.h"
#include "service/mcp/sandboxstate.h"
#include "shared/base/limits.h"
#include "shared/base/uniquefd.h"

#include <cstdlib>
#include <filesystem>

namespace exeat::test {
namespace {

using namespace exeat::mcp;

void promise(bool kept) {
    if (!kept)
        std::abort();
}

} // namespace

void fuzzJsonRpc(std::string_view bytes) {
    const ParsedLine line = parseLine(bytes);
    promise(line.batch ? !line.messages.empty() : line.messages.size() == 1);
    for (const Message& message : line.messages) {
        if (const auto* request = std::get_if<Request>(&message)) {
            promise(request->params.is_object());
            (void)readModernContext(request->params);
            const ParsedLine echo = parseLine(printJson(requestMessage(request->id, request->method, request->params)));
            const auto* again = std::get_if<Request>(&echo.messages.front());
            promise(again != nullptr && again->id == request->id && again->method == request->method);
        }
        if (const auto* invalid = std::get_if<Invalid>(&message))
            promise(printJson(errorMessage(invalid->id, invalid->error)).find('\n') == std::string::npos);
    }
}

void fuzzSandboxState(std::string_view bytes) {
    const auto json = parseJson(bytes);
    if (!json)
        return;
    const auto check = [](const ClientSandbox& sandbox) {
        promise(sandbox.workdir.starts_with('/'));
        for (const std::string& root : sandbox.writableRoots)
            promise(root.starts_with('/') && root.find('\0') == std::string::npos);
        promise(sandbox.mode == SandboxMode::WorkspaceWrite || sandbox.writableRoots.empty() ||
                sandbox.mode == SandboxMode::FullAccess);
    };
    if (const auto update = parseSandboxUpdate(*json, "/work"))
        check(*update);
    if (const auto call = parseCallSandbox(*json, "/work"))
        check(*call);
    if (const auto call = parseCallSandbox(Json{{"codex/sandbox-state", *json}}, "/work"))
        check(*call);
}

void fuzzRequestState(std::string_view bytes) {
    static const RequestStateSealer sealer;
    const StateBinding binding{{"session"}, digestOfCall("shell", Json::object())};
    const auto now = RequestStateSealer::Clock::now();
    promise(!sealer.open(bytes, binding, now)); // nobody guesses a MAC
    const std::string sealed =
        sealer.seal({{"run"}, 1, {{ApprovalId{1}, "hash"}}}, binding, now + std::chrono::hours(1));
    promise(sealer.open(sealed, binding, now).has_value());
    std::string altered = sealed;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
        altered[static_cast<unsigned char>(bytes[i]) % altered.size()] = bytes[i + 1];
    promise(altered == sealed || !sealer.open(altered, binding, now));
}

std::size_t replay(const char* folder, FuzzTarget target) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto bytes = readFile(entry.path().string(), limits::frameBytes);
        promise(bytes.has_value());
        target(*bytes);
        ++count;
    }
    return count;
}

} // namespace exeat::test
