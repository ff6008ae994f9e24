#include "shared/wire/controlmessages.h"

#include "shared/wire/lastof.h"

namespace exeat::wire {

// clang-format off
template<> struct LastOf<ClientKind>   { static constexpr auto value = ClientKind::Desktop; };
template<> struct LastOf<OutputStream> { static constexpr auto value = OutputStream::Error; };
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
