#pragma once

#include "service/run/escalationdesk.h"
#include "service/session/sessionregistry.h"

/** Stand-ins for disk, gate and rules, which other parts bring. */
namespace exeat {

class FakeLedger : public Ledger, public SessionLedger {
public:
    Result<void> runStarted(const RunSummary& /*run*/) override { return say("run started"); }
    Result<void> runEnded(const RunSummary& /*run*/) override { return say("run ended"); }
    Result<void> execDecided(const ExecRecord& record) override {
        records.push_back(record);
        return say("exec");
    }
    Result<void> approvalAsked(const Approval& /*approval*/) override { return say("asked"); }
    Result<void> approvalSettled(ApprovalId /*id*/, const RunId& /*run*/, const Decision& /*decision*/) override {
        return say("settled");
    }
    void execs(std::vector<ExecRecord> /*records*/) override {}
    Result<void> sessionOpened(const AgentInfo& /*agent*/) override { return say("session opened"); }
    Result<void> sessionNamed(const SessionId& /*session*/, const std::string& name,
                              const std::string& /*version*/) override {
        return say("named " + name);
    }
    Result<void> sessionClosed(const SessionId& /*session*/) override { return say("session closed"); }

    std::vector<std::string> said;
    std::vector<ExecRecord> records;
    std::string failing; ///< what cannot be written

private:
    Result<void> say(const std::string& what) {
        if (what == failing)
            return fail(ErrorKind::System, "disk full");
        said.push_back(what);
        return {};
    }
};

class FakePolicy : public PolicyAccess {
public:
    PolicySnapshot snapshot(RulesReader& /*reader*/, const std::string& /*project*/,
                            const std::vector<std::string>& /*directories*/,
                            const std::vector<PrefixRule>& /*grants*/) override {
        return {};
    }
    std::vector<std::string> waiting(const std::vector<std::string>& /*places*/) const override { return {}; }
    Result<void> addRule(const PrefixRule& rule) override {
        rules.push_back(rule);
        return {};
    }
    Result<void> confirmFile(const FileConfirmation& file) override {
        confirmed.push_back(file);
        return {};
    }
    bool knowsWritableRoot(const std::string& /*root*/) const override { return false; }
    Result<void> addWritableRoot(const std::string& /*root*/) override { return {}; }
    std::vector<PrefixRule> rules;
    std::vector<FileConfirmation> confirmed;
};

class FakePorts : public DeskPorts {
public:
    explicit FakePorts(FakeLedger& ledger) : m_ledger(ledger) {}
    void answer(const wire::ExecAnswer& answer) override {
        m_ledger.said.emplace_back("answer");
        answers.push_back(answer);
    }
    void grant(const PrefixRule& rule, std::optional<std::chrono::seconds> life) override {
        grants.emplace_back(rule, life);
    }
    void questionOpened(const RunId& /*run*/, ApprovalId id) override { open.push_back(id); }
    void questionSettled(const RunId& /*run*/, ApprovalId id) override { std::erase(open, id); }
    void notice(const RunId& /*run*/, const ExecNotice& notice) override { notices.push_back(notice); }
    std::int64_t now() const override { return 5; }

    std::vector<wire::ExecAnswer> answers;
    std::vector<std::pair<PrefixRule, std::optional<std::chrono::seconds>>> grants;
    std::vector<ApprovalId> open;
    std::vector<ExecNotice> notices;

private:
    FakeLedger& m_ledger;
};

} // namespace exeat
