#include "service/history/historywriter.h"

#include "service/history/historydatabase.h"
#include "service/history/historyrows.h"
#include "service/history/retention.h"
#include "shared/base/limits.h"

#include <QSqlError>

#include <chrono>
#include <iterator>
#include <optional>

namespace exeat {
namespace {

/** After a failure (a full disk) the next try waits, so that we do not spin. */
constexpr auto retryAfter = std::chrono::seconds(2);
constexpr auto retentionEvery = std::chrono::hours(1);
/** A transaction, and the pause after it while there is more: the service's own writes have to come in between, and
 *  SQLite lets them try at intervals only. */
constexpr auto turn = std::chrono::milliseconds(20);

} // namespace

/** What lives on the writer's thread only. */
struct HistoryWriter::Work {
    std::unique_ptr<HistoryConnection> connection;
    std::optional<QSqlQuery> insert;
    std::chrono::steady_clock::time_point nextRetention;

    ~Work() { insert.reset(); } // before its connection

    Result<void> prepare(const std::string& file) {
        if (connection)
            return {};
        auto opened = HistoryConnection::open(file);
        if (!opened)
            return std::unexpected(opened.error());
        connection = std::move(*opened);
        insert = prepareExecWrite(connection->database(), ExecWrite::Trailing);
        return {};
    }
    void keepSmall() {
        const auto now = std::chrono::steady_clock::now();
        if (!connection || now < nextRetention)
            return;
        nextRetention = now + retentionEvery;
        // A failure here loses nothing; the next hour tries again.
        static_cast<void>(applyRetention(connection->database(), {}));
    }
};

HistoryWriter::HistoryWriter(std::string file) : m_file(std::move(file)), m_thread([this] { run(); }) {}

HistoryWriter::~HistoryWriter() {
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

void HistoryWriter::add(std::vector<ExecRecord> records) {
    if (records.empty())
        return;
    {
        const std::lock_guard lock(m_mutex);
        const std::size_t room = limits::historyQueue - std::min(limits::historyQueue, m_queue.size());
        const std::size_t taken = std::min(room, records.size());
        m_dropped += records.size() - taken;
        const auto end = std::next(records.begin(), static_cast<std::ptrdiff_t>(taken));
        std::move(records.begin(), end, std::back_inserter(m_queue));
        ++m_added;
    }
    m_wake.notify_all();
}

void HistoryWriter::flush() {
    std::unique_lock lock(m_mutex);
    const std::uint64_t wanted = m_added;
    m_flushing = true;
    m_wake.notify_all();
    m_tried.wait(lock, [&] { return m_triedUpTo >= wanted; });
}

std::vector<std::string> HistoryWriter::problems() const {
    const std::lock_guard lock(m_mutex);
    std::vector<std::string> problems;
    if (!m_lastError.empty())
        problems.push_back("history: " + m_lastError);
    if (m_dropped > 0)
        problems.push_back("history: " + std::to_string(m_dropped) +
                           " commands inside the sandbox were not recorded, because the disk did not keep up");
    return problems;
}

/** False when it is time to end. The first record of a batch waits for others, but never longer than historyGather. */
bool HistoryWriter::waitForBatch(std::unique_lock<std::mutex>& lock) {
    const auto pressed = [this] { return m_ending || (m_flushing && m_triedUpTo < m_added); };
    m_wake.wait(lock, [&] { return pressed() || !m_queue.empty(); });
    if (m_lastError.empty() && m_queue.size() >= limits::historyTransaction)
        return !m_ending;
    const auto patience = m_lastError.empty() ? std::chrono::milliseconds(limits::historyGather)
                                              : std::chrono::duration_cast<std::chrono::milliseconds>(retryAfter);
    m_wake.wait_for(lock, patience, pressed);
    return !m_ending;
}

void HistoryWriter::run() {
    Work work;
    std::unique_lock lock(m_mutex);
    for (bool goOn = true; goOn;) {
        goOn = waitForBatch(lock);
        const std::uint64_t upTo = m_added;
        std::deque<ExecRecord> batch = takeBatch();
        bool more = !m_queue.empty();
        lock.unlock();
        const auto written = write(work, batch);
        more |= !batch.empty();
        if (written && !more)
            work.keepSmall();
        lock.lock();
        m_lastError = written ? std::string() : written.error().text;
        std::move(m_queue.begin(), m_queue.end(), std::back_inserter(batch));
        m_queue = std::move(batch);
        if (written && more) {
            goOn = true; // the rest, even when it is time to end
            m_wake.wait_for(lock, turn, [this] { return m_ending || m_flushing; });
            continue;
        }
        m_triedUpTo = upTo;
        m_flushing = m_flushing && m_triedUpTo < m_added;
        m_tried.notify_all();
    }
}

/** The oldest, as many as one transaction takes. */
std::deque<ExecRecord> HistoryWriter::takeBatch() {
    if (m_queue.size() <= limits::historyTransaction)
        return std::exchange(m_queue, {});
    const auto end = m_queue.begin() + static_cast<std::ptrdiff_t>(limits::historyTransaction);
    std::deque<ExecRecord> batch(std::make_move_iterator(m_queue.begin()), std::make_move_iterator(end));
    m_queue.erase(m_queue.begin(), end);
    return batch;
}

/** Takes what is on the disk out of `batch`. */
Result<void> HistoryWriter::write(Work& work, std::deque<ExecRecord>& batch) {
    if (batch.empty())
        return {};
    if (auto ready = work.prepare(m_file); !ready)
        return ready;
    const QSqlDatabase& database = work.connection->database();
    if (auto begun = executeSql(database, "BEGIN IMMEDIATE"); !begun)
        return begun;
    Result<void> done;
    auto record = batch.begin();
    for (const auto end = std::chrono::steady_clock::now() + turn;
         done && record != batch.end() && std::chrono::steady_clock::now() < end; ++record)
        done = writeExec(*work.insert, *record);
    if (done)
        done = executeSql(database, "COMMIT");
    // After some failures (disk full) SQLite has rolled back by itself, and this says so; either way nothing is open.
    if (!done)
        static_cast<void>(executeSql(database, "ROLLBACK"));
    else
        batch.erase(batch.begin(), record);
    return done;
}

} // namespace exeat
