#include "service/mcp/sandboxstate.h"
#include "tests/mcp/fuzztargets.h"

#include <QTest>

using namespace exeat;
using namespace exeat::mcp;

namespace {

std::string summary(const ClientSandbox& sandbox) {
    const char* modes[] = {"read-only", "write", "full"};
    std::string text = modes[static_cast<int>(sandbox.mode)];
    if (sandbox.network == NetworkAccess::On)
        text += " net";
    for (const std::string& root : sandbox.writableRoots)
        text += " " + root;
    if (sandbox.excludeTmp)
        text += " -tmp";
    if (sandbox.excludeTmpdir)
        text += " -tmpdir";
    return text + " @" + sandbox.workdir;
}

} // namespace

class TestSandboxState : public QObject {
    Q_OBJECT

private slots:
    void updates_data() {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QString>("expected"); // empty = refused
        const auto row = [](const char* name, const char* params, const char* expected) {
            QTest::newRow(name) << QByteArray(params) << expected;
        };
        row("read-only", R"({"sandboxPolicy":{"type":"read-only"},"sandboxCwd":"/p"})", "read-only @/p");
        row("write", R"({"sandboxPolicy":{"type":"workspace-write"},"sandboxCwd":"/p"})", "write /p @/p");
        row("all fields",
            R"({"sandboxPolicy":{"type":"workspace-write","writable_roots":["/a/../b"],"network_access":true,)"
            R"("exclude_slash_tmp":true,"exclude_tmpdir_env_var":true},"sandboxCwd":"/p","codexLinuxSandboxExe":"/evil"})",
            "write net /b /p -tmp -tmpdir @/p");
        row("relative folder", R"({"sandboxPolicy":{"type":"read-only"},"sandboxCwd":"x"})", "read-only @/agent/x");
        row("full", R"({"sandboxPolicy":{"type":"danger-full-access"},"sandboxCwd":"/p"})", "full net @/p");
        row("external",
            R"({"sandboxPolicy":{"type":"external-sandbox","network_access":"restricted"},"sandboxCwd":"/p"})",
            "full @/p");
        row("unknown", R"({"sandboxPolicy":{"type":"other"},"sandboxCwd":"/p"})", "");
        row("no policy", R"({"sandboxCwd":"/p"})", "");
        row("no folder", R"({"sandboxPolicy":{"type":"read-only"}})", "");
        row("relative root", R"({"sandboxPolicy":{"type":"workspace-write","writable_roots":["a"]},"sandboxCwd":"/p"})",
            "");
        row("roots no list", R"({"sandboxPolicy":{"type":"workspace-write","writable_roots":"/a"},"sandboxCwd":"/p"})",
            "");
        row("empty", "{}", "");
        row("NUL", R"({"sandboxPolicy":{"type":"read-only"},"sandboxCwd":"/p\u0000q"})", "");
    }
    void updates() {
        QFETCH(QByteArray, params);
        QFETCH(QString, expected);
        const auto sandbox = parseSandboxUpdate(Json::parse(params.toStdString()), "/agent");
        QCOMPARE(sandbox ? QString::fromStdString(summary(*sandbox)) : QString(), expected);
    }
    void calls_data() {
        QTest::addColumn<QByteArray>("profile");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* profile, const char* expected) {
            QTest::newRow(name) << QByteArray(profile) << expected;
        };
        const char* narrowest = "read-only @/p q";
        row("disabled", R"({"type":"disabled"})", "full net @/p q");
        row("external", R"({"type":"external","network":"restricted"})", "full @/p q");
        row("unrestricted", R"({"type":"managed","file_system":{"type":"unrestricted"},"network":"enabled"})",
            "full net @/p q");
        row("read",
            R"({"type":"managed","file_system":{"type":"restricted","entries":[)"
            R"({"path":{"type":"special","value":{"kind":"root"}},"access":"read"}]},"network":"restricted"})",
            narrowest);
        row("write",
            R"({"type":"managed","file_system":{"type":"restricted","entries":[)"
            R"({"path":{"type":"path","path":"/x"},"access":"write"},)"
            R"({"path":{"type":"special","value":{"kind":"slash_tmp"}},"access":"write"}]},"network":"enabled"})",
            "write net /x -tmpdir @/p q");
        row("workspace",
            R"({"type":"managed","file_system":{"type":"restricted","entries":[)"
            R"({"path":{"type":"special","value":{"kind":"workspace_roots"}},"access":"write"}]}})",
            "write /p q -tmp -tmpdir @/p q");
        row("a deny is more than we can carry out",
            R"({"type":"managed","file_system":{"type":"restricted","entries":[)"
            R"({"path":{"type":"path","path":"/x"},"access":"write"},)"
            R"({"path":{"type":"path","path":"/x/secret"},"access":"deny"}]},"network":"enabled"})",
            narrowest);
        row("unknown place",
            R"({"type":"managed","file_system":{"type":"restricted","entries":[)"
            R"({"path":{"type":"special","value":{"kind":"moon"}},"access":"write"}]}})",
            narrowest);
        row("unknown profile", R"({"type":"future"})", narrowest);
        row("no profile", R"([])", narrowest);
    }
    void calls() {
        QFETCH(QByteArray, profile);
        QFETCH(QString, expected);
        const Json state{{"permissionProfile", Json::parse(profile.toStdString())},
                         {"sandboxCwd", "file:///p%20q"},
                         {"codexLinuxSandboxExe", "/evil"}};
        for (const char* key : {"codex/sandbox-state", "codex/sandbox-state-meta"}) {
            const auto sandbox = parseCallSandbox({{key, state}}, "/agent");
            QVERIFY(sandbox.has_value());
            QCOMPARE(QString::fromStdString(summary(*sandbox)), expected);
        }
    }
    void absentMeansNothingAndNonsenseTheNarrowest() {
        QVERIFY(!parseCallSandbox({{"progressToken", 1}}, "/agent"));
        for (const char* text :
             {"null", "3", "{}", "{\"sandboxCwd\":\"file:/\\/far/x\",\"permissionProfile\":{\"type\":\"disabled\"}}"}) {
            const auto sandbox = parseCallSandbox({{"codex/sandbox-state", Json::parse(text)}}, "/agent");
            QVERIFY(sandbox.has_value());
            QCOMPARE(summary(*sandbox), std::string("read-only @/agent"));
        }
    }
    void corpus() { QVERIFY(test::replay(CORPUS_FOLDER, test::fuzzSandboxState) >= 5); }
};

QTEST_GUILESS_MAIN(TestSandboxState)
#include "tst_sandboxstate.moc"
