#pragma once

#include "service/gate/eventloop.h"
#include "shared/domain/history.h"

#include <functional>
#include <vector>

namespace exeat::gate {

/** Collects records for at most limits::historyBatch, limits::recordsPerBatch and recordBatchBytes. */
class RecordBatch {
public:
    using Sink = std::function<void(std::vector<ExecRecord>)>;
    RecordBatch(EventLoop& loop, Sink sink) : m_loop(loop), m_sink(std::move(sink)) {}
    ~RecordBatch() { m_loop.cancel(m_timer); }
    RecordBatch(const RecordBatch&) = delete;
    RecordBatch& operator=(const RecordBatch&) = delete;

    /** argv beyond limits::recordedArgvBytes is cut. */
    void add(ExecRecord record);
    void flush();

private:
    EventLoop& m_loop;
    Sink m_sink;
    std::vector<ExecRecord> m_records;
    std::size_t m_bytes = 0;
    EventLoop::TimerId m_timer = 0;
};

/** Milliseconds since 1970 UTC. */
std::int64_t nowMilliseconds();

} // namespace exeat::gate
