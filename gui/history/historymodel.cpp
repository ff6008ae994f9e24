#include "gui/history/historymodel.h"

#include "gui/text/historywords.h"
#include "gui/text/quoted.h"
#include "gui/text/timewords.h"
#include "shared/base/limits.h"

#include <QDateTime>

#include <algorithm>
#include <ranges>
#include <unordered_set>

namespace exeat {
namespace {

constexpr std::size_t commandBytes = 400;

/**
 * Where the items of `fresh` that are not in a list yet belong: behind the one that stands before them in `fresh`.
 * Calls insert(place, first in fresh, how many) for neighbours together, and update(place, item in fresh) for the
 * others.
 */
template<class T, class PlaceOf, class Insert, class Update>
void mergeInto(const std::vector<T>& fresh, PlaceOf placeOf, Insert insert, Update update) {
    std::size_t place = 0;
    for (std::size_t i = 0; i < fresh.size();) {
        if (const auto known = placeOf(fresh[i])) {
            update(*known, fresh[i]);
            place = *known + 1;
            ++i;
            continue;
        }
        std::size_t count = 1;
        while (i + count < fresh.size() && !placeOf(fresh[i + count]))
            ++count;
        insert(place, i, count);
        place += count;
        i += count;
    }
}

} // namespace

bool HistoryModel::Loaded::canGrow() const {
    return !isComplete && !isWaiting && wanted < limits::historyRows;
}

std::uint32_t HistoryModel::Loaded::next() const {
    // Fourfold: all that is sent again is a third of the list at most.
    return wanted == 0 ? firstPage : std::min(wanted * 4, limits::historyRows);
}

void HistoryModel::Loaded::arrived(std::size_t count, std::uint32_t most) {
    if (most == 0 || most < wanted) // a look at the newest ones says nothing about the end
        return;
    isWaiting = false;
    wanted = most;
    isComplete = count < most;
}

HistoryModel::HistoryModel(QObject* parent) : QAbstractItemModel(parent) {}
HistoryModel::~HistoryModel() = default;

void HistoryModel::start(Listing listing) {
    beginResetModel();
    m_listing = listing;
    m_loaded = {};
    m_byId.clear();
    m_runs.clear();
    endResetModel();
}

void HistoryModel::giveUp() {
    m_loaded.isWaiting = false;
    for (const auto& node : m_runs)
        node->loaded.isWaiting = false;
}

void HistoryModel::bringRuns(const std::vector<RunSummary>& runs, std::uint32_t wanted) {
    mergeRuns(runs);
    m_loaded.arrived(runs.size(), wanted);
}

void HistoryModel::bringExecs(const RunId& run, const std::vector<ExecRecord>& execs, std::uint32_t wanted) {
    const auto found = m_byId.find(run);
    if (found == m_byId.end())
        return;
    Node& node = *found->second;
    mergeExecs(node, execs);
    node.loaded.arrived(execs.size(), wanted);
    if (node.execs.empty()) { // a view remembers that there might be some
        emit layoutAboutToBeChanged();
        emit layoutChanged();
    }
}

void HistoryModel::bringMatches(const std::vector<RunSummary>& runs, const std::vector<ExecRecord>& execs,
                                std::uint32_t wanted) {
    std::unordered_map<RunId, const RunSummary*> known;
    for (const RunSummary& run : runs)
        known.emplace(run.run, &run);
    std::vector<RunSummary> found;
    std::unordered_map<RunId, std::vector<ExecRecord>> theirs;
    for (const ExecRecord& exec : execs) {
        std::vector<ExecRecord>& list = theirs[exec.run];
        if (list.empty()) {
            const auto summary = known.find(exec.run);
            RunSummary unknown;
            unknown.run = exec.run;
            unknown.startedAt = unknown.endedAt = exec.at;
            found.push_back(summary == known.end() ? unknown : *summary->second);
        }
        list.push_back(exec);
    }
    mergeRuns(found);
    for (const auto& [run, list] : theirs)
        mergeExecs(*m_byId.at(run), list);
    m_loaded.arrived(execs.size(), wanted);
}

void HistoryModel::insertRuns(std::size_t at, const std::vector<RunSummary>& runs, std::size_t from,
                              std::size_t count) {
    beginInsertRows({}, static_cast<int>(at), static_cast<int>(at + count) - 1);
    std::vector<std::unique_ptr<Node>> nodes;
    for (std::size_t i = from; i < from + count; ++i) {
        nodes.push_back(std::make_unique<Node>());
        nodes.back()->run = runs[i];
        m_byId.emplace(runs[i].run, nodes.back().get());
    }
    m_runs.insert(m_runs.begin() + static_cast<std::ptrdiff_t>(at), std::make_move_iterator(nodes.begin()),
                  std::make_move_iterator(nodes.end()));
    for (std::size_t row = at; row < m_runs.size(); ++row)
        m_runs[row]->row = static_cast<int>(row);
    endInsertRows();
}

void HistoryModel::mergeRuns(const std::vector<RunSummary>& runs) {
    const auto placeOf = [this](const RunSummary& run) -> std::optional<std::size_t> {
        const auto found = m_byId.find(run.run);
        return found == m_byId.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found->second->row));
    };
    const auto insert = [&](std::size_t at, std::size_t from, std::size_t count) { insertRuns(at, runs, from, count); };
    const auto update = [this](std::size_t place, const RunSummary& run) {
        Node& node = *m_runs[place];
        if (node.run == run)
            return;
        node.run = run;
        emit dataChanged(indexOf(node), indexOf(node).siblingAtColumn(ColumnCount - 1));
    };
    mergeInto(runs, placeOf, insert, update);
}

void HistoryModel::mergeExecs(Node& node, const std::vector<ExecRecord>& execs) {
    std::unordered_map<ExecId, std::size_t> places;
    for (std::size_t place = 0; place < node.execs.size(); ++place)
        places.emplace(node.execs[place].exec, place);
    // Places are of before; what was inserted since lies in front of all that comes.
    std::size_t inserted = 0;
    const auto placeOf = [&](const ExecRecord& exec) -> std::optional<std::size_t> {
        const auto found = places.find(exec.exec);
        return found == places.end() ? std::nullopt : std::optional(found->second + inserted);
    };
    const auto insert = [&](std::size_t at, std::size_t from, std::size_t count) {
        beginInsertRows(indexOf(node), static_cast<int>(at), static_cast<int>(at + count) - 1);
        const auto first = execs.begin() + static_cast<std::ptrdiff_t>(from);
        node.execs.insert(node.execs.begin() + static_cast<std::ptrdiff_t>(at), first,
                          first + static_cast<std::ptrdiff_t>(count));
        endInsertRows();
        inserted += count;
    };
    const auto update = [&](std::size_t place, const ExecRecord& exec) {
        if (node.execs[place].exec != exec.exec || node.execs[place] == exec)
            return;
        node.execs[place] = exec;
        const QModelIndex changed = index(static_cast<int>(place), 0, indexOf(node));
        emit dataChanged(changed, changed.siblingAtColumn(ColumnCount - 1));
    };
    mergeInto(execs, placeOf, insert, update);
}

HistoryModel::Node* HistoryModel::nodeOf(const QModelIndex& index) const {
    if (!index.isValid())
        return nullptr;
    auto* parent = static_cast<Node*>(index.internalPointer());
    return parent != nullptr ? parent : m_runs[static_cast<std::size_t>(index.row())].get();
}

QModelIndex HistoryModel::indexOf(const Node& node) const {
    return createIndex(node.row, 0);
}

const RunSummary* HistoryModel::run(const QModelIndex& index) const {
    const Node* node = nodeOf(index);
    return node == nullptr ? nullptr : &node->run;
}

const ExecRecord* HistoryModel::exec(const QModelIndex& index) const {
    if (!index.isValid() || index.internalPointer() == nullptr)
        return nullptr;
    return &nodeOf(index)->execs[static_cast<std::size_t>(index.row())];
}

std::vector<RunSummary> HistoryModel::listedRuns() const {
    std::vector<RunSummary> runs;
    for (const auto& node : m_runs)
        runs.push_back(node->run);
    return runs;
}

std::vector<ExecRecord> HistoryModel::listedExecs() const {
    std::vector<ExecRecord> execs;
    for (const auto& node : m_runs)
        execs.insert(execs.end(), node->execs.begin(), node->execs.end());
    return execs;
}

std::vector<HistoryModel::Growing> HistoryModel::growing() const {
    std::vector<Growing> growing;
    for (const auto& node : m_runs) {
        if (node->run.endedAt != 0 || node->loaded.wanted == 0)
            continue;
        // The end of what runs outside is written into a record that is there already.
        std::int64_t since = node->execs.empty() ? 0 : node->execs.front().at;
        for (const ExecRecord& exec : node->execs) {
            if (exec.outcome == Verdict::Escalate && !exec.ended)
                since = std::min(since, exec.at);
        }
        growing.push_back({node->run.run, since});
    }
    return growing;
}

std::size_t HistoryModel::aliveUpTo() const {
    const auto oldest =
        std::find_if(m_runs.rbegin(), m_runs.rend(), [](const auto& node) { return node->run.endedAt == 0; });
    return static_cast<std::size_t>(m_runs.rend() - oldest);
}

QModelIndex HistoryModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? nodeOf(parent) : nullptr);
}

QModelIndex HistoryModel::parent(const QModelIndex& index) const {
    const auto* node = static_cast<const Node*>(index.internalPointer());
    return index.isValid() && node != nullptr ? indexOf(*node) : QModelIndex();
}

int HistoryModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid())
        return static_cast<int>(m_runs.size());
    const bool isRun = parent.internalPointer() == nullptr && parent.column() == 0;
    return isRun ? static_cast<int>(nodeOf(parent)->execs.size()) : 0;
}

int HistoryModel::columnCount(const QModelIndex& /*parent*/) const {
    return ColumnCount;
}

bool HistoryModel::hasChildren(const QModelIndex& parent) const {
    if (!parent.isValid())
        return !m_runs.empty();
    // Before anybody looked there may be some.
    const bool isRun = parent.internalPointer() == nullptr && parent.column() == 0;
    return isRun && (rowCount(parent) > 0 || canFetchMore(parent) || nodeOf(parent)->loaded.isWaiting);
}

bool HistoryModel::canFetchMore(const QModelIndex& parent) const {
    if (!parent.isValid())
        return m_loaded.wanted > 0 && m_loaded.canGrow();
    if (parent.internalPointer() != nullptr || m_listing == Listing::Matches)
        return false;
    const Loaded& loaded = nodeOf(parent)->loaded;
    return loaded.wanted == 0 && loaded.canGrow();
}

void HistoryModel::fetchMore(const QModelIndex& parent) {
    if (!canFetchMore(parent))
        return;
    if (!parent.isValid()) {
        m_loaded.isWaiting = true;
        if (m_listing == Listing::Matches)
            emit matchesWanted(m_loaded.next());
        else
            emit runsWanted(m_loaded.next());
        return;
    }
    request(*nodeOf(parent));
}

void HistoryModel::wantMore(const QModelIndex& run) {
    Node* node = nodeOf(run);
    if (node != nullptr && m_listing == Listing::Everything && node->loaded.canGrow())
        request(*node);
}

void HistoryModel::request(Node& node) {
    node.loaded.isWaiting = true;
    emit execsWanted(node.run.run, node.loaded.next());
}

QVariant HistoryModel::runText(const RunSummary& run, int column) const {
    switch (column) {
    case Time:
        return TimeWords::moment(run.startedAt, QDateTime::currentMSecsSinceEpoch());
    case Agent:
        return HistoryWords::agent(run);
    case Command:
        return run.command.empty() ? tr("(an older call)") : quoted(run.command, commandBytes);
    case Outcome:
        return HistoryWords::end(run);
    case Duration:
        return run.endedAt == 0 ? QString() : TimeWords::duration(run.endedAt - run.startedAt);
    case Exit:
        return HistoryWords::exit(run);
    default:
        return {};
    }
}

QVariant HistoryModel::execText(const ExecRecord& exec, int column) const {
    switch (column) {
    case Time:
        return TimeWords::moment(exec.at, QDateTime::currentMSecsSinceEpoch());
    case Command:
        return QString::fromStdString(visibleCommand(exec.argv, commandBytes));
    case Outcome:
        return HistoryWords::outcome(exec.outcome);
    case DecidedBy:
        // Of a question the reason says why it was asked, not why it was answered so.
        return exec.decidedBy == AnswerSource::Rule
                   ? tr("%1: %2", "who decided, why").arg(HistoryWords::decider(exec), HistoryWords::reason(exec))
                   : HistoryWords::decider(exec);
    case Duration:
        return exec.ended ? TimeWords::duration(exec.durationMilliseconds) : QString();
    case Exit:
        return HistoryWords::exit(exec);
    default:
        return {};
    }
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const RunSummary& run = *this->run(index);
    const ExecRecord* exec = this->exec(index);
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole)
        return exec != nullptr ? execText(*exec, index.column()) : runText(run, index.column());
    if (role == IconRole && index.column() == Outcome)
        return static_cast<int>(exec != nullptr ? HistoryWords::outcomeIcon(exec->outcome)
                                                : HistoryWords::endIcon(run));
    return {};
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time:
        return tr("Time");
    case Agent:
        return tr("Agent");
    case Command:
        return tr("Command");
    case Outcome:
        return tr("Outcome");
    case DecidedBy:
        return tr("Decided by");
    case Duration:
        return tr("Duration");
    case Exit:
        return tr("Exit");
    default:
        return {};
    }
}

} // namespace exeat
