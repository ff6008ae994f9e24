#pragma once

#include "shared/qt/framesocket.h"
#include "shared/qt/runtimepaths.h"
#include "shared/wire/controlmessages.h"

#include <QLocalServer>
#include <QObject>
#include <QPointer>
#include <QTemporaryDir>

#include <vector>

namespace exeat::test {

/** The service's side of control.sock in a folder of its own: keeps what is asked, and says what a test wants said. */
class FakeService : public QObject {
    Q_OBJECT
public:
    FakeService();
    RuntimePaths paths() const;
    void raise(const Approval& approval) { send(wire::ApprovalAdded{approval}); }
    void settle(ApprovalId id, const Decision& decision = {}) { send(wire::ApprovalSettled{id, decision}); }
    /** From now on answers are refused with this text. */
    void refuse(const std::string& why) { m_refusal = why; }
    void dropClient();

    std::vector<AgentInfo> agents;    ///< of which the service tells
    std::vector<Answer> answers;      ///< as they came
    std::vector<wire::AddRule> added; ///< planned or done, as they came
    int connections = 0;

private:
    void accept();
    void receive(const QByteArray& payload);
    void send(const wire::ControlReply& reply);

    QTemporaryDir m_folder;
    QLocalServer m_server;
    QPointer<FrameSocket> m_client;
    std::string m_refusal;
};

/** A question of the rules: `git push` by the system's git. */
Approval gitPush(std::uint64_t id = 1);

} // namespace exeat::test
