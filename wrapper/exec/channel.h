#pragma once

#include "shared/wire/execframe.h"

/** The stream to the service, and the socket it was announced on. */
struct channel {
    int stream;   ///< own end, close-on-exec, never below 3
    int escalate; ///< inherited, number from CODEX_ESCALATE_SOCKET; left open for what is started next
    char* buffer; ///< of the frame being read: `usual`, or pages if that is too small
    size_t capacity;
    char usual[512];
};

/** Exit code of everything that fails on the way to the service, as a shell's "cannot execute". */
#define EXIT_NO_SERVICE 126

/** Announces a new stream over the inherited socket. False after having said why not. */
bool channel_open(struct channel* channel);

/**
 * Sends the whole frame, `count` descriptors with its first byte. Waits for a slow reader for at most 10 s without
 * any progress. False when the service is gone or stuck; nothing is said.
 */
bool channel_send(const struct channel* channel, const char* frame, size_t size, const int* fds, uint32_t count);

/**
 * The next frame's payload; it stays valid until the next call. Waits for ever: a person may be thinking. False at the
 * end of the stream, on an error, and on a length out of bounds.
 */
bool channel_receive(struct channel* channel, struct execframe_bytes* payload);

/** Zeroed pages, or NULL; given back by the process's end. */
char* pages(size_t size);
