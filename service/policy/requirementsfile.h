#pragma once

#include "service/policy/lastgood.h"
#include "service/policy/rulesfolder.h"
#include "shared/domain/policysnapshot.h"

#include <QFileSystemWatcher>
#include <QObject>

#include <optional>
#include <string>
#include <vector>

namespace exeat {

/**
 * The administrator's requirements.toml (rules/requirements.h), kept while the service lives. As with rules files, a
 * broken one keeps its last good version in force, over a restart, too. Main thread only.
 */
class RequirementsFile : public QObject {
    Q_OBJECT
public:
    /** `path` may lead through links: the folder is root's. */
    RequirementsFile(std::string path, LastGood lastGood, QObject* parent = nullptr);

    /** Looks at the file again. */
    const std::vector<PrefixRule>& rules();
    /** As FolderRules::brokenNote, of the last look. */
    const std::string& brokenNote() const { return m_brokenNote; }
    std::vector<std::string> problems() const;

signals:
    /** Something happened to the file; rules() says what. */
    void changed();

private:
    void look();
    void take(const std::string& text);
    void keep();
    void watch();

    std::string m_path;
    LastGood m_lastGood;
    RulesTexts m_kept;                 ///< as LastGood has it
    std::optional<FileStamp> m_stamp;  ///< of a file that was read; nothing: there is none
    std::optional<std::string> m_good; ///< the text in force
    std::vector<PrefixRule> m_rules;   ///< of m_good
    std::vector<std::string> m_notes;  ///< of what lies there
    std::string m_problem;             ///< of what lies there
    std::string m_keepProblem;
    std::string m_brokenNote;
    QFileSystemWatcher m_watcher;
};

} // namespace exeat
