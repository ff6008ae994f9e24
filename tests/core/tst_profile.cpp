#include "service/sandbox/profile.h"

#include <QTest>

#include <algorithm>

using namespace exeat;

namespace {

bool has(const std::vector<std::string>& list, const std::string& one) {
    return std::ranges::find(list, one) != list.end();
}

RuntimePaths paths() {
    RuntimePaths paths;
    paths.home = "/home/u";
    paths.runtimeFolder = "/tmp/exeat-7";
    paths.configFile = "/home/u/.config/exeat/config.toml";
    paths.stateFolder = "/home/u/.local/state/exeat";
    paths.codexHome = "/home/u/elsewhere/codex";
    paths.programFolder = "/opt/exeat/bin";
    return paths;
}

} // namespace

class TestProfile : public QObject {
    Q_OBJECT
private slots:
    void protectsWhatRunsLater_data() {
        QTest::addColumn<std::string>("path");
        for (const char* path : {"/home/u/.bashrc", "/home/u/.config/autostart", "/home/u/.config/systemd",
                                 "/home/u/.ssh", "/home/u/.config/exeat", "/home/u/elsewhere/codex", "/opt/exeat/bin"})
            QTest::newRow(path) << std::string(path);
    }
    void protectsWhatRunsLater() {
        QFETCH(std::string, path);
        QVERIFY(has(sandboxProfile(paths(), "", {}).readOnlyPaths, path));
    }
    void hidesSocketsAndState_data() {
        QTest::addColumn<std::string>("path");
        for (const char* path : {"/run", "/run/user/7", "/tmp/exeat-7", "/home/u/.local/state/exeat", "/tmp/.X11-unix",
                                 "/tmp/ssh-abc", "/tmp/tmux-7"})
            QTest::newRow(path) << std::string(path);
    }
    void hidesSocketsAndState() {
        QFETCH(std::string, path);
        const auto profile = sandboxProfile(paths(), "/run/user/7", {"/tmp/ssh-abc", "/tmp/tmux-7", "/tmp/notes"});
        QVERIFY(has(profile.hiddenPaths, path));
        QVERIFY(!has(profile.hiddenPaths, "/tmp/notes"));
    }
    void namesBelowEveryRoot() {
        const auto all = sandboxProfile(paths(), "", {});
        for (const char* name :
             {".git", ".codex", ".exeat", ".agents", ".aws", ".vscode", ".cursor", ".claude", ".gemini"})
            QVERIFY2(has(all.protectedNames, name), name);
        QCOMPARE(all.existingNames, (std::vector<std::string>{".mcp.json", ".envrc"}));
        const auto opened = sandboxProfile(paths(), "", {}, {".vscode", ".envrc"});
        QVERIFY(!has(opened.protectedNames, ".vscode") && has(opened.protectedNames, ".cursor"));
        QCOMPARE(opened.existingNames, std::vector<std::string>{".mcp.json"});
        for (const auto& name : openableNames())
            QVERIFY(!has(sandboxProfile(paths(), "", {}, openableNames()).protectedNames, name));
        QVERIFY(has(sandboxProfile(paths(), "", {}, openableNames()).protectedNames, ".git"));
    }
    void environmentInside() {
        const auto off = insideEnvironment({"PATH=/bin", "SSH_AUTH_SOCK=/x", "EXEC_WRAPPER=/evil", "broken", "A=1=2",
                                            "CODEX_SANDBOX_NETWORK_DISABLED=0"},
                                           true);
        QCOMPARE(off, (std::vector<std::string>{"PATH=/bin", "A=1=2", "EXEAT=1", "CODEX_SANDBOX_NETWORK_DISABLED=1"}));
        QVERIFY(!has(insideEnvironment({}, false), "CODEX_SANDBOX_NETWORK_DISABLED=1"));
    }
};

QTEST_GUILESS_MAIN(TestProfile)
#include "tst_profile.moc"
