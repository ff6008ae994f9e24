#pragma once

#include "shared/base/error.h"
#include "shared/domain/command.h"
#include "shared/domain/exitstatus.h"

#include <string>
#include <string_view>
#include <vector>

/** The older helper's frames (codex.md §5): JSON payloads. Nothing else in the gate knows JSON. */
namespace exeat::gate::codex {

/** `{file, argv[], workdir, env{}}`. Anything else, nesting beyond limits::jsonDepth, or a NUL is an error. */
Result<ClaimedCommand> parseRequest(std::string_view payload);

/** `{"fds":[…]}`: the numbers, in the order of the descriptors that came along; all different, none negative. */
Result<std::vector<int>> parseDescriptors(std::string_view payload);

std::string runAnswer();
std::string escalateAnswer();
std::string denyAnswer(std::string_view reason);
/** The protocol has no word for a signal: a shell's 128 + number stands for it. */
std::string exitMessage(ExitStatus status);

} // namespace exeat::gate::codex
