#include "service/policy/policypicture.h"

#include "service/policy/policystore.h"

namespace exeat {

bool loosensByItself(Layer layer) {
    return layer == Layer::System || layer == Layer::User;
}

FolderStatus RuleStore::status(const LayerFolder& folder) const {
    FolderStatus status{folder, {}, {}};
    const auto found = m_folders.find(keyOf(folder));
    if (found == m_folders.end())
        return status; // forgotten meanwhile; a snapshot looks again
    status.problem = found->second.problem;
    for (const auto& [path, file] : found->second.files) {
        FileStatus& one = status.files.emplace_back();
        one.path = path;
        one.problem = file.problem;
        if (file.good)
            one.good = *file.good;
        if (file.problem.empty())
            one.state = RulesFileState::Good;
        else if (file.good)
            one.state = RulesFileState::LastGood;
        if (!file.problem.empty())
            one.brokenText = file.text;
    }
    return status;
}

PolicyPicture PolicyStore::picture(const PolicyScope& scope) {
    PolicyPicture picture{snapshot(scope), {}, m_paths.home};
    for (const auto& folder : commonFolders(m_paths))
        picture.folders.push_back(m_store.status(folder));
    std::vector<std::string> places = scope.directories;
    places.push_back(scope.sessionProject);
    ProjectLookup lookup(m_markers());
    for (const auto& directory : directoriesOf(places, lookup)) {
        for (const auto& folder : projectFolders(m_paths, directory))
            picture.folders.push_back(m_store.status(folder));
    }
    return picture;
}

} // namespace exeat
