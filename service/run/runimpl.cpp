#include "service/run/runimpl.h"

#include "shared/base/limits.h"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <unistd.h>

namespace exeat {
namespace {

/** What one visit of the event loop reads, so that one loud run does not keep the others waiting. */
constexpr std::size_t readAtOnce = std::size_t{256} << 10;
/** What is read after the end: all that a pipe can hold (pipe(7), /proc/sys/fs/pipe-max-size), and no endless writer
 *  that somebody outside keeps alive. */
constexpr std::size_t drainBytes = std::size_t{2} << 20;

std::chrono::nanoseconds steadyNow() {
    return std::chrono::steady_clock::now().time_since_epoch();
}

/** No limit asked = the default; 0 = none (a person's own choice). */
std::optional<std::chrono::nanoseconds> limitOf(const RunRequest& request) {
    if (request.timeout && request.timeout->count() == 0)
        return std::nullopt;
    return request.timeout.value_or(limits::defaultTimeout);
}

} // namespace

RunImpl::RunImpl(RunRequest request, RunId id, QObject* parent)
    : Run(parent), m_request(std::move(request)), m_id(std::move(id)), m_clock(steadyNow, limitOf(m_request)) {
    m_result.run = m_id;
    m_result.streamsSeparate = m_request.streams == OutputStreams::Separate;
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    m_parked.setSingleShot(true);
    m_parked.setInterval(limits::parkedRun);
    connect(&m_parked, &QTimer::timeout, this, &RunImpl::nobodyJoined);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        const auto left = m_clock.remaining();
        if (left && left->count() == 0)
            emit timeIsUp();
        else
            rearm();
    });
}

RunImpl::~RunImpl() = default;

Result<std::vector<UniqueFd>> RunImpl::begin() {
    std::vector<UniqueFd> ends;
    ends.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!ends.back())
        return failErrno("cannot open /dev/null");
    const auto addStream = [&](wire::OutputStream which) -> Result<void> {
        auto pipe = makePipe();
        if (!pipe)
            return std::unexpected(pipe.error());
        if (auto set = setNonBlocking(pipe->read); !set)
            return set;
        auto stream = std::make_unique<Stream>();
        stream->stream = which;
        stream->fd = std::move(pipe->read);
        stream->notifier = std::make_unique<QSocketNotifier>(stream->fd.get(), QSocketNotifier::Read);
        connect(stream->notifier.get(), &QSocketNotifier::activated, this, [this, s = stream.get()] { readSome(*s); });
        m_streams.push_back(std::move(stream));
        ends.push_back(std::move(pipe->write));
        return {};
    };
    if (auto made = addStream(wire::OutputStream::Output); !made)
        return std::unexpected(made.error());
    if (m_request.streams == OutputStreams::Separate) {
        if (auto made = addStream(wire::OutputStream::Error); !made)
            return std::unexpected(made.error());
    } else {
        auto same = ends.back().duplicate();
        if (!same)
            return std::unexpected(same.error());
        ends.push_back(std::move(*same));
    }
    m_state = RunState::Running;
    m_clock.start();
    rearm();
    return ends;
}

void RunImpl::park() {
    if (m_state != RunState::Finished)
        m_parked.start();
}

void RunImpl::setSandbox(const SandboxGrant& grant) {
    m_sandbox = grant;
    m_result.sandboxMode = m_summary.mode = grant.mode;
    m_result.sandboxNetwork = m_summary.network = grant.network;
}

void RunImpl::take(Stream& stream, std::string_view bytes) {
    m_merged.append(bytes);
    if (m_result.streamsSeparate)
        stream.kept.append(bytes);
    emit output(stream.stream, QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())));
}

void RunImpl::readSome(Stream& stream) {
    std::array<char, 65536> chunk; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
    for (std::size_t sum = 0; sum < readAtOnce && stream.fd;) {
        const ssize_t got = ::read(stream.fd.get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0) {
            stream.notifier->setEnabled(false);
            return;
        }
        sum += static_cast<std::size_t>(got);
        take(stream, {chunk.data(), static_cast<std::size_t>(got)});
    }
}

void RunImpl::drain(Stream& stream) {
    stream.notifier->setEnabled(false);
    std::array<char, 65536> chunk; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
    for (std::size_t sum = 0; sum < drainBytes;) {
        const ssize_t got = ::read(stream.fd.get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        sum += static_cast<std::size_t>(got);
        take(stream, {chunk.data(), static_cast<std::size_t>(got)});
    }
}

RunResult RunImpl::result() const {
    RunResult result = m_result;
    result.output = m_merged.text();
    result.droppedBytes = m_merged.dropped();
    result.durationNanoseconds = m_clock.elapsed().count();
    if (result.streamsSeparate) {
        for (const auto& stream : m_streams)
            (stream->stream == wire::OutputStream::Output ? result.standardOutput : result.standardError) =
                stream->kept.text();
    }
    return result;
}

std::size_t RunImpl::heldBytes() const {
    std::size_t bytes = sizeof(RunImpl) + m_request.script.size() + m_merged.heldBytes();
    for (const auto& stream : m_streams)
        bytes += sizeof(Stream) + stream->kept.heldBytes();
    for (const ExecNotice& notice : m_result.notices) {
        bytes += sizeof(ExecNotice) + notice.reason.size() + notice.alternative.size();
        for (const std::string& word : notice.argv)
            bytes += sizeof(std::string) + word.size();
    }
    return bytes;
}

void RunImpl::questionOpened(ApprovalId id) {
    m_questions.push_back(id);
    m_clock.hold();
    rearm();
    emit approvalsChanged();
}

void RunImpl::questionSettled(ApprovalId id) {
    if (std::erase(m_questions, id) == 0)
        return;
    m_clock.release();
    rearm();
    emit approvalsChanged();
}

void RunImpl::addNotice(ExecNotice notice) {
    // An agent that runs a refused program in a loop learns nothing from the thousandth notice.
    static constexpr std::size_t most = 100;
    if (m_result.notices.size() >= most)
        return;
    notice.argv.resize(std::min(notice.argv.size(), limits::noticeWords));
    notice.argv.shrink_to_fit();
    for (std::string& word : notice.argv) {
        word.resize(std::min(word.size(), limits::noticeWordBytes));
        word.shrink_to_fit();
    }
    m_result.notices.push_back(std::move(notice));
}

void RunImpl::rearm() {
    const auto left = m_state == RunState::Running ? m_clock.remaining() : std::nullopt;
    if (!left) {
        m_timer.stop();
        return;
    }
    static constexpr std::chrono::nanoseconds longest = std::chrono::hours(24);
    m_timer.start(std::chrono::ceil<std::chrono::milliseconds>(std::min(*left, longest)));
}

void RunImpl::setPendingEnd(RunEnd why) {
    if (!m_pendingEnd)
        m_pendingEnd = why;
    if (m_state == RunState::Running)
        m_state = RunState::Ending;
    rearm();
}

void RunImpl::ended(const wire::RunEnded& gates) {
    if (m_state == RunState::Finished)
        return;
    m_result.end = m_pendingEnd.value_or(RunEnd::Exited);
    m_result.status = gates.status;
    std::string left;
    for (const std::string& process : gates.left)
        left += (left.empty() ? "not ended, because it may not be signalled: " : "; ") + process;
    if (!left.empty())
        note(left, ". Ask the user to end it.");
    // Also if its time was over by then: this is what somebody must know.
    if (!gates.unprotected.empty()) {
        m_result.end = RunEnd::Unprotected;
        m_result.failure = gates.unprotected;
        note(gates.unprotected, "");
    }
    complete();
}

/** In the history, and at the end of the output with what the agent shall do. */
void RunImpl::note(const std::string& text, const std::string& advice) {
    m_summary.note += (m_summary.note.empty() ? "" : "; ") + text;
    m_marks += "\n[exeat: " + text + advice + "]\n";
}

void RunImpl::finish(RunEnd end, const std::string& failure) {
    if (m_state == RunState::Finished)
        return;
    m_result.end = end;
    m_result.failure = failure;
    complete();
}

void RunImpl::complete() {
    m_timer.stop();
    m_parked.stop();
    m_clock.stop();
    for (auto& stream : m_streams) {
        drain(*stream);
        stream->fd.reset();
    }
    if (!m_marks.empty() && !m_streams.empty())
        take(*m_streams.back(), m_marks);
    for (auto& stream : m_streams)
        stream->kept.finish();
    m_merged.finish();
    std::vector<std::string>().swap(m_request.environment); // only needed to start it
    m_state = RunState::Finished;
    m_summary.end = m_result.end;
    m_summary.status = m_result.status;
    emit finished();
}

} // namespace exeat
