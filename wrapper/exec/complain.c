#include "wrapper/exec/complain.h"

#include "wrapper/exec/say.h"

#include <errno.h>

void complain_of_channel(enum channel_state state, const char* number) {
    switch (state) {
    case CHANNEL_OPEN:
        return;
    case CHANNEL_UNNAMED:
        SAY(EXECFRAME_SOCKET_VARIABLE " is not set, so nobody can decide about this program. It starts only below "
                                      "Exeat's shell: keep the variable in the environment");
        return;
    case CHANNEL_NO_SOCKET:
        SAY(EXECFRAME_SOCKET_VARIABLE "=", number,
            " is not an open socket, so nobody can decide about this program. Do not close or reuse that descriptor");
        return;
    case CHANNEL_NO_PAIR:
        SAY("no socket to the service: ", strerror(errno), ". Close some files, then try again");
        return;
    case CHANNEL_NOT_ANNOUNCED:
        SAY("the service cannot be reached (", strerror(errno),
            "), so nobody can decide about this program. Start the command again; `exeat doctor` says more");
        return;
    }
}

void complain_of_request(enum request_state state, const char* file) {
    switch (state) {
    case REQUEST_SENT:
        return;
    case REQUEST_NOT_TEXT:
        SAY(file, ": not started: an argument or a variable is not UTF-8, and this service takes only "
                  "UTF-8. Remove it, or use a newer service");
        return;
    case REQUEST_TOO_LONG:
        SAY(file, ": not started: the arguments and the environment are too long for one request (8 MiB). "
                  "Pass fewer of them, by xargs for example");
        return;
    case REQUEST_LOST:
        SAY(file, ": not started: the service is gone or does not take the request. Start the command again; "
                  "`exeat doctor` says more");
        return;
    }
}
