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

enum channel_state {
    CHANNEL_OPEN,
    CHANNEL_UNNAMED,      ///< no number of the inherited socket
    CHANNEL_NO_SOCKET,    ///< what has that number is none
    CHANNEL_NO_PAIR,      ///< errno says why
    CHANNEL_NOT_ANNOUNCED ///< errno says why
};

/** Announces a new stream over the inherited socket of this decimal number, or NULL. Failing leaves nothing open. */
enum channel_state channel_open(struct channel* channel, const char* number);

/** One that was opened before this program was started, and asked on: `stream` is its decimal number, or NULL. */
bool channel_adopt(struct channel* channel, const char* number, const char* stream);

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
