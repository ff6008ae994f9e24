#include "service/gate/resolve/commandresolver.h"
#include "service/gate/resolve/environment.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace exeat;
using namespace exeat::gate;

namespace {

Resolution proven(const ClaimedCommand& claim, const ResolveContext& context) {
    const auto resolver = CommandResolver::create();
    Resolution resolution = resolver->glance(claim, context);
    resolver->prove(resolution, context);
    return resolution;
}

} // namespace

class TestResolve : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void walk_data();
    void walk();
    void dotDotStaysBelowRoot();
    void resolve_data();
    void resolve();
    void swappedDirectory();
    void deletedWorkdir();
    void interpreters();
    void binding_data();
    void binding();
    void environment_data();
    void environment();

private:
    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    QTemporaryDir m_folder{QStringLiteral("/var/tmp/exeat-resolve-XXXXXX")};
};

void TestResolve::initTestCase() {
    namespace fs = std::filesystem;
    QVERIFY2(::geteuid() == 0, "files owned by root are needed: run this test as root");
    for (const char* name : {"ws", "ws/bin", "group", "root"})
        fs::create_directory(path(name));
    for (const char* name : {"ws/git", "ws/bin/tool", "group/git", "root/git", "root/writable"})
        fs::copy_file("/bin/true", path(name));
    fs::permissions(path("group"), fs::perms(0775));
    fs::permissions(path("root/writable"), fs::perms(0777));
    fs::create_symlink("/usr/bin/env", path("ws/git-link"));
    fs::create_symlink("git", path("root/alias"));
    fs::create_symlink("loop", path("root/loop"));
    fs::create_symlink(path("root"), path("ws/dirlink"));
}

void TestResolve::walk_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<int>("origin"); // -1: an obstacle
    const int unplantable = int(FileOrigin::Unplantable);
    const int user = int(FileOrigin::UserOwned);
    const int agent = int(FileOrigin::AgentWritable);
    QTest::newRow("system program") << "/usr/bin/env" << QStringList{"env"} << unplantable;
    QTest::newRow("merged /usr") << "/bin/true" << QStringList{"true"} << unplantable;
    QTest::newRow("file in workspace") << "@ws/git" << QStringList{"git"} << agent;
    QTest::newRow("link in workspace to a system program") << "@ws/git-link" << QStringList{"git-link", "env"} << agent;
    QTest::newRow("through a folder link in the workspace") << "@ws/dirlink/git" << QStringList{"git"} << agent;
    QTest::newRow("below a sticky folder") << "@root/git" << QStringList{"git"} << user;
    QTest::newRow("root's file below a group-writable folder") << "@group/git" << QStringList{"git"} << user;
    QTest::newRow("relative link") << "@root/alias" << QStringList{"alias", "git"} << user;
    QTest::newRow("dots") << "@root/../root/./git" << QStringList{"git"} << user;
    QTest::newRow("link to itself") << "@root/loop" << QStringList{"loop"} << -1;
    QTest::newRow("missing") << "@root/missing" << QStringList{"missing"} << -1;
    QTest::newRow("file as folder") << "@root/git/x" << QStringList{"x"} << -1;
    QTest::newRow("folder") << "/usr/bin" << QStringList{"bin"} << -1;
    QTest::newRow("/proc/self/exe") << "/proc/self/exe" << QStringList{"exe"} << -1;
    QTest::newRow("/dev/fd") << "/dev/fd/3" << QStringList{"3"} << -1;
    QTest::newRow("relative") << "bin/true" << QStringList{"true"} << -1;
    QTest::newRow("empty") << "" << QStringList{} << -1;
}

void TestResolve::walk() {
    QFETCH(QString, file);
    QFETCH(QStringList, names);
    QFETCH(int, origin);
    file.replace("@", m_folder.path() + "/");
    const auto root = openOwnRoot();
    const WritableRoots ever({path("ws")});
    const WalkedPath walked = walkPath(*root, file.toStdString());
    QStringList got;
    for (const std::string& name : walked.names)
        got.append(QString::fromStdString(name));
    QCOMPARE(got, names);
    QCOMPARE(walked.obstacle ? -1 : int(originOf(walked, ever, {})), origin);
    if (!walked.obstacle) {
        struct stat facts = {};
        QCOMPARE(::stat(file.toStdString().c_str(), &facts), 0);
        QCOMPARE(walked.identity(), identityOf(facts));
        QCOMPARE(walked.realPath, std::filesystem::canonical(file.toStdString()).string());
    }
}

void TestResolve::dotDotStaysBelowRoot() {
    const UniqueFd root(::open(path("root").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    const WalkedPath walked = walkPath(root, "/../../../git");
    QVERIFY(!walked.obstacle);
    QCOMPARE(walked.realPath, std::string("/git"));
    QVERIFY(walkPath(root, "/../../usr/bin/env").obstacle.has_value());
}

void TestResolve::resolve_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("workdir"); // what is claimed; the caller (we) really is in @ws
    QTest::addColumn<bool>("escalatable");
    QTest::addColumn<QString>("resolved");
    QTest::newRow("absolute") << "/usr/bin/env" << "@ws" << true << "/usr/bin/env";
    QTest::newRow("relative to the claimed folder") << "bin/tool" << "@ws" << true << "@ws/bin/tool";
    QTest::newRow("another folder claimed") << "git" << "@root" << false << "@root/git";
    QTest::newRow("folder by another name") << "./git" << "@root/../ws" << true << "@ws/./git";
    QTest::newRow("no folder") << "git" << "" << false << "/git";
    QTest::newRow("a file as folder") << "git" << "@ws/git" << false << "@ws/git/git";
    QTest::newRow("relative folder") << "git" << "ws" << false << "ws/git";
    QTest::newRow("/proc/self/exe") << "/proc/self/exe" << "@ws" << false << "/proc/self/exe";
    QTest::newRow("not executable") << "/etc/passwd" << "@ws" << false << "/etc/passwd";
    QTest::newRow("empty") << "" << "@ws" << false << "";
}

void TestResolve::resolve() {
    QFETCH(QString, file);
    QFETCH(QString, workdir);
    QFETCH(bool, escalatable);
    QFETCH(QString, resolved);
    workdir.replace("@", m_folder.path() + "/");
    resolved.replace("@", m_folder.path() + "/");
    QVERIFY(::chdir(path("ws").c_str()) == 0);
    ClaimedCommand claim;
    claim.file = file.toStdString();
    claim.workdir = workdir.toStdString();
    claim.argv = {"x"};
    const Resolution resolution = proven(claim, {::getpid(), {}, {}});
    QVERIFY2(resolution.obstacle.empty() == escalatable, resolution.obstacle.c_str());
    QCOMPARE(QString::fromStdString(resolution.command.file), resolved);
    QCOMPARE(resolution.execPath, file.isEmpty() ? std::string() : claim.file);
    const Resolution unknown = proven(claim, {0, {}, {}});
    QVERIFY(!unknown.obstacle.empty());
}

void TestResolve::swappedDirectory() {
    namespace fs = std::filesystem;
    const std::string here = path("here");
    fs::create_directory(here);
    fs::copy_file("/bin/true", here + "/git");
    QVERIFY(::chdir(here.c_str()) == 0);
    fs::rename(here, path("moved"));
    fs::create_directory(here);
    fs::copy_file("/bin/true", here + "/git");
    ClaimedCommand claim{"./git", {"git"}, {}, here};
    const auto resolution = proven(claim, {::getpid(), {}, {}});
    QVERIFY(!resolution.obstacle.empty());
}

void TestResolve::deletedWorkdir() {
    const std::string gone = path("gone");
    std::filesystem::create_directory(gone);
    QVERIFY(::chdir(gone.c_str()) == 0);
    std::filesystem::remove(gone);
    ClaimedCommand claim{"/usr/bin/env", {"env"}, {}, gone};
    const auto resolution = proven(claim, {::getpid(), {}, {}});
    QVERIFY(!resolution.obstacle.empty());
    QCOMPARE(resolution.command.names, std::vector<std::string>{"env"});
    QVERIFY(::chdir("/") == 0);
}

void TestResolve::interpreters() {
    const auto make = [&](const char* name, const std::string& text) {
        std::ofstream(path(name)) << text;
        ::chmod(path(name).c_str(), 0755);
        QVERIFY(::chdir("/") == 0);
    };
    const auto resolveFile = [&](const char* name) {
        ClaimedCommand claim{path(name), {name}, {}, "/"};
        return proven(claim, {::getpid(), {}, {}});
    };
    struct stat dash = {};
    struct stat bash = {};
    QCOMPARE(::stat("/bin/sh", &dash) + ::stat("/bin/bash", &bash), 0);
    make("script", "#! /bin/sh -e\n");
    make("chain", "#!" + path("script") + "\n");
    make("plain", "echo hello\n");
    make("self", "#!" + path("self") + "\n");
    make("lost", "#!/no/such/thing\n");
    make("nothing", "#!\n");
    QCOMPARE(resolveFile("script").command.runsAs, identityOf(dash));
    QCOMPARE(resolveFile("chain").command.runsAs, identityOf(dash));
    QVERIFY(resolveFile("chain").script);
    QCOMPARE(resolveFile("plain").command.runsAs, identityOf(bash));
    QCOMPARE(resolveFile("plain").form, ExecForm::ShellText);
    make("relative", "#!bin/sh\n");
    make("writable", "#!" + path("ws/git") + "\n");
    make("ws/script", "#!/bin/sh\n");
    make("ws/nested", "#!" + path("ws/script") + "\n");
    const auto resolveWith = [&](const char* name) {
        ClaimedCommand claim{path(name), {name}, {}, "/"};
        return proven(claim, {::getpid(), WritableRoots({path("ws")}), {}});
    };
    QVERIFY(resolveWith("writable").agentsInterpreter);
    QVERIFY(!resolveWith("script").agentsInterpreter);
    QVERIFY2(!resolveWith("ws/nested").obstacle.empty(), "a script of the agent as interpreter");
    for (const char* bad : {"relative", "self", "lost", "nothing"})
        QVERIFY2(!resolveFile(bad).obstacle.empty(), bad);
}

void TestResolve::binding_data() {
    using gate::ScriptBinding;
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("binding");
    QTest::newRow("the user's, as it is") << "@home/tool" << int(ScriptBinding::AsCalled);
    QTest::newRow("the user's, by the user's link") << "@home/link" << int(ScriptBinding::ByRealPath);
    QTest::newRow("the user's, by an agent's link") << "@agent/link" << int(ScriptBinding::ByRealPath);
    QTest::newRow("the user's, by an agent's folder link") << "@agent/homelink/tool" << int(ScriptBinding::ByRealPath);
    QTest::newRow("..") << "@agent/../home/tool" << int(ScriptBinding::ByRealPath);
    QTest::newRow("an agent's") << "@agent/tool" << int(ScriptBinding::ByContent);
    QTest::newRow("an agent's, by the user's link") << "@home/agents" << int(ScriptBinding::ByContent);
    QTest::newRow("two names") << "@home/twice" << int(ScriptBinding::ByContent);
    QTest::newRow("text without #!") << "@agent/text" << int(ScriptBinding::ByContent);
    QTest::newRow("a binary") << "@agent/binary" << int(ScriptBinding::AsCalled);
    QTest::newRow("the system's") << "/usr/bin/ldd" << int(ScriptBinding::AsCalled);
}

void TestResolve::binding() {
    namespace fs = std::filesystem;
    QFETCH(QString, file);
    QFETCH(int, binding);
    QTemporaryDir folder;
    const auto at = [&](const char* name) { return folder.filePath(name).toStdString(); };
    fs::create_directory(at("home"));
    fs::create_directory(at("agent"));
    for (const char* name : {"home/tool", "home/twice", "agent/tool", "agent/text"}) {
        std::ofstream(at(name)) << (std::string_view(name).ends_with("text") ? "true\n" : "#!/bin/sh\ntrue\n");
        QCOMPARE(::chmod(at(name).c_str(), 0755), 0);
    }
    fs::copy_file("/bin/true", at("agent/binary"));
    fs::create_hard_link(at("home/twice"), at("agent/other-name"));
    fs::create_symlink(at("home/tool"), at("home/link"));
    fs::create_symlink(at("home/tool"), at("agent/link"));
    fs::create_directory_symlink(at("home"), at("agent/homelink"));
    fs::create_symlink(at("agent/tool"), at("home/agents"));
    file.replace("@", folder.path() + "/");
    QVERIFY(::chdir("/") == 0);
    ClaimedCommand claim{file.toStdString(), {"x"}, {}, "/"};
    const auto resolution = proven(claim, {::getpid(), WritableRoots({at("agent")}), {}});
    QVERIFY2(resolution.obstacle.empty(), resolution.obstacle.c_str());
    QCOMPARE(int(resolution.binding), binding);
    QCOMPARE(resolution.execPath,
             resolution.binding == gate::ScriptBinding::AsCalled ? claim.file : resolution.command.realPath);
}

void TestResolve::environment_data() {
    QTest::addColumn<QString>("claimed");
    QTest::addColumn<QString>("passed");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("outside"); // "-" = not there
    QTest::addColumn<bool>("dropped");
    QTest::newRow("login value stays") << "PATH=/evil" << "" << "PATH" << "/bin" << true;
    QTest::newRow("named by a rule") << "PATH=/mine" << "PATH" << "PATH" << "/mine" << false;
    QTest::newRow("short list") << "LANG=fr" << "" << "LANG" << "fr" << false;
    QTest::newRow("LC_*") << "LC_ALL=C" << "" << "LC_ALL" << "C" << false;
    QTest::newRow("locale that is a path") << "LANG=/tmp/x" << "" << "LANG" << "de" << true;
    QTest::newRow("zone of the system") << "TZ=Europe/Berlin" << "" << "TZ" << "Europe/Berlin" << false;
    QTest::newRow("zone that is a file") << "TZ=:/tmp/x" << "" << "TZ" << "-" << true;
    QTest::newRow("unset stays unset") << "SHLVL=1" << "" << "LANG" << "-" << false;
    QTest::newRow("loader") << "LD_PRELOAD=x" << "LD_PRELOAD" << "LD_PRELOAD" << "-" << true;
    QTest::newRow("tunables") << "GLIBC_TUNABLES=x" << "GLIBC_TUNABLES" << "GLIBC_TUNABLES" << "-" << true;
    QTest::newRow("function") << "BASH_FUNC_f%%=() { :; }" << "" << "BASH_FUNC_f%%" << "-" << true;
    QTest::newRow("same as the run's") << "AGENT=1" << "" << "AGENT" << "-" << false;
    QTest::newRow("changed by the script") << "AGENT=2" << "" << "AGENT" << "-" << true;
    QTest::newRow("ours is no news") << "SHLVL=7" << "" << "SHLVL" << "-" << false;
}

void TestResolve::environment() {
    QFETCH(QString, claimed);
    QFETCH(QString, passed);
    QFETCH(QString, name);
    QFETCH(QString, outside);
    QFETCH(bool, dropped);
    const std::vector<std::string> login = {"PATH=/bin", "LANG=de"};
    const std::vector<std::string> run = {"AGENT=1"};
    const std::vector<std::string> claim = {claimed.toStdString()};
    const auto result = outsideEnvironment({login, run, claim}, {passed.toStdString()}, "/w");
    const std::string* found = findVariable(result.complete, name.toStdString());
    QCOMPARE(found != nullptr ? QString::fromStdString(*found) : QStringLiteral("-"),
             outside == "-" ? QStringLiteral("-") : QString(name + "=" + outside));
    QCOMPARE(!result.dropped.empty(), dropped);
    QCOMPARE(*findVariable(result.complete, "PWD"), std::string("PWD=/w"));
}

QTEST_GUILESS_MAIN(TestResolve)
#include "tst_resolve.moc"
