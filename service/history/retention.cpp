#include "service/history/retention.h"

#include "service/history/historydatabase.h"
#include "shared/domain/verdict.h"

#include <QDateTime>
#include <QSqlError>
#include <QVariant>

#include <span>

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

/**
 * What goes first where room is needed. An agent fills a history with harmless commands in a minute: they must not push
 * out the record of what it did outside, nor of what a person answered. The tables last are everything.
 */
struct Stage {
    const char* before; ///< the time up to which its oldest tenth lies; 0 or less: nothing is left
    std::span<const Aging> agings;
};

// 3 is Verdict::Inside, 0 is Verdict::Deny.
static_assert(static_cast<int>(Verdict::Inside) == 3 && static_cast<int>(Verdict::Deny) == 0);
constexpr Aging insideUnasked[] = {
    {"DELETE FROM execs WHERE rowid IN (SELECT rowid FROM execs WHERE at < ? AND outcome = 3 AND asked = 0 ORDER BY at "
     "LIMIT ?)"},
};
constexpr Aging callsInside[] = {
    {"DELETE FROM runs WHERE rowid IN (SELECT rowid FROM runs WHERE started_at < ? AND ended_at > 0 AND NOT EXISTS "
     "(SELECT 1 FROM execs WHERE execs.run = runs.id) AND NOT EXISTS (SELECT 1 FROM approvals WHERE approvals.run = "
     "runs.id) LIMIT ?)"},
};
constexpr Aging refusedUnasked[] = {
    {"DELETE FROM execs WHERE rowid IN (SELECT rowid FROM execs WHERE at < ? AND outcome = 0 AND asked = 0 ORDER BY at "
     "LIMIT ?)"},
};
constexpr Stage stages[] = {
    {"SELECT coalesce((SELECT at + 1 FROM execs WHERE outcome = 3 AND asked = 0 ORDER BY at LIMIT 1 OFFSET (SELECT "
     "count(*) / 10 FROM execs WHERE outcome = 3 AND asked = 0)), 0)",
     insideUnasked},
    {"SELECT coalesce(max(started_at) + 1, 0) FROM runs WHERE ended_at > 0 AND NOT EXISTS (SELECT 1 FROM execs WHERE "
     "execs.run = runs.id) AND NOT EXISTS (SELECT 1 FROM approvals WHERE approvals.run = runs.id)",
     callsInside},
    {"SELECT coalesce((SELECT at + 1 FROM execs WHERE outcome = 0 AND asked = 0 ORDER BY at LIMIT 1 OFFSET (SELECT "
     "count(*) / 10 FROM execs WHERE outcome = 0 AND asked = 0)), 0)",
     refusedUnasked},
    {"SELECT coalesce((SELECT at + 1 FROM execs ORDER BY at LIMIT 1 OFFSET (SELECT count(*) / 10 FROM execs)), "
     "(SELECT max(started_at) + 1 FROM runs WHERE ended_at > 0), 0)",
     agings},
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

/** How many rows. */
Result<std::int64_t> deleteBefore(const QSqlDatabase& database, std::span<const Aging> what, qint64 before) {
    std::int64_t all = 0;
    for (const Aging& aging : what) {
        for (int deleted = rowsPerStep; deleted == rowsPerStep;) {
            const auto step = deleteStep(database, aging, before);
            if (!step)
                return std::unexpected(step.error());
            deleted = *step;
            all += deleted;
        }
    }
    return all;
}

Result<std::int64_t> usedBytes(const QSqlDatabase& database) {
    return sqlNumber(database, "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM "
                               "pragma_page_size) - (SELECT freelist_count FROM pragma_freelist_count) * (SELECT "
                               "page_size FROM pragma_page_size)");
}

/** Until the used pages fit, or nothing of this stage is left. */
Result<void> makeRoom(const QSqlDatabase& database, const Stage& stage, std::int64_t mostBytes) {
    for (;;) {
        const auto used = usedBytes(database);
        if (!used)
            return std::unexpected(used.error());
        if (*used <= mostBytes)
            return {};
        const auto before = sqlNumber(database, stage.before);
        if (!before)
            return std::unexpected(before.error());
        if (*before <= 0)
            return {};
        const auto deleted = deleteBefore(database, stage.agings, *before);
        if (!deleted)
            return std::unexpected(deleted.error());
        // No progress means that what is left may not be deleted.
        if (*deleted == 0)
            return {};
    }
}

} // namespace

Result<void> applyRetention(const QSqlDatabase& database, const RetentionBounds& bounds) {
    const auto longestAgo = QDateTime::currentMSecsSinceEpoch() - bounds.longest.count();
    if (const auto aged = deleteBefore(database, agings, longestAgo); !aged)
        return std::unexpected(aged.error());
    for (const Stage& stage : stages) {
        if (auto made = makeRoom(database, stage, bounds.mostBytes); !made)
            return made;
    }
    return executeSql(database, "PRAGMA incremental_vacuum");
}

} // namespace exeat
