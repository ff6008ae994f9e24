#include "service/app/config.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace exeat;

class TestConfig : public QObject {
    Q_OBJECT
private slots:
    void readsEverything() {
        const auto config = parseConfig(R"(
project_root_markers = [".git", "go.mod"]
[sandbox]
mode = "read-only"
network = true
writable_roots = ["~/out", "/srv/x/"]
exclude_tmp = true
unprotected_names = [".vscode", ".envrc"]
[sandbox.project."/home/u/p/"]
mode = "workspace-write"
unprotected_names = [".claude"]
[sandbox.agent."codex"]
network = false
[approvals]
elicitation_agents = ["codex"]
[shell]
timeout_ms = 5000
[service]
idle_exit_minutes = 0
[heuristics]
enabled = true
off = ["rm-force", "kill-all"]
)",
                                        "/c.toml", "/home/u");
        QVERIFY(config.problems.empty());
        QCOMPARE(config.ceiling.user.mode, SandboxMode::ReadOnly);
        QCOMPARE(config.ceiling.user.network, NetworkAccess::On);
        QCOMPARE(config.ceiling.user.writableRoots, (std::vector<std::string>{"/home/u/out", "/srv/x"}));
        QCOMPARE(config.ceiling.user.excludeTmp, true);
        QCOMPARE(config.ceiling.user.unprotectedNames, (std::vector<std::string>{".vscode", ".envrc"}));
        QCOMPARE(config.ceiling.projects.at("/home/u/p").unprotectedNames, std::vector<std::string>{".claude"});
        QCOMPARE(config.ceiling.projects.at("/home/u/p").mode, SandboxMode::WorkspaceWrite);
        QCOMPARE(config.ceiling.agents.at("codex").network, NetworkAccess::Off);
        QVERIFY(config.elicitationAgents.contains("codex"));
        QCOMPARE(config.shellTimeout, std::chrono::milliseconds(5000));
        QCOMPARE(config.idleExit.count(), 0);
        QCOMPARE(config.projectRootMarkers.size(), 2U);
        QCOMPARE(config.heuristics, (HeuristicSettings{true, {"rm-force", "kill-all"}}));
    }
    void badTypesAreTheStrictest_data() {
        QTest::addColumn<std::string>("text");
        const auto row = [](const char* text) { QTest::newRow(text) << "\n" + std::string(text); };
        row("[sandbox]\nmode = 3");
        std::string deep = "a"; // toml++ alone would overflow its stack over it
        for (int i = 0; i < 1'000'000; ++i)
            deep += ".a";
        QTest::newRow("a key of many parts") << deep + " = 1";
        row("[sandbox]\nmode = \"writable\"");
        row("[sandbox]\nnetwork = \"yes\"");
        row("[sandbox]\nnetwork = 1");
        row("[sandbox]\nwritable_roots = \"/x\"");
        row("[sandbox]\nwritable_roots = [1]");
        row("[sandbox]\nwritable_roots = [\"relative\"]");
        row("[sandbox]\nexclude_tmp = 0");
        row("[sandbox]\nexclude_tmpdir = \"no\"");
        row("[sandbox]\nunprotected_names = \".vscode\"");
        row("[sandbox]\nunprotected_names = [\".git\"]");
        row("[sandbox]\nunprotected_names = [\".vscode\", \"src\"]");
        row("[sandbox.project.\"/p\"]\nunprotected_names = [\".aws\"]");
        row("sandbox = 1");
        row("[sandbox]\nproject = 1");
        row("[sandbox.project.\"relative\"]\nnetwork = true");
        row("[sandbox.agent.\"a\"]\nmode = false");
        row("[approvals]\nelicitation_agents = true");
        row("[shell]\ntimeout_ms = 1.5");
        row("[shell]\ntimeout_ms = 0");
        row("[shell]\ntimeout_ms = -1");
        row("[service]\nidle_exit_minutes = \"x\"");
        row("[heuristics]\nenabled = \"no\"");
        row("[heuristics]\noff = \"rm-force\"");
        row("[heuristics]\noff = [\"rm-forse\"]");
        row("project_root_markers = 1");
        row("[sandbox]\nmode = ");
        row("[sandbox");
    }
    void badTypesAreTheStrictest() {
        QFETCH(std::string, text);
        const auto config = parseConfig("approvals_unknown = 1\n" + text, "/c.toml", "/home/u");
        QCOMPARE(config.ceiling.user.mode, SandboxMode::ReadOnly);
        QCOMPARE(config.ceiling.user.network, NetworkAccess::Off);
        QVERIFY(config.ceiling.user.writableRoots.empty());
        QVERIFY(config.ceiling.projects.empty());
        QVERIFY(config.elicitationAgents.empty());
        QCOMPARE(config.heuristics, HeuristicSettings{});
        QVERIFY(!config.problems.empty());
        QVERIFY(config.problems.front().starts_with("/c.toml:"));
        QVERIFY(config.problems.front().contains("commands run read-only, without network"));
        QCOMPARE(config.ceiling.note, config.problems.front());
        QVERIFY(!config.problems.front().starts_with("/c.toml:0"));
    }
    void unknownKeysWarnOnly() {
        const auto config = parseConfig("[sandbox]\nnetwork = true\ncolour = \"red\"\n", "/c.toml", "/home/u");
        QCOMPARE(config.ceiling.user.network, NetworkAccess::On);
        QCOMPARE(config.problems.size(), 1U);
        QVERIFY(config.ceiling.note.empty());
        QVERIFY(config.problems.front().starts_with("/c.toml:3: unknown key \"colour\""));
    }
    void someNamesStayProtected_data() {
        QTest::addColumn<std::string>("name");
        for (const char* name : {".git", ".codex", ".exeat", ".agents", ".aws"})
            QTest::newRow(name) << std::string(name);
    }
    void someNamesStayProtected() {
        QFETCH(std::string, name);
        const auto config = parseConfig("[sandbox]\nunprotected_names = [\"" + name + "\"]\n", "/c.toml", "/home/u");
        QVERIFY(config.problems.size() == 1);
        QVERIFY2(config.problems[0].starts_with("/c.toml:2: \"" + name + "\" cannot be opened; ") &&
                     config.problems[0].contains("\".vscode\", \".cursor\", \".claude\", \".gemini\""),
                 config.problems[0].c_str());
    }
    void anAgentsTableOpensNothing() {
        const auto config =
            parseConfig("[sandbox.agent.\"a\"]\nunprotected_names = [\".vscode\"]\n", "/c.toml", "/home/u");
        QVERIFY(config.ceiling.agents.at("a").unprotectedNames.empty());
        QVERIFY(config.problems.size() == 1 && config.problems[0].contains("unknown key \"unprotected_names\""));
    }
    void heuristicsAreOnUntilSwitchedOff() {
        QVERIFY(parseConfig("", "/c.toml", "/home/u").heuristics.enabled);
        const auto config = parseConfig("[heuristics]\nenabled = false\n", "/c.toml", "/home/u");
        QVERIFY(config.problems.empty());
        QVERIFY(!config.heuristics.enabled);
    }
    void anUnknownDangerIsNamed() {
        const auto config = parseConfig("[heuristics]\noff = [\"rm-forse\"]\n", "/c.toml", "/home/u");
        QVERIFY2(config.problems.front().contains("did you mean `rm-force`"), config.problems.front().c_str());
    }
    void aChangeIsSeen() {
        QTemporaryDir folder;
        const std::string file = folder.filePath("config.toml").toStdString();
        ConfigFile config(file, "/home/u");
        QVERIFY(!config.current().ceiling.user.mode);
        std::ofstream(file) << "[sandbox]\nnetwork = true\n";
        QCOMPARE(config.current().ceiling.user.network, NetworkAccess::On);
        std::ofstream(file) << "[sandbox]\nnetwork = what\n";
        QCOMPARE(config.current().ceiling.user.mode, SandboxMode::ReadOnly);
        QVERIFY(QFile::remove(QString::fromStdString(file)));
        QVERIFY(config.current().problems.empty());
    }
    void anUnreadableFileIsTheStrictest() {
        QTemporaryDir folder;
        ConfigFile config(folder.path().toStdString(), "/home/u"); // a folder cannot be read as a file
        QCOMPARE(config.current().ceiling.user.mode, SandboxMode::ReadOnly);
        QVERIFY(!config.current().problems.empty());
    }
};

QTEST_GUILESS_MAIN(TestConfig)
#include "tst_config.moc"
