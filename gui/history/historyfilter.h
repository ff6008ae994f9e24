#pragma once

#include "shared/domain/history.h"

#include <QString>

#include <optional>

namespace exeat {

/** Which commands the history lists. Without any, it lists calls, and the commands of those that are opened. */
struct HistoryFilter {
    QString text; ///< part of the program's path or its arguments
    std::optional<Verdict> outcome;
    bool askedOnly = false;

    bool isEmpty() const { return text.isEmpty() && !outcome && !askedOnly; }
    bool operator==(const HistoryFilter&) const = default;
};

/** What the service is asked for `filter`; an empty one means everything. */
inline HistoryQuery queryFor(const HistoryFilter& filter) {
    HistoryQuery query;
    query.text = filter.text.toStdString();
    query.byOutcome = filter.outcome.has_value();
    query.outcome = filter.outcome.value_or(Verdict::Deny);
    query.askedOnly = filter.askedOnly;
    return query;
}

} // namespace exeat
