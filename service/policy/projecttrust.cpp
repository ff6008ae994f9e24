#include "service/policy/projecttrust.h"

#include "rules/coverage.h"
#include "rules/meaning.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <ranges>
#include <set>
#include <unordered_map>

namespace exeat {
namespace {

std::vector<PrefixRule> tighteningOf(const rules::RulesFile& declared) {
    std::vector<PrefixRule> rules;
    std::ranges::copy_if(declared.rules, std::back_inserter(rules),
                         [](const PrefixRule& rule) { return rule.decision != RuleDecision::Allow; });
    return rules;
}

const std::string& hashOf(const AcceptedContent& content) {
    return content.acceptance.hash;
}

/** Nothing: no accepted content is this one. */
std::optional<std::size_t> acceptedAs(const TrustRecord& record, const ProjectContent& content) {
    const auto index = [&](auto found) { return static_cast<std::size_t>(found - record.accepted.begin()); };
    const auto same = std::ranges::find(record.accepted, content.hash, hashOf);
    if (same != record.accepted.end())
        return index(same);
    const auto alike = std::ranges::find_if(record.accepted, [&](const AcceptedContent& accepted) {
        return meansTheSame(declaredBy(accepted.texts, record.directory), content.declared);
    });
    return alike == record.accepted.end() ? std::nullopt : std::optional(index(alike));
}

std::vector<HostExecutable> missingFrom(const std::vector<HostExecutable>& now,
                                        const std::vector<HostExecutable>& before) {
    std::unordered_map<std::string_view, std::vector<const HostExecutable*>> byName;
    for (const auto& entry : now)
        byName[entry.name].push_back(&entry);
    std::vector<HostExecutable> missing;
    std::ranges::copy_if(before, std::back_inserter(missing), [&](const HostExecutable& entry) {
        const auto same = byName.find(entry.name);
        return same == byName.end() || std::ranges::none_of(same->second, [&](const HostExecutable* other) {
                   return rules::isAtLeastAsNarrow(*other, entry);
               });
    });
    return missing;
}

std::vector<PrefixRule> missingFrom(const std::vector<PrefixRule>& now, const std::vector<PrefixRule>& before) {
    const rules::Coverage coverage(now);
    std::vector<PrefixRule> missing;
    std::ranges::copy_if(before, std::back_inserter(missing),
                         [&](const PrefixRule& rule) { return !coverage.covers(rule); });
    return missing;
}

/** As the trace shows it: nobody finds it in the file any more. */
PrefixRule asHeld(PrefixRule rule, const std::string& directory) {
    rule.loosens = false;
    rule.justification += (rule.justification.empty() ? "" : " ") +
                          ("(This rule was removed from its file and holds until a person accepts that: exeat trust "
                           "show " +
                           visible(directory, 512) + ")");
    return rule;
}

std::string counted(std::uint64_t number, const char* one, const char* more) {
    return std::to_string(number) + ' ' + (number == 1 ? one : more);
}

/** The newest ones that fit, with room for what else a record holds. */
void dropOldest(std::vector<AcceptedContent>& accepted) {
    const auto bytes = [&] {
        std::size_t sum = 0;
        for (const auto& content : accepted) {
            for (const auto& [path, text] : content.texts)
                sum += path.size() + text.size();
        }
        return sum;
    };
    while (accepted.size() > limits::acceptedContents ||
           (accepted.size() > 1 && bytes() > limits::trustRecordBytes / 2))
        accepted.erase(accepted.begin());
}

} // namespace

std::string waitingText(const TrustStatus& status) {
    const std::string shown = visible(status.directory, 512);
    std::string text = "the rules of " + shown + " wait for you: ";
    if (status.loosening > 0)
        text += counted(status.loosening, "declaration that would loosen does", "declarations that would loosen do") +
                " not count";
    if (status.held > 0)
        text += (status.loosening > 0 ? ", " : "") +
                counted(status.held, "rule that was removed still holds", "rules that were removed still hold");
    return text + "; look at them and accept or leave them: exeat trust show " + shown;
}

const ProjectRules& ProjectTrust::rulesOf(const std::string& directory, const ProjectFolders& folders,
                                          RulesReach reach) {
    return stateOf(directory, folders, reach).rules;
}

bool ProjectTrust::matters(const std::string& directory, const ProjectFolders& folders) const {
    return m_states.contains(directory) || remembers(directory) || std::ranges::any_of(folders, [](const auto& folder) {
               return !folder->texts.empty() || !folder->brokenNote.empty();
           });
}

bool ProjectTrust::isSettled(const std::string& directory, const ProjectFolders& folders, RulesReach reach) const {
    const auto known = m_states.find(directory);
    return known == m_states.end() ? !matters(directory, folders)
                                   : known->second.folders == folders && known->second.reach == reach;
}

ProjectTrust::State& ProjectTrust::stateOf(const std::string& directory, const ProjectFolders& folders,
                                           RulesReach reach) {
    const auto known = m_states.find(directory);
    if (known != m_states.end())
        known->second.used = ++m_uses;
    if (known != m_states.end() && known->second.folders == folders && known->second.reach == reach)
        return known->second;
    const bool isKept = matters(directory, folders);
    State& state = isKept ? m_states[directory] : (m_unremembered = {});
    state.folders = folders;
    state.reach = reach;
    if (!isKept)
        return state;
    ++m_settled;
    state.used = ++m_uses;
    settle(state, directory);
    if (m_states.size() > limits::rulesFolders)
        m_states.erase(std::ranges::min_element(m_states, {}, [](const auto& one) { return one.second.used; }));
    return state;
}

void ProjectTrust::settle(State& state, const std::string& directory) {
    state.content = contentOf(directory, state.folders);
    const rules::RulesFile& declared = state.content.declared;
    const TrustRecord* known = m_store.find(directory);
    TrustRecord record = known != nullptr ? *known : TrustRecord{directory, {}, {}, {}, false, {}};
    // Where a file could not be read, nobody knows what it says.
    const auto accepted = state.content.brokenNote.empty() ? acceptedAs(record, state.content) : std::nullopt;
    if (accepted)
        state.trust = TrustState::Trusted;
    else
        state.trust = record.accepted.empty() ? TrustState::NotTrusted : TrustState::Changed;

    const auto tightening = tighteningOf(declared);
    state.held.clear();
    state.heldHosts.clear();
    if (accepted) {
        std::rotate(record.accepted.begin() + static_cast<std::ptrdiff_t>(*accepted),
                    record.accepted.begin() + static_cast<std::ptrdiff_t>(*accepted) + 1, record.accepted.end());
        record.overflow = false;
    } else {
        state.held = missingFrom(tightening, record.tightening);
        state.heldHosts = missingFrom(declared.hostExecutables, record.narrowing);
    }
    record.overflow |= state.held.size() > limits::retainedRules || state.heldHosts.size() > limits::rulesHosts;
    state.held.resize(std::min(state.held.size(), limits::retainedRules));
    state.heldHosts.resize(std::min(state.heldHosts.size(), limits::rulesHosts));

    record.reach = std::max(record.reach, state.reach);
    record.tightening = tightening;
    record.tightening.insert(record.tightening.end(), state.held.begin(), state.held.end());
    record.narrowing = declared.hostExecutables;
    record.narrowing.insert(record.narrowing.end(), state.heldHosts.begin(), state.heldHosts.end());
    state.rules = rulesIn(state, directory);
    if (record.overflow)
        state.rules.missing = visible(directory, 512) +
                              " has dropped more rules than can be kept in force; put them back, or look at what lies "
                              "there now and accept it: exeat trust show " +
                              visible(directory, 512);
    remember(state, std::move(record));
}

ProjectRules ProjectTrust::rulesIn(const State& state, const std::string& directory) {
    const bool loosens = state.trust == TrustState::Trusted;
    ProjectRules result{
        state.content.declared.rules, state.content.declared.hostExecutables, state.content.brokenNote, {}};
    for (auto& rule : result.rules)
        rule.loosens = loosens;
    for (const auto& rule : state.held)
        result.rules.push_back(asHeld(rule, directory));
    result.hostExecutables.insert(result.hostExecutables.end(), state.heldHosts.begin(), state.heldHosts.end());
    for (auto& rule : result.rules)
        rule.owner = directory;
    for (auto& host : result.hostExecutables) {
        host.loosens = loosens;
        host.owner = directory;
    }
    return result;
}

void ProjectTrust::remember(State& state, TrustRecord record) {
    if (m_store.isDamaged(record.directory)) {
        const std::string shown = visible(record.directory, 512);
        state.problem = "what you trusted of " + shown +
                        " can no longer be read, nor which of its rules were removed; " + "`exeat trust show " + shown +
                        "` and accept it anew, or `exeat trust revoke " + shown + "`";
        if (state.rules.brokenNote.empty())
            state.rules.brokenNote = state.problem;
        return;
    }
    const TrustRecord* known = m_store.find(record.directory);
    if (known != nullptr ? *known == record : record.tightening.empty() && record.narrowing.empty())
        return;
    ++m_written;
    if (auto saved = m_store.put(record); !saved) {
        state.problem = "after a restart, rules that are removed from " + visible(record.directory, 512) +
                        " would hold no longer: " + saved.error().text;
        m_store.putForNow(std::move(record));
    } else {
        state.problem.clear();
    }
}

std::vector<std::string> ProjectTrust::rememberedFor(const std::string& directory) const {
    std::vector<std::string> found;
    for (std::filesystem::path at = directory;; at = at.parent_path()) {
        const TrustRecord* record = m_store.find(at.string());
        if (record != nullptr && (at == directory || record->reach == RulesReach::Below))
            found.push_back(at.string());
        if (at == at.parent_path())
            return found;
    }
}

bool ProjectTrust::remembers(const std::string& directory) const {
    return m_store.find(directory) != nullptr || m_store.isDamaged(directory);
}

TrustStatus ProjectTrust::statusOf(const std::string& directory) const {
    TrustStatus status;
    status.directory = directory;
    if (const auto found = m_states.find(directory); found != m_states.end()) {
        const State& state = found->second;
        status.state = state.trust;
        status.loosening = state.trust == TrustState::Trusted ? 0 : looseningIn(state.content.declared);
        status.held = state.held.size() + state.heldHosts.size();
    } else if (const TrustRecord* record = m_store.find(directory)) {
        status.state = record->accepted.empty() ? TrustState::NotTrusted : TrustState::Changed;
    }
    return status;
}

std::vector<TrustStatus> ProjectTrust::statuses() const {
    std::set<std::string> directories;
    for (const auto& [directory, state] : m_states) {
        if (!state.content.texts.empty())
            directories.insert(directory);
    }
    for (const auto& directory : m_store.records() | std::views::keys)
        directories.insert(directory);
    std::vector<TrustStatus> all;
    for (const auto& directory : directories)
        all.push_back(statusOf(directory));
    return all;
}

TrustView ProjectTrust::view(const std::string& directory, const ProjectFolders& folders, RulesReach reach) {
    const State& state = stateOf(directory, folders, reach);
    TrustView view;
    view.status = statusOf(directory);
    view.hash = state.content.hash;
    view.changes = changesOf(state, directory);
    if (const TrustRecord* record = m_store.find(directory))
        std::ranges::transform(record->accepted, std::back_inserter(view.accepted), &AcceptedContent::acceptance);
    view.problems = obstacles(state, view.changes);
    std::size_t bytes = 0;
    const auto tooMuch = std::ranges::find_if(view.changes, [&](const RuleChange& change) {
        return (bytes += change.text.size() + change.file.size()) > limits::trustShownBytes;
    });
    view.changes.erase(tooMuch, view.changes.end());
    return view;
}

std::vector<RuleChange> ProjectTrust::changesOf(const State& state, const std::string& directory) const {
    const TrustRecord* record = m_store.find(directory);
    rules::RulesFile before;
    if (record != nullptr && !record->accepted.empty())
        before = declaredBy(record->accepted.back().texts, directory);
    std::ranges::move(missingFrom(tighteningOf(before), state.held), std::back_inserter(before.rules));
    std::ranges::move(missingFrom(before.hostExecutables, state.heldHosts), std::back_inserter(before.hostExecutables));
    auto changes = rules::meaningOfChange(before, state.content.declared);
    std::ranges::stable_sort(changes, std::ranges::greater{}, &RuleChange::effect);
    return changes;
}

std::vector<std::string> ProjectTrust::obstacles(const State& state, const std::vector<RuleChange>& changes) {
    std::vector<std::string> obstacles = state.content.problems;
    std::size_t bytes = 0;
    for (const auto& change : changes)
        bytes += change.text.size() + change.file.size();
    if (bytes > limits::trustShownBytes)
        obstacles.push_back("they declare so much that nobody can look at it all; split them over several folders");
    return obstacles;
}

std::vector<std::string> ProjectTrust::problems() const {
    std::vector<std::string> problems;
    for (const auto& [directory, state] : m_states) {
        if (!state.problem.empty())
            problems.push_back(state.problem);
        if (const auto status = statusOf(directory); status.waits())
            problems.push_back(waitingText(status));
    }
    return problems;
}

Result<void> ProjectTrust::accept(const std::string& directory, const ProjectFolders& folders, RulesReach reach,
                                  const Acceptance& acceptance) {
    State& state = stateOf(directory, folders, reach);
    const std::string shown = visible(directory, 512);
    if (const auto obstacle = obstacles(state, changesOf(state, directory)); !obstacle.empty())
        return fail(ErrorKind::Refused, "the rules of " + shown +
                                            " cannot be accepted, because not all of them can be seen; mend this and "
                                            "try again: " +
                                            obstacle.front());
    if (state.content.hash != acceptance.hash)
        return fail(ErrorKind::Refused, "the rules of " + shown +
                                            " have changed since they were shown; look at them "
                                            "again: exeat trust show " +
                                            shown);
    const TrustRecord* known = m_store.find(directory);
    TrustRecord record = known != nullptr ? *known : TrustRecord{directory, {}, {}, {}, false, {}};
    std::erase_if(record.accepted, [&](const AcceptedContent& content) { return hashOf(content) == acceptance.hash; });
    record.accepted.push_back({acceptance, state.content.texts});
    dropOldest(record.accepted);
    record.tightening = tighteningOf(state.content.declared);
    record.narrowing = state.content.declared.hostExecutables;
    record.overflow = false;
    record.reach = reach;
    // Where nothing is said, and nothing else was ever accepted, there is nothing to remember.
    const bool empty = std::ranges::all_of(record.accepted, [](const auto& content) { return content.texts.empty(); });
    if (auto saved = empty ? m_store.remove(directory) : m_store.put(record); !saved)
        return saved;
    state.problem.clear();
    settle(state, directory);
    return {};
}

Result<void> ProjectTrust::revoke(const std::string& directory) {
    const std::string shown = visible(directory, 512);
    // To give up what nobody can read would let rules go that were removed and hold.
    if (m_store.isDamaged(directory))
        return fail(ErrorKind::Refused, "nothing of " + shown +
                                            " is trusted, because what you accepted can no longer be "
                                            "read; to end the questions, look at what lies there now and accept it");
    const TrustRecord* known = m_store.find(directory);
    if (known == nullptr || known->accepted.empty())
        return fail(ErrorKind::Missing, "nothing of " + shown + " is accepted; `exeat trust list` shows what is");
    TrustRecord record = *known;
    record.accepted.clear();
    const bool empty = record.tightening.empty() && record.narrowing.empty() && !record.overflow;
    if (auto done = empty ? m_store.remove(directory) : m_store.put(record); !done)
        return done;
    if (const auto state = m_states.find(directory); state != m_states.end())
        settle(state->second, directory);
    return {};
}

} // namespace exeat
