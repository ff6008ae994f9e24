#pragma once

#include "service/run/runrequest.h"
#include "shared/domain/approval.h"
#include "shared/domain/run.h"
#include "shared/wire/controlmessages.h"

#include <QByteArray>
#include <QObject>

#include <vector>

namespace exeat {

/**
 * One call from its start to its end; owned by RunManager, alive for limits::finishedRun after its end so that a lost
 * answer can be fetched. Main thread only. States: waiting for a wider sandbox -> running -> finished.
 * Its clock stops while at least one of its questions is open.
 */
class Run : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual const RunRequest& request() const = 0;
    virtual const RunId& id() const = 0;
    virtual bool isFinished() const = 0;
    /** Of a running run: output so far, `end` meaningless. */
    virtual RunResult result() const = 0;
    virtual std::vector<ApprovalId> openApprovals() const = 0;

signals:
    /** Bytes as they came. */
    void output(exeat::wire::OutputStream stream, const QByteArray& bytes);
    /** A question of this run was opened or settled. */
    void approvalsChanged();
    /** Exactly once. */
    void finished();
};

} // namespace exeat
