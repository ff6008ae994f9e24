#pragma once

#include <stddef.h>

/** Writes `exeat: `, the parts one after the other, and a newline to descriptor 2. Control characters are escaped. */
void say(const char* const* parts);

/** As say, with `size` bytes of a reason from the service; not NUL-terminated. */
void say_bytes(const char* bytes, size_t size);

/** Writes the parts as they are to descriptor 2: for messages that must read as the shell's. */
void say_plain(const char* const* parts);

/** `SAY("a", b, "c")` */
#define SAY(...) say((const char* const[]){__VA_ARGS__, NULL})
#define SAY_PLAIN(...) say_plain((const char* const[]){__VA_ARGS__, NULL})
