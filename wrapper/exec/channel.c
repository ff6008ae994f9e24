#include "wrapper/exec/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000, RETRY_MS = 10, LOWEST_OWN_FD = 10 };

char* pages(size_t size) {
    void* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/** Decimal, nothing around it. -1 for everything else. */
static int parse_fd(const char* text) {
    long value = 0;
    if (*text == '\0')
        return -1;
    for (; *text != '\0'; ++text) {
        if (*text < '0' || *text > '9' || value > INT_MAX / 10 - 1)
            return -1;
        value = value * 10 + (*text - '0');
    }
    return (int)value;
}

static bool is_socket(int fd) {
    struct stat info;
    return fd >= 0 && fstat(fd, &info) == 0 && S_ISSOCK(info.st_mode);
}

static int socket_option(int fd, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

/** Nothing else does a shell hand over; the service's own socket, for one, would never answer. */
static bool is_unix_stream(int fd) {
    return fd >= 0 && socket_option(fd, SO_TYPE) == SOCK_STREAM && socket_option(fd, SO_DOMAIN) == AF_UNIX;
}

static enum channel_state find_escalate(struct channel* channel, const char* number) {
    channel->buffer = channel->usual;
    channel->capacity = sizeof channel->usual;
    channel->escalate = number == NULL ? -1 : parse_fd(number);
    if (number == NULL)
        return CHANNEL_UNNAMED;
    return is_socket(channel->escalate) ? CHANNEL_OPEN : CHANNEL_NO_SOCKET;
}

/** SCM_RIGHTS with room of its own; the largest is about 1 KiB. */
union ancillary {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int) * EXECFRAME_MAX_FDS)];
};

static void attach(struct msghdr* message, union ancillary* room, const int* fds, uint32_t count) {
    if (count == 0)
        return;
    memset(room, 0, sizeof *room);
    message->msg_control = room->bytes;
    message->msg_controllen = (socklen_t)CMSG_SPACE(sizeof(int) * count);
    struct cmsghdr* header = &room->header;
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = (socklen_t)CMSG_LEN(sizeof(int) * count);
    memcpy(CMSG_DATA(header), fds, sizeof(int) * count);
}

/**
 * One sendmsg that takes at least a byte; 0 on failure. sendmsg, because the sandboxes of the Codex family forbid
 * sendto (spec/codex.md §4.2); the bare call, because musl's copies the descriptors into 1024 bytes and 253 need 1032.
 * The zeroed padding of musl's msghdr makes it the kernel's.
 */
static size_t send_some(int socket, const char* bytes, size_t size, const int* fds, uint32_t count) {
    struct iovec part = {(void*)(uintptr_t)bytes, size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    union ancillary room;
    attach(&message, &room, fds, count);
    for (int waited = 0; waited <= PATIENCE_MS;) {
        long n = syscall(SYS_sendmsg, socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n > 0)
            return (size_t)n;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN) {
            struct pollfd ready = {.fd = socket, .events = POLLOUT};
            if (poll(&ready, 1, PATIENCE_MS) == 0)
                break;
            waited += RETRY_MS; /* a datagram queue can say "writable" and be full again */
            if ((ready.revents & POLLOUT) != 0)
                poll(NULL, 0, 1);
        } else if (n < 0 && errno == ETOOMANYREFS) {
            poll(NULL, 0, RETRY_MS); /* too many descriptors of this user in flight */
            waited += RETRY_MS;
        } else {
            return 0;
        }
    }
    errno = ETIMEDOUT;
    return 0;
}

/** Away from 0..2: closed standard descriptors of the caller must stay closed. */
static int moved_up(int fd) {
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, LOWEST_OWN_FD);
    close(fd);
    return moved;
}

enum channel_state channel_open(struct channel* channel, const char* number) {
    int ends[2];
    enum channel_state found = find_escalate(channel, number);
    if (found != CHANNEL_OPEN)
        return found;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return CHANNEL_NO_PAIR;
    channel->stream = moved_up(ends[0]);
    const char hello = 0;
    bool sent = channel->stream >= 0 && send_some(channel->escalate, &hello, 1, &ends[1], 1) == 1;
    int why = errno;
    close(ends[1]);
    if (!sent && channel->stream >= 0)
        close(channel->stream);
    errno = why;
    return sent ? CHANNEL_OPEN : CHANNEL_NOT_ANNOUNCED;
}

bool channel_adopt(struct channel* channel, const char* number, const char* stream) {
    channel->stream = stream == NULL ? -1 : parse_fd(stream);
    return is_unix_stream(channel->stream) && fcntl(channel->stream, F_SETFD, FD_CLOEXEC) == 0 &&
           find_escalate(channel, number) == CHANNEL_OPEN;
}

bool channel_send(const struct channel* channel, const char* frame, size_t size, const int* fds, uint32_t count) {
    for (size_t done = 0; done < size;) {
        size_t n = send_some(channel->stream, frame + done, size - done, fds, done == 0 ? count : 0);
        if (n == 0)
            return false;
        done += n;
    }
    return true;
}

static bool receive_all(int stream, char* out, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t n = read(stream, out + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

static bool make_room(struct channel* channel, size_t size) {
    if (size <= channel->capacity)
        return true;
    if (channel->buffer != channel->usual)
        munmap(channel->buffer, channel->capacity);
    size_t capacity = (size + 4095) & ~(size_t)4095;
    channel->buffer = pages(capacity);
    channel->capacity = capacity;
    if (channel->buffer != NULL)
        return true;
    channel->buffer = channel->usual;
    channel->capacity = sizeof channel->usual;
    return false;
}

bool channel_receive(struct channel* channel, struct execframe_bytes* payload) {
    char header[EXECFRAME_LENGTH_BYTES];
    if (!receive_all(channel->stream, header, sizeof header))
        return false;
    uint64_t size = execframe_load(header, sizeof header);
    if (size == 0 || size > EXECFRAME_MAX_PAYLOAD || !make_room(channel, (size_t)size))
        return false;
    payload->data = channel->buffer;
    payload->size = (size_t)size;
    return receive_all(channel->stream, channel->buffer, (size_t)size);
}
