#include "service/gate/sandbox/zygoteprotocol.h"

namespace exeat::gate {

std::string encode(const StartShell& message) {
    wire::Writer writer;
    writer.put(message);
    return writer.take();
}

std::string encode(const FromZygote& message) {
    return wire::encodeVariant(message);
}

Result<StartShell> decodeStartShell(std::string_view bytes) {
    wire::Reader reader(bytes);
    StartShell message;
    if (!reader.get(message) || !reader.atEnd())
        return fail(ErrorKind::Invalid, "a request to the sandbox that makes no sense");
    return message;
}

Result<FromZygote> decodeFromZygote(std::string_view bytes) {
    return wire::decodeVariant<FromZygote>(bytes);
}

} // namespace exeat::gate
