#pragma once

#include "service/mcp/json.h"
#include "shared/domain/ids.h"

#include <QByteArray>

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace exeat::mcp {

/**
 * What a modern client carries from one round of a call to the next (mcp.md §2.5). It holds no decision, only which
 * run is meant and which questions were shown.
 */
struct RequestState {
    RunId run;
    int round = 0;                           ///< input_required results sent so far
    std::map<ApprovalId, std::string> asked; ///< contentHash of what this round showed
    bool operator==(const RequestState&) const = default;
};

/** What a state is bound to besides its content. */
struct StateBinding {
    SessionId session;
    std::string callDigest; ///< digestOfCall()
    bool operator==(const StateBinding&) const = default;
};

/** SHA-256 hex of tool name and arguments; members in any order give the same digest. */
std::string digestOfCall(const std::string& tool, const Json& arguments);

/**
 * Seals states with HMAC-SHA256 under a key of this process, so that a client can neither write nor alter one; a
 * restart makes all of them worthless. Opening never runs anything: a replayed state joins the same run. Thread-safe.
 */
class RequestStateSealer {
public:
    using Clock = std::chrono::system_clock;

    RequestStateSealer();

    /** "v1.<base64url payload>.<base64url mac>". */
    std::string seal(const RequestState& state, const StateBinding& binding, Clock::time_point expires) const;
    /** Refused if altered, expired, of another session, or of other arguments; the words do not say which byte. */
    Result<RequestState> open(std::string_view sealed, const StateBinding& binding, Clock::time_point now) const;

private:
    QByteArray mac(const QByteArray& payload) const;
    QByteArray m_key;
};

} // namespace exeat::mcp
