#pragma once

#include "shared/base/error.h"

#include <QSqlDatabase>

namespace exeat {

/** PRAGMA user_version that this program writes. */
inline constexpr int historySchemaVersion = 2;

/**
 * Brings an open database to historySchemaVersion, step by step, each step in a transaction of its own. A file of a
 * newer Exeat is ErrorKind::Invalid.
 */
Result<void> migrateHistory(const QSqlDatabase& database);

} // namespace exeat
