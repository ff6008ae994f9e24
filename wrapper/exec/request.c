#include "wrapper/exec/request.h"

#include "wrapper/exec/json.h"

#include <limits.h>
#include <unistd.h>

static size_t encode(struct execframe_writer* out, enum protocol protocol, const struct program* program,
                     const char* workdir) {
    const char* const* argv = (const char* const*)program->argv;
    const char* const* environment = (const char* const*)program->environment;
    if (protocol == PROTOCOL_JSON)
        return json_encode_request(out, program->file, workdir, argv, environment);
    return execframe_encode_request(out, program->file, workdir, argv, environment);
}

static bool is_text(const struct program* program, const char* workdir) {
    if (!json_is_text(program->file) || !json_is_text(workdir))
        return false;
    for (char** item = program->argv; *item != NULL; ++item) {
        if (!json_is_text(*item))
            return false;
    }
    for (char** item = program->environment; *item != NULL; ++item) {
        if (!json_is_text(*item))
            return false;
    }
    return true;
}

/** A usual request fits; each further page that is touched costs as much as several system calls. */
enum { USUAL_BYTES = 8 * 1024 };

/** The whole frame in `usual` or in pages of its own; nothing of both if it is longer than any frame. */
static struct execframe_bytes frame_of(enum protocol protocol, const struct program* program, const char* workdir,
                                       char* usual) {
    struct execframe_writer first = execframe_writer_on(usual, USUAL_BYTES);
    struct execframe_bytes frame = {usual, encode(&first, protocol, program, workdir)};
    if (frame.size > 0)
        return frame;
    struct execframe_writer measure = execframe_writer_on(NULL, 0);
    size_t size = encode(&measure, protocol, program, workdir);
    char* room = size == 0 ? NULL : pages(size);
    struct execframe_writer out = execframe_writer_on(room, size);
    frame.data = room;
    frame.size = room == NULL ? 0 : encode(&out, protocol, program, workdir);
    return frame;
}

enum request_state request_send(const struct channel* channel, enum protocol protocol, const struct program* program) {
    char workdir[PATH_MAX];
    char usual[USUAL_BYTES];
    if (getcwd(workdir, sizeof workdir) == NULL)
        workdir[0] = '\0'; /* the folder is gone; the service decides what that means */
    if (protocol == PROTOCOL_JSON && !is_text(program, workdir))
        return REQUEST_NOT_TEXT;
    struct execframe_bytes frame = frame_of(protocol, program, workdir, usual);
    if (frame.size == 0)
        return REQUEST_TOO_LONG;
    return channel_send(channel, frame.data, frame.size, NULL, 0) ? REQUEST_SENT : REQUEST_LOST;
}

static struct answer binary_answer(struct execframe_bytes payload) {
    struct execframe_answer decoded;
    struct answer answer = {ANSWER_NONE, {NULL, 0}};
    if (execframe_decode_answer(payload, &decoded) != EXECFRAME_OK)
        return answer;
    answer.decision = decoded.verdict == EXECFRAME_RUN        ? ANSWER_RUN
                      : decoded.verdict == EXECFRAME_ESCALATE ? ANSWER_ESCALATE
                                                              : ANSWER_DENY;
    answer.reason = decoded.reason;
    return answer;
}

static struct answer json_answer(struct execframe_bytes payload, char* text) {
    struct answer answer = {ANSWER_NONE, {NULL, 0}};
    switch (json_decode_answer(payload, text, &answer.reason)) {
    case JSON_RUN:
        answer.decision = ANSWER_RUN;
        break;
    case JSON_ESCALATE:
        answer.decision = ANSWER_ESCALATE;
        break;
    case JSON_DENY:
        answer.decision = ANSWER_DENY;
        break;
    case JSON_INVALID:
        break;
    }
    return answer;
}

struct answer request_answer(struct channel* channel, enum protocol protocol) {
    struct execframe_bytes payload;
    if (!channel_receive(channel, &payload))
        return (struct answer){ANSWER_NONE, {NULL, 0}};
    return protocol == PROTOCOL_JSON ? json_answer(payload, channel->buffer) : binary_answer(payload);
}
