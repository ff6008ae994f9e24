#pragma once

#include "service/gate/intercept/claimparser.h"
#include "shared/base/error.h"
#include "shared/domain/exitstatus.h"

#include <string>
#include <string_view>

/** What a helper is told, as whole frames in the protocol it speaks. */
namespace exeat::gate::answers {

std::string run(HelperProtocol protocol);
std::string escalate(HelperProtocol protocol);
/** `reason` is cut at limits::messageBytes. */
std::string deny(HelperProtocol protocol, std::string_view reason);
std::string exit(HelperProtocol protocol, ExitStatus status);
/** Empty for the JSON protocol, which has no word for it. */
std::string stopped(HelperProtocol protocol, int signal);

} // namespace exeat::gate::answers
