#include "wrapper/exec/json.h"

/* ---- writing ------------------------------------------------------------------------------------------------- */

/** Length of the UTF-8 sequence at `text`, 0 if it is none. Stops at the NUL by itself: it is no continuation. */
static size_t sequence(const unsigned char* text) {
    unsigned char first = text[0];
    if (first < 0x80)
        return 1;
    size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    for (size_t i = 1; i < size; ++i) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    bool bad = (first == 0xe0 && text[1] < 0xa0) || (first == 0xed && text[1] > 0x9f) ||
               (first == 0xf0 && text[1] < 0x90) || (first == 0xf4 && text[1] > 0x8f);
    return bad ? 0 : size;
}

bool json_is_text(const char* text) {
    const unsigned char* at = (const unsigned char*)text;
    while (*at != 0) {
        size_t size = sequence(at);
        if (size == 0)
            return false;
        at += size;
    }
    return true;
}

static void put_text(struct execframe_writer* out, const char* text) {
    execframe_put_raw(out, text, strlen(text));
}

static void put_characters(struct execframe_writer* out, const char* text, size_t size) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; ++i) {
        unsigned char byte = (unsigned char)text[i];
        const char escape[6] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
        if (byte < 0x20 || byte == '"' || byte == '\\')
            execframe_put_raw(out, escape, sizeof escape);
        else
            execframe_put_raw(out, text + i, 1);
    }
}

static void put_string(struct execframe_writer* out, const char* text, size_t size) {
    put_text(out, "\"");
    put_characters(out, text, size);
    put_text(out, "\"");
}

static void put_file(struct execframe_writer* out, const char* file, const char* workdir) {
    put_text(out, "\"");
    if (file[0] != '/') {
        put_characters(out, workdir, strlen(workdir));
        put_text(out, "/");
    }
    put_characters(out, file, strlen(file));
    put_text(out, "\"");
}

static void put_environment(struct execframe_writer* out, const char* const* environment) {
    bool first = true;
    for (; *environment != NULL; ++environment) {
        const char* equals = strchr(*environment, '=');
        if (equals == NULL || equals == *environment)
            continue;
        put_text(out, first ? "" : ",");
        first = false;
        put_string(out, *environment, (size_t)(equals - *environment));
        put_text(out, ":");
        put_string(out, equals + 1, strlen(equals + 1));
    }
}

size_t json_encode_request(struct execframe_writer* out, const char* file, const char* workdir, const char* const* argv,
                           const char* const* environment) {
    execframe_put(out, EXECFRAME_LENGTH_BYTES, 0);
    put_text(out, "{\"file\":");
    put_file(out, file, workdir);
    put_text(out, ",\"argv\":[");
    for (size_t i = 0; argv[i] != NULL; ++i) {
        put_text(out, i == 0 ? "" : ",");
        put_string(out, argv[i], strlen(argv[i]));
    }
    put_text(out, "],\"workdir\":");
    put_string(out, workdir, strlen(workdir));
    put_text(out, ",\"env\":{");
    put_environment(out, environment);
    put_text(out, "}}");
    return execframe_end(out);
}

size_t json_encode_descriptors(struct execframe_writer* out, const int32_t* numbers, uint32_t count) {
    execframe_put(out, EXECFRAME_LENGTH_BYTES, 0);
    put_text(out, "{\"fds\":[");
    for (uint32_t i = 0; i < count; ++i) {
        const char digit[2] = {(char)('0' + numbers[i]), '\0'}; /* that protocol forwards 0..2 only */
        put_text(out, i == 0 ? "" : ",");
        put_text(out, digit);
    }
    put_text(out, "]}");
    return execframe_end(out);
}

/* ---- reading ------------------------------------------------------------------------------------------------- */

static void skip_space(struct execframe_bytes* in) {
    while (in->size > 0 && (*in->data == ' ' || *in->data == '\t' || *in->data == '\n' || *in->data == '\r')) {
        ++in->data;
        --in->size;
    }
}

/** Consumes `token` after white space; false, and nothing consumed but the space, if something else is there. */
static bool take(struct execframe_bytes* in, const char* token) {
    size_t size = strlen(token);
    skip_space(in);
    if (in->size < size || memcmp(in->data, token, size) != 0)
        return false;
    in->data += size;
    in->size -= size;
    return true;
}

static int hex_value(const char* text) {
    int value = 0;
    for (int i = 0; i < 4; ++i) {
        char c = text[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static size_t put_utf8(char* out, unsigned value) {
    if (value < 0x80) {
        out[0] = (char)value;
        return 1;
    }
    if (value < 0x800) {
        out[0] = (char)(0xc0u | (value >> 6));
        out[1] = (char)(0x80u | (value & 0x3fu));
        return 2;
    }
    out[0] = (char)(0xe0u | (value >> 12));
    out[1] = (char)(0x80u | ((value >> 6) & 0x3fu));
    out[2] = (char)(0x80u | (value & 0x3fu));
    return 3;
}

/** Unescapes at most 3 bytes where 6 stood, so in place is safe. A half of a surrogate pair becomes '?'. */
static bool take_escape(struct execframe_bytes* in, char* out, size_t* written) {
    static const char names[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    if (in->size == 0)
        return false;
    char kind = *in->data++;
    --in->size;
    if (kind == 'u') {
        int value = in->size < 4 ? -1 : hex_value(in->data);
        if (value < 0)
            return false;
        in->data += 4;
        in->size -= 4;
        *written += put_utf8(out + *written, value >= 0xd800 && value <= 0xdfff ? '?' : (unsigned)value);
        return true;
    }
    const char* found = kind == '\0' ? NULL : strchr(names, kind);
    if (found == NULL)
        return false;
    out[(*written)++] = values[found - names];
    return true;
}

/** A string, unescaped into its own place in `base` (the writable memory that `in` views). */
static bool take_string(struct execframe_bytes* in, const struct execframe_bytes* whole, char* base,
                        struct execframe_bytes* out) {
    if (!take(in, "\""))
        return false;
    char* start = base + (in->data - whole->data);
    size_t written = 0;
    while (in->size > 0) {
        char c = *in->data++;
        --in->size;
        if (c == '"') {
            out->data = start;
            out->size = written;
            return true;
        }
        if (c != '\\')
            start[written++] = c;
        else if (!take_escape(in, start, &written))
            return false;
    }
    return false;
}

static bool at_end(struct execframe_bytes* in) {
    skip_space(in);
    return in->size == 0;
}

static bool take_key(struct execframe_bytes* in, const char* quoted) {
    return take(in, "{") && take(in, quoted) && take(in, ":");
}

enum json_answer json_decode_answer(struct execframe_bytes payload, char* text, struct execframe_bytes* reason) {
    struct execframe_bytes in = payload;
    enum json_answer answer = JSON_INVALID;
    reason->data = NULL;
    reason->size = 0;
    if (!take_key(&in, "\"action\""))
        return JSON_INVALID;
    if (take(&in, "\"Run\"")) {
        answer = JSON_RUN;
    } else if (take(&in, "\"Escalate\"")) {
        answer = JSON_ESCALATE;
    } else if (take_key(&in, "\"Deny\"")) {
        bool read = take_key(&in, "\"reason\"") && (take(&in, "null") || take_string(&in, &payload, text, reason));
        if (!read || !take(&in, "}") || !take(&in, "}"))
            return JSON_INVALID;
        answer = JSON_DENY;
    }
    return take(&in, "}") && at_end(&in) ? answer : JSON_INVALID;
}

bool json_decode_exit(struct execframe_bytes payload, int* code) {
    struct execframe_bytes in = payload;
    if (!take_key(&in, "\"exit_code\""))
        return false;
    bool negative = take(&in, "-");
    long value = 0;
    size_t digits = 0;
    skip_space(&in);
    for (; in.size > 0 && *in.data >= '0' && *in.data <= '9' && digits < 10; ++digits) {
        value = value * 10 + (*in.data - '0');
        ++in.data;
        --in.size;
    }
    if (digits == 0 || !take(&in, "}") || !at_end(&in))
        return false;
    *code = (int)((negative ? -value : value) & 0xff);
    return true;
}
