#pragma once

#include "shared/base/process.h"
#include "shared/domain/agent.h"

#include <QDBusConnection>
#include <QObject>
#include <QString>

#include <functional>
#include <vector>

namespace exeat {

class ServiceLink;

/** Whether the first of `ancestry` is a live shim of one of `agents` or was started by one. */
bool descendsFromAgent(const std::vector<ProcessFacts>& ancestry, const std::vector<AgentInfo>& agents);

/** Whether a program on the session bus may speak for a person: not if an agent started it. Main thread. */
class ServerOrigin : public QObject {
    Q_OBJECT
public:
    ServerOrigin(const QDBusConnection& bus, ServiceLink& link, QObject* parent = nullptr);

    /**
     * Calls `done` once, from the event loop: true if the process behind `owner` (a unique name) is there and of no
     * agent that lives now; false also if that cannot be told. Not called once `context` is gone.
     */
    void check(const QString& owner, QObject* context, std::function<void(bool isBelieved)> done);

private:
    QDBusConnection m_bus;
    ServiceLink& m_link;
};

} // namespace exeat
