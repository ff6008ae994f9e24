#include "service/policy/policystore.h"

#include "service/policy/layerfolders.h"
#include "service/policy/ruleeditor.h"
#include "service/policy/ruleweight.h"
#include "service/policy/rulewriter.h"
#include "shared/base/limits.h"
#include "shared/base/paths.h"
#include "shared/base/text.h"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <set>
#include <utility>

namespace exeat {
namespace {

std::set<std::string> asSet(std::vector<std::string> words) {
    return {std::make_move_iterator(words.begin()), std::make_move_iterator(words.end())};
}

std::string tooMuchIn(const std::string& directory) {
    const std::string shown = visible(directory, 512);
    return "the rules of " + shown + ", with those that were removed and still hold, are more than " +
           std::to_string(limits::rulesPerDirectory) + ", or take more than " +
           std::to_string(limits::rulesDirectoryWeight) + " bytes; remove some, then `exeat trust show " + shown + "`";
}

std::string noRoomFor(const std::string& folder) {
    return "with the rules of " + visible(folder, 512) + " there are more than " +
           std::to_string(limits::rulesPerSnapshot) + " for this session, or more than " +
           std::to_string(limits::rulesWeight) + " bytes of them; remove some there, or start a new session";
}

} // namespace

std::unique_ptr<PolicyStore> PolicyStore::create(const RuntimePaths& paths,
                                                 std::vector<std::string> agentWritableRoots) {
    return std::unique_ptr<PolicyStore>(new PolicyStore(paths, std::move(agentWritableRoots)));
}

PolicyStore::PolicyStore(RuntimePaths paths, std::vector<std::string> agentWritableRoots)
    : m_paths(std::move(paths)), m_agentWritableRoots(std::move(agentWritableRoots)),
      m_store(LastGood(m_paths.stateFolder + "/last-good-rules")), m_trust(TrustStore(m_paths.stateFolder + "/trust")),
      m_requirements(requirementsPath(m_paths), LastGood(m_paths.stateFolder + "/last-good-rules")),
      m_confirmed(m_paths.stateFolder + "/confirmed-files") {
    connect(&m_store, &RuleStore::changed, this, &PolicyStore::changed);
    // Read once now, so that what is wrong is known before the first command.
    for (const auto& folder : commonFolders(m_paths))
        m_store.folder(folder);
    m_requirements.rules();
    connect(&m_requirements, &RequirementsFile::changed, this, &PolicyStore::changed);
}

void PolicyStore::setAgentWritableRoots(std::vector<std::string> roots) {
    m_agentWritableRoots = std::move(roots);
}

PolicySnapshot PolicyStore::snapshot(const PolicyScope& scope) {
    PolicySnapshot snapshot;
    snapshot.version = ++m_version;
    snapshot.directories = scope.directories;
    snapshot.agentWritableRoots = m_agentWritableRoots;
    snapshot.home = resolvedPath(m_paths.home);
    for (const auto& file : m_confirmed.all())
        snapshot.confirmedFiles.push_back({file.path, file.sha256});
    if (!scope.sessionProject.empty()) {
        snapshot.project = resolvedPath(scope.sessionProject);
        snapshot.projectLayers = projectDirectories(snapshot.project, m_markers());
    }
    // Room goes to what no agent makes first: administrator and user, then the session's project, then where it went.
    const auto& required = m_requirements.rules();
    SnapshotRoom room;
    const bool takesRequired = room.take(sizeOf(required, {}));
    const bool takesGrants = room.take(sizeOf(scope.sessionGrants, {}));
    if (!takesRequired)
        snapshot.missing.push_back({{}, noRoomFor(requirementsPath(m_paths))});
    for (const auto& folder : commonFolders(m_paths))
        addCommon(folder, snapshot, room);
    auto own = directoriesOf({scope.sessionProject});
    auto others = directoriesOf(scope.directories);
    for (const auto& directory : own) {
        addProject(directory, snapshot, room);
        others.erase(directory);
    }
    for (const auto& directory : others)
        addProject(directory, snapshot, room);
    for (PrefixRule grant : takesGrants ? scope.sessionGrants : std::vector<PrefixRule>()) {
        grant.layer = Layer::Session;
        if (grant.file.empty())
            grant.file = "session";
        snapshot.rules.push_back(std::move(grant));
    }
    // Last, so that of rules that are as strict the administrator's word is the one that is told.
    if (takesRequired)
        snapshot.rules.insert(snapshot.rules.end(), required.begin(), required.end());
    if (snapshot.brokenNote.empty())
        snapshot.brokenNote = m_requirements.brokenNote();
    return snapshot;
}

void PolicyStore::addCommon(const LayerFolder& folder, PolicySnapshot& snapshot, SnapshotRoom& room) {
    const auto found = m_store.folder(folder);
    ProjectRules rules{found->declared.rules, found->declared.hostExecutables, found->brokenNote, {}};
    for (auto& rule : rules.rules)
        rule.loosens = folder.layer != Layer::Shipped;
    for (auto& host : rules.hostExecutables)
        host.loosens = folder.layer != Layer::Shipped;
    m_missing.erase(folder.path);
    if (room.take(sizeOf(rules.rules, rules.hostExecutables)))
        return add(std::move(rules), snapshot);
    snapshot.missing.push_back({{}, m_missing[folder.path] = noRoomFor(folder.path)});
}

void PolicyStore::addProject(const std::string& directory, PolicySnapshot& snapshot, SnapshotRoom& room) {
    ProjectRules rules = m_trust.rulesOf(directory, readFolders(directory), reachOf(directory));
    const auto size = sizeOf(rules.rules, rules.hostExecutables);
    if (size.rules > limits::rulesPerDirectory || size.bytes > limits::rulesDirectoryWeight)
        rules.missing = tooMuchIn(directory);
    m_missing.erase(directory);
    // What hangs on the session alone is no problem of the directory: the refusal tells it.
    if (!rules.missing.empty() && m_missing.size() < limits::missingDirectories)
        m_missing[directory] = rules.missing;
    if (rules.missing.empty() && !room.take(size))
        rules.missing = noRoomFor(directory);
    if (rules.missing.empty())
        return add(std::move(rules), snapshot);
    // An agent can name any number; where there are too many to be told apart, they are everywhere.
    const bool tooMany = snapshot.missing.size() >= limits::missingDirectories;
    if (!tooMany || !snapshot.missing.back().owner.empty())
        snapshot.missing.push_back({tooMany ? std::string() : directory, std::move(rules.missing)});
}

void PolicyStore::add(ProjectRules rules, PolicySnapshot& snapshot) const {
    snapshot.rules.insert(snapshot.rules.end(), std::make_move_iterator(rules.rules.begin()),
                          std::make_move_iterator(rules.rules.end()));
    for (auto& host : rules.hostExecutables) {
        // The home folder of the user database, not of HOME: an environment cannot move what is let out.
        for (auto& path : host.paths) {
            if (path.starts_with("~/"))
                path.replace(0, 1, m_paths.home);
        }
        snapshot.hostExecutables.push_back(std::move(host));
    }
    if (snapshot.brokenNote.empty())
        snapshot.brokenNote = std::move(rules.brokenNote);
}

ProjectFolders PolicyStore::readFolders(const std::string& directory) {
    ProjectFolders folders;
    for (const auto& folder : projectFolders(m_paths, directory))
        folders.push_back(m_store.folder(folder));
    return folders;
}

RulesReach PolicyStore::reachOf(const std::string& directory) const {
    return projectRoot(directory, m_markers()) ? RulesReach::Below : RulesReach::DirectoryOnly;
}

std::set<std::string> PolicyStore::directoriesOf(const std::vector<std::string>& places) const {
    const ProjectMarkers markers = m_markers();
    std::set<std::string> directories;
    for (const auto& place : places) {
        if (place.empty())
            continue;
        directories.merge(asSet(projectDirectories(place, markers)));
        // A `.git` that vanished must not take the rules of the folders above out of force.
        directories.merge(asSet(m_trust.rememberedFor(resolvedPath(place))));
    }
    return directories;
}

std::vector<std::string> PolicyStore::problems() const {
    auto problems = m_store.problems();
    for (const auto& [folder, why] : m_missing)
        problems.push_back(why + "\n    until then nothing runs where they hold");
    std::ranges::move(m_trust.problems(), std::back_inserter(problems));
    std::ranges::move(m_requirements.problems(), std::back_inserter(problems));
    if (!m_confirmed.problem().empty())
        problems.push_back(m_confirmed.problem());
    return problems;
}

std::vector<std::string> PolicyStore::waiting(const std::vector<std::string>& places) const {
    std::vector<std::string> texts;
    for (const auto& directory : directoriesOf(places)) {
        if (const auto status = m_trust.statusOf(directory); status.waits())
            texts.push_back(waitingText(status));
    }
    return texts;
}

std::vector<TrustStatus> PolicyStore::trustStatuses() {
    std::vector<TrustStatus> shown;
    for (const auto& known : m_trust.statuses()) {
        m_trust.rulesOf(known.directory, readFolders(known.directory), reachOf(known.directory));
        shown.push_back(m_trust.statusOf(known.directory));
    }
    return shown;
}

Result<TrustView> PolicyStore::trustView(const std::string& directory) {
    const auto directories = directoriesOf({directory});
    for (const auto& candidate : directories | std::views::reverse) {
        const auto folders = readFolders(candidate);
        const bool says = std::ranges::any_of(
            folders, [](const auto& folder) { return !folder->texts.empty() || !folder->problems.empty(); });
        if (says || m_trust.remembers(candidate))
            return m_trust.view(candidate, folders, reachOf(candidate));
    }
    return fail(ErrorKind::Missing,
                "neither " + visible(resolvedPath(directory), 512) +
                    " nor the project it lies in has rules of its own (.codex/rules, .exeat/rules)");
}

Result<void> PolicyStore::acceptTrust(const std::string& directory, const std::string& hash, const std::string& who,
                                      std::int64_t now) {
    auto accepted = m_trust.accept(directory, readFolders(directory), reachOf(directory), {hash, now, who});
    if (accepted)
        emit changed();
    return accepted;
}

Result<void> PolicyStore::revokeTrust(const std::string& directory) {
    auto revoked = m_trust.revoke(directory);
    if (revoked)
        emit changed();
    return revoked;
}

Result<void> PolicyStore::confirmFile(const FileConfirmation& file) {
    const std::string shown = visible(file.path, 512);
    if (file.path != resolvedPath(file.path) || !isWithin(file.path, resolvedPath(m_paths.home)))
        return fail(ErrorKind::Refused, shown + " does not lie in your home folder; name it by its absolute path in a "
                                                "rule instead");
    for (const auto& root : m_agentWritableRoots) {
        if (isWithin(file.path, resolvedPath(root)))
            return fail(ErrorKind::Refused, shown + " lies in " + visible(root, 512) +
                                                ", where an agent may write, so nothing lasting is kept about it");
    }
    auto added = m_confirmed.add(file);
    if (added)
        emit changed();
    return added;
}

Result<void> PolicyStore::forgetFile(const std::string& path) {
    auto removed = m_confirmed.remove(path);
    if (removed)
        emit changed();
    return removed;
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
