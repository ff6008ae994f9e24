#pragma once

#include "rules/danger/danger.h"

#include <QString>
#include <QStringList>

#include <set>
#include <string>
#include <vector>

namespace exeat {

/**
 * What would be asked about a call, as the gate does: once for what no exec shows, and for each program that the
 * script's own shell starts. Words must be literal, so that they are what Bash would make of them.
 */
inline std::vector<Danger> dangersOfCall(const std::string& script, const HeuristicSettings& settings) {
    const danger::ScriptDangers whole(script, settings);
    std::vector<Danger> all = whole.beforeStart();
    for (const auto& command : script::readScript(script).commands) {
        std::vector<std::string> argv;
        for (const auto& word : command.words)
            argv.push_back(word.text());
        for (const auto& found : {danger::dangersOf(argv, settings), whole.at(argv)})
            all.insert(all.end(), found.begin(), found.end());
    }
    return all;
}

/** Sorted, with blanks between them. */
inline QString idsOfCall(const QString& script, const HeuristicSettings& settings = {}) {
    std::set<std::string> ids;
    for (const Danger& danger : dangersOfCall(script.toStdString(), settings))
        ids.insert(danger.id);
    QStringList list;
    for (const auto& id : ids)
        list << QString::fromStdString(id);
    return list.join(' ');
}

} // namespace exeat
