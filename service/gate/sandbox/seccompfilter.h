#pragma once

#include "shared/base/error.h"

#include <vector>

#include <linux/filter.h>

namespace exeat::gate {

/**
 * The system calls a run does without (all else is allowed): reaching other processes, the kernel's keys and modules,
 * namespaces and mounts, io_uring, AF_UNIX sockets except socketpair(2) of streams, unusual socket families,
 * terminal injection. EPERM; ENOSYS where a C library then falls back; other architectures end the process.
 */
Result<std::vector<sock_filter>> buildSeccompFilter();

/** For this process and all it starts; needs no_new_privs. */
Result<void> loadSeccompFilter(std::vector<sock_filter>& filter);

} // namespace exeat::gate
