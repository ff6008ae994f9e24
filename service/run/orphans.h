#pragma once

#include <QObject>
#include <QTimer>

#include <set>

#include <sys/types.h>

namespace exeat {

/**
 * We are the subreaper of everything below us: what a dead gate leaves behind becomes our child. sweep() kills and
 * reaps every child that is not announced here, and what these leave in turn, until there is none. Main thread only.
 */
class Orphans : public QObject {
    Q_OBJECT
public:
    explicit Orphans(QObject* parent = nullptr);
    void expect(pid_t child) { m_expected.insert(child); }
    void forget(pid_t child) { m_expected.erase(child); }
    void sweep();

private:
    bool killOnce();
    std::set<pid_t> m_expected;
    QTimer m_again;
};

} // namespace exeat
