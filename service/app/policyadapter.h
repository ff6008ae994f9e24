#pragma once

#include "service/history/history.h"
#include "service/policy/policystore.h"
#include "service/run/ledger.h"
#include "service/run/policyaccess.h"
#include "service/session/sessionregistry.h"

namespace exeat {

/** The policy store and the record of writable roots, as runs need them. Borrows both. */
class PolicyAdapter : public PolicyAccess {
    Q_OBJECT
public:
    PolicyAdapter(PolicyStore& store, History& history, std::vector<std::string> roots, QObject* parent = nullptr);
    PolicySnapshot snapshot(RulesReader& reader, const std::string& projectRoot,
                            const std::vector<std::string>& directories,
                            const std::vector<PrefixRule>& grants) override;
    std::vector<std::string> waiting(const std::vector<std::string>& places) const override {
        return m_store.waiting(places);
    }
    Result<void> addRule(const PrefixRule& rule) override;
    Result<void> confirmFile(const FileConfirmation& file) override { return m_store.confirmFile(file); }
    bool knowsWritableRoot(const std::string& root) const override;
    Result<void> addWritableRoot(const std::string& root) override;

private:
    bool makeRoomFor(const std::string& root);

    PolicyStore& m_store;
    History& m_history;
    std::vector<std::string> m_roots;
};

/** History as runs and sessions need it. Borrows it. */
class HistoryLedger : public Ledger, public SessionLedger {
public:
    explicit HistoryLedger(History& history) : m_history(history) {}
    Result<void> runStarted(const RunSummary& run) override { return m_history.runStarted(run); }
    Result<void> runEnded(const RunSummary& run) override { return m_history.runEnded(run); }
    Result<void> execDecided(const ExecRecord& record) override { return m_history.execDecided(record); }
    Result<void> approvalAsked(const Approval& approval) override { return m_history.approvalAsked(approval); }
    Result<void> approvalSettled(ApprovalId id, const RunId& run, const Decision& decision) override {
        return m_history.approvalSettled(id, run, decision);
    }
    void execs(std::vector<ExecRecord> records) override { m_history.execs(std::move(records)); }
    Result<void> sessionOpened(const AgentInfo& agent) override { return m_history.sessionOpened(agent); }
    Result<void> sessionNamed(const SessionId& session, const std::string& name, const std::string& version) override {
        return m_history.sessionNamed(session, name, version);
    }
    Result<void> sessionClosed(const SessionId& session) override { return m_history.sessionClosed(session); }

private:
    History& m_history;
};

} // namespace exeat
