#pragma once

#include "wrapper/exec/request.h"

/** Exit code of everything that fails on the way to the service, as a shell's "cannot execute". */
#define EXIT_NO_SERVICE 126

/** Why nobody can be asked, in words with the cure. `number`: of the inherited socket, or NULL; errno as it was left.
 */
void complain_of_channel(enum channel_state state, const char* number);
void complain_of_request(enum request_state state, const char* file);
