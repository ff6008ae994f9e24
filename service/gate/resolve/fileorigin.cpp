#include "service/gate/resolve/fileorigin.h"

#include <algorithm>

namespace exeat::gate {

WritableRoots::WritableRoots(const std::vector<std::string>& paths) {
    for (std::string path : paths) {
        while (path.size() > 1 && path.ends_with('/'))
            path.pop_back();
        struct stat facts = {};
        if (::stat(path.c_str(), &facts) == 0)
            m_identities.insert(identityOf(facts));
        if (!path.empty())
            m_paths.push_back(std::move(path));
    }
}

bool WritableRoots::covers(const std::string& folder) const {
    return std::ranges::any_of(m_paths, [&](const std::string& root) {
        return root == "/" ||
               (folder.starts_with(root) && (folder.size() == root.size() || folder[root.size()] == '/'));
    });
}

bool WritableRoots::cover(const WalkedPath& walked) const {
    if (m_paths.empty())
        return false;
    return std::ranges::any_of(walked.folders, [&](const WalkedFolder& folder) {
        return m_identities.contains(folder.identity) || covers(folder.path);
    });
}

FileOrigin originOf(const WalkedPath& walked, const WritableRoots& everWritable, const WritableRoots& ofThisRun) {
    if (walked.obstacle || everWritable.cover(walked) || ofThisRun.cover(walked))
        return FileOrigin::AgentWritable;
    return walked.rootOnly ? FileOrigin::Unplantable : FileOrigin::UserOwned;
}

} // namespace exeat::gate
