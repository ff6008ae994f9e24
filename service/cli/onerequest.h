#pragma once

#include "shared/wire/controlmessages.h"

#include <functional>

namespace exeat {

/**
 * Connects, sends one request, hands each reply to `take` until it says true; returns the exit code. A refusal of the
 * service is printed. Runs the event loop.
 */
int askOnce(const wire::ControlRequest& request, const std::function<bool(const wire::ControlReply&)>& take);

} // namespace exeat
