#include "wrapper/bash/askinplace.h"

#include "wrapper/exec/request.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/** The answer to what stays inside takes a tenth of a millisecond; when it does not come, the helper waits for it. */
enum { PATIENCE_MS = 20 };

/** Leaves the answer where it is. False also for one that is not there in one piece. */
static bool answer_is_run(int stream) {
    char bytes[EXECFRAME_LENGTH_BYTES + EXECFRAME_HEADER_BYTES + 64];
    struct pollfd ready = {.fd = stream, .events = POLLIN};
    if (poll(&ready, 1, PATIENCE_MS) != 1)
        return false;
    struct iovec part = {bytes, sizeof bytes};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t size = recvmsg(stream, &message, MSG_PEEK | MSG_DONTWAIT);
    struct execframe_bytes payload;
    struct execframe_answer answer;
    return size > 0 && execframe_split(bytes, (size_t)size, &payload) == EXECFRAME_OK &&
           execframe_decode_answer(payload, &answer) == EXECFRAME_OK && answer.verdict == EXECFRAME_RUN;
}

struct asked_in_place ask_in_place(const char* socket, const char* file, char** argv, char** environment) {
    struct channel channel;
    const struct program program = {.file = file, .argv = argv, .environment = environment};
    struct asked_in_place asked = {-1, 0};
    if (channel_open(&channel, socket) != CHANNEL_OPEN)
        return asked;
    if (request_send(&channel, PROTOCOL_BINARY, &program) != REQUEST_SENT) {
        close(channel.stream);
        return asked;
    }
    asked.stream = channel.stream;
    asked.runs_here = answer_is_run(channel.stream);
    return asked;
}
