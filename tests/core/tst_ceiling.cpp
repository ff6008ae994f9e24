#include "service/sandbox/ceiling.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace exeat;

namespace {

CeilingFacts facts(const std::string& project = "/home/u/p") {
    const std::set<std::string> folders = {"/",    "/home",     "/home/u",       "/home/u/p",    "/home/u/p/sub",
                                           "/tmp", "/home/u/q", "/var/tmp/mine", "/home/u/.ssh", "/etc"};
    const auto existing = [folders](const std::string& path) {
        return folders.contains(path) ? std::optional(path) : std::nullopt;
    };
    return {"/home/u", project, "", "codex", existing, existing};
}

using Roots = std::vector<std::string>;

} // namespace

class TestCeiling : public QObject {
    Q_OBJECT
private slots:
    void withoutConfigTheProjectIsWritable() {
        const auto grant = ceilingOf({}, facts());
        QCOMPARE(grant.mode, SandboxMode::WorkspaceWrite);
        QCOMPARE(grant.network, NetworkAccess::Off);
        QCOMPARE(grant.writableRoots, (Roots{"/home/u/p", "/tmp"}));
        QVERIFY(grant.note.empty());
    }
    void tooWideFoldersAreNot_data() {
        QTest::addColumn<std::string>("project");
        for (const char* folder : {"/home/u", "/home", "/", "/etc"})
            QTest::newRow(folder) << std::string(folder);
    }
    void tooWideFoldersAreNot() {
        QFETCH(std::string, project);
        const auto grant = ceilingOf({}, facts(project));
        QCOMPARE(grant.writableRoots, Roots{"/tmp"});
        QVERIFY(grant.note.find("writable_roots") != std::string::npos);
    }
    void theUserMayAllowHome() {
        CeilingSettings settings;
        settings.user.writableRoots = {"/home/u"};
        const auto grant = ceilingOf(settings, facts("/home/u"));
        QCOMPARE(grant.writableRoots, (Roots{"/home/u", "/tmp"}));
        QVERIFY(grant.note.empty());
    }
    void aFolderAroundTheProjectNarrows_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<bool>("network");
        QTest::addColumn<int>("mode");
        const auto narrowed = static_cast<int>(SandboxMode::ReadOnly);
        const auto asTheUsers = static_cast<int>(SandboxMode::WorkspaceWrite);
        QTest::newRow("the folder it lies in") << "/home/u/p" << false << narrowed;
        QTest::newRow("farther up") << "/home" << false << narrowed;
        QTest::newRow("through a link") << "/link" << false << narrowed;
        QTest::newRow("below it") << "/home/u/p/sub/deep" << true << asTheUsers;
        QTest::newRow("beside it") << "/home/u/q" << true << asTheUsers;
        QTest::newRow("a name that begins alike") << "/home/u/p/su" << true << asTheUsers;
    }
    void aFolderAroundTheProjectNarrows() {
        QFETCH(QString, folder);
        QFETCH(bool, network);
        QFETCH(int, mode);
        CeilingSettings settings;
        settings.user.network = NetworkAccess::On;
        settings.projects[folder.toStdString()].network = NetworkAccess::Off;
        settings.projects[folder.toStdString()].mode = SandboxMode::ReadOnly;
        // The agent made /home/u/p/sub/.git.
        auto nested = facts("/home/u/p/sub");
        nested.realFolder = [inner = nested.realFolder](const std::string& path) {
            return path == "/link" ? std::optional<std::string>("/home/u/p") : inner(path);
        };
        auto grant = ceilingOf(settings, nested);
        QCOMPARE(grant.network, network ? NetworkAccess::On : NetworkAccess::Off);
        QCOMPARE(static_cast<int>(grant.mode), mode);
        // Its own word beats that of what lies around it, and only its own may widen.
        settings.projects["/home/u/p/sub"].mode = SandboxMode::FullAccess;
        grant = ceilingOf(settings, nested);
        QCOMPARE(grant.mode, SandboxMode::FullAccess);
        settings.projects.clear();
        settings.projects[folder.toStdString()].mode = SandboxMode::FullAccess;
        QCOMPARE(ceilingOf(settings, nested).mode, SandboxMode::WorkspaceWrite);
    }
    void anAgentsNameOnlyNarrows() {
        CeilingSettings settings;
        settings.user.mode = SandboxMode::ReadOnly;
        settings.agents["codex"].mode = SandboxMode::FullAccess;
        settings.agents["codex"].network = NetworkAccess::On;
        settings.agents["codex"].writableRoots = {"/home/u/q"};
        const auto grant = ceilingOf(settings, facts());
        QCOMPARE(grant.mode, SandboxMode::ReadOnly);
        QCOMPARE(grant.network, NetworkAccess::Off);
        QVERIFY(grant.writableRoots.empty());
        settings.user = {};
        settings.agents["codex"] = {.mode = SandboxMode::ReadOnly,
                                    .network = {},
                                    .writableRoots = {},
                                    .excludeTmp = {},
                                    .excludeTmpdir = {},
                                    .unprotectedNames = {}};
        QCOMPARE(ceilingOf(settings, facts()).mode, SandboxMode::ReadOnly);
    }
    void aProjectMayWiden() {
        CeilingSettings settings;
        settings.projects["/home/u/p"].network = NetworkAccess::On;
        QCOMPARE(ceilingOf(settings, facts()).network, NetworkAccess::On);
        QCOMPARE(ceilingOf(settings, facts("/home/u/q")).network, NetworkAccess::Off);
    }
    void clientsNarrowAndAsk_data() {
        QTest::addColumn<ClientSandbox>("client");
        QTest::addColumn<SandboxMode>("mode");
        QTest::addColumn<bool>("asks");
        const auto client = [](SandboxMode mode, NetworkAccess network, Roots roots, const char* workdir) {
            return ClientSandbox{mode, network, std::move(roots), false, false, workdir};
        };
        const auto row = [](const char* name, const ClientSandbox& value, SandboxMode mode, bool asks) {
            QTest::newRow(name) << value << mode << asks;
        };
        using enum SandboxMode;
        row("read-only", client(ReadOnly, NetworkAccess::Off, {}, "/home/u/p"), ReadOnly, false);
        row("workspace", client(WorkspaceWrite, NetworkAccess::Off, {}, "/home/u/p"), WorkspaceWrite, false);
        row("sub-folder", client(WorkspaceWrite, NetworkAccess::Off, {}, "/home/u/p/sub"), WorkspaceWrite, false);
        row("full access", client(FullAccess, NetworkAccess::On, {}, "/home/u/p"), WorkspaceWrite, true);
        row("network", client(WorkspaceWrite, NetworkAccess::On, {}, "/home/u/p"), WorkspaceWrite, true);
        row("home", client(WorkspaceWrite, NetworkAccess::Off, {"/home/u"}, "/home/u/p"), WorkspaceWrite, true);
        row("sibling", client(WorkspaceWrite, NetworkAccess::Off, {"/home/u/q"}, "/home/u/p"), WorkspaceWrite, true);
    }
    void clientsNarrowAndAsk() {
        QFETCH(ClientSandbox, client);
        QFETCH(SandboxMode, mode);
        QFETCH(bool, asks);
        RunRequest request;
        request.clientSandbox = client;
        const auto fit = fitSandbox({}, facts(), request);
        QCOMPARE(fit.granted.mode, mode);
        QCOMPARE(fit.excess.has_value(), asks);
        QCOMPARE(fit.granted.network, NetworkAccess::Off);
        for (const auto& root : fit.granted.writableRoots)
            QVERIFY(root.starts_with("/home/u/p") || root == "/tmp");
        QVERIFY(!asks || !fit.excess->words.empty());
    }
    void whatEqualsNoSandbox_data() {
        QTest::addColumn<QString>("root");
        QTest::addColumn<bool>("equals");
        for (const char* root : {"/", "/home", "/home/u", "/home/u/.config", "/home/u/.local/bin", "/home/u/bin",
                                 "/etc/cron.d", "/usr/local/bin", "/opt/tool", "/home/u/kept"})
            QTest::newRow(root) << root << true;
        for (const char* root : {"/home/u/q", "/home/u/binary", "/home/u/q/.cache", "/srv/data", "/home/v/q"})
            QTest::newRow(root) << root << false;
    }
    void whatEqualsNoSandbox() {
        QFETCH(QString, root);
        QFETCH(bool, equals);
        CeilingFacts known = facts();
        known.realFolder = [](const std::string& path) { return std::optional(path); };
        known.isProtected = [](const std::string& path) { return path == "/home/u/kept"; };
        RunRequest request;
        request.clientSandbox = ClientSandbox{
            SandboxMode::WorkspaceWrite, NetworkAccess::Off, {root.toStdString()}, false, false, "/home/u/p"};
        const auto fit = fitSandbox({}, known, request);
        QVERIFY(fit.excess.has_value());
        QCOMPARE(fit.excess->equalsNoSandbox, equals);
    }
    void aLinkInPlaceOfTheProjectIsNoRoot() {
        CeilingFacts replaced = facts();
        replaced.realFolder = [](const std::string& path) {
            return std::optional<std::string>(path == "/home/u/p" ? "/home/u/q" : path);
        };
        const auto grant = ceilingOf({}, replaced);
        QCOMPARE(grant.writableRoots, Roots{"/tmp"});
        QVERIFY2(grant.note.starts_with("/home/u/p is not writable") && grant.note.find("link") != std::string::npos,
                 grant.note.c_str());
        // Nor is it asked for in the project's name.
        RunRequest request;
        request.permissions = SandboxPermissions::WorkspaceWrite;
        QVERIFY(!fitSandbox({}, replaced, request).excess);
    }
    void whatSettingsNameIsNoRootThroughAnAgentsLink() {
        CeilingSettings settings;
        settings.user.writableRoots = {"/home/u/q", "/var/tmp/mine", "/missing"};
        CeilingFacts known = facts();
        known.tmpdir = "/var/tmp/mine";
        known.namedFolder = [](const std::string& path) {
            return path == "/home/u/q" || path == "/tmp" ? std::optional(path) : std::nullopt;
        };
        const auto grant = ceilingOf(settings, known);
        QCOMPARE(grant.writableRoots, (Roots{"/home/u/q", "/home/u/p", "/tmp"}));
        QVERIFY2(grant.note.starts_with("/var/tmp/mine, of writable_roots") && !grant.note.contains("/missing"),
                 grant.note.c_str());
    }
    void aNarrowerRootStaysNarrow() {
        RunRequest request;
        request.clientSandbox =
            ClientSandbox{SandboxMode::WorkspaceWrite, NetworkAccess::Off, {}, true, true, "/home/u/p/sub"};
        QCOMPARE(fitSandbox({}, facts(), request).granted.writableRoots, Roots{"/home/u/p/sub"});
    }
    void aRootBelowAnotherStaysOne() {
        CeilingSettings settings;
        settings.user.writableRoots = {"/home/u"};
        QCOMPARE(ceilingOf(settings, facts()).writableRoots, (Roots{"/home/u", "/home/u/p", "/tmp"}));
        // Also when a client names only the one above: what is protected below the project hangs on its root.
        RunRequest request;
        request.clientSandbox =
            ClientSandbox{SandboxMode::WorkspaceWrite, NetworkAccess::Off, {}, true, true, "/home/u"};
        const auto granted = fitSandbox(settings, facts(), request).granted.writableRoots;
        QVERIFY(std::ranges::find(granted, "/home/u/p") != granted.end());
    }
    void protectedPlacesAreNoRoots() {
        CeilingFacts protecting = facts("/home/u/.ssh");
        protecting.isProtected = [](const std::string& path) { return path == "/home/u/.ssh"; };
        const auto grant = ceilingOf({}, protecting);
        QCOMPARE(grant.writableRoots, Roots{"/tmp"});
        QVERIFY(grant.note.find("writable_roots") != std::string::npos);
        CeilingSettings settings;
        settings.user.writableRoots = {"/home/u/.ssh"};
        QCOMPARE(ceilingOf(settings, protecting).writableRoots, (Roots{"/home/u/.ssh", "/tmp"}));
        // A client cannot narrow itself into one, either.
        settings.user.writableRoots = {"/home/u"};
        protecting.projectRoot = "/home/u/p";
        RunRequest request;
        request.clientSandbox =
            ClientSandbox{SandboxMode::WorkspaceWrite, NetworkAccess::Off, {}, true, true, "/home/u/.ssh"};
        const auto fit = fitSandbox(settings, protecting, request);
        QVERIFY(fit.granted.writableRoots.empty());
        QVERIFY(!fit.excess);
    }
    void workspaceWriteFromReadOnlyAsksForNoMore() {
        CeilingSettings settings;
        settings.user.mode = SandboxMode::ReadOnly;
        RunRequest request;
        request.permissions = SandboxPermissions::WorkspaceWrite;
        const auto fit = fitSandbox(settings, facts(), request);
        QCOMPARE(fit.granted.mode, SandboxMode::ReadOnly);
        QVERIFY(fit.excess.has_value());
        QCOMPARE(fit.excess->wanted.mode, SandboxMode::WorkspaceWrite);
        QCOMPARE(fit.excess->wanted.network, NetworkAccess::Off);
        QCOMPARE(fit.excess->wanted.writableRoots, (Roots{"/home/u/p", "/tmp"}));
    }
    void whatIsThereIsNotAsked() {
        RunRequest request;
        request.permissions = SandboxPermissions::WorkspaceWrite;
        QVERIFY(!fitSandbox({}, facts(), request).excess);
        CeilingSettings free;
        free.user.mode = SandboxMode::FullAccess;
        QVERIFY(!fitSandbox(free, facts("/home/u"), request).excess);
        request.permissions = SandboxPermissions::RequireEscalated;
        const auto fit = fitSandbox({}, facts(), request);
        QCOMPARE(fit.excess.value().wanted.mode, SandboxMode::FullAccess);
    }
    void aProjectThatIsNoneIsAskedForByName_data() {
        QTest::addColumn<SandboxMode>("ceiling");
        QTest::addColumn<bool>("network");
        QTest::newRow("beside the network") << SandboxMode::WorkspaceWrite << true;
        QTest::newRow("alone") << SandboxMode::WorkspaceWrite << false;
        QTest::newRow("from read-only") << SandboxMode::ReadOnly << false;
    }
    void aProjectThatIsNoneIsAskedForByName() {
        QFETCH(SandboxMode, ceiling);
        QFETCH(bool, network);
        CeilingSettings settings;
        settings.user.mode = ceiling;
        RunRequest request;
        request.permissions = SandboxPermissions::WorkspaceWrite;
        if (network)
            request.clientSandbox =
                ClientSandbox{SandboxMode::WorkspaceWrite, NetworkAccess::On, {}, false, false, "/tmp"};
        const auto fit = fitSandbox(settings, facts("/home/u"), request);
        QVERIFY(fit.excess.has_value());
        QCOMPARE(fit.excess->extraRoots, Roots{"/home/u"});
        QCOMPARE(fit.excess->wanted.writableRoots, (Roots{"/tmp", "/home/u"}));
        QVERIFY2(fit.excess->words.contains("/home/u"), fit.excess->words.c_str());
        QVERIFY(fit.excess->equalsNoSandbox);
    }
    void whatARuleCallsTheWorkspace_data() {
        QTest::addColumn<SandboxMode>("mode");
        QTest::addColumn<Roots>("granted");
        QTest::addColumn<Roots>("roots");
        QTest::newRow("the call's own") << SandboxMode::WorkspaceWrite << Roots{"/home/u/p/sub"}
                                        << Roots{"/home/u/p/sub"};
        QTest::newRow("of a call that writes nothing")
            << SandboxMode::ReadOnly << Roots{} << Roots{"/home/u/p", "/tmp"};
        QTest::newRow("of a call without a sandbox")
            << SandboxMode::FullAccess << Roots{} << Roots{"/home/u/p", "/tmp"};
    }
    void whatARuleCallsTheWorkspace() {
        QFETCH(SandboxMode, mode);
        QFETCH(Roots, granted);
        const auto workspace = ruleWorkspace({}, facts(), {mode, NetworkAccess::Off, granted, {}});
        QCOMPARE(workspace.mode, SandboxMode::WorkspaceWrite);
        QTEST(workspace.writableRoots, "roots");
    }
    /** What a session would not write, a rule that names no folder does not let a program write. */
    void aFolderTooWideIsNoWorkspace() {
        const auto workspace = ruleWorkspace({}, facts("/home/u"), {SandboxMode::ReadOnly, NetworkAccess::Off, {}, {}});
        QCOMPARE(workspace.writableRoots, Roots{"/tmp"});
    }
    void aPersonIsNotBound() {
        CeilingSettings settings;
        settings.user.mode = SandboxMode::ReadOnly;
        RunRequest request;
        request.personMode = SandboxMode::FullAccess;
        const auto fit = fitSandbox(settings, facts(), request);
        QVERIFY(!fit.excess);
        QCOMPARE(fit.granted.mode, SandboxMode::FullAccess);
    }
    void protectionsAreInEverySpec() {
        SandboxProfile profile{{".git"}, {"/home/u/.bashrc"}, {"/run"}, {".envrc"}};
        const auto spec = specOf(ceilingOf({}, facts()), profile);
        QCOMPARE(spec.protectedNames, profile.protectedNames);
        QCOMPARE(spec.existingNames, profile.existingNames);
        QCOMPARE(spec.readOnlyPaths, profile.readOnlyPaths);
        QCOMPARE(spec.hiddenPaths, profile.hiddenPaths);
        QVERIFY(spec.shownLinks.empty());
        QCOMPARE(specOf({SandboxMode::ReadOnly, NetworkAccess::On, {}, {}}, profile).shownLinks,
                 std::vector<std::string>{"/etc/resolv.conf"});
        QVERIFY(specOf({SandboxMode::ReadOnly, NetworkAccess::Off, {"/x"}, {}}, profile).writableRoots.empty());
    }
    void namesAreOpenedForAllOrOneProject() {
        CeilingSettings settings;
        settings.user.unprotectedNames = {".vscode"};
        settings.projects["/home/u/p"].unprotectedNames = {".claude"};
        settings.agents["codex"].unprotectedNames = {".cursor"}; // config.toml cannot say so, and it would not count
        QCOMPARE(unprotectedNames(settings, "/home/u/p"), (std::vector<std::string>{".vscode", ".claude"}));
        QCOMPARE(unprotectedNames(settings, "/home/u/q"), std::vector<std::string>{".vscode"});
    }
};

QTEST_GUILESS_MAIN(TestCeiling)
#include "tst_ceiling.moc"
