#pragma once

#include "wrapper/exec/channel.h"

/** What is to be started: exactly what execve gets. */
struct program {
    const char* file;
    char** argv;
    char** environment;
    const char* shell;  ///< for a file without `#!`; NULL if the caller named none
    const char* prefix; ///< how the calling shell begins its messages; "" if it did not say
};

enum protocol { PROTOCOL_BINARY, PROTOCOL_JSON };

/** What the service decided; `reason` views the channel's buffer. */
struct answer {
    enum { ANSWER_NONE, ANSWER_RUN, ANSWER_ESCALATE, ANSWER_DENY } decision;
    struct execframe_bytes reason;
};

enum request_state {
    REQUEST_SENT,
    REQUEST_NOT_TEXT, ///< an argument or a variable is not UTF-8, and this protocol takes nothing else
    REQUEST_TOO_LONG, ///< for one frame, or for memory
    REQUEST_LOST,     ///< the service is gone or does not read
};

/** Sends the request in the given protocol; says nothing. */
enum request_state request_send(const struct channel* channel, enum protocol protocol, const struct program* program);

/** Waits for the answer. ANSWER_NONE: the service is gone, or said something that is no answer. */
struct answer request_answer(struct channel* channel, enum protocol protocol);
