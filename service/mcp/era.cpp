#include "service/mcp/era.h"

#include "shared/base/text.h"

#include <array>

namespace exeat::mcp {
namespace {

constexpr auto versionKey = "io.modelcontextprotocol/protocolVersion";
constexpr auto capabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
constexpr auto clientInfoKey = "io.modelcontextprotocol/clientInfo";
constexpr std::array names = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"};

RpcError badMeta(std::string text) {
    return {RpcCode::InvalidParams, std::move(text), nullptr};
}

} // namespace

const char* revisionName(Revision revision) {
    return names.at(static_cast<std::size_t>(revision));
}

Revision agreeLegacy(const std::string& asked) {
    for (const Revision revision :
         {Revision::R2024_11_05, Revision::R2025_03_26, Revision::R2025_06_18, Revision::R2025_11_25}) {
        if (asked == revisionName(revision))
            return revision;
    }
    return Revision::R2025_11_25;
}

Json modernVersions() {
    return Json::array({revisionName(Revision::R2026_07_28)});
}

ClientDescription describeClient(const Json* capabilities, const Json* clientInfo) {
    constexpr std::size_t shown = 128;
    ClientDescription client;
    if (clientInfo != nullptr) {
        client.name = visible(stringMember(*clientInfo, "name").value_or(""), shown);
        client.version = visible(stringMember(*clientInfo, "version").value_or(""), shown);
    }
    const Json* elicitation = capabilities != nullptr ? objectMember(*capabilities, "elicitation") : nullptr;
    // An empty object means forms; one that names only "url" does not (mcp.md §2.1).
    if (elicitation != nullptr && (elicitation->empty() || objectMember(*elicitation, "form") != nullptr))
        client.form = ElicitationForm::Offered;
    return client;
}

std::expected<std::optional<CallContext>, RpcError> readModernContext(const Json& params) {
    const Json* meta = objectMember(params, "_meta");
    if (meta == nullptr)
        return std::nullopt;
    const Json* version = member(*meta, versionKey);
    const Json* capabilities = member(*meta, capabilitiesKey);
    const Json* clientInfo = member(*meta, clientInfoKey);
    if (version == nullptr && capabilities == nullptr && clientInfo == nullptr)
        return std::nullopt;
    if (version == nullptr || !version->is_string())
        return std::unexpected(badMeta(std::string("_meta needs the string \"") + versionKey + '"'));
    const auto asked = version->get<std::string>();
    if (asked != revisionName(Revision::R2026_07_28))
        return std::unexpected(RpcError{RpcCode::UnsupportedVersion,
                                        "this version of the protocol is not served in this form",
                                        {{"supported", modernVersions()}, {"requested", asked}}});
    if (capabilities == nullptr || !capabilities->is_object())
        return std::unexpected(badMeta(std::string("_meta needs the object \"") + capabilitiesKey + '"'));
    if (clientInfo != nullptr && !clientInfo->is_object())
        return std::unexpected(badMeta(std::string("\"") + clientInfoKey + "\" must be an object"));
    return CallContext{Revision::R2026_07_28, describeClient(capabilities, clientInfo)};
}

} // namespace exeat::mcp
