#include "service/history/historydatabase.h"

#include "service/history/historyschema.h"
#include "shared/base/uniquefd.h"

#include <QDateTime>
#include <QSqlError>
#include <QVariant>

#include <atomic>
#include <cstdio>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>

namespace exeat {
namespace {

// Native result codes of SQLite (sqlite.org/rescode.html); Qt hands on the extended ones.
constexpr int sqliteCorrupt = 11;
constexpr int sqliteFull = 13;
constexpr int sqliteNotADatabase = 26;

/** Above this a start does not read the whole file to check it. */
constexpr std::uintmax_t checkedSize = std::uintmax_t{64} << 20;

Result<void> makePrivateFile(const std::string& file) {
    const UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd)
        return failErrno("cannot open the history " + file);
    struct stat facts{};
    if (::fstat(fd.get(), &facts) < 0)
        return failErrno("cannot look at the history " + file);
    if (!S_ISREG(facts.st_mode))
        return fail(ErrorKind::Refused, "the history " + file + " is not a plain file; move it away");
    if ((facts.st_mode & 0777U) != 0600U && ::fchmod(fd.get(), 0600) < 0)
        return failErrno("cannot take other users' rights from " + file);
    return {};
}

bool endedUncleanly(const std::string& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file + "-wal", error);
    return !error && size > 0;
}

/** Damage that shows at once, and after a crash also what only a full look shows. */
Result<void> checkFile(const QSqlDatabase& database, const std::string& file, bool thoroughly) {
    if (auto readable = sqlNumber(database, "SELECT count(*) FROM sqlite_master"); !readable)
        return std::unexpected(readable.error());
    std::error_code error;
    if (!thoroughly || std::filesystem::file_size(file, error) > checkedSize || error)
        return {};
    QSqlQuery query(database);
    if (!query.exec(QStringLiteral("PRAGMA quick_check(1)")) || !query.next())
        return std::unexpected(sqlFailure(query.lastError(), "the history could not be checked"));
    if (query.value(0).toString() != QLatin1String("ok"))
        return fail(ErrorKind::Invalid, "the history is damaged: " + query.value(0).toString().toStdString());
    return {};
}

/** "Ever recorded" must survive damage as far as it can be read: an agent's folder must not become trusted. */
std::vector<QByteArray> saveWritableRoots(const std::string& file) {
    std::vector<QByteArray> roots;
    auto connection = HistoryConnection::open(file);
    if (!connection)
        return roots;
    QSqlQuery query((*connection)->database());
    if (query.exec(QStringLiteral("SELECT path FROM writable_roots")))
        while (query.next())
            roots.push_back(query.value(0).toByteArray());
    return roots;
}

Result<std::string> putAside(const std::string& file) {
    const std::string stamp =
        QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz")).toStdString();
    const std::string aside = file + ".broken-" + stamp;
    for (const char* part : {"-wal", "-shm", ""}) {
        if (std::rename((file + part).c_str(), (aside + part).c_str()) < 0 && errno != ENOENT)
            return failErrno("cannot put the damaged history " + file + part + " aside");
    }
    return aside;
}

Result<void> prepareOnce(const std::string& file) {
    const bool thoroughly = endedUncleanly(file);
    if (auto made = makePrivateFile(file); !made)
        return made;
    auto connection = HistoryConnection::open(file);
    if (!connection)
        return std::unexpected(connection.error());
    if (auto sound = checkFile((*connection)->database(), file, thoroughly); !sound)
        return sound;
    return migrateHistory((*connection)->database());
}

Result<void> keepRoots(const std::string& file, const std::vector<QByteArray>& roots) {
    auto connection = HistoryConnection::open(file);
    if (!connection)
        return std::unexpected(connection.error());
    QSqlQuery insert((*connection)->database());
    insert.prepare(QStringLiteral("INSERT OR IGNORE INTO writable_roots (path, since) VALUES (?, ?)"));
    for (const QByteArray& root : roots) {
        insert.bindValue(0, root);
        insert.bindValue(1, QDateTime::currentMSecsSinceEpoch());
        if (!insert.exec())
            return std::unexpected(sqlFailure(insert.lastError(), "the writable folders could not be kept"));
    }
    return {};
}

} // namespace

Error sqlFailure(const QSqlError& error, const std::string& what) {
    const int code = error.nativeErrorCode().toInt() & 0xFF;
    const std::string text =
        what + ": " + error.databaseText().toStdString() + " (SQLite " + error.nativeErrorCode().toStdString() + ")";
    if (code == sqliteCorrupt || code == sqliteNotADatabase)
        return {ErrorKind::Invalid, text, 0};
    if (code == sqliteFull)
        return {ErrorKind::Limit, text + "; make room on the disk", 0};
    return {ErrorKind::System, text, 0};
}

Result<void> executeSql(const QSqlDatabase& database, const char* statement) {
    QSqlQuery query(database);
    if (!query.exec(QString::fromLatin1(statement)))
        return std::unexpected(sqlFailure(query.lastError(), "the history could not be written"));
    return {};
}

Result<std::int64_t> sqlNumber(const QSqlDatabase& database, const char* statement) {
    QSqlQuery query(database);
    if (!query.exec(QString::fromLatin1(statement)) || !query.next())
        return std::unexpected(sqlFailure(query.lastError(), "the history could not be read"));
    return query.value(0).toLongLong();
}

HistoryConnection::HistoryConnection(QString name) : m_name(std::move(name)) {}

HistoryConnection::~HistoryConnection() {
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
}

Result<std::unique_ptr<HistoryConnection>> HistoryConnection::open(const std::string& file) {
    static std::atomic<unsigned> counter{0};
    std::unique_ptr<HistoryConnection> connection(
        new HistoryConnection(QStringLiteral("exeat-history-%1").arg(++counter)));
    QSqlDatabase& database = connection->m_database;
    database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection->m_name);
    if (!database.isValid())
        return fail(ErrorKind::Missing, "Qt's SQLite driver is not installed; install the package libqt6sql6-sqlite");
    database.setDatabaseName(QString::fromLocal8Bit(file.c_str()));
    // Two connections write in turn; the other's batch takes milliseconds.
    database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=2000"));
    if (!database.open())
        return std::unexpected(sqlFailure(database.lastError(), "cannot open the history " + file));
    // auto_vacuum counts only before the first table of a new file.
    for (const char* pragma : {"PRAGMA auto_vacuum = INCREMENTAL", "PRAGMA journal_mode = WAL",
                               "PRAGMA synchronous = NORMAL", "PRAGMA trusted_schema = OFF"}) {
        if (auto set = executeSql(database, pragma); !set)
            return std::unexpected(set.error());
    }
    return connection;
}

Result<PreparedHistory> prepareHistoryFile(const std::string& file) {
    PreparedHistory prepared;
    const auto first = prepareOnce(file);
    if (first)
        return prepared;
    if (first.error().kind != ErrorKind::Invalid)
        return std::unexpected(first.error());
    const auto roots = saveWritableRoots(file);
    const auto aside = putAside(file);
    if (!aside)
        return std::unexpected(aside.error());
    if (auto again = prepareOnce(file); !again)
        return std::unexpected(again.error());
    if (auto kept = keepRoots(file, roots); !kept)
        return std::unexpected(kept.error());
    prepared.notes.push_back(first.error().text + ". It was put aside as " + *aside + " and a new history begun; " +
                             std::to_string(roots.size()) + " folders that agents could write were carried over");
    return prepared;
}

} // namespace exeat
