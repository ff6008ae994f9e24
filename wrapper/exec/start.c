#include "wrapper/exec/start.h"

#include "wrapper/exec/say.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_CANNOT_EXECUTE = 126, EXIT_NOT_FOUND = 127, SAMPLE_BYTES = 128, NAME_BYTES = 4096 };

static size_t read_sample(const char* file, char* out, size_t size) {
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return 0;
    ssize_t n = read(fd, out, size);
    close(fd);
    return n > 0 ? (size_t)n : 0;
}

/** Bash's own test for "no script": a NUL in the first line. */
static bool is_binary(const char* sample, size_t size) {
    for (size_t i = 0; i < size && sample[i] != '\n'; ++i) {
        if (sample[i] == '\0')
            return true;
    }
    return false;
}

/** The interpreter named behind `#!`, NUL-terminated in place; NULL if there is none. A final CR reads `^M`. */
static const char* interpreter(char* sample, size_t size) {
    if (size < 3 || sample[0] != '#' || sample[1] != '!')
        return NULL;
    size_t from = 2;
    while (from < size && (sample[from] == ' ' || sample[from] == '\t'))
        ++from;
    size_t to = from;
    while (to < size && sample[to] != ' ' && sample[to] != '\t' && sample[to] != '\n')
        ++to;
    if (to > from && sample[to - 1] == '\r') {
        sample[to - 1] = '^';
        sample[to++] = 'M';
    }
    sample[to] = '\0';
    return sample + from;
}

/** Bytes of `NAME: ` in a prefix `NAME: line 12: `: Bash says some messages without the line. */
static size_t name_part(const char* prefix) {
    size_t end = strlen(prefix);
    if (end < 4 || prefix[end - 3] < '0' || prefix[end - 3] > '9')
        return end;
    for (size_t i = end - 3; i > 1; --i) {
        if (prefix[i - 1] == ' ' && prefix[i - 2] == ':')
            return i;
    }
    return end;
}

static void say_bad_interpreter(const struct program* program, const char* interpreter, const char* why) {
    char name[NAME_BYTES];
    size_t size = name_part(program->prefix);
    size = size < sizeof name ? size : 0;
    memcpy(name, program->prefix, size);
    name[size] = '\0';
    SAY_PLAIN(name, program->file, ": ", interpreter, ": bad interpreter: ", why, "\n");
}

/** In the words of Bash 5.2 (shell_execve), so that scripts and people read what they know. */
static int fail(const struct program* program, int error) {
    char sample[SAMPLE_BYTES + 2];
    struct stat info;
    const char* text = strerror(error);
    if (stat(program->file, &info) == 0 && S_ISDIR(info.st_mode)) {
        SAY_PLAIN(program->prefix, program->file, ": ", strerror(EISDIR), "\n");
        return EXIT_CANNOT_EXECUTE;
    }
    if (error == ENOENT) {
        bool exists = access(program->file, F_OK) == 0;
        SAY_PLAIN(program->prefix, program->file, ": ", exists ? "cannot execute: required file not found" : text,
                  "\n");
        return EXIT_NOT_FOUND;
    }
    bool judge_file = error != E2BIG && error != ENOMEM && access(program->file, X_OK) == 0;
    const char* found = judge_file ? interpreter(sample, read_sample(program->file, sample, SAMPLE_BYTES)) : NULL;
    if (found != NULL)
        say_bad_interpreter(program, found, text);
    else
        SAY_PLAIN(program->prefix, program->file, ": ", text, "\n");
    return EXIT_CANNOT_EXECUTE;
}

static size_t count_of(char* const* list) {
    size_t count = 0;
    while (list[count] != NULL)
        ++count;
    return count;
}

/** Room for SHELL, FILE and what follows argv[0]. */
static char** shell_argv(const struct program* program, const char* shell) {
    size_t count = count_of(program->argv);
    char** argv = (char**)pages((count + 3) * sizeof(char*));
    if (argv == NULL)
        return NULL;
    argv[0] = (char*)(uintptr_t)shell;
    argv[1] = (char*)(uintptr_t)program->file;
    for (size_t i = 1; i < count; ++i)
        argv[i + 1] = program->argv[i];
    return argv;
}

/** exeat-bash beside this program: the shell that keeps interception on when the caller named none. */
static bool neighbour(char* out, size_t size) {
    static const char name[] = "exeat-bash";
    ssize_t n = readlink("/proc/self/exe", out, size);
    if (n <= 0 || (size_t)n + sizeof name > size)
        return false;
    size_t length = (size_t)n;
    while (length > 0 && out[length - 1] != '/')
        --length;
    memcpy(out + length, name, sizeof name);
    return access(out, X_OK) == 0;
}

/** The judged file is a script without `#!`: run it as the calling shell would run it in its own process. */
static int start_as_script(const struct program* program) {
    char sample[SAMPLE_BYTES];
    char beside[PATH_MAX];
    if (is_binary(sample, read_sample(program->file, sample, sizeof sample))) {
        SAY_PLAIN(program->prefix, program->file, ": cannot execute binary file: ", strerror(ENOEXEC), "\n");
        return EXIT_CANNOT_EXECUTE;
    }
    const char* shell = program->shell;
    if (shell == NULL || access(shell, X_OK) != 0)
        shell = neighbour(beside, sizeof beside) ? beside : "/bin/bash";
    char** argv = shell_argv(program, shell);
    if (argv != NULL)
        execve(shell, argv, program->environment);
    SAY_PLAIN(program->prefix, program->file, ": ", shell, ": ", strerror(errno), "\n");
    return EXIT_CANNOT_EXECUTE;
}

int start(const struct program* program) {
    execve(program->file, program->argv, program->environment);
    return errno == ENOEXEC ? start_as_script(program) : fail(program, errno);
}
