#pragma once

#include "wrapper/exec/request.h"

/**
 * Becomes the program, as execve does; a file without `#!` is given to the shell, as a shell does. Returns only when
 * that fails: the exit code of a shell in that case, after its message.
 */
int start(const struct program* program);
