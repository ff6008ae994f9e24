#include "service/mcp/progress.h"

#include <algorithm>
#include <chrono>

namespace exeat::mcp {
namespace {

using namespace std::chrono_literals;
constexpr auto interval = 200ms;
constexpr auto signOfLife = 5s;

} // namespace

Progress::Progress(const Json& params, Revision revision, Send send, QObject* parent)
    : QObject(parent), m_revision(revision), m_send(std::move(send)) {
    const Json* meta = objectMember(params, "_meta");
    const Json* token = meta != nullptr ? member(*meta, "progressToken") : nullptr;
    if (token == nullptr || !(token->is_string() || token->is_number_integer()))
        return;
    m_token = *token;
    m_clock.start();
    m_next.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, &Progress::sendNow);
    m_next.start(signOfLife);
}

void Progress::report(std::string text) {
    if (!m_token)
        return;
    m_text = std::move(text);
    const std::chrono::milliseconds since(m_clock.elapsed() - m_lastValue);
    const std::chrono::milliseconds wait = m_lastValue == 0 ? 0ms : std::max(0ms, interval - since);
    if (m_next.remainingTimeAsDuration() > wait)
        m_next.start(wait);
}

void Progress::sendNow() {
    m_lastValue = std::max(m_clock.elapsed(), m_lastValue + 1);
    Json params{{"progressToken", *m_token}, {"progress", m_lastValue}};
    if (m_revision >= Revision::R2025_03_26 && !m_text.empty())
        params["message"] = m_text;
    m_send(notificationMessage("notifications/progress", std::move(params)));
    m_next.start(signOfLife);
}

} // namespace exeat::mcp
