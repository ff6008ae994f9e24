#pragma once

#include "shared/base/error.h"

#include <QByteArray>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QString>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace exeat {

/** Of an SQL failure, in words, with SQLite's own text. ErrorKind::Invalid if the file is damaged or no database. */
Error sqlFailure(const QSqlError& error, const std::string& what);

/** One statement without parameters and result. */
Result<void> executeSql(const QSqlDatabase& database, const char* statement);
/** The first column of the first row. */
Result<std::int64_t> sqlNumber(const QSqlDatabase& database, const char* statement);

inline QByteArray sqlBytes(const std::string& bytes) {
    return {bytes.data(), static_cast<qsizetype>(bytes.size())};
}

/**
 * One connection to the history file, for the thread that made it (QSqlDatabase's rule). WAL with synchronous=NORMAL: a
 * commit has left this process when it returns, so a crash of ours loses nothing; a power cut may lose the last commits
 * but never the file (sqlite.org/pragma.html#pragma_synchronous).
 */
class HistoryConnection {
public:
    static Result<std::unique_ptr<HistoryConnection>> open(const std::string& file);
    ~HistoryConnection();
    HistoryConnection(const HistoryConnection&) = delete;
    HistoryConnection& operator=(const HistoryConnection&) = delete;

    const QSqlDatabase& database() const { return m_database; }

private:
    explicit HistoryConnection(QString name);
    QString m_name;
    QSqlDatabase m_database;
};

/** A usable history, and what had to be done for that, in words. */
struct PreparedHistory {
    std::vector<std::string> notes;
};

/**
 * Makes `file` (0600) or checks it. A damaged file is renamed aside, its writable roots are saved if they can still be
 * read, and a new one begun.
 */
Result<PreparedHistory> prepareHistoryFile(const std::string& file);

} // namespace exeat
