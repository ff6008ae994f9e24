#pragma once

#include "wrapper/exec/request.h"

/**
 * Stands for the program outside after the answer "escalate": hands over how this process is set up and its
 * descriptors, forwards signals, and ends as the program ends. Does not return.
 */
_Noreturn void relay(struct channel* channel);

/** The same in the older protocol, which knows neither signals nor descriptors above 2. */
_Noreturn void relay_json(struct channel* channel);
