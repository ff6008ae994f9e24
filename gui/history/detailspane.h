#pragma once

#include "gui/history/historyfacts.h"

#include <QScrollArea>

namespace exeat {

/** All facts about what is chosen in the history, each with its name, to be read and not to be taken for markup. */
class DetailsPane : public QScrollArea {
    Q_OBJECT
public:
    explicit DetailsPane(QWidget* parent = nullptr);
    void setFacts(const std::vector<HistoryFact>& facts);
};

} // namespace exeat
