#include "wrapper/exec/say.h"

#include <string.h>
#include <unistd.h>

/** One message in one write where it fits, so that messages of parallel programs do not mix. */
struct line {
    char bytes[1024];
    size_t size;
};

static void flush(struct line* line) {
    size_t done = 0;
    while (done < line->size) {
        ssize_t n = write(STDERR_FILENO, line->bytes + done, line->size - done);
        if (n <= 0)
            break; /* nobody to tell */
        done += (size_t)n;
    }
    line->size = 0;
}

static void put(struct line* line, const char* bytes, size_t size) {
    for (size_t i = 0; i < size; ++i) {
        if (line->size == sizeof line->bytes)
            flush(line);
        line->bytes[line->size++] = bytes[i];
    }
}

static void put_hex(struct line* line, unsigned char byte) {
    static const char digits[] = "0123456789abcdef";
    const char text[4] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    put(line, text, sizeof text);
}

/** Bytes of a character at `text` that would steer a terminal or turn the reading direction; 0 for all others. */
static size_t harmful(const unsigned char* text, size_t left) {
    if (text[0] < 0x20 || text[0] == 0x7f)
        return 1;
    if (left >= 2 && text[0] == 0xc2 && text[1] >= 0x80 && text[1] <= 0x9f)
        return 2; /* C1 controls */
    if (left >= 3 && text[0] == 0xe2 && text[1] == 0x80 &&
        (text[2] == 0x8e || text[2] == 0x8f || (text[2] >= 0xa8 && text[2] <= 0xae)))
        return 3; /* direction marks, line separators, embeddings */
    if (left >= 3 && text[0] == 0xe2 && text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9)
        return 3; /* isolates */
    return 0;
}

static void put_escaped(struct line* line, const char* bytes, size_t size) {
    const unsigned char* text = (const unsigned char*)bytes;
    for (size_t i = 0; i < size;) {
        size_t bad = harmful(text + i, size - i);
        for (size_t k = 0; k < bad; ++k)
            put_hex(line, text[i + k]);
        if (bad == 0)
            put(line, bytes + i, 1);
        i += bad == 0 ? 1 : bad;
    }
}

void say(const char* const* parts) {
    struct line line = {.size = 0};
    put(&line, "exeat: ", 7);
    for (; *parts != NULL; ++parts)
        put_escaped(&line, *parts, strlen(*parts));
    put(&line, "\n", 1);
    flush(&line);
}

void say_bytes(const char* bytes, size_t size) {
    struct line line = {.size = 0};
    put(&line, "exeat: ", 7);
    put_escaped(&line, bytes, size);
    put(&line, "\n", 1);
    flush(&line);
}

void say_plain(const char* const* parts) {
    struct line line = {.size = 0};
    for (; *parts != NULL; ++parts)
        put(&line, *parts, strlen(*parts));
    flush(&line);
}
