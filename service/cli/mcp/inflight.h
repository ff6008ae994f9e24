#pragma once

#include "service/mcp/jsonrpc.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace exeat {

/**
 * Which requests of the client have no answer yet, and how its legacy connection began: what the shim must know to
 * answer for a lost service and to begin again with a new one.
 */
class InFlight {
public:
    /** A line on its way to the service. */
    void sent(std::string_view line);
    /** A line of the service on its way to the client. */
    void answered(std::string_view line);
    /** One line with an error for each unanswered request; afterwards none is left. */
    std::vector<std::string> failAll(const std::string& why);
    /** Params of the last legacy `initialize` that was answered with a result; empty if none. */
    const std::string& initializeParams() const { return m_initialize; }

private:
    void take(const mcp::Message& message);
    std::set<mcp::RequestId> m_unanswered;
    std::optional<mcp::RequestId> m_initializeId;
    std::string m_offeredInitialize;
    std::string m_initialize;
};

} // namespace exeat
