#include "shared/wire/gatemessages.h"

#include "shared/wire/lastof.h"

namespace exeat::wire {

std::string encode(const ToGate& message) {
    return encodeVariant(message);
}

std::string encode(const FromGate& message) {
    return encodeVariant(message);
}

Result<ToGate> decodeToGate(std::string_view bytes) {
    return decodeVariant<ToGate>(bytes);
}

Result<FromGate> decodeFromGate(std::string_view bytes) {
    return decodeVariant<FromGate>(bytes);
}

} // namespace exeat::wire
