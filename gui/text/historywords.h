#pragma once

#include "gui/text/lineicon.h"
#include "shared/domain/history.h"
#include "shared/domain/run.h"

#include <QCoreApplication>
#include <QString>

namespace exeat {

/** What happened, in the words of a person. What comes from an agent is made visible and bounded. */
class HistoryWords {
    Q_DECLARE_TR_FUNCTIONS(HistoryWords)
public:
    static QString outcome(Verdict verdict);
    static LineIcon outcomeIcon(Verdict verdict);
    static QString end(const RunSummary& run);
    static LineIcon endIcon(const RunSummary& run);
    /** "a rule", "you, on the command line", "nobody answered" */
    static QString decider(const ExecRecord& record);
    /** The rules' or the danger list's reason. */
    static QString reason(const ExecRecord& record);
    /** "0", "signal 9"; empty as long as it is not known. */
    static QString exit(const ExecRecord& record);
    static QString exit(const RunSummary& run);
    static QString sandbox(const RunSummary& run);
    static QString agent(const RunSummary& run);
};

} // namespace exeat
