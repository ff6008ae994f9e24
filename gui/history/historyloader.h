#pragma once

#include "gui/history/historyfilter.h"
#include "gui/history/historymodel.h"
#include "shared/wire/controlmessages.h"

#include <QObject>
#include <QTimer>

namespace exeat {

class ServiceLink;

/**
 * Brings HistoryModel what it wants from the service, and looks for what is new every two seconds while somebody looks:
 * the newest runs are asked for, and the rest only if they changed. Main thread, never blocks.
 */
class HistoryLoader : public QObject {
    Q_OBJECT
public:
    HistoryLoader(ServiceLink& link, HistoryModel& model, QObject* parent = nullptr);

    void setFilter(const HistoryFilter& filter);
    const HistoryFilter& filter() const { return m_filter; }
    /** From now on it keeps up with the service. */
    void watch();
    void rest();

signals:
    /** Something was brought, or there is nothing. */
    void loaded();
    void failed(const QString& problem);

private:
    template<class Reply, class Use>
    void ask(wire::ControlRequest request, const Use& use);
    void restart();
    void poll();
    void usePoll(const std::vector<RunSummary>& runs, std::uint32_t wanted);
    void loadRuns(std::uint32_t most);
    void loadMatches(std::uint32_t most);
    void loadExecs(const HistoryQuery& query);
    std::uint32_t pollSize() const;

    ServiceLink& m_link;
    HistoryModel& m_model;
    HistoryFilter m_filter;
    QTimer m_timer;
    std::vector<RunSummary> m_newest; ///< as the last poll brought them
    int m_listing = 0;                ///< counts filters: replies for an earlier one are not listed
    bool m_isPolling = false;
};

} // namespace exeat
