#include "service/history/retention.h"

#include "service/history/historydatabase.h"

#include <QDateTime>
#include <QSqlError>
#include <QVariant>

namespace exeat {
namespace {

constexpr int rowsPerStep = 2000;

struct Aging {
    const char* before; ///< deletes up to rowsPerStep rows older than ?
};
constexpr Aging agings[] = {
    {"DELETE FROM execs WHERE rowid IN (SELECT rowid FROM execs WHERE at < ? ORDER BY at LIMIT ?)"},
    {"DELETE FROM approvals WHERE key IN (SELECT key FROM approvals WHERE asked_at < ? AND settled_at > 0 LIMIT ?)"},
    {"DELETE FROM runs WHERE rowid IN (SELECT rowid FROM runs WHERE started_at < ? AND ended_at > 0 LIMIT ?)"},
    {"DELETE FROM sessions WHERE rowid IN (SELECT rowid FROM sessions WHERE opened_at < ? AND closed_at > 0 LIMIT ?)"},
};

Result<int> deleteStep(const QSqlDatabase& database, const Aging& aging, qint64 before) {
    QSqlQuery query(database);
    query.prepare(QString::fromLatin1(aging.before));
    query.bindValue(0, before);
    query.bindValue(1, rowsPerStep);
    if (!query.exec())
        return std::unexpected(sqlFailure(query.lastError(), "old history could not be deleted"));
    return query.numRowsAffected();
}

Result<void> deleteBefore(const QSqlDatabase& database, qint64 before) {
    for (const Aging& aging : agings) {
        for (int deleted = rowsPerStep; deleted == rowsPerStep;) {
            const auto step = deleteStep(database, aging, before);
            if (!step)
                return std::unexpected(step.error());
            deleted = *step;
        }
    }
    return {};
}

Result<std::int64_t> usedBytes(const QSqlDatabase& database) {
    return sqlNumber(database, "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM "
                               "pragma_page_size) - (SELECT freelist_count FROM pragma_freelist_count) * (SELECT "
                               "page_size FROM pragma_page_size)");
}

/** The time before which the oldest tenth of the execs lies, or 0 if there is nothing to delete. */
Result<std::int64_t> oldestTenth(const QSqlDatabase& database) {
    return sqlNumber(database,
                     "SELECT coalesce((SELECT at + 1 FROM execs ORDER BY at LIMIT 1 OFFSET (SELECT count(*) / "
                     "10 FROM execs)), (SELECT max(started_at) + 1 FROM runs WHERE ended_at > 0), 0)");
}

} // namespace

Result<void> applyRetention(const QSqlDatabase& database, const RetentionBounds& bounds) {
    if (auto aged = deleteBefore(database, QDateTime::currentMSecsSinceEpoch() - bounds.longest.count()); !aged)
        return aged;
    std::int64_t previous = 0;
    for (;;) {
        const auto used = usedBytes(database);
        if (!used)
            return std::unexpected(used.error());
        // No progress means that what is left may not be deleted.
        if (*used <= bounds.mostBytes || *used == previous)
            break;
        previous = *used;
        const auto before = oldestTenth(database);
        if (!before)
            return std::unexpected(before.error());
        if (*before == 0)
            break;
        if (auto deleted = deleteBefore(database, *before); !deleted)
            return deleted;
    }
    return executeSql(database, "PRAGMA incremental_vacuum");
}

} // namespace exeat
