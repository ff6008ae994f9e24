#include "service/policy/requirementsfile.h"

#include "rules/requirements.h"

#include <filesystem>
#include <utility>

namespace exeat {
namespace {

/** Where LastGood keeps it, which keeps folders. */
LayerFolder asFolder(const std::string& path) {
    return {Layer::Requirements, std::filesystem::path(path).parent_path().string(), rules::Vocabulary::Codex, {}};
}

} // namespace

RequirementsFile::RequirementsFile(std::string path, LastGood lastGood, QObject* parent)
    : QObject(parent), m_path(std::move(path)), m_lastGood(std::move(lastGood)) {
    m_kept = m_lastGood.load(asFolder(m_path));
    if (const auto text = m_kept.find(m_path); text != m_kept.end())
        take(text->second);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &RequirementsFile::changed);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &RequirementsFile::changed);
}

const std::vector<PrefixRule>& RequirementsFile::rules() {
    look();
    watch();
    return m_rules;
}

void RequirementsFile::look() {
    const auto file = readRulesFile(
        m_path, [this](const std::string&, const FileStamp& stamp) { return m_stamp && isUnchanged(stamp, *m_stamp); });
    if (!file) { // the administrator took it away
        m_stamp.reset();
        m_good.reset();
        m_rules.clear();
        m_notes.clear();
        m_problem.clear();
    } else if (file->text) {
        m_stamp = file->stamp;
        m_notes.clear();
        if (*file->text)
            take(**file->text);
        else
            m_problem = file->text->error().text;
    }
    m_brokenNote = m_good ? std::string() : m_problem;
    keep();
}

void RequirementsFile::take(const std::string& text) {
    auto parsed = rules::parseRequirements(text, m_path);
    m_problem = parsed ? std::string() : rules::errorText(parsed.error());
    if (!parsed)
        return;
    m_good = text;
    m_rules = std::move(parsed->rules);
    m_notes = std::move(parsed->notes);
}

void RequirementsFile::keep() {
    RulesTexts texts;
    if (m_good)
        texts.emplace(m_path, *m_good);
    if (texts == m_kept)
        return;
    const auto saved = m_lastGood.save(asFolder(m_path), texts);
    m_keepProblem = saved ? std::string() : saved.error().text;
    if (saved)
        m_kept = std::move(texts);
}

std::vector<std::string> RequirementsFile::problems() const {
    std::vector<std::string> problems = m_notes;
    if (!m_problem.empty())
        problems.push_back(m_problem + (m_good ? "\n    its last good version stays in force"
                                               : "\n    until it is mended, what rules allow is asked"));
    if (!m_keepProblem.empty())
        problems.push_back("after a restart, a broken " + m_path +
                           " would have no last good version: " + m_keepProblem);
    return problems;
}

void RequirementsFile::watch() {
    std::error_code error;
    std::filesystem::path at = m_path;
    while (at != at.parent_path() && !std::filesystem::exists(at, error))
        at = at.parent_path();
    for (const QString& path : {QString::fromStdString(at.string()),
                                QString::fromStdString(std::filesystem::path(m_path).parent_path().string())}) {
        if (!m_watcher.files().contains(path) && !m_watcher.directories().contains(path))
            m_watcher.addPath(path);
    }
}

} // namespace exeat
