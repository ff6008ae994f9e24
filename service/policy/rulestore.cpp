#include "service/policy/rulestore.h"

#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <utility>

namespace exeat {
namespace {

using namespace std::chrono_literals;

/** An editor's write-then-rename is two events; they are one change. */
constexpr auto settleTime = 20ms;

/** Who makes and deletes files in a watched folder all the time must not keep a rule from taking effect. */
constexpr auto longestSettling = 200ms;

/** Nor may it have the service do nothing else: what follows a change takes at most a tenth of the time… */
constexpr int restParts = 9;

/** …but a change is seen after a second at the latest. */
constexpr auto longestRest = 1000ms;

/** A file that another process has a lease on. */
constexpr auto untilReadAgain = 250ms;

/** Of the watches, those for folders that agents went to; an agent can take them all. */
constexpr std::size_t visitedWatches = limits::rulesFolders * 3 / 4;

std::string inWords(const rules::RulesError& error) {
    std::string text =
        error.file + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) + ": " + error.message;
    if (!error.excerpt.empty())
        text += "\n    " + visible(error.excerpt, 256);
    return text;
}

/** What one file may take, had it its folder for itself. */
std::size_t workOfOne(Layer layer) {
    return layer == Layer::Project ? limits::rulesFolderWork : limits::rulesSteps + limits::rulesFileBytes;
}

std::string nearestExisting(const std::string& path) {
    std::error_code error;
    std::filesystem::path at = path;
    while (at != at.parent_path() && !std::filesystem::exists(at, error))
        at = at.parent_path();
    return at.string();
}

} // namespace

RuleStore::RuleStore(LastGood lastGood, QObject* parent) : QObject(parent), m_lastGood(std::move(lastGood)) {
    m_settle.setSingleShot(true);
    connect(&m_watch, &FolderWatch::changed, this, [this](const std::set<std::string>& keys) {
        m_dirty.insert(keys.begin(), keys.end());
        recheckSoon();
    });
    connect(&m_settle, &QTimer::timeout, this, &RuleStore::recheck);
    m_readAgain.setSingleShot(true);
    m_readAgain.setInterval(untilReadAgain);
    connect(&m_readAgain, &QTimer::timeout, this, [this] {
        m_dirty.merge(std::exchange(m_unreadable, {}));
        recheckSoon();
    });
}

std::string RuleStore::keyOf(const LayerFolder& folder) {
    return std::to_string(static_cast<int>(folder.layer)) + folder.path;
}

FolderView RuleStore::folder(const LayerFolder& folder, Reading reading, RulesPlace place) {
    const std::string key = keyOf(folder);
    const auto [found, isNew] = m_folders.try_emplace(key);
    FolderState& state = found->second;
    const FolderView view{nullptr, state.hold};
    state.used = ++m_uses;
    state.place = std::min(state.place, place);
    if (isNew) {
        state.folder = folder;
        state.kept = m_lastGood.load(folder);
        forgetLeastUsed();
    }
    const bool waits = reading == Reading::Later && differs(state);
    bool changed = !waits && refresh(state);
    if ((changed || !state.watched) && watch(key, state) == Watched::FromNow && !waits) {
        // Again, for what happened between the look and the watch.
        state.watched = !refresh(state);
        changed |= !state.watched;
    }
    if (changed && !isNew) {
        // Told later, in one piece: the caller is in the middle of making a snapshot that has it already.
        m_untold.insert(state.folder.owner);
        recheckSoon();
    }
    state.outdated = waits;
    return {waits ? nullptr : state.current, view.hold};
}

FolderView RuleStore::unchanged(const LayerFolder& folder) {
    const std::string key = keyOf(folder);
    const auto found = m_folders.find(key);
    if (found == m_folders.end() || !found->second.watched || found->second.outdated || m_dirty.contains(key))
        return {};
    found->second.used = ++m_uses;
    return {found->second.current, found->second.hold};
}

/** What it may forget is on disk: the last good texts (LastGood), and what of a project must not go (TrustStore). */
void RuleStore::forgetLeastUsed() {
    if (m_folders.size() <= limits::rulesFolders)
        return;
    std::vector<std::map<std::string, FolderState>::iterator> unheld;
    for (auto at = m_folders.begin(); at != m_folders.end(); ++at) {
        if (at->second.folder.layer == Layer::Project && at->second.hold.use_count() == 1)
            unheld.push_back(at);
    }
    if (unheld.size() <= limits::rulesFolders)
        return;
    // An eighth more than must be, so that not every new folder makes for a search.
    const auto kept = static_cast<std::ptrdiff_t>(limits::rulesFolders - limits::rulesFolders / 8);
    std::ranges::nth_element(unheld, unheld.end() - kept, {}, [](const auto& at) { return at->second.used; });
    for (const auto& at : std::ranges::subrange(unheld.begin(), unheld.end() - kept)) {
        m_watch.forget(at->first);
        m_dirty.erase(at->first);
        m_folders.erase(at);
    }
}

std::vector<std::string> RuleStore::problems() const {
    std::vector<std::string> problems;
    for (const auto& [key, state] : m_folders)
        addProblems(state, problems);
    return problems;
}

bool RuleStore::refresh(FolderState& state) {
    const bool changed = look(state);
    if (changed || !state.current)
        state.current = std::make_shared<const FolderRules>(collect(state));
    return changed;
}

bool RuleStore::differs(const FolderState& state) {
    const auto onDisk = readRulesFolder(state.folder.path, [](const std::string&, const FileStamp&) { return true; });
    if ((onDisk.problem ? onDisk.problem->text : std::string()) != state.problem)
        return true;
    if (!onDisk.problem && onDisk.files.size() != state.files.size())
        return true;
    return std::ranges::any_of(onDisk.files, [&](const RulesFileOnDisk& file) {
        const auto known = state.files.find(file.path);
        return known == state.files.end() || !known->second.seen || !isUnchanged(file.stamp, known->second.stamp);
    });
}

bool RuleStore::look(FolderState& state) {
    const auto onDisk = readRulesFolder(state.folder.path, [&](const std::string& path, const FileStamp& stamp) {
        const auto known = state.files.find(path);
        if (known != state.files.end() && known->second.seen && isUnchanged(stamp, known->second.stamp))
            return true;
        ++m_textsRead;
        return false;
    });
    const std::string problem = onDisk.problem ? onDisk.problem->text : std::string();
    bool changed = problem != state.problem;
    state.problem = problem;
    state.wasWhole |= !onDisk.problem;
    state.incomplete = onDisk.problem && (onDisk.problem->kind == ErrorKind::Limit || !state.wasWhole);
    std::set<std::string> present;
    std::vector<std::string> crowded;
    for (const auto& file : onDisk.files) {
        present.insert(file.path);
        FileState& known = state.files[file.path];
        const bool wasCrowded = known.crowded;
        const bool took = file.text && take(state, known, file);
        if (wasCrowded && !took)
            crowded.push_back(file.path);
        changed |= took;
    }
    // A folder that cannot be read says nothing of its files: they stay as they were.
    if (!problem.empty())
        return changed;
    changed |= std::erase_if(state.files, [&](const auto& file) { return !present.contains(file.first); }) > 0;
    if (changed)
        runCrowded(state, crowded);
    keep(state);
    return changed;
}

void RuleStore::keep(FolderState& state) {
    RulesTexts texts;
    bool same = true;
    for (const auto& [path, file] : state.files) {
        if (!file.good)
            continue;
        const auto kept = state.kept.find(path);
        same = same && kept != state.kept.end() && kept->second == file.goodText;
        texts.emplace(path, std::string());
    }
    if (same && texts.size() == state.kept.size())
        return;
    for (auto& [path, text] : texts)
        text = state.files.at(path).goodText;
    ++m_written;
    const auto saved = m_lastGood.save(state.folder, texts);
    state.keepProblem = saved ? std::string() : saved.error().text;
    if (saved)
        state.kept = std::move(texts);
}

/** What was good when the service ran last, for a file that it has not seen good itself. */
void RuleStore::recall(FolderState& folder, FileState& state, const std::string& path) {
    const auto kept = folder.kept.find(path);
    if (state.good || kept == folder.kept.end())
        return;
    // They were good one after the other, each for itself.
    const std::size_t all = workOfOne(folder.folder.layer);
    const std::size_t left = folder.folder.layer == Layer::Project ? all - std::min(folder.recallWork, all) : all;
    std::size_t work = left;
    ++m_textsRead;
    auto parsed = rules::parseRules(kept->second, path, folder.folder.layer, folder.folder.vocabulary, work);
    folder.recallWork += left - work;
    if (!parsed)
        return;
    adopt(state, std::move(*parsed), kept->second);
}

void RuleStore::adopt(FileState& state, rules::RulesFile rules, std::string text) {
    state.size = sizeOf(rules.rules, rules.hostExecutables);
    state.good = std::make_shared<const rules::RulesFile>(std::move(rules));
    state.goodText = std::move(text);
}

/** Whoever writes a folder that is not the user's own must not have the service run it for seconds. */
std::size_t RuleStore::workLeftFor(const FolderState& folder, const FileState& file) {
    const std::size_t all = workOfOne(folder.folder.layer);
    if (folder.folder.layer != Layer::Project)
        return all;
    std::size_t spent = 0;
    for (const auto& [path, other] : folder.files)
        spent += &other == &file ? 0 : other.work;
    return all - std::min(spent, all);
}

/** Nothing if the folder may hold so much in place of what it has of `file`. */
std::optional<std::string> RuleStore::whyTooMuch(const FolderState& folder, const FileState& file, RulesSize size) {
    for (const auto& [path, other] : folder.files) {
        if (&other != &file)
            size += other.size;
    }
    if (size.rules > limits::rulesPerFolder)
        return "this folder declares more than " + std::to_string(limits::rulesPerFolder) +
               " rules with it; remove some";
    if (size.bytes > limits::rulesWeight)
        return "the rules of this folder take more than " + std::to_string(limits::rulesWeight) +
               " bytes with it; shorten or remove some";
    return std::nullopt;
}

bool RuleStore::take(FolderState& folder, FileState& state, const RulesFileOnDisk& file) {
    const bool wasSeen = std::exchange(state.seen, true);
    state.stamp = file.stamp;
    if (!file.text->has_value()) {
        const std::string before = std::exchange(state.problem, file.text->error().text);
        // Held for a moment by a lease of another process (fcntl(2)); no event tells when that is over.
        if (file.text->error().errnum == EWOULDBLOCK) {
            state.stamp = {};
            m_unreadable.insert(keyOf(folder.folder));
            m_readAgain.start();
        }
        state.text.reset();
        state.work = 0;
        state.crowded = false;
        recall(folder, state, file.path);
        return before != state.problem || !wasSeen;
    }
    if (wasSeen && state.text == file.text->value())
        return false;
    state.text = file.text->value();
    run(folder, state, file.path);
    return true;
}

void RuleStore::run(FolderState& folder, FileState& state, const std::string& path) {
    state.work = 0;
    const std::size_t left = workLeftFor(folder, state);
    std::size_t work = left;
    auto parsed = rules::parseRules(*state.text, path, folder.folder.layer, folder.folder.vocabulary, work);
    state.work = left - work;
    state.crowded = false;
    if (!parsed) {
        state.crowded = left < workOfOne(folder.folder.layer);
        state.problem = inWords(parsed.error());
        recall(folder, state, path);
    } else if (const auto why = whyTooMuch(folder, state, sizeOf(parsed->rules, parsed->hostExecutables))) {
        state.crowded = true;
        state.problem = path + ": " + *why;
        recall(folder, state, path);
    } else {
        adopt(state, std::move(*parsed), *state.text);
        state.problem.clear();
    }
}

void RuleStore::runCrowded(FolderState& state, const std::vector<std::string>& files) {
    for (const auto& path : files)
        state.files.at(path).work = 0; // all that they spend now is spent anew
    for (const auto& path : files) {
        if (FileState& file = state.files.at(path); file.text)
            run(state, file, path);
    }
}

Watched RuleStore::watch(const std::string& key, FolderState& state) {
    std::vector<std::string> wanted{nearestExisting(state.folder.path)};
    for (const auto& path : state.files | std::views::keys)
        wanted.push_back(path);
    const bool isVisited = state.folder.layer == Layer::Project && state.place == RulesPlace::Visited;
    const Watched watched = m_watch.set(key, wanted, isVisited ? visitedWatches : limits::rulesFolders);
    state.watched = watched != Watched::InPart;
    return watched;
}

void RuleStore::recheckSoon() {
    if (!m_settle.isActive())
        m_sinceFirst.start();
    const auto settled = std::min<std::chrono::milliseconds>(
        settleTime, longestSettling - std::chrono::milliseconds(m_sinceFirst.elapsed()));
    const auto rested = m_sinceRecheck.isValid() ? m_rest - std::chrono::milliseconds(m_sinceRecheck.elapsed()) : 0ms;
    m_settle.start(std::max<std::chrono::milliseconds>({settled, rested, 0ms}));
}

void RuleStore::recheck() {
    m_sinceRecheck.start();
    std::set<std::string> owners = std::exchange(m_untold, {});
    for (const auto& key : std::exchange(m_dirty, {})) {
        const auto found = m_folders.find(key);
        if (found == m_folders.end())
            continue;
        FolderState& state = found->second;
        watch(key, state); // first, so that nothing is missed between the two
        if (state.folder.layer == Layer::Project) {
            state.outdated |= differs(state);
            if (state.outdated)
                owners.insert(state.folder.owner);
        } else if (refresh(state)) {
            owners.insert(state.folder.owner);
        }
        if (watch(key, state) == Watched::FromNow) { // and once more
            m_dirty.insert(key);
            recheckSoon();
        }
    }
    if (!owners.empty())
        emit changed(owners);
    m_rest = std::min<std::chrono::milliseconds>(std::chrono::milliseconds(m_sinceRecheck.elapsed()) * restParts,
                                                 longestRest);
    m_sinceRecheck.start();
}

FolderRules RuleStore::collect(const FolderState& state) {
    FolderRules result;
    if (!state.problem.empty())
        result.problems.push_back(state.problem);
    if (state.incomplete)
        result.brokenNote = state.problem;
    for (const auto& [path, file] : state.files) {
        if (!file.problem.empty())
            result.problems.push_back(file.problem);
        if (file.good) {
            result.declared.push_back(file.good);
            result.size += file.size;
            result.texts.emplace(path, file.goodText);
        } else if (result.brokenNote.empty()) {
            result.brokenNote = file.problem;
        }
    }
    return result;
}

void RuleStore::addProblems(const FolderState& state, std::vector<std::string>& problems) {
    if (!state.problem.empty())
        problems.push_back(state.problem);
    if (!state.keepProblem.empty())
        problems.push_back("after a restart, a broken file in " + state.folder.path +
                           " would have no last good version: " + state.keepProblem);
    for (const auto& [path, file] : state.files) {
        if (!file.problem.empty())
            problems.push_back(file.problem + (file.good ? "\n    its last good version stays in force"
                                                         : "\n    until it is mended, what rules allow is asked"));
    }
}

} // namespace exeat
