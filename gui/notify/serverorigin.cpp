#include "gui/notify/serverorigin.h"

#include "gui/link/servicelink.h"
#include "gui/notify/pendingcall.h"

#include <algorithm>
#include <utility>

namespace exeat {

bool descendsFromAgent(const std::vector<ProcessFacts>& ancestry, const std::vector<AgentInfo>& agents) {
    return std::ranges::any_of(ancestry, [&agents](const ProcessFacts& process) {
        return std::ranges::any_of(agents, [&process](const AgentInfo& agent) {
            // A shim whose start is not known is taken for whatever has its number.
            return agent.shimPid == process.pid && (agent.shimStart == 0 || agent.shimStart == process.startTime);
        });
    });
}

ServerOrigin::ServerOrigin(const QDBusConnection& bus, ServiceLink& link, QObject* parent)
    : QObject(parent), m_bus(bus), m_link(link) {}

void ServerOrigin::check(const QString& owner, QObject* context, std::function<void(bool)> done) {
    QDBusMessage call = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.DBus"), QStringLiteral("/org/freedesktop/DBus"),
        QStringLiteral("org.freedesktop.DBus"), QStringLiteral("GetConnectionUnixProcessID"));
    call << owner;
    whenReplied(m_bus.asyncCall(call), context, [this, context, done = std::move(done)](const QDBusMessage& reply) {
        std::uint32_t pid = 0;
        readReply(reply, pid);
        m_link.ask(wire::AskStatus{}, context, [pid, done](const Result<wire::ControlReply>& answer) {
            const auto* status = answer ? std::get_if<wire::ServiceStatus>(&*answer) : nullptr;
            const auto line = ancestry(static_cast<pid_t>(pid));
            // A line that does not reach the top of what we see was cut by an end in between: nothing is proven.
            const bool isWhole = !line.empty() && line.back().parent == 0;
            done(status != nullptr && isWhole && !descendsFromAgent(line, status->agents));
        });
    });
}

} // namespace exeat
