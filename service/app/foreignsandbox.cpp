#include "service/app/foreignsandbox.h"

namespace exeat {

std::string foreignSandbox(std::string_view procStatus, const char* codexSandbox) {
    const bool confined = procStatus.find("\nNoNewPrivs:\t1") != std::string_view::npos;
    if (!confined && codexSandbox == nullptr)
        return {};
    return "The service was not started, because this is the inside of a sandbox already (" +
           std::string(confined ? "no_new_privs is set" : "CODEX_SANDBOX is set") +
           "): commands that are allowed out would not get out. Start it from your own session: `exeat doctor` there.";
}

} // namespace exeat
