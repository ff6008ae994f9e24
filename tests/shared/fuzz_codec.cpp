#include "shared/wire/controlmessages.h"
#include "shared/wire/frame.h"
#include "shared/wire/gatemessages.h"
#include "shared/wire/shimmessages.h"

#include <cstdint>
#include <cstdlib>

#ifdef EXEAT_REPLAY
#define ENTRY fuzzCodec
#else
#define ENTRY LLVMFuzzerTestOneInput
#endif

extern "C" int ENTRY(const std::uint8_t* data, std::size_t size);

namespace {

/** What decodes must encode to the same bytes: no two byte strings mean one message. */
template<class Decoded>
void checkRoundTrip(const Decoded& message, std::string_view bytes) {
    if (message && exeat::wire::encode(*message) != bytes)
        std::abort();
}

} // namespace

/** Any bytes as each of our messages, and as a stream of frames cut in two at every place the first byte names. */
extern "C" int ENTRY(const std::uint8_t* data, std::size_t size) {
    using namespace exeat;
    const std::string bytes(data, data + size);
    checkRoundTrip(wire::decodeShimMessage(bytes), bytes);
    checkRoundTrip(wire::decodeToGate(bytes), bytes);
    checkRoundTrip(wire::decodeFromGate(bytes), bytes);
    checkRoundTrip(wire::decodeControlRequest(bytes), bytes);
    checkRoundTrip(wire::decodeControlReply(bytes), bytes);
    wire::FrameReader reader(4096);
    const std::size_t cut = bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]) % bytes.size();
    for (const auto& part : {bytes.substr(0, cut), bytes.substr(cut)}) {
        reader.feed(part);
        for (auto frame = reader.take(); frame && *frame; frame = reader.take()) {
            if ((*frame)->size() > 4096)
                std::abort();
        }
    }
    return 0;
}
