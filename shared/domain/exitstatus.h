#pragma once

namespace exeat {

/** How a process ended: by its own code or by a signal. Never both. */
struct ExitStatus {
    int code = 0;
    int signal = 0; ///< 0 = ended by itself

    bool operator==(const ExitStatus&) const = default;
    /** As a shell's $?: the code, or 128 + signal. */
    int shellCode() const { return signal != 0 ? 128 + signal : code; }
};

} // namespace exeat
