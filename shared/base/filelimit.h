#pragma once

#include <sys/resource.h>

namespace exeat {

/** Raises this process's soft RLIMIT_NOFILE to the hard one. Before there are threads. */
void raiseFileLimit();

/** The limit from before raiseFileLimit(): what other people's programs are to be started with. */
rlimit originalFileLimit();

} // namespace exeat
