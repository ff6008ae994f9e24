#pragma once

#include "shared/base/error.h"
#include "shared/domain/history.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace exeat {

/**
 * Writes exec records in batches on a thread of its own with a connection of its own. A batch that cannot be written is
 * kept and tried again; beyond limits::historyQueue the newest are dropped and counted. All members are thread-safe.
 */
class HistoryWriter {
public:
    explicit HistoryWriter(std::string file);
    /** Writes what is queued (one try), then ends. */
    ~HistoryWriter();

    /** Never waits for the disk. */
    void add(std::vector<ExecRecord> records);
    /** Until everything queued before was tried. */
    void flush();
    /** What went wrong, in words; empty if nothing. */
    std::vector<std::string> problems() const;

private:
    struct Work;
    void run();
    std::deque<ExecRecord> takeBatch();
    bool waitForBatch(std::unique_lock<std::mutex>& lock);
    Result<void> write(Work& work, std::deque<ExecRecord>& batch);

    const std::string m_file;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_tried;
    std::deque<ExecRecord> m_queue;
    std::uint64_t m_dropped = 0;
    std::uint64_t m_added = 0;     ///< batches that were handed over
    std::uint64_t m_triedUpTo = 0; ///< m_added when the last try began
    std::string m_lastError;
    bool m_flushing = false;
    bool m_ending = false;
    std::thread m_thread; ///< last: starts when all else is there
};

} // namespace exeat
