#include "service/cli/mcp/inflight.h"

#include "service/mcp/era.h"

namespace exeat {
namespace {

using mcp::Json;

/**
 * The top-level `id` of our own service's line, without building a tree of what may be a megabyte of output: members
 * come sorted there, so the id is known before the result begins.
 */
class IdReader : public nlohmann::json_sax<Json> {
public:
    std::optional<mcp::RequestId> id;
    bool isRequest = false; ///< of the service: it has a method
    bool isError = false;

    bool null() override { return value(); }
    bool boolean(bool) override { return value(); }
    bool number_integer(number_integer_t number) override {
        if (m_atId)
            id = mcp::RequestId(std::int64_t{number});
        return value();
    }
    bool number_unsigned(number_unsigned_t number) override {
        if (m_atId)
            id = mcp::RequestId(std::uint64_t{number});
        return value();
    }
    bool number_float(number_float_t, const string_t&) override { return value(); }
    bool string(string_t& text) override {
        if (m_atId)
            id = mcp::RequestId(text);
        return value();
    }
    bool binary(binary_t&) override { return value(); }
    bool start_object(std::size_t) override { return open(); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        m_atId = m_depth == 1 && name == "id";
        if (m_depth == 1) {
            isRequest = isRequest || name == "method";
            isError = isError || name == "error";
        }
        return !(m_depth == 1 && name == "result" && id); // enough is known: stop
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    bool value() {
        m_atId = false;
        return true;
    }
    bool open() {
        ++m_depth;
        return value();
    }
    bool close() {
        --m_depth;
        return true;
    }
    int m_depth = 0;
    bool m_atId = false;
};

} // namespace

void InFlight::sent(std::string_view line) {
    for (const mcp::Message& message : mcp::parseLine(line).messages)
        take(message);
}

void InFlight::take(const mcp::Message& message) {
    if (const auto* request = std::get_if<mcp::Request>(&message)) {
        m_unanswered.insert(request->id);
        const auto modern = mcp::readModernContext(request->params);
        if (request->method == "initialize" && modern && !*modern) {
            m_initializeId = request->id;
            m_offeredInitialize = mcp::printJson(request->params);
        }
    } else if (const auto* notification = std::get_if<mcp::Notification>(&message)) {
        // A cancelled request gets no answer, from a lost service neither.
        const Json* raw = mcp::member(notification->params, "requestId");
        if (notification->method == "notifications/cancelled" && raw != nullptr) {
            if (const auto id = mcp::readRequestId(*raw))
                m_unanswered.erase(*id);
        }
    }
}

void InFlight::answered(std::string_view line) {
    if (line.starts_with('[')) {
        for (const mcp::Message& message : mcp::parseLine(line).messages) {
            if (const auto* response = std::get_if<mcp::Response>(&message))
                m_unanswered.erase(response->id);
        }
        return;
    }
    IdReader reader;
    (void)Json::sax_parse(line.begin(), line.end(), &reader);
    if (!reader.id || reader.isRequest)
        return;
    m_unanswered.erase(*reader.id);
    if (m_initializeId == reader.id) {
        if (!reader.isError)
            m_initialize = std::move(m_offeredInitialize);
        m_initializeId.reset();
    }
}

std::vector<std::string> InFlight::failAll(const std::string& why) {
    std::vector<std::string> lines;
    for (const mcp::RequestId& id : m_unanswered)
        lines.push_back(mcp::printJson(mcp::errorMessage(id, {mcp::RpcCode::Internal, why, nullptr})));
    m_unanswered.clear();
    m_initializeId.reset();
    return lines;
}

} // namespace exeat
