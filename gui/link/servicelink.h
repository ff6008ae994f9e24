#pragma once

#include "shared/qt/controlclient.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

namespace exeat {

/**
 * The desktop's connection to exeatd: opened again whenever it ends, and the service started if it does not run. It
 * watches questions from the first moment. Main thread.
 */
class ServiceLink : public QObject {
    Q_OBJECT
public:
    enum class State { Connecting, Connected, Gone };
    using Completion = std::function<void(const Result<wire::ControlReply>& reply)>;

    explicit ServiceLink(RuntimePaths paths, QObject* parent = nullptr);
    ~ServiceLink() override;

    void open();
    State state() const { return m_state; }
    /** What is wrong while Gone, for a person. */
    QString problem() const { return m_problem; }

    /**
     * Sends `request` (its number is filled in) and calls `done` once, from the event loop, with the reply or with what
     * kept it from being done: a refusal, or the end of the connection. Not called once `context` is gone.
     */
    void ask(wire::ControlRequest request, QObject* context, Completion done);

signals:
    void stateChanged();
    void approvalAdded(const exeat::Approval& approval);
    void approvalSettled(exeat::ApprovalId id, const exeat::Decision& decision);

private:
    struct Pending;
    void attempt();
    void receive(const wire::ControlReply& reply);
    void lose(const QString& why);
    void setState(State state, const QString& problem = {});
    void complete(std::uint64_t request, const Result<wire::ControlReply>& reply);

    RuntimePaths m_paths;
    std::unique_ptr<ControlClient> m_client;
    State m_state = State::Connecting;
    QString m_problem;
    QTimer m_retry;
    std::chrono::milliseconds m_pause;
    std::uint64_t m_lastRequest = 0;
    std::map<std::uint64_t, Pending> m_pending;
};

} // namespace exeat
