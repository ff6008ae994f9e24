#pragma once

#include "service/run/accepteddangers.h"
#include "service/run/execquestion.h"
#include "service/run/grantrule.h"
#include "service/run/ledger.h"
#include "service/run/policyaccess.h"
#include "service/run/questions.h"
#include "shared/domain/run.h"
#include "shared/wire/gatemessages.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace exeat {

/** What the desk does to its surroundings. All in the main thread. */
class DeskPorts {
public:
    virtual ~DeskPorts() = default;
    /** To the gate. */
    virtual void answer(const wire::ExecAnswer& answer) = 0;
    /** A rule for the rest of the session, or for `life` if that is given. */
    virtual void grant(const PrefixRule& rule, std::optional<std::chrono::seconds> life) = 0;
    virtual void questionOpened(const RunId& run, ApprovalId id) = 0;
    virtual void questionSettled(const RunId& run, ApprovalId id) = 0;
    virtual void notice(const RunId& run, const ExecNotice& notice) = 0;
    /** Milliseconds since 1970 UTC. */
    virtual std::int64_t now() const = 0;
};

/**
 * What the gate may not decide alone: records every escalation before it is answered, asks where the rules say so, and
 * turns a person's answer into one for the gate. Whatever cannot be recorded is refused. Main thread only.
 */
class EscalationDesk {
public:
    EscalationDesk(DeskPorts& ports, Ledger& ledger, Questions& questions, PolicyAccess& policy);
    ~EscalationDesk();
    EscalationDesk(const EscalationDesk&) = delete;
    EscalationDesk& operator=(const EscalationDesk&) = delete;

    void handle(const wire::ExecRequest& request, const ExecContext& context);
    /** The caller is gone: no answer any more. */
    void withdrawn(const RunId& run, ExecId exec);
    /** All questions of the run are withdrawn. */
    void runEnded(const RunId& run);
    /** Execs that the gate refused alone also become notices. */
    void decidedByGate(const std::vector<ExecRecord>& records);

private:
    struct Waiting {
        std::vector<wire::ExecRequest> requests; ///< all with the same content; the first one is what is asked
        std::string key;
        std::string sha256; ///< of a file that may change; empty = proven
        ExecContext context;
    };
    void ask(const wire::ExecRequest& request, const ExecContext& context);
    void settled(ApprovalId id, const Decision& decision);
    /** `reason` is of the outcome. */
    void conclude(const wire::ExecRequest& request, Verdict outcome, const Decision& decision,
                  const std::string& reason);
    void settledDanger(const Waiting& waiting, const Decision& decision);
    /** What a person has to know of it; nothing: it holds as it was said. */
    std::optional<std::string> applyLasting(const Waiting& waiting, const Decision& decision);
    std::optional<std::string> allowAlways(const Waiting& waiting, const Decision& decision, GrantNames names);
    std::optional<std::string> keepRule(std::optional<PrefixRule> rule, const Decision& decision);

    DeskPorts& m_ports;
    Ledger& m_ledger;
    Questions& m_questions;
    PolicyAccess& m_policy;
    std::map<ApprovalId, Waiting> m_waiting;
    AcceptedDangers m_accepted;
    std::shared_ptr<EscalationDesk*> m_self; ///< completions that come after our end find nothing here
};

} // namespace exeat
