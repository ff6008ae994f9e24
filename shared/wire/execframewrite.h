#ifndef EXEAT_SHARED_WIRE_EXECFRAMEWRITE_H
#define EXEAT_SHARED_WIRE_EXECFRAMEWRITE_H

/** The encoding half of execframe.h, which includes it: the frames are described there. */

#include "shared/wire/execframe.h"

/**
 * Writes one frame into a buffer of the caller. With data == NULL nothing is written and `size` only counts: measure
 * first, get the room, write then. What does not fit, or is no valid value, sets `failed` and execframe_end answers 0.
 */
struct execframe_writer {
    char* data;
    size_t capacity;
    size_t size;
    bool failed;
};

static inline struct execframe_writer execframe_writer_on(char* data, size_t capacity) {
    struct execframe_writer out = {data, data == NULL ? SIZE_MAX : capacity, 0, false};
    return out;
}

static inline void execframe_put_raw(struct execframe_writer* out, const char* bytes, size_t size) {
    if (out->failed || size > out->capacity - out->size) {
        out->failed = true;
        return;
    }
    if (out->data != NULL && size > 0)
        memcpy(out->data + out->size, bytes, size);
    out->size += size;
}

static inline void execframe_put(struct execframe_writer* out, unsigned width, uint64_t value) {
    char bytes[8];
    for (unsigned i = 0; i < width; ++i) {
        unsigned char byte = EXECFRAME_CAST(unsigned char, (value >> (8 * i)) & 0xffu);
        memcpy(bytes + i, &byte, 1);
    }
    execframe_put_raw(out, bytes, width);
}

static inline void execframe_put_blob(struct execframe_writer* out, const char* bytes, size_t size) {
    if (size > EXECFRAME_MAX_PAYLOAD || (size > 0 && memchr(bytes, 0, size) != NULL)) {
        out->failed = true;
        return;
    }
    execframe_put(out, 4, size);
    execframe_put_raw(out, bytes, size);
}

/** `strings` ends with NULL, as argv and environ do. */
static inline void execframe_put_list(struct execframe_writer* out, const char* const* strings) {
    uint64_t count = 0;
    while (strings[count] != NULL)
        ++count;
    execframe_put(out, 4, count);
    for (uint64_t i = 0; i < count; ++i)
        execframe_put_blob(out, strings[i], strlen(strings[i]));
}

static inline void execframe_begin(struct execframe_writer* out, unsigned kind) {
    execframe_put(out, EXECFRAME_LENGTH_BYTES, 0); /* execframe_end knows it */
    execframe_put(out, 1, EXECFRAME_VERSION);
    execframe_put(out, 1, kind);
}

/** Completes the frame; its size with the length in front, or 0 if it failed or is above the bound. */
static inline size_t execframe_end(struct execframe_writer* out) {
    if (out->failed || out->size - EXECFRAME_LENGTH_BYTES > EXECFRAME_MAX_PAYLOAD)
        return 0;
    struct execframe_writer length = execframe_writer_on(out->data, EXECFRAME_LENGTH_BYTES);
    if (out->data != NULL)
        execframe_put(&length, EXECFRAME_LENGTH_BYTES, out->size - EXECFRAME_LENGTH_BYTES);
    return out->size;
}

static inline void execframe_put_setup(struct execframe_writer* out, const struct execframe_setup* setup) {
    if (setup->limit_count > EXECFRAME_MAX_LIMITS) {
        out->failed = true;
        return;
    }
    execframe_put(out, 4, setup->mask);
    execframe_put(out, 8, setup->blocked);
    execframe_put(out, 8, setup->ignored);
    execframe_put(out, 4, EXECFRAME_CAST(uint32_t, setup->niceness));
    execframe_put(out, 1, setup->leads_group ? 1 : 0);
    execframe_put(out, 1, setup->limit_count);
    for (uint32_t i = 0; i < setup->limit_count; ++i) {
        execframe_put(out, 4, setup->limits[i].resource);
        execframe_put(out, 8, setup->limits[i].soft);
        execframe_put(out, 8, setup->limits[i].hard);
    }
}

/** Size of the frame in `out`, 0 on failure. All strings NUL-terminated, both lists end with NULL. */
static inline size_t execframe_encode_request(struct execframe_writer* out, const char* file, const char* workdir,
                                              const char* const* argv, const char* const* environment) {
    execframe_begin(out, EXECFRAME_REQUEST);
    execframe_put_blob(out, file, strlen(file));
    execframe_put_blob(out, workdir, strlen(workdir));
    execframe_put_list(out, argv);
    execframe_put_list(out, environment);
    return execframe_end(out);
}

/** Size of the frame in `out`, at most EXECFRAME_SETUP_BYTES; 0 on failure. */
static inline size_t execframe_encode_setup(struct execframe_writer* out, const struct execframe_setup* setup) {
    execframe_begin(out, EXECFRAME_SETUP);
    execframe_put_setup(out, setup);
    return execframe_end(out);
}

/** `reason` is sent with "deny" only; NULs in it make it fail. */
static inline size_t execframe_encode_answer(struct execframe_writer* out, enum execframe_verdict verdict,
                                             const char* reason, size_t size) {
    execframe_begin(out, EXECFRAME_ANSWER);
    execframe_put(out, 1, EXECFRAME_CAST(uint64_t, verdict));
    execframe_put_blob(out, reason, verdict == EXECFRAME_DENY ? size : 0);
    return execframe_end(out);
}

/** The caller sends the descriptors of `numbers` with the first byte of the frame. */
static inline size_t execframe_encode_descriptors(struct execframe_writer* out, bool more, const int32_t* numbers,
                                                  uint32_t count) {
    out->failed = out->failed || count > EXECFRAME_MAX_FDS || (more && count == 0);
    execframe_begin(out, EXECFRAME_DESCRIPTORS);
    execframe_put(out, 1, more ? 1 : 0);
    execframe_put(out, 1, count);
    for (uint32_t i = 0; !out->failed && i < count; ++i) {
        out->failed = numbers[i] < 0 || (i > 0 && numbers[i] <= numbers[i - 1]);
        execframe_put(out, 4, EXECFRAME_CAST(uint32_t, numbers[i]));
    }
    return execframe_end(out);
}

static inline size_t execframe_encode_number(struct execframe_writer* out, unsigned kind, int signal) {
    out->failed = out->failed || signal < 1 || signal > EXECFRAME_CAST(int, EXECFRAME_MAX_SIGNAL);
    execframe_begin(out, kind);
    execframe_put(out, 1, EXECFRAME_CAST(uint64_t, signal));
    return execframe_end(out);
}

static inline size_t execframe_encode_signal(struct execframe_writer* out, int signal) {
    return execframe_encode_number(out, EXECFRAME_SIGNAL, signal);
}

static inline size_t execframe_encode_stopped(struct execframe_writer* out, int signal) {
    return execframe_encode_number(out, EXECFRAME_STOPPED, signal);
}

static inline size_t execframe_encode_exit(struct execframe_writer* out, bool by_signal, int value) {
    out->failed = out->failed || value < (by_signal ? 1 : 0) ||
                  value > (by_signal ? EXECFRAME_CAST(int, EXECFRAME_MAX_SIGNAL) : 255);
    execframe_begin(out, EXECFRAME_EXIT);
    execframe_put(out, 1, by_signal ? 1 : 0);
    execframe_put(out, 1, EXECFRAME_CAST(uint64_t, value));
    return execframe_end(out);
}

#endif
