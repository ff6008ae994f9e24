#pragma once

#include "shared/domain/approval.h"

#include <QGridLayout>
#include <QWidget>

namespace exeat {

/** What a question is about, in the order in which it should be read; for the eye and for a screen reader. */
class Facts : public QWidget {
    Q_OBJECT
public:
    explicit Facts(const Approval& approval, QWidget* parent = nullptr);

private:
    void addWhat(const Approval& approval);
    void addArguments(const Approval& approval);
    void addPlace(const Approval& approval);
    void addReasons(const Approval& approval);
    void addAgentsWords(const Approval& approval);
    void addRow(const QString& name, QWidget* value);
    void addText(const QString& name, const QString& value);
    void addQuoted(const QString& name, const QString& value);

    QGridLayout* m_grid;
};

} // namespace exeat
