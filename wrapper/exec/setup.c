#include "wrapper/exec/setup.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t bit_of(int signal) {
    return (uint64_t)1 << (signal - 1);
}

static void read_signals(struct execframe_setup* out) {
    sigset_t blocked;
    struct sigaction action;
    bool masked = sigprocmask(SIG_SETMASK, NULL, &blocked) == 0;
    for (int signal = 1; signal <= (int)EXECFRAME_MAX_SIGNAL; ++signal) {
        if (masked && sigismember(&blocked, signal) == 1)
            out->blocked |= bit_of(signal);
        if (sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
            out->ignored |= bit_of(signal);
    }
}

static void read_limits(struct execframe_setup* out) {
    for (uint32_t resource = 0; resource < EXECFRAME_MAX_LIMITS; ++resource) {
        struct rlimit limit;
        if (getrlimit((int)resource, &limit) != 0)
            break; /* past the last one that this kernel knows */
        struct execframe_limit* entry = &out->limits[out->limit_count++];
        entry->resource = resource;
        entry->soft = limit.rlim_cur;
        entry->hard = limit.rlim_max;
    }
}

void setup_read(struct execframe_setup* out) {
    memset(out, 0, sizeof *out);
    mode_t mask = umask(077);
    umask(mask);
    out->mask = mask & 0777u;
    read_signals(out);
    read_limits(out);
    errno = 0;
    int niceness = getpriority(PRIO_PROCESS, 0);
    out->niceness = errno == 0 ? niceness : 0;
    out->leads_group = getpgrp() == getpid();
}
