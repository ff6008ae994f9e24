#pragma once

#include "gui/history/historymodel.h"

#include <QByteArray>

namespace exeat {

/** What is listed, one JSON object a line: runs, then execs, with the names that `exeat history --json` uses. ASCII. */
QByteArray historyJson(const HistoryModel& model);

} // namespace exeat
