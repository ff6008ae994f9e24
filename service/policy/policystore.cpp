#include "service/policy/policystore.h"

#include "service/policy/layerfolders.h"
#include "service/policy/ruleeditor.h"
#include "service/policy/rulewriter.h"
#include "shared/base/limits.h"

#include <algorithm>
#include <set>
#include <utility>

namespace exeat {

std::unique_ptr<PolicyStore> PolicyStore::create(const RuntimePaths& paths,
                                                 std::vector<std::string> agentWritableRoots) {
    return std::unique_ptr<PolicyStore>(new PolicyStore(paths, std::move(agentWritableRoots)));
}

PolicyStore::PolicyStore(RuntimePaths paths, std::vector<std::string> agentWritableRoots)
    : m_paths(std::move(paths)), m_agentWritableRoots(std::move(agentWritableRoots)),
      m_store(LastGood(m_paths.stateFolder + "/last-good-rules")) {
    connect(&m_store, &RuleStore::changed, this, &PolicyStore::changed);
    // Read once now, so that what is wrong is known before the first command.
    for (const auto& folder : commonFolders(m_paths))
        m_store.folder(folder);
}

void PolicyStore::setAgentWritableRoots(std::vector<std::string> roots) {
    m_agentWritableRoots = std::move(roots);
}

PolicySnapshot PolicyStore::snapshot(const PolicyScope& scope) {
    PolicySnapshot snapshot;
    snapshot.version = ++m_version;
    snapshot.directories = scope.directories;
    snapshot.agentWritableRoots = m_agentWritableRoots;
    for (const auto& folder : commonFolders(m_paths))
        addFolder(folder, snapshot);
    for (const auto& folder : projectFoldersOf(scope))
        addFolder(folder, snapshot);
    for (PrefixRule grant : scope.sessionGrants) {
        grant.layer = Layer::Session;
        if (grant.file.empty())
            grant.file = "session";
        snapshot.rules.push_back(std::move(grant));
    }
    return snapshot;
}

void PolicyStore::addFolder(const LayerFolder& folder, PolicySnapshot& snapshot) {
    FolderRules found = m_store.folder(folder);
    const bool loosens = loosensByItself(folder.layer);
    for (auto& rule : found.rules) {
        if (snapshot.rules.size() >= limits::rulesPerSnapshot) {
            found.brokenNote = "there are more than " + std::to_string(limits::rulesPerSnapshot) +
                               " rules for this session; those of " + folder.path + " and later folders are left out";
            break;
        }
        rule.loosens = loosens;
        snapshot.rules.push_back(std::move(rule));
    }
    for (auto& host : found.hostExecutables) {
        host.loosens = loosens;
        // The home folder of the user database, not of HOME: an environment cannot move what is let out.
        for (auto& path : host.paths) {
            if (path.starts_with("~/"))
                path.replace(0, 1, m_paths.home);
        }
        snapshot.hostExecutables.push_back(std::move(host));
    }
    if (snapshot.brokenNote.empty())
        snapshot.brokenNote = std::move(found.brokenNote);
}

std::vector<LayerFolder> PolicyStore::projectFoldersOf(const PolicyScope& scope) const {
    std::vector<std::string> places = scope.directories;
    if (!scope.sessionProject.empty())
        places.insert(places.begin(), scope.sessionProject);
    std::vector<LayerFolder> folders;
    std::set<std::pair<std::string, rules::Vocabulary>> known; // all of one layer
    const auto add = [&](const LayerFolder& folder) {
        if (known.emplace(folder.path, folder.vocabulary).second)
            folders.push_back(folder);
    };
    for (const auto& place : places) {
        for (const auto& folder : projectFolders(m_paths, place))
            add(folder);
        // A `.git` that vanished must not take the rules of the folders above out of force.
        for (const auto& folder : m_store.seenAbove(resolvedPath(place)))
            add(folder);
    }
    return folders;
}

Result<void> PolicyStore::addRule(Layer layer, const PrefixRule& rule,
                                  const std::vector<std::vector<std::string>>& examples) {
    if (layer != Layer::User)
        return fail(ErrorKind::Refused, "rules can only be added to the user's own; edit other files by hand");
    if (!rule.confirmedPath.empty())
        return fail(ErrorKind::Refused,
                    "this program could be replaced by an agent, so no lasting rule is made for it; "
                    "answer once or for this session");
    const auto line = ruleText(rule, examples);
    if (!line)
        return std::unexpected(line.error());
    RulesEdit edit;
    edit.source = {userRulesFolder(m_paths) + "/approved.rules", Layer::User, rules::Vocabulary::Exeat};
    edit.addedLine = *line;
    edit.folderMode = 0700;
    edit.header = "# Rules that a person made by answering \"always\". Edit freely.\n";
    return RulesEditor(m_paths.stateFolder).carryOut(edit, [](const EditPlan&) { return Result<void>(); });
}

} // namespace exeat
