#pragma once

#include "service/gate/intercept/claimparser.h"
#include "service/gate/resolve/interpreter.h"
#include "shared/domain/command.h"
#include "shared/domain/exitstatus.h"
#include "shared/domain/ids.h"
#include "shared/wire/lastof.h"

#include <string>
#include <variant>
#include <vector>

/** What a gate and the keepers it forks say to each other (FdChannel). Both are the same program. */
namespace exeat::gate {

/**
 * Carries the helper's stream, then `pins` descriptors of what was judged: while they are open, no other file can get
 * the same device and inode. With a sandbox, then the pidfd of its room and the escalate socket, by which what the
 * command starts is asked for.
 */
struct StartOutside {
    ExecId exec;
    Command command;      ///< as judged
    std::string execPath; ///< for execve in the judged working directory
    ExecForm form = ExecForm::Direct;
    bool script = false;
    ScriptBinding binding = ScriptBinding::AsCalled;
    std::string sha256;            ///< the judged content, if the judgement rested on it; always with ByContent
    std::string interpreterSha256; ///< of an interpreter that an agent could write; else empty
    HelperProtocol protocol = HelperProtocol::Binary;
    bool helperKnows = false; ///< it was answered "escalate"; else it has no answer yet
    std::uint32_t pins = 0;
    RuleSandbox sandbox = RuleSandbox::None;
    std::vector<std::string> writable; ///< with a sandbox: the folders that it may write
    int socketNumber = -1; ///< with a sandbox: where the escalate socket lies, if the caller has nothing there
    std::string obstacle;  ///< not empty: it is not to be started, and these are the words for it
};

/** A run without a sandbox. Carries standard input, output, error and the escalate socket. */
struct StartUnconfined {
    std::vector<std::string> argv; ///< argv[0] is the path
    std::vector<std::string> environment;
    std::string workdir;
    int socketNumber = -1;
};

/** Kill everything, then exit. */
struct EndTree {};

using ToKeeper = std::variant<StartOutside, StartUnconfined, EndTree>;

/** Exactly one for each StartOutside, unless the keeper dies. */
struct OutsideEnded {
    ExecId exec;
    ExitStatus status;
    std::string refusal; ///< not empty: it never ran, or was killed before its first instruction
};

struct UnconfinedStarted {};

struct UnconfinedEnded {
    ExitStatus status;
    std::string failure; ///< not empty: it never ran
};

/** Last words of a keeper that could not end everything: another user's processes. */
struct TreeLeft {
    std::vector<std::string> processes; ///< describeDescendants()
};

using FromKeeper = std::variant<OutsideEnded, UnconfinedStarted, UnconfinedEnded, TreeLeft>;

} // namespace exeat::gate

namespace exeat::wire {
// clang-format off
template<> struct LastOf<gate::ExecForm>       { static constexpr auto value = gate::ExecForm::ShellText; };
template<> struct LastOf<gate::ScriptBinding>  { static constexpr auto value = gate::ScriptBinding::ByContent; };
template<> struct LastOf<gate::HelperProtocol> { static constexpr auto value = gate::HelperProtocol::Json; };
// clang-format on
} // namespace exeat::wire
