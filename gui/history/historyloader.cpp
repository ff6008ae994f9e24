#include "gui/history/historyloader.h"

#include "gui/link/servicelink.h"
#include "gui/text/quoted.h"
#include "shared/base/limits.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace exeat {
namespace {

using namespace std::chrono_literals;

constexpr auto pollPause = 2s;
/** Runs that are looked at again and again; an older one that is still alive comes on top. */
constexpr std::uint32_t polledRuns = 100;
/** Runs whose names are known to what a filter found. */
constexpr std::uint32_t namedRuns = 2000;

} // namespace

HistoryLoader::HistoryLoader(ServiceLink& link, HistoryModel& model, QObject* parent)
    : QObject(parent), m_link(link), m_model(model) {
    m_timer.setInterval(pollPause);
    connect(&m_timer, &QTimer::timeout, this, &HistoryLoader::poll);
    connect(&model, &HistoryModel::runsWanted, this, &HistoryLoader::loadRuns);
    connect(&model, &HistoryModel::matchesWanted, this, &HistoryLoader::loadMatches);
    connect(&model, &HistoryModel::execsWanted, this, [this](const RunId& run, std::uint32_t most) {
        HistoryQuery query;
        query.run = run;
        query.most = most;
        loadExecs(query);
    });
    connect(&link, &ServiceLink::stateChanged, this, [this] {
        m_isPolling = false;
        if (m_timer.isActive())
            poll();
    });
}

template<class Reply, class Use>
void HistoryLoader::ask(wire::ControlRequest request, const Use& use) {
    m_link.ask(std::move(request), this, [this, use, listing = m_listing](const Result<wire::ControlReply>& reply) {
        if (listing != m_listing)
            return;
        const auto* wanted = reply ? std::get_if<Reply>(&*reply) : nullptr;
        if (wanted != nullptr) {
            use(*wanted);
            emit loaded();
            return;
        }
        m_isPolling = false;
        m_model.giveUp();
        if (!reply)
            emit failed(tr("The history could not be read: %1").arg(quoted(reply.error().text)));
    });
}

void HistoryLoader::setFilter(const HistoryFilter& filter) {
    if (filter == m_filter)
        return;
    m_filter = filter;
    restart();
}

void HistoryLoader::restart() {
    ++m_listing;
    m_isPolling = false;
    m_newest.clear();
    m_model.start(m_filter.isEmpty() ? HistoryModel::Listing::Everything : HistoryModel::Listing::Matches);
    poll();
}

void HistoryLoader::watch() {
    m_timer.start();
    poll();
}

void HistoryLoader::rest() {
    m_timer.stop();
}

std::uint32_t HistoryLoader::pollSize() const {
    // What is new since the last look comes in front of them.
    return m_filter.isEmpty() ? polledRuns + static_cast<std::uint32_t>(m_model.aliveUpTo()) : polledRuns;
}

void HistoryLoader::poll() {
    if (m_isPolling || m_link.state() != ServiceLink::State::Connected)
        return;
    if (m_filter.isEmpty() && m_model.runCount() == 0)
        return loadRuns(HistoryModel::firstPage);
    m_isPolling = true;
    const std::uint32_t most = pollSize();
    ask<wire::RunList>(wire::ListRuns{0, most}, [this, most](const wire::RunList& list) { usePoll(list.runs, most); });
}

void HistoryLoader::usePoll(const std::vector<RunSummary>& runs, std::uint32_t wanted) {
    m_isPolling = false;
    const bool isSame = runs == m_newest;
    m_newest = runs;
    const bool anyAlive = std::ranges::any_of(runs, [](const RunSummary& run) { return run.endedAt == 0; });
    if (!m_filter.isEmpty()) {
        if (!isSame || anyAlive)
            loadMatches(HistoryModel::firstPage);
        return;
    }
    // Asked before the runs' ends are told: what ends now is read once more.
    const std::vector<HistoryModel::Growing> growing = m_model.growing();
    if (!isSame)
        m_model.bringRuns(runs, wanted);
    for (const HistoryModel::Growing& one : growing) {
        HistoryQuery query;
        query.run = one.run;
        query.since = one.since;
        query.most = limits::historyRows; // a gap would stay
        loadExecs(query);
    }
}

void HistoryLoader::loadRuns(std::uint32_t most) {
    m_isPolling = true;
    ask<wire::RunList>(wire::ListRuns{0, most}, [this, most](const wire::RunList& list) {
        m_isPolling = false;
        m_model.bringRuns(list.runs, most);
    });
}

void HistoryLoader::loadMatches(std::uint32_t most) {
    ask<wire::RunList>(wire::ListRuns{0, namedRuns}, [this, most](const wire::RunList& list) {
        wire::QueryHistory query;
        query.query = queryFor(m_filter);
        query.query.most = most;
        ask<wire::HistoryPage>(query, [this, most, runs = list.runs](const wire::HistoryPage& page) {
            m_model.bringMatches(runs, page.records, most);
        });
    });
}

void HistoryLoader::loadExecs(const HistoryQuery& query) {
    wire::QueryHistory request;
    request.query = query;
    ask<wire::HistoryPage>(request, [this, query](const wire::HistoryPage& page) {
        // Only from some time on: nothing about the end of the list.
        m_model.bringExecs(query.run, page.records, query.since == 0 ? query.most : 0);
    });
}

} // namespace exeat
