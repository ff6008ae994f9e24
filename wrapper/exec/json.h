#pragma once

#include "shared/wire/execframe.h"

/**
 * The frames of the older protocol (spec/codex.md §5): the same length in front, JSON in UTF-8 behind it. Only what a
 * helper needs of it; anything unexpected in an answer is invalid.
 */

enum json_answer { JSON_INVALID, JSON_RUN, JSON_ESCALATE, JSON_DENY };

/** True if the string is UTF-8 as JSON can carry it: no overlong forms, no surrogates. */
bool json_is_text(const char* text);

/**
 * One frame; 0 on failure. A relative `file` is made absolute, because that service resolves it against its own
 * folder. Variables without a name are left out: an object cannot carry them.
 */
size_t json_encode_request(struct execframe_writer* out, const char* file, const char* workdir, const char* const* argv,
                           const char* const* environment);

/** One frame that announces descriptors; they go with its first byte. */
size_t json_encode_descriptors(struct execframe_writer* out, const int32_t* numbers, uint32_t count);

/** `text` is the payload's own memory: a reason is unescaped in place. */
enum json_answer json_decode_answer(struct execframe_bytes payload, char* text, struct execframe_bytes* reason);

/** `{"exit_code":N}`; false for everything else. */
bool json_decode_exit(struct execframe_bytes payload, int* code);
