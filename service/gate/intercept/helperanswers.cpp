#include "service/gate/intercept/helperanswers.h"

#include "service/gate/intercept/codexjson.h"
#include "shared/base/limits.h"
#include "shared/wire/execframe.h"
#include "shared/wire/frame.h"

#include <algorithm>
#include <array>

namespace exeat::gate::answers {

namespace {

std::string answer(execframe_verdict verdict, const std::string& reason) {
    std::string bytes(reason.size() + 64, '\0');
    execframe_writer out = execframe_writer_on(bytes.data(), bytes.size());
    bytes.resize(execframe_encode_answer(&out, verdict, reason.data(), reason.size()));
    return bytes;
}

} // namespace

std::string run(HelperProtocol protocol) {
    return protocol == HelperProtocol::Json ? wire::frame(codex::runAnswer()) : answer(EXECFRAME_RUN, {});
}

std::string escalate(HelperProtocol protocol) {
    return protocol == HelperProtocol::Json ? wire::frame(codex::escalateAnswer()) : answer(EXECFRAME_ESCALATE, {});
}

std::string deny(HelperProtocol protocol, std::string_view reason) {
    std::string words(reason.substr(0, limits::messageBytes));
    std::erase(words, '\0');
    return protocol == HelperProtocol::Json ? wire::frame(codex::denyAnswer(words)) : answer(EXECFRAME_DENY, words);
}

std::string exit(HelperProtocol protocol, ExitStatus status) {
    if (protocol == HelperProtocol::Json)
        return wire::frame(codex::exitMessage(status));
    std::array<char, 32> bytes;
    execframe_writer out = execframe_writer_on(bytes.data(), bytes.size());
    const std::size_t size =
        execframe_encode_exit(&out, status.signal != 0, status.signal != 0 ? status.signal : status.code);
    return {bytes.data(), size};
}

std::string stopped(HelperProtocol protocol, int signal) {
    if (protocol == HelperProtocol::Json)
        return {};
    std::array<char, 32> bytes;
    execframe_writer out = execframe_writer_on(bytes.data(), bytes.size());
    return {bytes.data(), execframe_encode_stopped(&out, signal)};
}

} // namespace exeat::gate::answers
