#pragma once

#include "wrapper/exec/channel.h"

/**
 * Sends the setup and every descriptor that the program would inherit, at its number: all open ones that survive
 * execve, but the channel's own and the socket of the service under whatever number. False: errno says why not.
 */
bool descriptors_send(const struct channel* channel, const struct execframe_setup* setup);

/** As above for the older protocol: of 0, 1, 2 those that are open, in one frame. */
bool descriptors_send_standard(const struct channel* channel);

/** `why`: an errno of the two above. */
void descriptors_say_not_sent(int why);

/**
 * Closes everything but the channel's stream and `keep`, so that whoever reads or writes the other end of a pipe sees
 * only the program outside.
 */
void descriptors_close_others(const struct channel* channel, int keep, int keep_too);
