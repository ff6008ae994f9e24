#include "shared/wire/shimmessages.h"

#include "shared/wire/codec.h"

namespace exeat::wire {

std::string encode(const ShimMessage& message) {
    return encodeVariant(message);
}

Result<ShimMessage> decodeShimMessage(std::string_view bytes) {
    return decodeVariant<ShimMessage>(bytes);
}

} // namespace exeat::wire
