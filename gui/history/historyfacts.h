#pragma once

#include "shared/domain/history.h"
#include "shared/domain/run.h"

#include <QCoreApplication>
#include <QString>

#include <vector>

namespace exeat {

/** One thing to know about a command or a call. */
struct HistoryFact {
    enum class Kind {
        Text,  ///< of ours
        Quoted ///< of an agent, or a path: fixed width, left to right
    };
    QString name;
    QString value; ///< visible and bounded; may have lines
    Kind kind = Kind::Text;
};

/** What is to be known, in the order in which it should be read. Nothing that is empty. */
class HistoryFacts {
    Q_DECLARE_TR_FUNCTIONS(HistoryFacts)
public:
    static std::vector<HistoryFact> of(const RunSummary& run);
    static std::vector<HistoryFact> of(const RunSummary& run, const ExecRecord& exec);
    /** For the clipboard: "name: value" lines, with nothing in it that steers a terminal. */
    static QString text(const std::vector<HistoryFact>& facts);
};

} // namespace exeat
