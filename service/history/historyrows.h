#pragma once

#include "shared/base/error.h"
#include "shared/domain/history.h"
#include "shared/domain/run.h"

#include <QSqlDatabase>
#include <QSqlQuery>

#include <vector>

namespace exeat {

/** The columns of `runs` and `execs`: written, masked and read in one place. For the thread of the database. */

enum class ExecWrite {
    Decision, ///< an earlier row of the same exec gets the new outcome
    Trailing, ///< an earlier row gets only how it ended
};

/** A kept statement for many records. */
QSqlQuery prepareExecWrite(const QSqlDatabase& database, ExecWrite kind);
Result<void> writeExec(QSqlQuery& statement, const ExecRecord& record);

QSqlQuery prepareRunWrite(const QSqlDatabase& database);
Result<void> writeRun(QSqlQuery& statement, const RunSummary& run);

Result<std::vector<RunSummary>> readRuns(const QSqlDatabase& database, std::uint32_t most);
Result<std::vector<ExecRecord>> readExecs(const QSqlDatabase& database, const HistoryQuery& filter);

} // namespace exeat
