#include "service/explain/rulesreport.h"
#include "service/policy/policystore.h"
#include "tests/policy/testtree.h"

#include <QtTest>

#include <algorithm>

using namespace exeat;

namespace {

const QString userFile = QStringLiteral("home/.config/exeat/rules/u.rules");
const QString projectFile = QStringLiteral("project/.codex/rules/p.rules");

const ListedFile* fileOf(const std::vector<ListedFolder>& folders, const std::string& path) {
    for (const auto& folder : folders) {
        const auto found = std::ranges::find(folder.files, path, &ListedFile::path);
        if (found != folder.files.end())
            return &*found;
    }
    return nullptr;
}

} // namespace

/** Lists and checks over real files and the real store. */
class RulesReportTest : public QObject {
    Q_OBJECT
private slots:
    void init() {
        m_tree = std::make_unique<TestTree>();
        QVERIFY(m_tree->makeFolder("home") && m_tree->makeRepository("project"));
        m_store.reset();
    }

    void lists() {
        QVERIFY(m_tree->write(userFile, "prefix_rule(['a'], justification='why')\n\nhost_executable('a', ['~/a'])\n"
                                        "network_rule('example.org', 'https', 'deny')\n"));
        QVERIFY(m_tree->write(projectFile, "prefix_rule(['b'])\nprefix_rule(['c'], 'prompt')\n"));
        const auto folders = listedFolders(picture());
        QCOMPARE(folders.front().layer, Layer::Shipped);
        QCOMPARE(folders.back().layer, Layer::Project);
        const ListedFile* user = fileOf(folders, m_tree->at(userFile));
        QVERIFY(user != nullptr);
        QCOMPARE(user->state, RulesFileState::Good);
        QCOMPARE(user->rules.size(), std::size_t{1});
        QCOMPARE(user->rules[0].rule.line, 1);
        QCOMPARE(user->rules[0].rule.justification, std::string("why"));
        QVERIFY(user->rules[0].rule.loosens && !user->rules[0].removed);
        QCOMPARE(user->hosts.size(), std::size_t{1});
        QCOMPARE(user->hosts[0].line, 3);
        QCOMPARE(user->hosts[0].paths, std::vector<std::string>{m_tree->at("home/a")});
        QCOMPARE(user->network.size(), std::size_t{1});
        QCOMPARE(user->network[0].line, 4);
        const ListedFile* project = fileOf(folders, m_tree->at(projectFile));
        QVERIFY(project != nullptr);
        QCOMPARE(project->rules.size(), std::size_t{2});
        QVERIFY(!project->rules[0].rule.loosens);
    }

    void brokenAndLastGood() {
        QVERIFY(m_tree->write(userFile, "prefix_rule(['a'])\n"));
        picture();
        QVERIFY(m_tree->write(userFile, "prefix_rule(['b'])\nprefix_rule(['a'], 'alow')\n"));
        QVERIFY(m_tree->write("home/.codex/rules/never.rules", "x ="));
        const auto folders = listedFolders(picture());
        const ListedFile* last = fileOf(folders, m_tree->at(userFile));
        QCOMPARE(last->state, RulesFileState::LastGood);
        QCOMPARE(last->line, 2);
        QVERIFY(last->column > 0);
        QVERIFY(last->problem.find("alow") != std::string::npos);
        QCOMPARE(last->rules.size(), std::size_t{1});
        QCOMPARE(last->rules[0].rule.pattern[0].anyOf[0], std::string("a"));
        const ListedFile* never = fileOf(folders, m_tree->at("home/.codex/rules/never.rules"));
        QCOMPARE(never->state, RulesFileState::Broken);
        QCOMPARE(never->line, 1);
        QVERIFY(never->rules.empty());
    }

    void whatAProjectDroppedIsMarked() {
        QVERIFY(m_tree->write(projectFile, "prefix_rule(['a'], 'forbidden')\nprefix_rule(['b'], 'prompt')\n"));
        picture();
        QVERIFY(m_tree->write(projectFile, "prefix_rule(['b'], 'prompt')\n"));
        const auto folders = listedFolders(picture());
        const ListedFile* file = fileOf(folders, m_tree->at(projectFile));
        QCOMPARE(file->rules.size(), std::size_t{2});
        for (const auto& listed : file->rules)
            QCOMPARE(listed.removed, listed.rule.pattern[0].anyOf[0] == "a");
    }

    void aLinkIsTold() {
        QVERIFY(m_tree->write("elsewhere", "prefix_rule(['a'])\n") && m_tree->makeFolder("home/.codex/rules"));
        QVERIFY(QFile::link(m_tree->path("elsewhere"), m_tree->path("home/.codex/rules/l.rules")));
        const auto seen = picture();
        const auto folders = listedFolders(seen);
        const ListedFile* file = fileOf(folders, m_tree->at("home/.codex/rules/l.rules"));
        QVERIFY(file->problem.find("symbolic link") != std::string::npos);
        const auto checked = checkPicture(seen, places());
        QVERIFY(std::ranges::any_of(checked.findings, [&](const RulesFinding& finding) {
            return finding.kind == FindingKind::Broken && finding.file == file->path && finding.line == 0;
        }));
    }

    void checksTexts() {
        const std::vector<CheckedText> texts{
            {{"/x/a.rules", Layer::User, Vocabulary::Exeat}, "prefix_rule(['a'], 'prompt', match=['a'])\n"},
            {{"/x/b.rules", Layer::User, Vocabulary::Exeat}, "prefix_rule(['a', 'x'], 'prompt', match=['a x'])\n"},
            {{"/x/c.rules", Layer::User, Vocabulary::Exeat}, "\nprefix_rule(['a'], 'alow')\n"},
            {{"/x/d.rules", Layer::Project, Vocabulary::Codex}, "prefix_rule(['a'], exact=True)\n"},
        };
        const auto checked = checkTexts(texts, places());
        QCOMPARE(checked.rules, std::uint64_t{2});
        QCOMPARE(checked.findings.size(), std::size_t{3});
        QCOMPARE(checked.findings[0].kind, FindingKind::Shadowed);
        QCOMPARE(checked.findings[0].otherFile, std::string("/x/a.rules"));
        QCOMPARE(checked.findings[1].kind, FindingKind::Broken);
        QCOMPARE(checked.findings[1].line, 2);
        QCOMPARE(checked.findings[1].column, 20);
        QCOMPARE(checked.findings[1].excerpt, std::string("prefix_rule(['a'], 'alow')"));
        QVERIFY(checked.findings[2].message.find("Exeat's own word") != std::string::npos);
    }

    void programsInTheUsersHome() {
        QVERIFY(m_tree->write("home/bin/mytool", "#!/bin/sh\n"));
        QFile(m_tree->path("home/bin/mytool")).setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        QVERIFY(
            m_tree->write(userFile, "prefix_rule(['mytool'], match=['mytool'])\nprefix_rule(['id'], match=['id'])"));
        const auto checked = checkPicture(picture(), places());
        QCOMPARE(checked.findings.size(), std::size_t{1});
        QCOMPARE(checked.findings[0].kind, FindingKind::DoesNotCount);
        QCOMPARE(checked.findings[0].line, 1);
        QVERIFY(checked.findings[0].message.find(m_tree->at("home/bin/mytool")) != std::string::npos);
    }

    void theShippedRulesAreClean() {
        std::vector<CheckedText> texts;
        for (const char* name : {"git", "infrastructure", "publishing", "system"}) {
            QFile file(QStringLiteral(SHIPPED_RULES "/%1.rules").arg(QLatin1String(name)));
            QVERIFY(file.open(QIODevice::ReadOnly));
            texts.push_back(
                {{file.fileName().toStdString(), Layer::Shipped, Vocabulary::Exeat}, file.readAll().toStdString()});
        }
        const auto checked = checkTexts(texts, places());
        for (const auto& finding : checked.findings)
            QFAIL((finding.file + ":" + std::to_string(finding.line) + ": " + finding.message).c_str());
    }

private:
    PolicyPicture picture() {
        if (!m_store)
            m_store = PolicyStore::create(m_tree->runtimePaths(), {});
        return m_store->picture({m_tree->at("project"), {m_tree->at("project")}, {}});
    }
    /** A folder of the user's own is in PATH; where this test lies is nobody else's, but not proven. */
    ProgramPlaces places() const {
        return {m_tree->at("home/bin") + ":/usr/bin:/bin", m_tree->at("project"), {}, {m_tree->at("home")}};
    }

    std::unique_ptr<TestTree> m_tree;
    std::unique_ptr<PolicyStore> m_store;
};

QTEST_GUILESS_MAIN(RulesReportTest)
#include "tst_rulesreport.moc"
