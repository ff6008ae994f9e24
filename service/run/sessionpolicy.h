#pragma once

#include "service/policy/rulesreader.h"
#include "service/run/policyaccess.h"
#include "service/run/sessiongrants.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace exeat {

/**
 * The rules of one session as its gate has them: of its project and of the directories where it went, with what it was
 * granted. Main thread only.
 */
class SessionPolicy : public QObject {
    Q_OBJECT
public:
    /** Borrows `access`. */
    SessionPolicy(PolicyAccess& access, std::string project, QObject* parent = nullptr);

    /** There is a gate from now on, which has no rules yet. What holds in the project; it is not sent. */
    PolicySnapshot gateStarts();
    void gateEnded();

    /** Sends at once what holds with `directory`, all looked at anew, before the caller sends more. */
    void enter(const std::string& directory);
    /**
     * Sends it a moment later: others get their turn between two directories, whose rules may take their time. Where
     * the session was before is looked at as PolicyStore::snapshot() says.
     */
    void need(const std::string& directory);
    void grant(const PrefixRule& rule, std::optional<std::chrono::seconds> life);

signals:
    /** To be sent to the gate. */
    void changed(const exeat::PolicySnapshot& snapshot);

private:
    void add(const std::string& directory);
    void enterNeeded();
    void rulesChanged(const std::set<std::string>& owners);
    void update();

    enum class Gate { Absent, Present };

    PolicyAccess& m_access;
    std::string m_project;
    RulesReader m_reader;
    Gate m_gate = Gate::Absent;
    std::vector<std::string> m_directories; ///< the last entered first: its rules are read first
    std::deque<std::string> m_needed;
    QTimer m_next;
    PolicySnapshot m_sent;
    SessionGrants m_grants;
    QTimer m_grantEnds;
};

} // namespace exeat
