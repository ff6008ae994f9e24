#include "wrapper/exec/relay.h"
#include "wrapper/exec/request.h"
#include "wrapper/exec/say.h"
#include "wrapper/exec/start.h"

#include <stdlib.h>
#include <unistd.h>

/* Runs inside the sandbox, as the calling process, trusted by nobody. See shared/wire/execframe.h for the way. */

extern char** environ;

/** Takes NAME=value out of the environment and answers the value, or NULL. */
static const char* take_variable(char** environment, const char* name) {
    const char* value = NULL;
    size_t length = strlen(name);
    char** kept = environment;
    for (char** item = environment; *item != NULL; ++item) {
        if (strncmp(*item, name, length) == 0 && (*item)[length] == '=')
            value = *item + length + 1;
        else
            *kept++ = *item;
    }
    *kept = NULL;
    return value;
}

/** The hints of exeat-bash (wrapper/bash/exec-wrapper.patch) are for us alone. */
static struct program program_of(char** argv, char** environment) {
    struct program program = {.file = argv[1], .argv = argv + 2, .environment = environment};
    program.shell = take_variable(environment, "EXEAT_EXEC_SHELL");
    const char* prefix = take_variable(environment, "EXEAT_EXEC_PREFIX");
    program.prefix = prefix == NULL ? "" : prefix;
    return program;
}

static enum protocol protocol_of_service(void) {
    const char* value = getenv(EXECFRAME_PROTOCOL_VARIABLE);
    return value != NULL && strcmp(value, EXECFRAME_PROTOCOL_VALUE) == 0 ? PROTOCOL_BINARY : PROTOCOL_JSON;
}

static int ask_and_act(const struct program* program) {
    struct channel channel;
    enum protocol protocol = protocol_of_service();
    if (!channel_open(&channel) || !request_send(&channel, protocol, program))
        return EXIT_NO_SERVICE;
    struct answer answer = request_answer(&channel, protocol);
    switch (answer.decision) {
    case ANSWER_RUN:
        return start(program);
    case ANSWER_ESCALATE:
        if (protocol == PROTOCOL_JSON)
            relay_json(&channel);
        relay(&channel);
    case ANSWER_DENY:
        say_bytes(answer.reason.data, answer.reason.size);
        return 1;
    case ANSWER_NONE:
        break;
    }
    SAY(program->file, ": not started: the service went away without an answer. Start the command again; "
                       "`exeat doctor` says more");
    return EXIT_NO_SERVICE;
}

int main(int argc, char** argv) {
    if (argc < 3) {
        SAY("usage: exeat-exec FILE ARGV0 [ARGUMENT...]: started by a shell for each program, not by people");
        return EXIT_NO_SERVICE;
    }
    const struct program program = program_of(argv, environ);
    return ask_and_act(&program);
}
