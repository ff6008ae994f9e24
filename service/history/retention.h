#pragma once

#include "shared/base/error.h"
#include "shared/base/limits.h"

#include <QSqlDatabase>

#include <chrono>
#include <cstdint>

namespace exeat {

struct RetentionBounds {
    std::int64_t mostBytes = static_cast<std::int64_t>(limits::historyBytes);
    std::chrono::milliseconds longest = limits::historyAge;
};

/**
 * Deletes what is older than `longest`; then until the file's used pages fit `mostBytes` the oldest of what stayed
 * inside unasked, then of calls that nothing is told of any more, then of what was refused unasked, then of all the
 * rest. In small transactions so that others get their turn. Runs that are not finished and writable roots stay.
 */
Result<void> applyRetention(const QSqlDatabase& database, const RetentionBounds& bounds);

} // namespace exeat
