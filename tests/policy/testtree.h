#pragma once

#include "shared/qt/runtimepaths.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <unistd.h>

/** A home, a project and a place for the programs, all in a folder of its own. */
class TestTree {
public:
    QString path(const QString& relative) const { return QDir(m_folder.path()).canonicalPath() + '/' + relative; }
    std::string at(const QString& relative) const { return path(relative).toStdString(); }

    bool makeFolder(const QString& relative) const { return QDir().mkpath(path(relative)); }
    /** In place: the inode stays. */
    bool write(const QString& relative, const QByteArray& content) const {
        QFile file(path(relative));
        return QDir().mkpath(QFileInfo(path(relative)).path()) &&
               file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(content) == content.size();
    }
    bool makeRepository(const QString& relative) const {
        return write(relative + "/.git/HEAD", "ref: refs/heads/main\n");
    }

    /** Makes `user` the owner of all of it. */
    bool giveTo(uid_t user) const {
        bool all = ::lchown(at("").c_str(), user, user) == 0;
        QDirIterator entries(path(""), QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                             QDirIterator::Subdirectories);
        while (entries.hasNext())
            all = ::lchown(QFile::encodeName(entries.next()).constData(), user, user) == 0 && all;
        return all;
    }

    exeat::RuntimePaths runtimePaths() const {
        exeat::RuntimePaths paths;
        paths.home = at("home");
        paths.codexHome = at("home/.codex");
        paths.configFile = at("home/.config/exeat/config.toml");
        paths.programFolder = at("install/bin");
        paths.stateFolder = at("");
        paths.systemFolder = at("etc");
        return paths;
    }

private:
    QTemporaryDir m_folder;
};
