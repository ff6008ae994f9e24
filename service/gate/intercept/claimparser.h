#pragma once

#include "shared/base/error.h"
#include "shared/domain/command.h"

#include <string_view>

namespace exeat::gate {

/** Which of the two protocols a helper speaks; it shows in the first byte of its first frame. */
enum class HelperProtocol {
    Binary, ///< shared/wire/execframe.h
    Json,   ///< Codex's (codex.md §5)
};

struct Claim {
    HelperProtocol protocol = HelperProtocol::Binary;
    ClaimedCommand command;
    bool operator==(const Claim&) const = default;
};

/**
 * One payload of a hostile peer, at most limits::frameBytes, into a claim; an error means: drop the peer. Bytes are
 * copied, nothing is looked up.
 */
Result<Claim> parseClaim(std::string_view payload);

/** The Setup frame of a helper whose command goes outside; what it says is bounded where it is used (launch.h). */
Result<ProcessSetup> parseSetup(std::string_view payload);

} // namespace exeat::gate
