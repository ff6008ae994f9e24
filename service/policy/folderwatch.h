#pragma once

#include <QFileSystemWatcher>
#include <QObject>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace exeat {

enum class Watched {
    InPart,  ///< at the bound, or the kernel takes no more
    FromNow, ///< what changed a moment ago, nobody tells
    Already,
};

/**
 * The kernel's word on which of many things changed, each of which hangs on several paths. A watch only makes it known
 * sooner: at the bound, or where the kernel takes no more, paths are not watched. Main thread only.
 */
class FolderWatch : public QObject {
    Q_OBJECT
public:
    explicit FolderWatch(QObject* parent = nullptr);

    /** In place of the paths that `thing` hung on; at most `most` of all. */
    Watched set(const std::string& thing, const std::vector<std::string>& paths, std::size_t most);
    void forget(const std::string& thing);

signals:
    void changed(const std::set<std::string>& things);

private:
    void fired(const QString& path);
    void release(const std::string& thing, const std::string& path);

    QFileSystemWatcher m_watcher;
    std::map<std::string, std::set<std::string>> m_things; ///< by watched path
    std::map<std::string, std::set<std::string>> m_paths;  ///< by thing
};

} // namespace exeat
