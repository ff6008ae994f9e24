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
 * Deletes what is older than `longest`, then the oldest until the file's used pages fit `mostBytes`, in small
 * transactions so that others get their turn. Runs that are not finished and writable roots stay.
 */
Result<void> applyRetention(const QSqlDatabase& database, const RetentionBounds& bounds);

} // namespace exeat
