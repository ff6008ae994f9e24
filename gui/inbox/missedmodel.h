#pragma once

#include "shared/domain/approval.h"
#include "shared/domain/history.h"

#include <QAbstractListModel>

#include <map>
#include <utility>
#include <vector>

namespace exeat {

/** Questions that ended without anybody's answer, the newest first. Main thread. */
class MissedModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { CommandRole = Qt::UserRole, WhenAndWhyRole };

    explicit MissedModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    /** Keeps those of `asked` (newest first) that nobody answered, mostRows of them. */
    void setAsked(const std::vector<ExecRecord>& asked);
    /** What the service said when it ended, which history does not keep. */
    void remember(const Approval& approval, const Decision& decision);

    static constexpr std::size_t mostRows = 50;

private:
    using Key = std::pair<RunId, ExecId>;
    QString whenAndWhy(const ExecRecord& record) const;

    std::vector<ExecRecord> m_missed;
    std::map<Key, std::string> m_why;
};

} // namespace exeat
