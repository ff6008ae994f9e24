#pragma once

#include "service/gate/sandbox/mountplan.h"
#include "shared/wire/codec.h"
#include "shared/wire/lastof.h"

#include <string>
#include <variant>
#include <vector>

/** What the gate and a zygote say to each other (FdChannel): both of one build, both trusted. */
namespace exeat::gate {

/**
 * Start a run. Descriptors, in this order: input, output, error, status, report, then one for each of `numbers`.
 * `report` ends without a byte when the shell was started; else it carries one ErrorKind byte and a text.
 */
struct StartShell {
    std::vector<std::string> argv; ///< empty: a room, in which nothing is started; it lives until it is killed
    std::vector<std::string> environment;
    std::string workdir;
    std::vector<MountStep> steps;
    SandboxMode mode = SandboxMode::ReadOnly;
    std::vector<int> numbers;
};

struct ZygoteReady {};

/** Carries the pidfd of the run's first process. */
struct RunForked {};

struct ZygoteFailure {
    ErrorKind kind = ErrorKind::System;
    std::string text;
};

using FromZygote = std::variant<ZygoteReady, RunForked, ZygoteFailure>;

inline constexpr std::size_t fixedDescriptors = 5;
/** /dev/.exeat in a sandbox: a private read-only tmpfs with an empty `folder` and an empty `file`, mounted over
 *  what is hidden. It stays in a run's view: unmounting it there would cost some ms of waiting in the kernel. */
inline constexpr const char* emptyThings = "/dev/.exeat";

std::string encode(const StartShell& message);
std::string encode(const FromZygote& message);
Result<StartShell> decodeStartShell(std::string_view bytes);
Result<FromZygote> decodeFromZygote(std::string_view bytes);

} // namespace exeat::gate

namespace exeat::wire {
template<>
struct LastOf<gate::MountKind> {
    static constexpr auto value = gate::MountKind::Show;
};
} // namespace exeat::wire
