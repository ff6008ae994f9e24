#include "service/policy/rulestore.h"

#include "service/policy/ruleweight.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace exeat {
namespace {

using namespace std::chrono_literals;

/** An editor's write-then-rename is two events; they are one change. */
constexpr auto settleTime = 20ms;

/** Who makes and deletes files in a watched folder all the time must not keep a rule from taking effect. */
constexpr auto longestSettling = 200ms;

std::string inWords(const rules::RulesError& error) {
    std::string text =
        error.file + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) + ": " + error.message;
    if (!error.excerpt.empty())
        text += "\n    " + visible(error.excerpt, 256);
    return text;
}

std::size_t weightOf(const rules::RulesFile& file) {
    std::size_t weight = 0;
    for (const auto& rule : file.rules)
        weight += exeat::weightOf(rule);
    for (const auto& host : file.hostExecutables)
        weight += exeat::weightOf(host);
    return weight;
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
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &RuleStore::recheckSoon);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &RuleStore::recheckSoon);
    connect(&m_settle, &QTimer::timeout, this, &RuleStore::recheck);
}

std::shared_ptr<const FolderRules> RuleStore::folder(const LayerFolder& folder) {
    const auto key = std::pair(folder.path, folder.layer);
    auto found = m_folders.find(key);
    if (found == m_folders.end()) {
        FolderState state;
        state.folder = folder;
        state.kept = m_lastGood.load(folder);
        refresh(state);
        if (m_folders.size() >= limits::rulesFolders)
            return state.current;
        found = m_folders.emplace(key, std::move(state)).first;
    } else if (refresh(found->second)) {
        // Told later, in one piece: the caller is in the middle of making a snapshot that has it already.
        m_untold = true;
        recheckSoon();
    }
    watch(found->second);
    return found->second.current;
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

bool RuleStore::look(FolderState& state) {
    const auto onDisk = readRulesFolder(state.folder.path, [&](const std::string& path, const FileStamp& stamp) {
        const auto known = state.files.find(path);
        return known != state.files.end() && known->second.seen && known->second.stamp == stamp;
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

void RuleStore::keep(FolderState& state) const {
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
    const auto saved = m_lastGood.save(state.folder, texts);
    state.keepProblem = saved ? std::string() : saved.error().text;
    if (saved)
        state.kept = std::move(texts);
}

/** What was good when the service ran last, for a file that it has not seen good itself. */
void RuleStore::recall(const FolderState& folder, FileState& state, const std::string& path) {
    const auto kept = folder.kept.find(path);
    if (state.good || kept == folder.kept.end())
        return;
    auto parsed = rules::parseRules(kept->second, path, folder.folder.layer, folder.folder.vocabulary);
    if (!parsed)
        return;
    adopt(state, std::move(*parsed), kept->second);
}

void RuleStore::adopt(FileState& state, rules::RulesFile rules, std::string text) {
    state.weight = weightOf(rules);
    state.good = std::move(rules);
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

/** Nothing if the folder may hold `rules` in place of what it has of `file`. */
std::optional<std::string> RuleStore::whyTooMuch(const FolderState& folder, const FileState& file,
                                                 const rules::RulesFile& rules) {
    std::size_t number = rules.rules.size();
    std::size_t weight = weightOf(rules);
    for (const auto& [path, other] : folder.files) {
        if (&other == &file || !other.good)
            continue;
        number += other.good->rules.size();
        weight += other.weight;
    }
    if (number > limits::rulesPerFolder)
        return "this folder declares more than " + std::to_string(limits::rulesPerFolder) +
               " rules with it; remove some";
    if (weight > limits::rulesWeight)
        return "the rules of this folder take more than " + std::to_string(limits::rulesWeight) +
               " bytes with it; shorten or remove some";
    return std::nullopt;
}

bool RuleStore::take(FolderState& folder, FileState& state, const RulesFileOnDisk& file) {
    const bool wasSeen = std::exchange(state.seen, true);
    state.stamp = file.stamp;
    if (!file.text->has_value()) {
        const std::string before = std::exchange(state.problem, file.text->error().text);
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

void RuleStore::run(const FolderState& folder, FileState& state, const std::string& path) {
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
    } else if (const auto why = whyTooMuch(folder, state, *parsed)) {
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

void RuleStore::watch(const FolderState& state) {
    if (m_watcher.directories().size() + m_watcher.files().size() >= static_cast<qsizetype>(limits::rulesFolders))
        return; // folder() looks again at each use; a watch only makes it sooner
    QStringList wanted{QString::fromStdString(nearestExisting(state.folder.path))};
    for (const auto& [path, file] : state.files)
        wanted << QString::fromStdString(path);
    for (const auto& path : std::as_const(wanted)) {
        if (!m_watcher.directories().contains(path) && !m_watcher.files().contains(path))
            m_watcher.addPath(path);
    }
}

void RuleStore::recheckSoon() {
    if (!m_settle.isActive())
        m_sinceFirst.start();
    const auto left = longestSettling - std::chrono::milliseconds(m_sinceFirst.elapsed());
    m_settle.start(std::clamp<std::chrono::milliseconds>(left, 0ms, settleTime));
}

void RuleStore::recheck() {
    bool any = std::exchange(m_untold, false);
    for (auto& [key, state] : m_folders) {
        any |= refresh(state);
        watch(state);
    }
    if (any)
        emit changed();
}

FolderRules RuleStore::collect(const FolderState& state) {
    FolderRules result;
    if (!state.problem.empty())
        result.problems.push_back(state.problem);
    if (state.incomplete)
        result.brokenNote = state.problem;
    std::size_t rules = 0;
    for (const auto& [path, file] : state.files)
        rules += file.good ? file.good->rules.size() : 0;
    result.declared.rules.reserve(rules);
    for (const auto& [path, file] : state.files) {
        if (!file.problem.empty())
            result.problems.push_back(file.problem);
        if (file.good) {
            rules::append(result.declared, *file.good);
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
