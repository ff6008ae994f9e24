#pragma once

/**
 * exeat-bash asks for a program itself, by the helper's own frames (shared/wire/execframe.h), so that one that may run
 * here is started by one execve instead of two. Everything else is the helper's: refusals, programs outside, a person
 * who thinks, and what fails. It gets the stream by EXEAT_EXEC_STREAM and reads the answer there as if it had asked.
 */
struct asked_in_place {
    int stream;    /* close-on-exec, the answer unread; -1: nobody was asked */
    int runs_here; /* the answer is there, and it is "run" */
};

/** Waits a moment, never for a person. `socket`: decimal number of the inherited socket. Says nothing; no globals. */
struct asked_in_place ask_in_place(const char* socket, const char* file, char** argv, char** environment);
