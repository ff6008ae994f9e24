#pragma once

#include "shared/base/strongid.h"

namespace exeat {

/** One agent connected through one shim. 128 random bits in hex. */
using SessionId = TextId<struct SessionTag>;
/** One call of the shell tool. 128 random bits in hex, because whoever knows it may join, stop and read the run. */
using RunId = TextId<struct RunTag>;
/** One execve seen by a gate; unique within its run. */
using ExecId = NumberId<struct ExecTag>;
/** The shell of the run itself, in what is asked about its script as a whole; those that it starts have larger numbers.
 */
inline constexpr ExecId shellExec{1};
/** One question to a person; short, because people type it. Unique for the life of the service. */
using ApprovalId = NumberId<struct ApprovalTag>;

} // namespace exeat
