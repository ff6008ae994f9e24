#include "service/gate/intercept/claimparser.h"

#include "service/gate/intercept/codexjson.h"
#include "shared/base/limits.h"
#include "shared/wire/execframe.h"

namespace exeat::gate {

namespace {

std::string text(const execframe_bytes& bytes) {
    return bytes.size == 0 ? std::string() : std::string(bytes.data, bytes.size);
}

std::vector<std::string> texts(execframe_list list) {
    std::vector<std::string> items;
    items.reserve(list.count);
    execframe_bytes item{};
    while (execframe_next(&list, &item))
        items.push_back(text(item));
    return items;
}

} // namespace

Result<Claim> parseClaim(std::string_view payload) {
    if (payload.size() > limits::frameBytes)
        return fail(ErrorKind::Invalid, "a request larger than any frame");
    const execframe_bytes bytes{payload.data(), payload.size()};
    if (!execframe_is_binary(bytes)) {
        auto command = codex::parseRequest(payload);
        if (!command)
            return std::unexpected(command.error());
        return Claim{HelperProtocol::Json, std::move(*command)};
    }
    execframe_request request;
    if (execframe_decode_request(bytes, &request) != EXECFRAME_OK)
        return fail(ErrorKind::Invalid, "a request whose content does not fit its kind");
    Claim claim;
    claim.command.file = text(request.file);
    claim.command.workdir = text(request.workdir);
    claim.command.argv = texts(request.argv);
    claim.command.environment = texts(request.environment);
    return claim;
}

Result<ProcessSetup> parseSetup(std::string_view payload) {
    execframe_setup claimed;
    if (execframe_decode_setup({payload.data(), payload.size()}, &claimed) != EXECFRAME_OK)
        return fail(ErrorKind::Invalid, "the helper's word on how its process is set up is malformed");
    ProcessSetup setup;
    setup.umask = claimed.mask;
    setup.blockedSignals = claimed.blocked;
    setup.ignoredSignals = claimed.ignored;
    setup.niceness = claimed.niceness;
    setup.ownProcessGroup = claimed.leads_group;
    for (std::uint32_t i = 0; i < claimed.limit_count; ++i)
        setup.limits.push_back(
            {static_cast<int>(claimed.limits[i].resource), claimed.limits[i].soft, claimed.limits[i].hard});
    return setup;
}

} // namespace exeat::gate
