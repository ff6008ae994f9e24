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

std::set<std::string> keysOf(const auto& map) {
    const auto keys = std::views::keys(map);
    return {keys.begin(), keys.end()};
}

std::string tooMuchIn(const std::string& directory) {
    const std::string shown = visible(directory, 512);
    return "the rules of " + shown + ", with those that were removed and still hold, are more than " +
           std::to_string(limits::rulesPerDirectory) + ", or take more than " +
           std::to_string(limits::rulesDirectoryWeight) + " bytes; remove some, then `exeat trust show " + shown + "`";
}

/** Of directories that the kernel tells nothing of: a marker of a project that comes or goes has no watch. */
constexpr auto longestUnlooked = std::chrono::seconds(1);

/** As owners of rules. */
const std::set<std::string> everywhere{std::string()};

std::string noTimeFor(const std::string& directory, RulesTime time) {
    const bool isReaders = time == RulesTime::ReaderUsedUp;
    return "the rules of " + visible(directory, 512) + " are new or have changed, and " +
           (isReaders ? "this session has" : "all agents together have") +
           " used up the time that goes into reading rules of projects. It comes back by and by: try again in some "
           "seconds. Folders whose rules were read before, and those without rules, work meanwhile";
}

std::string noRoomFor(const std::string& folder) {
    return "with the rules of " + visible(folder, 512) + " there are more than " +
           std::to_string(limits::rulesPerSnapshot) + " for this session, or more than " +
           std::to_string(limits::rulesWeight) + " bytes of them; remove some there, or start a new session";
}

} // namespace

std::unique_ptr<PolicyStore> PolicyStore::create(const RuntimePaths& paths, std::vector<std::string> agentWritableRoots,
                                                 WorkClock clock) {
    return std::unique_ptr<PolicyStore>(new PolicyStore(paths, std::move(agentWritableRoots), std::move(clock)));
}

PolicyStore::PolicyStore(RuntimePaths paths, std::vector<std::string> agentWritableRoots, WorkClock clock)
    : m_paths(std::move(paths)), m_agentWritableRoots(std::move(agentWritableRoots)),
      m_store(LastGood(m_paths.stateFolder + "/last-good-rules")), m_trust(TrustStore(m_paths.stateFolder + "/trust")),
      m_requirements(requirementsPath(m_paths), LastGood(m_paths.stateFolder + "/last-good-rules")),
      m_confirmed(m_paths.stateFolder + "/confirmed-files"), m_work(std::move(clock)) {
    connect(&m_store, &RuleStore::changed, this, &PolicyStore::changed);
    // Read once now, so that what is wrong is known before the first command.
    for (const auto& folder : commonFolders(m_paths))
        m_store.folder(folder);
    m_requirements.rules();
    connect(&m_requirements, &RequirementsFile::changed, this, [this] { emit changed(everywhere); });
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, [this] { emit changed(std::exchange(m_waiting, {})); });
}

void PolicyStore::setAgentWritableRoots(std::vector<std::string> roots) {
    m_agentWritableRoots = std::move(roots);
    // A root of one session tells something about files of every session.
    emit changed(everywhere);
}

PolicySnapshot PolicyStore::snapshot(const PolicyScope& scope) {
    RulesReader& reader = scope.reader != nullptr ? *scope.reader : m_person;
    Making making{{}, {}, ProjectLookup(m_markers()), reader, {}, {}};
    PolicySnapshot& snapshot = making.snapshot;
    snapshot.version = ++m_version;
    snapshot.directories = scope.directories;
    std::ranges::sort(snapshot.directories); // in whatever order they are read, it is the same snapshot
    snapshot.agentWritableRoots = m_agentWritableRoots;
    snapshot.home = resolvedPath(m_paths.home);
    for (const auto& file : m_confirmed.all())
        snapshot.confirmedFiles.push_back({file.path, file.sha256});
    if (!scope.sessionProject.empty()) {
        // Not where a link leads that took its place: then it is no part of the repository there.
        snapshot.project = scope.sessionProject;
        snapshot.projectLayers = making.lookup.directoriesOf(snapshot.project);
    }
    // Room goes to what no agent makes first: administrator and user, then the session's project, then where it went.
    const auto& required = m_requirements.rules();
    const bool takesRequired = making.room.take(sizeOf(required, {}));
    const bool takesGrants = making.room.take(sizeOf(scope.sessionGrants, {}));
    if (!takesRequired)
        snapshot.missing.push_back({{}, noRoomFor(requirementsPath(m_paths))});
    for (const auto& folder : commonFolders(m_paths))
        addCommon(folder, making);
    const auto now = m_work.now();
    Look look = Look::WhenTold;
    if (&reader == &m_person || !reader.lookedAt || now - *reader.lookedAt >= longestUnlooked) {
        look = Look::Now;
        reader.lookedAt = now;
    }
    ReadDirectories found;
    visit(scope.sessionProject, RulesPlace::Own, Look::Now, making, found);
    for (auto& [directory, own] : found)
        addProject(directory, std::exchange(own, {}), making);
    const std::set<std::string> own = keysOf(found);
    for (const auto& place : scope.directories)
        visit(place, RulesPlace::Visited, place == scope.directories.front() ? Look::Now : look, making, found);
    for (auto& [directory, visited] : found) {
        if (!own.contains(directory))
            addProject(directory, std::move(visited), making);
    }
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
    reader.held = std::move(making.held);
    reader.known = std::move(making.known);
    return std::move(snapshot);
}

void PolicyStore::visit(const std::string& place, RulesPlace kind, Look look, Making& making, ReadDirectories& found) {
    KnownPlaces& before = making.reader.known;
    const auto known = look == Look::WhenTold ? before.directories.find(place) : before.directories.end();
    const bool isKnown = known != before.directories.end();
    std::set<std::string> directories = isKnown ? known->second : directoriesOf({place}, making.lookup);
    for (const auto& directory : directories) {
        if (found.contains(directory))
            continue;
        const auto facts = isKnown ? before.facts.find(directory) : before.facts.end();
        KnownDirectory one;
        if (facts != before.facts.end())
            one = facts->second;
        else
            one = {making.lookup.reachOf(directory), projectFolders(m_paths, directory)};
        auto same = isKnown ? unchanged(directory, one) : std::nullopt;
        found.emplace(directory, same ? std::move(*same) : read(directory, kind, one, making.reader));
        making.known.facts.emplace(directory, std::move(one));
    }
    making.known.directories.emplace(place, std::move(directories));
}

void PolicyStore::addCommon(const LayerFolder& folder, Making& making) {
    const auto found = m_store.folder(folder).rules;
    PolicySnapshot& snapshot = making.snapshot;
    m_missing.erase(folder.path);
    if (!making.room.take(found->size)) {
        snapshot.missing.push_back({{}, m_missing[folder.path] = noRoomFor(folder.path)});
        return;
    }
    const bool loosens = folder.layer != Layer::Shipped;
    snapshot.rules.reserve(snapshot.rules.size() + found->size.rules);
    for (const auto& file : found->declared) {
        for (const auto& rule : file->rules)
            snapshot.rules.emplace_back(rule).loosens = loosens;
        for (auto host : file->hostExecutables) {
            host.loosens = loosens;
            addHost(std::move(host), snapshot);
        }
    }
    if (snapshot.brokenNote.empty())
        snapshot.brokenNote = found->brokenNote;
}

void PolicyStore::addProject(const std::string& directory, ReadDirectory read, Making& making) {
    PolicySnapshot& snapshot = making.snapshot;
    std::ranges::move(read.held, std::back_inserter(making.held));
    ProjectRules rules = rulesOf(directory, std::move(read));
    if (rules.missing.empty() && !making.room.take(sizeOf(rules.rules, rules.hostExecutables)))
        rules.missing = noRoomFor(directory);
    if (rules.missing.empty())
        return add(std::move(rules), snapshot);
    // An agent can name any number; where there are too many to be told apart, they are everywhere.
    const bool tooMany = snapshot.missing.size() >= limits::missingDirectories;
    if (!tooMany || !snapshot.missing.back().owner.empty())
        snapshot.missing.push_back({tooMany ? std::string() : directory, std::move(rules.missing)});
}

ProjectRules PolicyStore::rulesOf(const std::string& directory, ReadDirectory read) {
    if (!read.rules) {
        retryLater(directory);
        return {{}, {}, {}, noTimeFor(directory, read.time)};
    }
    ProjectRules rules = std::move(*read.rules);
    const auto size = sizeOf(rules.rules, rules.hostExecutables);
    if (size.rules > limits::rulesPerDirectory || size.bytes > limits::rulesDirectoryWeight)
        rules.missing = tooMuchIn(directory);
    m_missing.erase(directory);
    // What hangs on the session alone is no problem of the directory: the refusal tells it.
    if (!rules.missing.empty() && m_missing.size() < limits::missingDirectories)
        m_missing[directory] = rules.missing;
    return rules;
}

void PolicyStore::add(ProjectRules rules, PolicySnapshot& snapshot) const {
    snapshot.rules.insert(snapshot.rules.end(), std::make_move_iterator(rules.rules.begin()),
                          std::make_move_iterator(rules.rules.end()));
    for (auto& host : rules.hostExecutables)
        addHost(std::move(host), snapshot);
    if (snapshot.brokenNote.empty())
        snapshot.brokenNote = std::move(rules.brokenNote);
}

void PolicyStore::addHost(HostExecutable host, PolicySnapshot& snapshot) const {
    // The home folder of the user database, not of HOME: an environment cannot move what is let out.
    for (auto& path : host.paths) {
        if (path.starts_with("~/"))
            path.replace(0, 1, m_paths.home);
    }
    snapshot.hostExecutables.push_back(std::move(host));
}

std::optional<PolicyStore::ReadDirectory> PolicyStore::unchanged(const std::string& directory,
                                                                 const KnownDirectory& known) {
    ReadDirectory result{ProjectFolders(), {}, RulesTime::Left, {}};
    for (const auto& folder : known.folders) {
        auto view = m_store.unchanged(folder);
        if (!view.rules)
            return std::nullopt;
        result.folders->push_back(std::move(view.rules));
        result.held.push_back(std::move(view.hold));
    }
    if (!m_trust.isSettled(directory, *result.folders, known.reach))
        return std::nullopt;
    result.rules = m_trust.rulesOf(directory, *result.folders, known.reach);
    return result;
}

PolicyStore::ReadDirectory PolicyStore::read(const std::string& directory, RulesPlace place,
                                             const KnownDirectory& known, RulesReader& reader) {
    const RulesTime time = m_work.timeFor(reader, place);
    const auto before = m_work.spent();
    const auto writtenBefore = m_store.written() + m_trust.written();
    const auto doneBefore = m_store.textsRead() + m_trust.settled();
    ReadDirectory result{ProjectFolders(), {}, time, {}};
    for (const auto& folder : known.folders) {
        auto view = m_store.folder(folder, time == RulesTime::Left ? Reading::Now : Reading::Later, place);
        result.held.push_back(std::move(view.hold));
        if (!view.rules)
            result.folders.reset();
        else if (result.folders)
            result.folders->push_back(std::move(view.rules));
    }
    if (result.folders) {
        if (time == RulesTime::Left || m_trust.isSettled(directory, *result.folders, known.reach))
            result.rules = m_trust.rulesOf(directory, *result.folders, known.reach);
        else
            result.folders.reset();
    }
    const auto written = static_cast<int>(m_store.written() + m_trust.written() - writtenBefore);
    if (written > 0 || m_store.textsRead() + m_trust.settled() != doneBefore)
        m_work.charge(reader, m_work.spent() - before + written * limits::rulesRecordWork);
    return result;
}

Result<ProjectFolders> PolicyStore::readForPerson(const std::string& directory, RulesReach reach) {
    auto found = read(directory, RulesPlace::Own, {reach, projectFolders(m_paths, directory)}, m_person);
    if (!found.folders)
        return fail(ErrorKind::Unavailable, "the rules of " + visible(directory, 512) +
                                                " could not be read just now, because so many have been read lately; "
                                                "try again in some seconds");
    return std::move(*found.folders);
}

void PolicyStore::retryLater(const std::string& directory) {
    m_waiting.insert(directory);
    if (!m_retry.isActive())
        m_retry.start(limits::rulesRetry);
}

RulesReach PolicyStore::reachOf(const std::string& directory) const {
    return ProjectLookup(m_markers()).reachOf(resolvedPath(directory));
}

std::set<std::string> PolicyStore::directoriesOf(const std::vector<std::string>& places, ProjectLookup& lookup) const {
    std::set<std::string> directories;
    for (const auto& place : places) {
        if (place.empty())
            continue;
        const std::string resolved = resolvedPath(place);
        directories.merge(asSet(lookup.directoriesOf(resolved)));
        // A `.git` that vanished must not take the rules of the folders above out of force.
        directories.merge(asSet(m_trust.rememberedFor(resolved)));
    }
    return directories;
}

std::string PolicyStore::waitingProblem() const {
    const std::string others =
        m_waiting.size() > 1 ? " and of " + std::to_string(m_waiting.size() - 1) + " other folders" : std::string();
    return "the rules of " + visible(*m_waiting.begin(), 512) + others +
           " wait to be read, because agents have had so many read lately\n    until then nothing runs where they "
           "hold; `exeat runs` shows what is going on";
}

std::vector<std::string> PolicyStore::problems() const {
    auto problems = m_store.problems();
    for (const auto& [folder, why] : m_missing)
        problems.push_back(why + "\n    until then nothing runs where they hold");
    if (!m_waiting.empty())
        problems.push_back(waitingProblem());
    std::ranges::move(m_trust.problems(), std::back_inserter(problems));
    std::ranges::move(m_requirements.problems(), std::back_inserter(problems));
    if (!m_confirmed.problem().empty())
        problems.push_back(m_confirmed.problem());
    return problems;
}

std::vector<std::string> PolicyStore::waiting(const std::vector<std::string>& places) const {
    std::vector<std::string> texts;
    ProjectLookup lookup(m_markers());
    for (const auto& directory : directoriesOf(places, lookup)) {
        if (const auto status = m_trust.statusOf(directory); status.waits())
            texts.push_back(waitingText(status));
    }
    return texts;
}

std::vector<TrustStatus> PolicyStore::trustStatuses() {
    std::vector<TrustStatus> shown;
    for (const auto& known : m_trust.statuses()) {
        (void)readForPerson(known.directory, reachOf(known.directory)); // else it is shown as it was
        shown.push_back(m_trust.statusOf(known.directory));
    }
    return shown;
}

Result<TrustView> PolicyStore::trustView(const std::string& directory) {
    ProjectLookup lookup(m_markers());
    const auto directories = directoriesOf({directory}, lookup);
    for (const auto& candidate : directories | std::views::reverse) {
        const RulesReach reach = reachOf(candidate);
        const auto read = readForPerson(candidate, reach);
        if (!read)
            return std::unexpected(read.error());
        const ProjectFolders& folders = *read;
        const bool says = std::ranges::any_of(
            folders, [](const auto& folder) { return !folder->texts.empty() || !folder->problems.empty(); });
        if (says || m_trust.remembers(candidate))
            return m_trust.view(candidate, folders, reach);
    }
    return fail(ErrorKind::Missing,
                "neither " + visible(resolvedPath(directory), 512) +
                    " nor the project it lies in has rules of its own (.codex/rules, .exeat/rules)");
}

Result<void> PolicyStore::acceptTrust(const std::string& directory, const std::string& hash, const std::string& who,
                                      std::int64_t now) {
    const RulesReach reach = reachOf(directory);
    const auto folders = readForPerson(directory, reach);
    if (!folders)
        return std::unexpected(folders.error());
    auto accepted = m_trust.accept(directory, *folders, reach, {hash, now, who});
    if (accepted)
        emit changed({directory});
    return accepted;
}

Result<void> PolicyStore::revokeTrust(const std::string& directory) {
    auto revoked = m_trust.revoke(directory);
    if (revoked)
        emit changed({directory});
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
        emit changed(everywhere);
    return added;
}

Result<void> PolicyStore::forgetFile(const std::string& path) {
    auto removed = m_confirmed.remove(path);
    if (removed)
        emit changed(everywhere);
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
