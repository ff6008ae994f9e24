#include "wrapper/exec/relay.h"

#include "wrapper/exec/complain.h"
#include "wrapper/exec/descriptors.h"
#include "wrapper/exec/json.h"
#include "wrapper/exec/say.h"
#include "wrapper/exec/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { EXIT_DENIED = 1 };

struct relay {
    struct channel* channel;
    uint64_t unstoppable; ///< signals that would not stop the program in place: ignored or blocked from the start
    int signals;          ///< signalfd
    int last_words;       ///< O_PATH of standard error, or -1
    int waiting;          ///< signal that the full socket did not take yet, or 0
    bool stop_expected;   ///< stopped already on the terminal's word; one Stopped frame only repeats it
};

/**
 * Standard error for a message after it was closed: an O_PATH descriptor does not count as a writer of a pipe, so its
 * readers see the end of the file when the program outside ends. Sockets cannot be opened again and stay silent.
 */
static int keep_last_words(void) {
    return open("/proc/self/fd/2", O_PATH | O_CLOEXEC);
}

static void reopen_error(int last_words) {
    char path[32] = "/proc/self/fd/";
    char digits[12];
    size_t length = strlen(path);
    size_t count = 0;
    if (last_words < 0)
        return;
    for (int rest = last_words; rest > 0 || count == 0; rest /= 10)
        digits[count++] = (char)('0' + rest % 10);
    while (count > 0)
        path[length++] = digits[--count];
    path[length] = '\0';
    int fd = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && fd != STDERR_FILENO)
        dup2(fd, STDERR_FILENO);
}

static _Noreturn void end_without_service(int last_words) {
    reopen_error(last_words);
    SAY("the service is gone; the command was stopped. Start it again; `exeat doctor` says more");
    _exit(EXIT_NO_SERVICE);
}

static void unblock(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void set_default(int signal) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(signal, &action, NULL);
}

/** Dies as the program outside died, without a core of its own: that one would show the helper. */
static _Noreturn void die_by(int signal) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* a core_pattern with a pipe does not heed the limit */
    set_default(signal);
    kill(getpid(), signal);
    unblock(signal);
    _exit(128 + signal); /* a signal that does not kill here */
}

/**
 * Stops as the program outside stopped, so that the calling shell's job control sees it. Not with a SIGCONT under way:
 * a stop signal would discard it, and nobody would send another.
 */
static void stop_by(int signal) {
    sigset_t before;
    sigset_t pending;
    if (sigpending(&pending) == 0 && sigismember(&pending, SIGCONT) == 1)
        return;
    sigprocmask(SIG_SETMASK, NULL, &before);
    if (signal != SIGSTOP)
        set_default(signal);
    kill(getpid(), signal);
    unblock(signal);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static bool is_stop(int signal) {
    return signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static bool stops(const struct relay* relay, int signal) {
    return is_stop(signal) && (relay->unstoppable >> (signal - 1) & 1) == 0;
}

/** True when there is nothing left to forward; false when the socket is full (the signal waits). */
static bool forward(struct relay* relay, int signal) {
    char frame[16];
    struct execframe_writer out = execframe_writer_on(frame, sizeof frame);
    size_t size = execframe_encode_signal(&out, signal);
    struct pollfd ready = {.fd = relay->channel->stream, .events = POLLOUT};
    relay->waiting = 0;
    if (poll(&ready, 1, 0) == 0) {
        relay->waiting = signal;
        return false;
    }
    if (!channel_send(relay->channel, frame, size, NULL, 0))
        return true; /* the end of the stream says so, too */
    if (signal == SIGCONT)
        relay->stop_expected = false;
    if (stops(relay, signal)) {
        relay->stop_expected = true;
        stop_by(signal);
    }
    return true;
}

static void forward_next(struct relay* relay) {
    struct signalfd_siginfo info;
    if (relay->waiting != 0 && !forward(relay, relay->waiting))
        return;
    if (read(relay->signals, &info, sizeof info) == (ssize_t)sizeof info && info.ssi_signo != SIGCHLD)
        forward(relay, (int)info.ssi_signo);
}

static void stopped(struct relay* relay, int signal) {
    bool repeated = relay->stop_expected;
    relay->stop_expected = false;
    if (!repeated)
        stop_by(signal == SIGSTOP || is_stop(signal) ? signal : SIGSTOP);
}

static _Noreturn void deny_late(const struct relay* relay, struct execframe_bytes reason) {
    reopen_error(relay->last_words);
    say_bytes(reason.data, reason.size);
    _exit(EXIT_DENIED);
}

static void receive(struct relay* relay) {
    struct execframe_bytes payload;
    struct execframe_exit exit;
    struct execframe_answer answer;
    uint8_t signal = 0;
    if (!channel_receive(relay->channel, &payload))
        end_without_service(relay->last_words);
    if (execframe_decode_exit(payload, &exit) == EXECFRAME_OK) {
        if (exit.by_signal)
            die_by(exit.value);
        _exit(exit.value);
    }
    if (execframe_decode_stopped(payload, &signal) == EXECFRAME_OK) {
        stopped(relay, signal);
        return;
    }
    if (execframe_decode_answer(payload, &answer) == EXECFRAME_OK && answer.verdict == EXECFRAME_DENY)
        deny_late(relay, answer.reason);
    end_without_service(relay->last_words);
}

/** The other side may have changed its mind meanwhile, and says so. */
static _Noreturn void end_not_sent(struct relay* relay) {
    int why = errno;
    struct pollfd ready = {.fd = relay->channel->stream, .events = POLLIN};
    if (poll(&ready, 1, 0) > 0 && (ready.revents & POLLIN) != 0)
        receive(relay);
    descriptors_say_not_sent(why);
    _exit(EXIT_NO_SERVICE);
}

/**
 * Signals are caught from here on. Before, they act on the helper as on the program that it stands for; the program
 * does not start before the descriptors are there, so none falls between.
 */
static int catch_signals(void) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    int fd = signalfd(-1, &all, SFD_NONBLOCK | SFD_CLOEXEC);
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, 10); /* 0..2 may be closed, and stay so */
    close(fd);
    return moved;
}

_Noreturn void relay(struct channel* channel) {
    struct execframe_setup setup;
    setup_read(&setup); /* before the mask changes */
    struct relay relay = {.channel = channel, .unstoppable = setup.ignored | setup.blocked, .last_words = -1};
    relay.signals = catch_signals();
    if (relay.signals < 0) {
        SAY("signals cannot be watched: ", strerror(errno), "; the command was not started");
        _exit(EXIT_NO_SERVICE);
    }
    if (!descriptors_send(channel, &setup))
        end_not_sent(&relay);
    relay.last_words = keep_last_words();
    descriptors_close_others(channel, relay.signals, relay.last_words);
    for (;;) {
        struct pollfd events[2] = {
            {.fd = channel->stream, .events = (short)(relay.waiting != 0 ? POLLIN | POLLOUT : POLLIN)},
            {.fd = relay.waiting != 0 ? -1 : relay.signals, .events = POLLIN},
        };
        if (poll(events, 2, -1) < 0)
            continue;
        if ((events[0].revents & POLLIN) != 0 || (events[0].revents & (POLLHUP | POLLERR)) != 0)
            receive(&relay);
        if (relay.waiting != 0 || (events[1].revents & POLLIN) != 0)
            forward_next(&relay);
    }
}

_Noreturn void relay_json(struct channel* channel) {
    struct execframe_bytes payload;
    int code = 0;
    if (!descriptors_send_standard(channel)) {
        descriptors_say_not_sent(errno);
        _exit(EXIT_NO_SERVICE);
    }
    int last_words = keep_last_words();
    descriptors_close_others(channel, last_words, -1);
    if (!channel_receive(channel, &payload) || !json_decode_exit(payload, &code))
        end_without_service(last_words);
    _exit(code);
}
