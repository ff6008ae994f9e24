#pragma once

#include "shared/domain/run.h"

namespace exeat {

/** The exit code for how a run ended, as timeout(1) and shells number it: 0 only for what ended by itself. */
constexpr int codeOf(RunEnd end) {
    switch (end) {
    case RunEnd::Exited:
        return 0;
    case RunEnd::TimedOut:
        return 124;
    case RunEnd::Lost:
    case RunEnd::Unprotected:
        return 125;
    case RunEnd::Failed:
        return 126;
    case RunEnd::Cancelled:
    case RunEnd::Stopped:
    case RunEnd::AgentGone:
        break;
    }
    return 130;
}

} // namespace exeat
