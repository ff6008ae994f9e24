#include "shared/wire/controlmessages.h"

#include "shared/wire/lastof.h"

namespace exeat::wire {

// clang-format off
template<> struct LastOf<ClientKind>   { static constexpr auto value = ClientKind::Desktop; };
template<> struct LastOf<OutputStream> { static constexpr auto value = OutputStream::Error; };
// rulesmessages.h
template<> struct LastOf<Vocabulary>      { static constexpr auto value = Vocabulary::Exeat; };
template<> struct LastOf<NetworkProtocol> { static constexpr auto value = NetworkProtocol::Socks5Udp; };
template<> struct LastOf<RulesFileState>  { static constexpr auto value = RulesFileState::Broken; };
template<> struct LastOf<FindingKind>     { static constexpr auto value = FindingKind::NotAllCompared; };
template<> struct LastOf<Severity>        { static constexpr auto value = Severity::Hint; };
template<> struct LastOf<TrialOutcome>    { static constexpr auto value = TrialOutcome::NotCounted; };
template<> struct LastOf<ProgramSearch>   { static constexpr auto value = ProgramSearch::ShellBuiltin; };
template<> struct LastOf<RulesTarget>     { static constexpr auto value = RulesTarget::File; };
template<> struct LastOf<EditEffect>      { static constexpr auto value = EditEffect::Loosens; };
// clang-format on

std::string encode(const ControlRequest& message) {
    return encodeVariant(message);
}

std::string encode(const ControlReply& message) {
    return encodeVariant(message);
}

Result<ControlRequest> decodeControlRequest(std::string_view bytes) {
    return decodeVariant<ControlRequest>(bytes);
}

Result<ControlReply> decodeControlReply(std::string_view bytes) {
    return decodeVariant<ControlReply>(bytes);
}

} // namespace exeat::wire
