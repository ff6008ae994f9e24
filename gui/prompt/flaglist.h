#pragma once

#include <QCheckBox>
#include <QStringList>
#include <QWidget>

#include <vector>

namespace exeat {

/** What must have been read before something can be allowed: each is ticked off by a person. */
class FlagList : public QWidget {
    Q_OBJECT
public:
    explicit FlagList(const QStringList& flags, QWidget* parent = nullptr);
    bool allTicked() const;

signals:
    void changed();

private:
    std::vector<QCheckBox*> m_boxes;
};

} // namespace exeat
