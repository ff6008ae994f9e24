#pragma once

#include "service/control/controlrules.h"
#include "service/control/controlruns.h"
#include "service/control/peeridentity.h"
#include "shared/qt/framesocket.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <set>

namespace exeat {

/**
 * One program of a person, or of somebody who claims to be one. Every request is checked against what the kernel says
 * of the peer at that moment. Ends by `closed`, once; the owner deletes it.
 */
class ControlConnection : public QObject {
    Q_OBJECT
public:
    ControlConnection(QLocalSocket* socket, PeerIdentity peer, ControlServices& services,
                      std::function<DesktopPresence()> desktop, QObject* parent);

    /** It said it is the desktop, and its program is the one installed beside us. */
    bool isDesktop() const { return m_greeted && m_kind == wire::ClientKind::Desktop && m_isOurDesktop; }
    bool isWatching() const { return m_watching; }

signals:
    void closed();

private:
    void receive(const QByteArray& payload);
    void reply(const wire::ControlReply& message);
    void refuse(std::uint64_t request, const Error& error);
    void confirm(std::uint64_t request, const Result<void>& result);
    PeerStanding standing() const;
    /** A request of a run's descendants is refused, but for AskStatus. */
    bool mayAsk(const wire::ControlRequest& message, std::uint64_t request);

    void handle(const wire::ControlHello& hello);
    void handle(const wire::StartControlRun& request);
    void handle(const wire::StopControlRun& request);
    void handle(const wire::ListApprovals& request);
    void handle(const wire::WatchApprovals& request);
    void handle(const wire::AnswerApproval& request);
    void handle(const wire::ListRuns& request);
    void handle(const wire::QueryHistory& request);
    void handle(const wire::AskStatus& request);
    void handle(const wire::ListTrust& request) { reply(m_trust.answer(request)); }
    void handle(const wire::ShowTrust& request) { reply(m_trust.answer(request)); }
    void handle(const wire::AcceptTrust& request) { reply(m_trust.answer(request)); }
    void handle(const wire::ConfirmFile& request) { reply(m_trust.answer(request)); }
    void handle(const wire::RevokeTrust& request) { reply(m_trust.answer(request)); }
    AnswerContext answerContext() const;
    void show(const Approval& approval);

    void handle(const wire::ListRules& request) { m_rules.ask(request); }
    void handle(const wire::ExplainCommand& request) { m_rules.ask(request); }
    void handle(const wire::CheckRulesText& request) { m_rules.ask(request); }
    void handle(const wire::AddRule& request) { m_rules.edit(request, answerContext(), m_peer.describe()); }
    void handle(const wire::RemoveRule& request) { m_rules.edit(request, answerContext(), m_peer.describe()); }

    FrameSocket m_socket;
    PeerIdentity m_peer;
    ControlServices& m_services;
    std::function<DesktopPresence()> m_desktop;
    ControlRuns m_runs;
    ControlTrust m_trust;
    ControlRules m_rules;
    QTimer m_handshake;
    wire::ClientKind m_kind = wire::ClientKind::CommandLine;
    bool m_greeted = false;
    bool m_isOurDesktop = false;
    bool m_watching = false;
    std::set<ApprovalId> m_shown; ///< while watching: the queue's `added` may come after the list
};

} // namespace exeat
