#pragma once

#include "gui/text/lineicon.h"
#include "shared/domain/history.h"
#include "shared/domain/run.h"

#include <QAbstractItemModel>

#include <memory>
#include <unordered_map>
#include <vector>

namespace exeat {

/**
 * Runs, newest first, and below each its execs, newest first, loaded as a view asks for them: the signals say what is
 * wanted, the functions bring it. What is brought again only changes what is different, so that a view keeps its place.
 * A list shorter than was wanted is complete: the service has only "the newest N", so N grows. Main thread.
 */
class HistoryModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Time, Agent, Command, Outcome, DecidedBy, Duration, Exit, ColumnCount };
    enum Role { IconRole = Qt::UserRole };
    /** Whether runs bring their execs as they are opened, or only those that were found. */
    enum class Listing { Everything, Matches };

    explicit HistoryModel(QObject* parent = nullptr);
    ~HistoryModel() override;

    /** Empties it. */
    void start(Listing listing);
    void bringRuns(const std::vector<RunSummary>& runs, std::uint32_t wanted);
    void bringExecs(const RunId& run, const std::vector<ExecRecord>& execs, std::uint32_t wanted);
    /** What a filter found in any run; those runs that are not among `runs` are known by their name only. */
    void bringMatches(const std::vector<RunSummary>& runs, const std::vector<ExecRecord>& execs, std::uint32_t wanted);
    /** A request for more ended in an error: it may be made again. */
    void giveUp();

    const RunSummary* run(const QModelIndex& index) const;  ///< of a run or of an exec in it
    const ExecRecord* exec(const QModelIndex& index) const; ///< null for a run
    std::size_t runCount() const { return m_runs.size(); }
    /** What is listed, in its order. */
    std::vector<ExecRecord> listedExecs() const;
    std::vector<RunSummary> listedRuns() const;
    /** Runs that go on and whose execs are listed, with the time from which on their execs may have changed. */
    struct Growing {
        RunId run;
        std::int64_t since = 0; ///< milliseconds since 1970 UTC
    };
    std::vector<Growing> growing() const;
    /** How many of the newest runs hold all that still go on. */
    std::size_t aliveUpTo() const;
    /** The next page of this run's execs, where it has one. A view asks by itself for the first page only. */
    void wantMore(const QModelIndex& run);

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    using QObject::parent;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    static constexpr std::uint32_t firstPage = 200;

signals:
    void runsWanted(std::uint32_t most);
    void matchesWanted(std::uint32_t most);
    void execsWanted(const exeat::RunId& run, std::uint32_t most);

private:
    /** How much of a list is here. */
    struct Loaded {
        std::uint32_t wanted = 0; ///< of the last request
        bool isComplete = false;
        bool isWaiting = false;
        bool canGrow() const;
        std::uint32_t next() const;
        void arrived(std::size_t count, std::uint32_t most);
    };
    struct Node {
        int row = 0;
        RunSummary run;
        std::vector<ExecRecord> execs;
        Loaded loaded;
    };
    Node* nodeOf(const QModelIndex& index) const; ///< of a run, or of the run that an exec is in
    QModelIndex indexOf(const Node& node) const;
    void insertRuns(std::size_t at, const std::vector<RunSummary>& runs, std::size_t from, std::size_t count);
    void mergeRuns(const std::vector<RunSummary>& runs);
    void request(Node& node);
    void mergeExecs(Node& node, const std::vector<ExecRecord>& execs);
    QVariant runText(const RunSummary& run, int column) const;
    QVariant execText(const ExecRecord& exec, int column) const;

    Listing m_listing = Listing::Everything;
    Loaded m_loaded;
    std::vector<std::unique_ptr<Node>> m_runs;
    std::unordered_map<RunId, Node*> m_byId;
};

} // namespace exeat
