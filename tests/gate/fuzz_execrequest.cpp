#include "service/gate/intercept/claimparser.h"
#include "service/gate/intercept/codexjson.h"
#include "shared/wire/frame.h"

#include <cstddef>
#include <cstdint>

/** Both protocols of a helper: the stream cut into frames, each payload as a claim, a setup, a list of descriptors. */
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace exeat;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    (void)gate::parseClaim(bytes);
    wire::FrameReader frames;
    frames.feed(bytes);
    for (auto payload = frames.take(); payload && *payload; payload = frames.take()) {
        if (const auto claim = gate::parseClaim(**payload)) {
            for (const std::string& word : claim->command.argv) {
                if (word.find('\0') != std::string::npos)
                    __builtin_trap();
            }
        }
        (void)gate::parseSetup(**payload);
        (void)gate::codex::parseDescriptors(**payload);
    }
    return 0;
}
