#include "wrapper/exec/complain.h"
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

/** The hints of exeat-bash (wrapper/bash/exec-wrapper.patch) are for us alone; `stream` is askinplace.h's, or NULL. */
static struct program program_of(char** argv, char** environment, const char** stream) {
    struct program program = {.file = argv[1], .argv = argv + 2, .environment = environment};
    program.shell = take_variable(environment, "EXEAT_EXEC_SHELL");
    const char* prefix = take_variable(environment, "EXEAT_EXEC_PREFIX");
    program.prefix = prefix == NULL ? "" : prefix;
    *stream = take_variable(environment, "EXEAT_EXEC_STREAM");
    return program;
}

static enum protocol protocol_of_service(void) {
    const char* value = getenv(EXECFRAME_PROTOCOL_VARIABLE);
    return value != NULL && strcmp(value, EXECFRAME_PROTOCOL_VALUE) == 0 ? PROTOCOL_BINARY : PROTOCOL_JSON;
}

/** False after having said why nobody can be asked. */
static bool ask(struct channel* channel, enum protocol protocol, const struct program* program) {
    const char* number = getenv(EXECFRAME_SOCKET_VARIABLE);
    enum channel_state opened = channel_open(channel, number);
    if (opened != CHANNEL_OPEN) {
        complain_of_channel(opened, number);
        return false;
    }
    enum request_state sent = request_send(channel, protocol, program);
    if (sent != REQUEST_SENT)
        complain_of_request(sent, program->file);
    return sent == REQUEST_SENT;
}

static int ask_and_act(const struct program* program, const char* stream) {
    struct channel channel;
    enum protocol protocol = protocol_of_service();
    if (!channel_adopt(&channel, getenv(EXECFRAME_SOCKET_VARIABLE), stream) && !ask(&channel, protocol, program))
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
    const char* stream = NULL;
    const struct program program = program_of(argv, environ, &stream);
    return ask_and_act(&program, stream);
}
