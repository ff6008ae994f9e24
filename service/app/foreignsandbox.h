#pragma once

#include <string>
#include <string_view>

namespace exeat {

/**
 * Why this process cannot be the service: it was started inside somebody's sandbox, where "outside" would be a lie.
 * Empty if it is not. Told by no_new_privs (proc_pid_status(5): every sandbox for agents sets it, no login session
 * does) or by CODEX_SANDBOX. `--nested` of exeatd is for services that are confined on purpose (a hardened unit).
 */
std::string foreignSandbox(std::string_view procStatus, const char* codexSandbox);

} // namespace exeat
