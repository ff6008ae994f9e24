#pragma once

#include "shared/wire/execframe.h"

/** What the calling process looks like to the program it wants to become. Changes nothing. */
void setup_read(struct execframe_setup* out);
