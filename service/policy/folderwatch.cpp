#include "service/policy/folderwatch.h"

namespace exeat {

FolderWatch::FolderWatch(QObject* parent) : QObject(parent) {
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &FolderWatch::fired);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &FolderWatch::fired);
}

Watched FolderWatch::set(const std::string& thing, const std::vector<std::string>& paths, std::size_t most) {
    const std::set<std::string> wanted(paths.begin(), paths.end());
    auto& held = m_paths[thing];
    std::vector<std::string> released;
    bool isNew = false;
    for (const auto& path : held) {
        if (!wanted.contains(path))
            released.push_back(path);
    }
    for (const auto& path : wanted) {
        if (held.contains(path))
            continue;
        const auto known = m_things.find(path);
        if (known == m_things.end() && (m_things.size() >= most || !m_watcher.addPath(QString::fromStdString(path))))
            continue;
        m_things[path].insert(thing);
        held.insert(path);
        isNew = true;
    }
    for (const auto& path : released)
        release(thing, path);
    if (held.size() != wanted.size())
        return Watched::InPart;
    return isNew ? Watched::FromNow : Watched::Already;
}

void FolderWatch::forget(const std::string& thing) {
    const auto held = m_paths.extract(thing);
    if (held.empty())
        return;
    for (const auto& path : held.mapped())
        release(thing, path);
}

void FolderWatch::release(const std::string& thing, const std::string& path) {
    if (const auto held = m_paths.find(thing); held != m_paths.end())
        held->second.erase(path);
    const auto found = m_things.find(path);
    if (found == m_things.end())
        return;
    found->second.erase(thing);
    if (!found->second.empty())
        return;
    m_things.erase(found);
    m_watcher.removePath(QString::fromStdString(path));
}

void FolderWatch::fired(const QString& path) {
    const auto found = m_things.find(path.toStdString());
    if (found == m_things.end())
        return;
    const std::set<std::string> things = found->second;
    // What is gone is no longer watched, nor what takes its place.
    if (!m_watcher.files().contains(path) && !m_watcher.directories().contains(path)) {
        m_things.erase(found);
        for (const auto& thing : things)
            m_paths[thing].erase(path.toStdString());
    }
    emit changed(things);
}

} // namespace exeat
