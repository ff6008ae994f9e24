#ifndef EXEAT_SHARED_WIRE_EXECFRAME_H
#define EXEAT_SHARED_WIRE_EXECFRAME_H

/**
 * What exeat-exec (C, inside the sandbox) and exeat-gate (C++) say to each other, byte for byte. Header-only, no
 * allocation, no globals, valid C17 and C++23. DESIGN.md §3; the older JSON protocol is spec/codex.md §5.
 *
 * Whoever asks is "the helper" here: exeat-exec, or the shell that becomes it (wrapper/bash/askinplace.h).
 *
 * Way in. The helper sends ONE message of one byte (value 0) over the inherited socket CODEX_ESCALATE_SOCKET
 * (SOCK_SEQPACKET of ours, SOCK_DGRAM of Codex); with it, by SCM_RIGHTS, one end of a stream socketpair. All
 * the rest goes over that stream.
 *
 * Frame    = u32 length of the payload, then the payload. 1 <= length <= EXECFRAME_MAX_PAYLOAD.
 * Payload  = u8 version (1), u8 kind, body. A payload of the JSON protocol starts with '{' instead of the version.
 * Integers = little-endian. blob = u32 length, then as many bytes; no byte of a blob is NUL.
 * A body that is too short, too long by one byte, or has a value outside the ranges below is invalid: drop the peer.
 *
 *   kind 1 Request, helper to gate
 *     blob file           as given to execve: absolute, or relative to workdir; may be empty
 *     blob workdir        absolute; empty when the folder is gone
 *     u32 count, count blobs      argv, argv[0] included; count may be 0
 *     u32 count, count blobs      environment as is, NAME=value by custom only
 *   kind 2 Answer, gate to helper
 *     u8  verdict         0 deny, 1 run, 2 escalate
 *     blob reason         in words for the agent; empty unless denied
 *   kind 3 Descriptors, helper to gate, after the answer "escalate"; one or more of them
 *     u8  more            1: another Descriptors frame follows; 0: the last one
 *     u8  count           0..EXECFRAME_MAX_FDS; 0 only with more == 0
 *     u32 number          count of them, strictly ascending, also from frame to frame. The descriptors themselves
 *                         come by SCM_RIGHTS with the first byte of this frame, in this order; with the first byte of
 *                         Setup if both are sent as one.
 *   kind 4 Signal, helper to gate
 *     u8  signal          1..64, sent to the helper; to be sent to the program outside
 *   kind 5 Exit, gate to helper, the last frame
 *     u8  how             0 ended by itself, 1 ended by a signal
 *     u8  value           exit code 0..255, or signal 1..64
 *   kind 6 Stopped, gate to helper, optional: the program outside has stopped; the helper stops itself, too
 *     u8  signal          1..64, that stopped it
 *   kind 7 Setup, helper to gate, once, after the answer "escalate"
 *     u32 umask           0..0777
 *     u64 blocked         signal mask, bit n-1 = signal n
 *     u64 ignored         dispositions SIG_IGN, as above
 *     u32 niceness        two's complement, -20..19
 *     u8  flags           bit 0: the caller leads its process group; the others are 0
 *     u8  limits          0..EXECFRAME_MAX_LIMITS, then for each, by strictly ascending resource:
 *         u32 resource    0..EXECFRAME_MAX_LIMITS-1, as setrlimit(2)
 *         u64 soft, u64 hard    all ones = no limit
 *
 * Order: Request, Answer; after "escalate": Setup, Descriptors (1..n), then Signal and Stopped in any number, Exit. In
 * the place of Exit an Answer "deny" may stand: what failed between the judgement and the start. After "run" and "deny"
 * the helper closes. The end of the stream before Exit means: the other side is dead.
 *
 * Which protocol. A server that takes these frames sets EXEAT_EXEC_PROTOCOL=1 in the environment; without it the
 * helper speaks JSON. The variable is under the agent's control and only a hint: the gate tells the protocol by the
 * first byte of the first payload and judges both alike; a server that does not know it drops the connection.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EXECFRAME_VERSION 1u
#define EXECFRAME_SOCKET_VARIABLE "CODEX_ESCALATE_SOCKET"
#define EXECFRAME_PROTOCOL_VARIABLE "EXEAT_EXEC_PROTOCOL"
#define EXECFRAME_PROTOCOL_VALUE "1"
/** argv and environment of the kernel (6 MiB at the default stack) must fit; equals limits::frameBytes. */
#define EXECFRAME_MAX_PAYLOAD ((uint32_t)8 << 20)
#define EXECFRAME_LENGTH_BYTES 4u
#define EXECFRAME_HEADER_BYTES 2u
/** SCM_MAX_FD of the kernel (unix(7)). */
#define EXECFRAME_MAX_FDS 253u
/** RLIM_NLIMITS is 16 today. */
#define EXECFRAME_MAX_LIMITS 32u
#define EXECFRAME_MAX_SIGNAL 64u
/** The longest Setup frame, its length in front included. */
#define EXECFRAME_SETUP_BYTES (EXECFRAME_LENGTH_BYTES + EXECFRAME_HEADER_BYTES + 26u + 20u * EXECFRAME_MAX_LIMITS)

#ifdef __cplusplus
#undef EXECFRAME_MAX_PAYLOAD
#define EXECFRAME_MAX_PAYLOAD (uint32_t{8} << 20)
#define EXECFRAME_CAST(type, value) static_cast<type>(value)
#else
#define EXECFRAME_CAST(type, value) ((type)(value))
#endif

enum execframe_result {
    EXECFRAME_OK,
    EXECFRAME_INCOMPLETE, ///< only execframe_split answers it: read more, then call again
    EXECFRAME_INVALID,    ///< drop the peer
};

enum execframe_kind {
    EXECFRAME_REQUEST = 1,
    EXECFRAME_ANSWER = 2,
    EXECFRAME_DESCRIPTORS = 3,
    EXECFRAME_SIGNAL = 4,
    EXECFRAME_EXIT = 5,
    EXECFRAME_STOPPED = 6,
    EXECFRAME_SETUP = 7,
};

enum execframe_verdict { EXECFRAME_DENY = 0, EXECFRAME_RUN = 1, EXECFRAME_ESCALATE = 2 };

/** Bytes inside a buffer of the caller; not NUL-terminated; valid as long as that buffer. */
struct execframe_bytes {
    const char* data;
    size_t size;
};

/** Checked blobs inside a buffer of the caller; walk it with execframe_next. */
struct execframe_list {
    const char* data;
    size_t size;
    uint32_t count;
};

struct execframe_limit {
    uint32_t resource;
    uint64_t soft;
    uint64_t hard;
};

/** How the calling process was set up, so that the program outside behaves as in place. */
struct execframe_setup {
    uint32_t mask; ///< umask
    uint64_t blocked;
    uint64_t ignored;
    int32_t niceness;
    bool leads_group;
    uint32_t limit_count;
    struct execframe_limit limits[EXECFRAME_MAX_LIMITS];
};

/** A decoded Request: a claim of a hostile peer, well-formed and nothing more. */
struct execframe_request {
    struct execframe_bytes file;
    struct execframe_bytes workdir;
    struct execframe_list argv;
    struct execframe_list environment;
};

struct execframe_answer {
    enum execframe_verdict verdict;
    struct execframe_bytes reason;
};

struct execframe_descriptors {
    bool more;
    uint32_t count;
    int32_t numbers[EXECFRAME_MAX_FDS];
};

struct execframe_exit {
    bool by_signal;
    uint8_t value; ///< exit code, or signal number
};

/* ---- decoding ------------------------------------------------------------------------------------------------ */

static inline uint64_t execframe_load(const char* from, unsigned width) {
    uint64_t value = 0;
    for (unsigned i = width; i > 0; --i) {
        unsigned char byte = 0;
        memcpy(&byte, from + i - 1, 1);
        value = (value << 8) | byte;
    }
    return value;
}

static inline bool execframe_take(struct execframe_bytes* in, unsigned width, uint64_t* out) {
    if (in->size < width)
        return false;
    *out = execframe_load(in->data, width);
    in->data += width;
    in->size -= width;
    return true;
}

static inline bool execframe_take32(struct execframe_bytes* in, uint32_t* out) {
    uint64_t value = 0;
    if (!execframe_take(in, 4, &value))
        return false;
    *out = EXECFRAME_CAST(uint32_t, value);
    return true;
}

static inline bool execframe_take8(struct execframe_bytes* in, uint32_t highest, uint32_t* out) {
    uint64_t value = 0;
    if (!execframe_take(in, 1, &value) || value > highest)
        return false;
    *out = EXECFRAME_CAST(uint32_t, value);
    return true;
}

static inline bool execframe_take_blob(struct execframe_bytes* in, struct execframe_bytes* out) {
    uint32_t size = 0;
    if (!execframe_take32(in, &size) || size > in->size)
        return false;
    if (size > 0 && memchr(in->data, 0, size) != NULL)
        return false;
    out->data = in->data;
    out->size = size;
    in->data += size;
    in->size -= size;
    return true;
}

static inline bool execframe_take_list(struct execframe_bytes* in, struct execframe_list* out) {
    struct execframe_bytes item = {NULL, 0};
    uint32_t count = 0;
    if (!execframe_take32(in, &count) || count > in->size / 4)
        return false;
    out->data = in->data;
    out->count = count;
    for (uint32_t i = 0; i < count; ++i) {
        if (!execframe_take_blob(in, &item))
            return false;
    }
    out->size = EXECFRAME_CAST(size_t, in->data - out->data);
    return true;
}

/** The next item of a decoded list, or false at its end. The list is consumed: keep a copy to walk it twice. */
static inline bool execframe_next(struct execframe_list* list, struct execframe_bytes* item) {
    if (list->count == 0)
        return false;
    struct execframe_bytes rest = {list->data, list->size};
    if (!execframe_take_blob(&rest, item))
        return false;
    list->data = rest.data;
    list->size = rest.size;
    list->count -= 1;
    return true;
}

/**
 * Finds the first frame in `bytes`. Ok: `payload` views it and the frame takes EXECFRAME_LENGTH_BYTES +
 * payload->size bytes. Incomplete: read on. Invalid: a length of 0 or above the bound; never allocate for it.
 */
static inline enum execframe_result execframe_split(const char* bytes, size_t size, struct execframe_bytes* payload) {
    if (size < EXECFRAME_LENGTH_BYTES)
        return EXECFRAME_INCOMPLETE;
    uint64_t length = execframe_load(bytes, EXECFRAME_LENGTH_BYTES);
    if (length == 0 || length > EXECFRAME_MAX_PAYLOAD)
        return EXECFRAME_INVALID;
    if (length > size - EXECFRAME_LENGTH_BYTES)
        return EXECFRAME_INCOMPLETE;
    payload->data = bytes + EXECFRAME_LENGTH_BYTES;
    payload->size = EXECFRAME_CAST(size_t, length);
    return EXECFRAME_OK;
}

/** True for a payload of this protocol, false for JSON or rubbish; looks at the first byte only. */
static inline bool execframe_is_binary(struct execframe_bytes payload) {
    return payload.size > 0 && execframe_load(payload.data, 1) == EXECFRAME_VERSION;
}

/** The kind of a payload of this protocol, or 0 if it is none (other version, unknown kind, too short). */
static inline unsigned execframe_kind_of(struct execframe_bytes payload) {
    if (payload.size < EXECFRAME_HEADER_BYTES || !execframe_is_binary(payload))
        return 0;
    unsigned kind = EXECFRAME_CAST(unsigned, execframe_load(payload.data + 1, 1));
    return kind <= EXECFRAME_SETUP ? kind : 0;
}

static inline bool execframe_body(struct execframe_bytes* payload, unsigned kind) {
    if (execframe_kind_of(*payload) != kind)
        return false;
    payload->data += EXECFRAME_HEADER_BYTES;
    payload->size -= EXECFRAME_HEADER_BYTES;
    return true;
}

static inline bool execframe_take_limits(struct execframe_bytes* in, struct execframe_setup* out) {
    if (!execframe_take8(in, EXECFRAME_MAX_LIMITS, &out->limit_count))
        return false;
    for (uint32_t i = 0; i < out->limit_count; ++i) {
        struct execframe_limit* limit = &out->limits[i];
        if (!execframe_take32(in, &limit->resource) || !execframe_take(in, 8, &limit->soft) ||
            !execframe_take(in, 8, &limit->hard))
            return false;
        if (limit->resource >= EXECFRAME_MAX_LIMITS || (i > 0 && limit->resource <= out->limits[i - 1].resource))
            return false;
    }
    return true;
}

static inline bool execframe_take_setup(struct execframe_bytes* in, struct execframe_setup* out) {
    uint32_t nice = 0;
    uint32_t flags = 0;
    if (!execframe_take32(in, &out->mask) || out->mask > 0777u)
        return false;
    if (!execframe_take(in, 8, &out->blocked) || !execframe_take(in, 8, &out->ignored))
        return false;
    if (!execframe_take32(in, &nice) || !execframe_take8(in, 1, &flags))
        return false;
    uint32_t above = nice + 20u; /* -20..19 becomes 0..39, everything else more */
    if (above > 39u)
        return false;
    out->niceness = EXECFRAME_CAST(int32_t, above) - 20;
    out->leads_group = flags == 1;
    return execframe_take_limits(in, out);
}

/** Ok or Invalid. The views in `out` point into `payload`. */
static inline enum execframe_result execframe_decode_request(struct execframe_bytes payload,
                                                             struct execframe_request* out) {
    memset(out, 0, sizeof *out);
    if (!execframe_body(&payload, EXECFRAME_REQUEST))
        return EXECFRAME_INVALID;
    if (!execframe_take_blob(&payload, &out->file) || !execframe_take_blob(&payload, &out->workdir))
        return EXECFRAME_INVALID;
    if (!execframe_take_list(&payload, &out->argv) || !execframe_take_list(&payload, &out->environment))
        return EXECFRAME_INVALID;
    return payload.size == 0 ? EXECFRAME_OK : EXECFRAME_INVALID;
}

/** Ok or Invalid. */
static inline enum execframe_result execframe_decode_setup(struct execframe_bytes payload,
                                                           struct execframe_setup* out) {
    memset(out, 0, sizeof *out);
    if (!execframe_body(&payload, EXECFRAME_SETUP) || !execframe_take_setup(&payload, out))
        return EXECFRAME_INVALID;
    return payload.size == 0 ? EXECFRAME_OK : EXECFRAME_INVALID;
}

/** Ok or Invalid; whatever is not Ok leaves the verdict "deny". */
static inline enum execframe_result execframe_decode_answer(struct execframe_bytes payload,
                                                            struct execframe_answer* out) {
    uint32_t verdict = 0;
    struct execframe_bytes reason = {NULL, 0};
    out->verdict = EXECFRAME_DENY;
    out->reason = reason;
    if (!execframe_body(&payload, EXECFRAME_ANSWER) || !execframe_take8(&payload, EXECFRAME_ESCALATE, &verdict))
        return EXECFRAME_INVALID;
    if (!execframe_take_blob(&payload, &reason) || payload.size != 0 || (verdict != EXECFRAME_DENY && reason.size != 0))
        return EXECFRAME_INVALID;
    out->verdict = EXECFRAME_CAST(enum execframe_verdict, verdict);
    out->reason = reason;
    return EXECFRAME_OK;
}

/** Ok or Invalid. That as many descriptors came as numbers, and the order between frames, is the caller's check. */
static inline enum execframe_result execframe_decode_descriptors(struct execframe_bytes payload,
                                                                 struct execframe_descriptors* out) {
    uint32_t more = 0;
    memset(out, 0, sizeof *out);
    if (!execframe_body(&payload, EXECFRAME_DESCRIPTORS) || !execframe_take8(&payload, 1, &more) ||
        !execframe_take8(&payload, EXECFRAME_MAX_FDS, &out->count))
        return EXECFRAME_INVALID;
    out->more = more == 1;
    if (out->more && out->count == 0)
        return EXECFRAME_INVALID;
    for (uint32_t i = 0; i < out->count; ++i) {
        uint32_t number = 0;
        if (!execframe_take32(&payload, &number) || number > 0x7fffffffu)
            return EXECFRAME_INVALID;
        out->numbers[i] = EXECFRAME_CAST(int32_t, number);
        if (i > 0 && out->numbers[i] <= out->numbers[i - 1])
            return EXECFRAME_INVALID;
    }
    return payload.size == 0 ? EXECFRAME_OK : EXECFRAME_INVALID;
}

static inline enum execframe_result execframe_decode_number(struct execframe_bytes payload, unsigned kind,
                                                            uint8_t* signal) {
    uint32_t value = 0;
    if (!execframe_body(&payload, kind) || !execframe_take8(&payload, EXECFRAME_MAX_SIGNAL, &value))
        return EXECFRAME_INVALID;
    if (value == 0 || payload.size != 0)
        return EXECFRAME_INVALID;
    *signal = EXECFRAME_CAST(uint8_t, value);
    return EXECFRAME_OK;
}

/** Ok or Invalid; `signal` is 1..64 when Ok, untouched else. */
static inline enum execframe_result execframe_decode_signal(struct execframe_bytes payload, uint8_t* signal) {
    return execframe_decode_number(payload, EXECFRAME_SIGNAL, signal);
}

/** Ok or Invalid; `signal` is 1..64 when Ok, untouched else. */
static inline enum execframe_result execframe_decode_stopped(struct execframe_bytes payload, uint8_t* signal) {
    return execframe_decode_number(payload, EXECFRAME_STOPPED, signal);
}

/** Ok or Invalid. */
static inline enum execframe_result execframe_decode_exit(struct execframe_bytes payload, struct execframe_exit* out) {
    uint32_t how = 0;
    uint32_t value = 0;
    if (!execframe_body(&payload, EXECFRAME_EXIT) || !execframe_take8(&payload, 1, &how) ||
        !execframe_take8(&payload, 255, &value) || payload.size != 0)
        return EXECFRAME_INVALID;
    if (how == 1 && (value == 0 || value > EXECFRAME_MAX_SIGNAL))
        return EXECFRAME_INVALID;
    out->by_signal = how == 1;
    out->value = EXECFRAME_CAST(uint8_t, value);
    return EXECFRAME_OK;
}

#include "shared/wire/execframewrite.h" // the encoding half

#endif
