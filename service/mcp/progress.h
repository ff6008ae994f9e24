#pragma once

#include "service/mcp/era.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <optional>
#include <string>

namespace exeat::mcp {

/**
 * `notifications/progress` of one call: only if the client gave a token (echoed with its type), at most five a second,
 * strictly increasing (elapsed milliseconds), and a sign of life every few seconds for clients that restart their
 * timer on progress. Ends with the object. mcp.md §3.1.
 */
class Progress : public QObject {
    Q_OBJECT
public:
    using Send = std::function<void(const Json& message)>;

    /** `params` of the call, for `_meta.progressToken`. */
    Progress(const Json& params, Revision revision, Send send, QObject* parent = nullptr);

    /** What goes on now; the newest text wins if several come within one interval. */
    void report(std::string text);

private:
    void sendNow();

    std::optional<Json> m_token;
    Revision m_revision;
    Send m_send;
    QElapsedTimer m_clock;
    QTimer m_next;
    std::string m_text;
    qint64 m_lastValue = 0;
};

} // namespace exeat::mcp
