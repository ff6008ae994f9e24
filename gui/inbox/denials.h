#pragma once

#include "gui/inbox/inboxcard.h"

#include <QObject>

#include <vector>

namespace exeat {

class ServiceLink;

/** Sends denials, and tells once how all of them went. Main thread. */
class Denials : public QObject {
    Q_OBJECT
public:
    explicit Denials(ServiceLink& link, QObject* parent = nullptr) : QObject(parent), m_link(link) {}

    void send(const std::vector<InboxCard>& cards, const QString& message);
    bool isSending() const { return m_waiting > 0; }

signals:
    /** `problem`: empty if all were denied. */
    void finished(const QString& problem);

private:
    void finishOne();

    ServiceLink& m_link;
    std::size_t m_sent = 0;
    std::size_t m_waiting = 0;
    std::size_t m_failed = 0;
    QString m_problem; ///< the first one
};

} // namespace exeat
