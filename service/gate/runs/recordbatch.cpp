#include "service/gate/runs/recordbatch.h"

#include "shared/base/limits.h"

#include <chrono>

namespace exeat::gate {

namespace {

/** Keeps what fits and returns its size; a word that was cut says so by its end. */
std::size_t cutArgv(std::vector<std::string>& argv) {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < argv.size(); ++i) {
        const std::size_t room = limits::recordedArgvBytes - bytes;
        if (argv[i].size() + sizeof(std::string) <= room) {
            bytes += argv[i].size() + sizeof(std::string);
            continue;
        }
        argv[i].resize(std::min(argv[i].size(), room));
        argv[i] += "…";
        argv.resize(i + 1);
        return limits::recordedArgvBytes;
    }
    return bytes;
}

} // namespace

void RecordBatch::add(ExecRecord record) {
    m_bytes += cutArgv(record.argv) + record.file.size() + record.realPath.size() + record.workdir.size() + 512;
    for (const ChainLink& link : record.chain)
        m_bytes += limits::chainLinkBytes / 4 + link.program.size();
    m_records.push_back(std::move(record));
    if (m_records.size() >= limits::recordsPerBatch || m_bytes >= limits::recordBatchBytes)
        return flush();
    if (m_timer == 0)
        m_timer = m_loop.after(limits::historyBatch, [this] {
            m_timer = 0;
            flush();
        });
}

void RecordBatch::flush() {
    m_loop.cancel(m_timer);
    m_timer = 0;
    m_bytes = 0;
    if (!m_records.empty())
        m_sink(std::exchange(m_records, {}));
}

std::int64_t nowMilliseconds() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace exeat::gate
