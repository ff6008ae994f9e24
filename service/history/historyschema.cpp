#include "service/history/historyschema.h"

#include "service/history/historydatabase.h"

#include <array>
#include <span>

namespace exeat {
namespace {

// Whatever an agent names is a BLOB: bytes of any encoding come back as they were. Times are milliseconds since 1970
// UTC, 0 = not yet. Enums are stored as their number in shared/domain.
constexpr const char* first[] = {
    "CREATE TABLE sessions (id BLOB PRIMARY KEY, agent BLOB NOT NULL, version BLOB NOT NULL, shim_pid INTEGER NOT "
    "NULL, "
    "shim_start INTEGER NOT NULL, workdir BLOB NOT NULL, project BLOB NOT NULL, opened_at INTEGER NOT NULL, "
    "closed_at INTEGER NOT NULL DEFAULT 0)",
    "CREATE TABLE runs (id BLOB PRIMARY KEY, session BLOB NOT NULL, agent BLOB NOT NULL, command BLOB NOT NULL, "
    "workdir BLOB NOT NULL, mode INTEGER NOT NULL, network INTEGER NOT NULL, started_at INTEGER NOT NULL, "
    "ended_at INTEGER NOT NULL, end INTEGER NOT NULL, code INTEGER NOT NULL, signal INTEGER NOT NULL)",
    "CREATE INDEX runs_by_time ON runs (started_at)",
    "CREATE TABLE execs (run BLOB NOT NULL, exec INTEGER NOT NULL, at INTEGER NOT NULL, file BLOB NOT NULL, "
    "real_path BLOB NOT NULL, argv BLOB NOT NULL, search BLOB NOT NULL, workdir BLOB NOT NULL, chain BLOB NOT NULL, "
    "origin INTEGER NOT NULL, judged INTEGER NOT NULL, reason BLOB NOT NULL, trace BLOB NOT NULL, "
    "pass_environment BLOB NOT NULL, outcome INTEGER NOT NULL, asked INTEGER NOT NULL, decided_by INTEGER NOT NULL, "
    "decided_who BLOB NOT NULL, dropped BLOB NOT NULL, ended INTEGER NOT NULL, code INTEGER NOT NULL, "
    "signal INTEGER NOT NULL, duration INTEGER NOT NULL, UNIQUE (run, exec))",
    "CREATE INDEX execs_by_time ON execs (at)",
    "CREATE TABLE approvals (key INTEGER PRIMARY KEY, id INTEGER NOT NULL, run BLOB NOT NULL, session BLOB NOT NULL, "
    "exec INTEGER NOT NULL, kind INTEGER NOT NULL, agent BLOB NOT NULL, script BLOB NOT NULL, file BLOB NOT NULL, "
    "argv BLOB NOT NULL, workdir BLOB NOT NULL, hash BLOB NOT NULL, equals_no_sandbox INTEGER NOT NULL, "
    "reason BLOB NOT NULL, asked_at INTEGER NOT NULL, settled_at INTEGER NOT NULL DEFAULT 0, "
    "answer INTEGER NOT NULL DEFAULT 0, source INTEGER NOT NULL DEFAULT 0, who BLOB NOT NULL DEFAULT x'', "
    "message BLOB NOT NULL DEFAULT x'')",
    "CREATE INDEX approvals_by_run ON approvals (run, id)",
    "CREATE TABLE writable_roots (path BLOB PRIMARY KEY, since INTEGER NOT NULL)",
};

constexpr const char* second[] = {"ALTER TABLE runs ADD COLUMN note BLOB NOT NULL DEFAULT x''"};

/** Step n leads from version n to n + 1. A later version appends its list here and never edits an earlier one. */
constexpr std::array<std::span<const char* const>, historySchemaVersion> steps = {first, second};

Result<void> applyStep(const QSqlDatabase& database, std::size_t step) {
    if (auto begun = executeSql(database, "BEGIN IMMEDIATE"); !begun)
        return begun;
    for (const char* statement : steps[step]) {
        if (auto done = executeSql(database, statement); !done) {
            if (auto undone = executeSql(database, "ROLLBACK"); !undone)
                return undone;
            return done;
        }
    }
    const std::string version = "PRAGMA user_version = " + std::to_string(step + 1);
    if (auto set = executeSql(database, version.c_str()); !set)
        return set;
    return executeSql(database, "COMMIT");
}

} // namespace

Result<void> migrateHistory(const QSqlDatabase& database) {
    const auto version = sqlNumber(database, "PRAGMA user_version");
    if (!version)
        return std::unexpected(version.error());
    if (*version > historySchemaVersion || *version < 0)
        return fail(ErrorKind::Invalid, "the history was written by a newer version of Exeat");
    for (auto step = static_cast<std::size_t>(*version); step < steps.size(); ++step) {
        if (auto done = applyStep(database, step); !done)
            return done;
    }
    return {};
}

} // namespace exeat
