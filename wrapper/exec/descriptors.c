#include "wrapper/exec/descriptors.h"

#include "wrapper/exec/json.h"
#include "wrapper/exec/say.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436 /* linux 5.9, the same number everywhere; musl may not know it yet */
#endif

/** Frames under construction: the last one of all is known only at the end. */
struct batch {
    const struct channel* channel;
    const struct execframe_setup* setup; ///< goes in front of the first one; NULL afterwards
    struct stat escalate;
    int32_t numbers[EXECFRAME_MAX_FDS];
    uint32_t count;
};

typedef bool (*visit)(struct batch* batch, int fd);

static bool flush(struct batch* batch, bool more) {
    char frames[EXECFRAME_SETUP_BYTES + EXECFRAME_LENGTH_BYTES + EXECFRAME_HEADER_BYTES + 2 + 4 * EXECFRAME_MAX_FDS];
    size_t front = 0;
    if (batch->setup != NULL) { /* one message, so that the other side wakes once */
        struct execframe_writer first = execframe_writer_on(frames, EXECFRAME_SETUP_BYTES);
        front = execframe_encode_setup(&first, batch->setup);
        batch->setup = NULL;
        if (front == 0)
            return false;
    }
    struct execframe_writer out = execframe_writer_on(frames + front, sizeof frames - front);
    size_t size = execframe_encode_descriptors(&out, more, batch->numbers, batch->count);
    bool sent = size > 0 && channel_send(batch->channel, frames, front + size, batch->numbers, batch->count);
    batch->count = 0;
    return sent;
}

static bool inherited(const struct batch* batch, int fd) {
    struct stat info;
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0 || fd == batch->channel->escalate)
        return false;
    if (fstat(fd, &info) != 0)
        return false;
    return info.st_dev != batch->escalate.st_dev || info.st_ino != batch->escalate.st_ino;
}

static bool add(struct batch* batch, int fd) {
    if (!inherited(batch, fd))
        return true;
    if (batch->count == EXECFRAME_MAX_FDS && !flush(batch, true))
        return false;
    batch->numbers[batch->count++] = fd;
    return true;
}

static int number_of(const char* name) {
    int value = 0;
    for (; *name >= '0' && *name <= '9'; ++name)
        value = value * 10 + (*name - '0');
    return *name == '\0' ? value : -1;
}

/** linux_dirent64 of getdents64(2): u64 inode, i64 offset, u16 length, u8 type, name. */
static bool visit_entries(struct batch* batch, visit callback, const char* entries, size_t size, int* highest) {
    for (size_t at = 0; at < size;) {
        uint16_t length = 0;
        memcpy(&length, entries + at + 16, sizeof length);
        int fd = number_of(entries + at + 19);
        if (fd > *highest) { /* the kernel lists in ascending order; "." and ".." are no numbers */
            *highest = fd;
            if (!callback(batch, fd))
                return false;
        }
        at += length;
    }
    return true;
}

/** Without /proc: every number the limit allows, within reason. */
static bool visit_all(struct batch* batch, visit callback) {
    struct rlimit limit;
    rlim_t bound = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? limit.rlim_cur : 65536;
    for (int fd = 0; (rlim_t)fd < bound; ++fd) {
        if (fcntl(fd, F_GETFD) >= 0 && !callback(batch, fd))
            return false;
    }
    return true;
}

static bool visit_open(struct batch* batch, visit callback) {
    _Alignas(8) char entries[4096];
    int folder = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return visit_all(batch, callback);
    int highest = -1;
    bool well = true;
    for (;;) {
        long size = syscall(SYS_getdents64, folder, entries, sizeof entries);
        if (size <= 0)
            break;
        well = well && visit_entries(batch, callback, entries, (size_t)size, &highest);
    }
    close(folder);
    return well;
}

void descriptors_say_not_sent(int why) {
    SAY("the open files cannot be handed to the service (", strerror(why), "); the command was not started");
}

bool descriptors_send(const struct channel* channel, const struct execframe_setup* setup) {
    struct batch batch = {.channel = channel, .setup = setup, .count = 0};
    return fstat(channel->escalate, &batch.escalate) == 0 && visit_open(&batch, add) && flush(&batch, false);
}

bool descriptors_send_standard(const struct channel* channel) {
    char frame[64];
    int32_t numbers[3];
    uint32_t count = 0;
    for (int fd = 0; fd <= 2; ++fd) {
        if (fcntl(fd, F_GETFD) >= 0)
            numbers[count++] = fd;
    }
    struct execframe_writer out = execframe_writer_on(frame, sizeof frame);
    size_t size = json_encode_descriptors(&out, numbers, count);
    return size > 0 && channel_send(channel, frame, size, numbers, count);
}

struct kept {
    int fds[3];
};

static void close_between(int first, int last) {
    if (first > last)
        return;
    if (syscall(SYS_close_range, (unsigned)first, (unsigned)last, 0u) == 0)
        return;
    for (int fd = first; fd <= last && fd < 65536; ++fd)
        close(fd);
}

static void sort(struct kept* kept) {
    for (int i = 1; i < 3; ++i) {
        for (int k = i; k > 0 && kept->fds[k] < kept->fds[k - 1]; --k) {
            int other = kept->fds[k];
            kept->fds[k] = kept->fds[k - 1];
            kept->fds[k - 1] = other;
        }
    }
}

void descriptors_close_others(const struct channel* channel, int keep, int keep_too) {
    struct kept kept = {{channel->stream, keep, keep_too}};
    int next = 0;
    sort(&kept);
    for (int i = 0; i < 3; ++i) {
        if (kept.fds[i] < next)
            continue; /* -1: nothing to keep */
        close_between(next, kept.fds[i] - 1);
        next = kept.fds[i] + 1;
    }
    close_between(next, 0x7fffffff);
}
