#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>
#include <vector>

namespace exeat {

/**
 * A private Exeat for one test of the desktop: its own sockets, state, rules and projects below /var/tmp, real
 * programs, nothing shared with the user's. Set up before anything asks for runtimePaths(). Ends what it started.
 */
class GuiPlace {
public:
    GuiPlace();
    ~GuiPlace();

    /** A Git repository of that name; returns its path. */
    QString project(const QString& name) const;
    /** `exeat run` in a project; goes on until it ends or this does. */
    QProcess* run(const QString& project, const QString& script);
    /** An MCP client that calls itself `name` and calls `shell` once for each script. */
    QProcess* agent(const QString& name, const QString& project, const QStringList& scripts);

private:
    QProcess* start(const QStringList& words, const QString& folder);

    QTemporaryDir m_top;
    std::vector<std::unique_ptr<QProcess>> m_processes;
};

} // namespace exeat
