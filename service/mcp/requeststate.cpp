#include "service/mcp/requeststate.h"

#include "shared/base/limits.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QRandomGenerator>

#include <array>
#include <charconv>

namespace exeat::mcp {
namespace {

constexpr auto encoding = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
/** A state with limits::pendingApprovals questions stays below this. */
constexpr std::size_t largestState = std::size_t{256} << 10;

bool sameInConstantTime(const QByteArray& a, const QByteArray& b) {
    if (a.size() != b.size())
        return false;
    unsigned char difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
    return difference == 0;
}

std::unexpected<Error> refused() {
    return fail(ErrorKind::Refused, "requestState is not one that this server made for this call, or it is too old; "
                                    "send the call again without it");
}

/** Strict: the decoder of Qt skips what it does not know, and then two texts would open as one. */
std::optional<QByteArray> decodeExactly(std::string_view text) {
    const QByteArray bytes(text.data(), static_cast<qsizetype>(text.size()));
    QByteArray decoded = QByteArray::fromBase64(bytes, encoding);
    if (decoded.toBase64(encoding) != bytes)
        return std::nullopt;
    return decoded;
}

Json askedToJson(const std::map<ApprovalId, std::string>& asked) {
    Json json = Json::object();
    for (const auto& [id, hash] : asked)
        json[std::to_string(id.value)] = hash;
    return json;
}

std::optional<std::map<ApprovalId, std::string>> askedFromJson(const Json* json) {
    if (json == nullptr || !json->is_object())
        return std::nullopt;
    std::map<ApprovalId, std::string> asked;
    for (const auto& [key, hash] : json->items()) {
        ApprovalId id;
        const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id.value);
        if (error != std::errc() || end != key.data() + key.size() || !hash.is_string())
            return std::nullopt;
        asked[id] = hash.get<std::string>();
    }
    return asked;
}

} // namespace

std::string digestOfCall(const std::string& tool, const Json& arguments) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const std::string text = printJson(Json::array({tool, arguments}));
    hash.addData(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())));
    return hash.result().toHex().toStdString();
}

RequestStateSealer::RequestStateSealer() {
    std::array<quint32, 8> key{};
    QRandomGenerator::system()->fillRange(key.data(), static_cast<qsizetype>(key.size()));
    m_key = QByteArray(reinterpret_cast<const char*>(key.data()), sizeof key);
}

QByteArray RequestStateSealer::mac(const QByteArray& payload) const {
    return QMessageAuthenticationCode::hash(payload, m_key, QCryptographicHash::Sha256);
}

std::string RequestStateSealer::seal(const RequestState& state, const StateBinding& binding,
                                     Clock::time_point expires) const {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(expires.time_since_epoch()).count();
    const std::string payload = printJson({{"run", state.run.value},
                                           {"round", state.round},
                                           {"asked", askedToJson(state.asked)},
                                           {"session", binding.session.value},
                                           {"call", binding.callDigest},
                                           {"expires", seconds}});
    const QByteArray bytes = QByteArray::fromStdString(payload);
    return "v1." + bytes.toBase64(encoding).toStdString() + '.' + mac(bytes).toBase64(encoding).toStdString();
}

Result<RequestState> RequestStateSealer::open(std::string_view sealed, const StateBinding& binding,
                                              Clock::time_point now) const {
    const auto dot = sealed.rfind('.');
    if (sealed.size() > largestState || !sealed.starts_with("v1.") || dot == std::string_view::npos || dot < 3)
        return refused();
    const auto payload = decodeExactly(sealed.substr(3, dot - 3));
    const auto tag = decodeExactly(sealed.substr(dot + 1));
    if (!payload || !tag || !sameInConstantTime(mac(*payload), *tag))
        return refused();
    const auto json = parseJson({payload->constData(), static_cast<std::size_t>(payload->size())});
    if (!json)
        return refused();
    const Json* round = member(*json, "round");
    const Json* expires = member(*json, "expires");
    auto asked = askedFromJson(member(*json, "asked"));
    auto run = stringMember(*json, "run");
    if (!run || !asked || round == nullptr || !round->is_number_integer() || expires == nullptr ||
        !expires->is_number_integer())
        return refused();
    const Clock::time_point end{std::chrono::seconds(expires->get<std::int64_t>())};
    if (now >= end || StateBinding{{stringMember(*json, "session").value_or("")},
                                   stringMember(*json, "call").value_or("")} != binding)
        return refused();
    return RequestState{{std::move(*run)}, round->get<int>(), std::move(*asked)};
}

} // namespace exeat::mcp
