#include "tests/sandbox/sandboxbench.h"

#include <QProcess>
#include <QtTest>

#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

using namespace exeat;
using exeat::test::Bench;

namespace {

/** Names below `folder`, for "nothing was left behind". */
QStringList tree(const std::string& folder) {
    QStringList names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        names += QString::fromStdString(entry.path().lexically_relative(folder).string());
    names.sort();
    return names;
}

void shell(const std::string& script) {
    QProcess process;
    process.start(QStringLiteral("/bin/bash"), {QStringLiteral("-ec"), QString::fromStdString(script)});
    QVERIFY(process.waitForFinished());
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
}

} // namespace

/** What a run may write, what it may not, and what it may not even see. */
class TestSandboxFiles : public QObject {
    Q_OBJECT

private slots:
    void writing_data();
    void writing();
    void missingNamesLeaveNothing();
    void nextRunTakesOver();
    void freshProtection();
    void concurrentRunsShareProtection();
    void placeholderThatWasFilledStays();
    void parentOfRootCannotBeSwapped();
    void worktree();
    void leasedPointer();
    void linkedName();
    void existingNames();
    void rootBehindLinkIsRefused();
    void readOnlyPaths();
    void hidden();
    void shownFromHidden();
    void readOnlyModeWritesNothing();
    void recreatedRootIsWritable();
};

void TestSandboxFiles::writing_data() {
    QTest::addColumn<QString>("script");
    QTest::addColumn<bool>("works");
    const auto row = [](const char* name, const char* script, bool works) { QTest::newRow(name) << script << works; };
    row("write inside", "echo x > f && mkdir -p a/b && mv a c && rm -r c", true);
    row("move between folders", "mkdir a b && touch a/f && mv a/f b/f", true);
    row("hard link", "touch f && ln f g", true);
    row("dev null", "echo x > /dev/null", true);
    row("shared memory", "echo x > /dev/shm/f", true);
    row("own proc", "echo 600 > /proc/self/oom_score_adj", true);
    row("heredoc", "cat <<< x", true);
    row("deeper .git", "mkdir -p sub/.git && touch sub/.git/config", true);
    row("pseudo terminal", "script -qc true /dev/null", true);
    row("pipes and process substitution", "cat <(echo x) | cat > >(cat)", true);
    row("outside", "echo x > $OUT/f", false);
    row("outside by mkdir", "mkdir $OUT/d", false);
    row("chmod outside", "chmod 700 $OUT", false);
    row("remove outside", "rmdir $OUT", false);
    row("touch outside", "touch $OUT", false);
    row("tmp", "echo x > /tmp/exeat-sandbox-must-not-be", false);
    row("device folder", "touch /dev/f", false);
    row("the sandbox's own empty folder", "touch /dev/.exeat/folder/f", false);
    row("the sandbox's own empty file", "echo x > /dev/.exeat/file", false);
    row("sysctl", "echo core > /proc/sys/kernel/core_pattern", false);
    row("sysrq", "echo h > /proc/sysrq-trigger", false);
    row("existing .git", "touch .codex/x", false);
    row("existing file in .codex", "echo x >> .codex/rules", false);
    row("rename existing", "mv .codex old", false);
    row("rename over existing", "mkdir n && mv -T n .codex", false);
    row("remove existing", "rm -rf .codex; ! [ -e .codex/rules ]", false);
    row("missing: mkdir", "mkdir .git", false);
    row("missing: file", "echo x > .git", false);
    row("missing: inside", "touch .git/config", false);
    row("missing: rename over", "mkdir n && mv -T n .git", false);
    row("missing: symlink", "ln -sfT sub .git", false);
    row("missing: rmdir", "rmdir .git", false);
    row("rename the root", "mv $WS $WS.old", false);
}

void TestSandboxFiles::writing() {
    QFETCH(QString, script);
    QFETCH(bool, works);
    Bench bench;
    shell("cd " + bench.workspace() + "; mkdir .codex sub; echo rule > .codex/rules");
    const auto outcome = bench.run(bench.spec(), script.toStdString());
    QVERIFY2(outcome.status.has_value(), outcome.error.c_str());
    QVERIFY2((outcome.status->code == 0) == works, outcome.output.c_str());
    QCOMPARE(readFile(bench.workspace() + "/.codex/rules", 100).value_or(""), std::string("rule\n"));
    QVERIFY(!QFile::exists(QString::fromStdString(bench.workspace() + "/.git")));
    QVERIFY(tree(bench.outside()).isEmpty());
}

void TestSandboxFiles::missingNamesLeaveNothing() {
    Bench bench;
    const auto outcome = bench.run(bench.spec(), "ls -A; ls -A .git");
    QCOMPARE(outcome.output, std::string(".agents\n.aws\n.codex\n.exeat\n.git\n"));
    QVERIFY(tree(bench.workspace()).isEmpty());
    QCOMPARE(tree(bench.stateFolder() + "/placeholders"), QStringList{QStringLiteral("lock")});
    auto started = bench.start(bench.spec(), "true");
    QVERIFY(started.has_value());
    QVERIFY(!tree(bench.workspace()).isEmpty());
    Bench::finish(std::move(*started));
    QVERIFY(bench.pool().tidy().has_value());
    QVERIFY(!tree(bench.workspace()).isEmpty()); // kept for the next run
    QTRY_VERIFY(!bench.pool().tidy().has_value());
    QVERIFY(tree(bench.workspace()).isEmpty());
}

void TestSandboxFiles::nextRunTakesOver() {
    Bench bench;
    auto first = bench.start(bench.spec(), "true");
    QVERIFY(first.has_value());
    Bench::finish(std::move(*first));
    QVERIFY(bench.pool().tidy().has_value());
    const QFileInfo git(QString::fromStdString(bench.workspace() + "/.git"));
    const auto made = git.lastModified();
    auto second = bench.start(bench.spec(), "mkdir .git 2>/dev/null || touch .git/x 2>/dev/null || echo held");
    QVERIFY(second.has_value());
    QCOMPARE(Bench::finish(std::move(*second)).output, std::string("held\n"));
    QCOMPARE(QFileInfo(git.filePath()).lastModified(), made);
    QTRY_VERIFY(!bench.pool().tidy().has_value());
    QVERIFY(tree(bench.workspace()).isEmpty());
}

/** What came into being since the sandbox was built. */
void TestSandboxFiles::freshProtection() {
    Bench bench;
    QVERIFY(bench.run(bench.spec(), "true").ok());
    shell("cd " + bench.workspace() + " && mkdir .git && echo a > .git/config");
    QVERIFY(!bench.run(bench.spec(), "echo b > .git/config").ok());
    shell("cd " + bench.workspace() + " && rm -r .git && mkdir .git");
    QVERIFY(!bench.run(bench.spec(), "echo b > .git/config").ok());
    QVERIFY(QFile::exists(QString::fromStdString(bench.workspace() + "/.git")));
}

void TestSandboxFiles::concurrentRunsShareProtection() {
    Bench bench;
    auto gate = makePipe();
    QVERIFY(gate.has_value());
    auto longer = bench.start(bench.spec(), "read -u 5; mkdir .git 2>/dev/null && echo hole; touch .git/x && echo hole",
                              {{gate->read.get(), 5}});
    QVERIFY(longer.has_value());
    gate::SandboxPool second("/usr/bin/bwrap", test::programFolder() + "/exeat-zygote-test"); // of another session
    for (int i = 0; i < 3; ++i)
        QVERIFY(bench.run(bench.spec(), "true").ok());
    gate::InsideStart start;
    start.spec = bench.spec();
    start.argv = {"/bin/true"};
    start.workdir = "/";
    for (UniqueFd* fd : {&start.input, &start.output, &start.error})
        *fd = UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC));
    auto other = second.start(std::move(start));
    QVERIFY2(other.has_value(), other ? "" : other.error().text.c_str());
    int words[2] = {};
    QCOMPARE(::read(other->status.get(), words, sizeof words), static_cast<ssize_t>(sizeof words));
    second.settle();
    QVERIFY(QFile::exists(QString::fromStdString(bench.workspace() + "/.git")));
    gate->write.reset();
    const auto outcome = Bench::finish(std::move(*longer));
    QVERIFY2(!outcome.output.contains("hole"), outcome.output.c_str());
    // Neither pool has a loop here that would notice the very end of its runs.
    const auto settled = [&] {
        second.settle();
        bench.pool().settle();
        return tree(bench.workspace()).isEmpty();
    };
    QTRY_VERIFY(settled());
}

void TestSandboxFiles::placeholderThatWasFilledStays() {
    Bench bench;
    auto gate = makePipe();
    auto started = bench.start(bench.spec(), "read -u 5; cat .git/config", {{gate->read.get(), 5}});
    QVERIFY(started.has_value());
    shell("echo mine > " + bench.workspace() + "/.git/config"); // the user, or an escalated git init
    gate->write.reset();
    QCOMPARE(Bench::finish(std::move(*started)).output, std::string("mine\n"));
    bench.pool().settle();
    QCOMPARE(tree(bench.workspace()), (QStringList{QStringLiteral(".git"), QStringLiteral(".git/config")}));
}

void TestSandboxFiles::parentOfRootCannotBeSwapped() {
    Bench bench;
    const std::string inner = bench.workspace() + "/a/b/project";
    shell("mkdir -p " + inner);
    auto spec = bench.spec();
    spec.writableRoots.push_back(inner);
    for (const char* script : {"mv a x", "mv a/b a/x", "mv a/b/project a/b/x", "rm -rf a; ! [ -d a/b/project ]"})
        QVERIFY2(!bench.run(spec, script).ok(), script);
    QVERIFY(!bench.run(spec, "mkdir a/b/project/.git").ok());
    QVERIFY(bench.run(spec, "touch a/f a/b/f a/b/project/f").ok());
}

void TestSandboxFiles::worktree() {
    Bench bench;
    shell("cd " + bench.workspace() +
          "; mkdir tree; export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b "
          "GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b; git init -q main; cd main; git commit -q --allow-empty -m x; "
          "git worktree add -q ../tree");
    auto spec = bench.spec();
    spec.writableRoots.push_back(bench.workspace() + "/tree");
    QVERIFY(bench.run(spec, "cd tree && git status && touch f").ok());
    for (const char* script : {"echo x >> tree/.git", "echo x > main/.git/worktrees/tree/HEAD",
                               "echo x >> main/.git/config", "mv main m", "mv tree/.git tree/g"})
        QVERIFY2(!bench.run(spec, script).ok(), script);
}

/** Nobody knows what to protect while a lease keeps the file from being read that says where the repository is. */
void TestSandboxFiles::leasedPointer() {
    ::signal(SIGIO, SIG_IGN); // by which the kernel asks for the lease back
    Bench bench;
    shell("cd " + bench.workspace() + "; git init -q main; mkdir tree; echo 'gitdir: ../main/.git' > tree/.git");
    auto spec = bench.spec();
    spec.writableRoots.push_back(bench.workspace() + "/tree");
    QVERIFY(!bench.run(spec, "echo x >> main/.git/config").ok());
    const UniqueFd leased(::open((bench.workspace() + "/tree/.git").c_str(), O_RDONLY | O_CLOEXEC));
    QCOMPARE(::fcntl(leased.get(), F_SETLEASE, F_WRLCK), 0);
    const auto refused = bench.run(spec, "echo x >> main/.git/config");
    QVERIFY2(refused.error.find("has a lease on") != std::string::npos, refused.error.c_str());
    QCOMPARE(::fcntl(leased.get(), F_SETLEASE, F_UNLCK), 0);
    QVERIFY(bench.run(spec, "touch tree/f").ok());
}

void TestSandboxFiles::linkedName() {
    Bench bench;
    shell("cd " + bench.workspace() + "; mkdir store; ln -s store .git; ln -s nowhere .codex; ln -s " +
          bench.outside() + " .aws");
    for (const char* script : {"touch store/config", "touch .git/config", "rm .git", "mv .git g", "ln -sfT sub .git",
                               "mv store s", "mkdir nowhere", "touch .codex/rules", "rm .codex", "rm .aws"})
        QVERIFY2(!bench.run(bench.spec(), script).ok(), script);
    QCOMPARE(tree(bench.workspace()), (QStringList{QStringLiteral(".aws"), QStringLiteral(".codex"),
                                                   QStringLiteral(".git"), QStringLiteral("store")}));
}

/** Protected where they are, and no placeholder where they are not. */
void TestSandboxFiles::existingNames() {
    Bench bench;
    shell("cd " + bench.workspace() + "; echo a > .envrc; ln -s target .mcp.json; echo t > target");
    auto spec = bench.spec();
    spec.existingNames = {".envrc", ".mcp.json", ".missing"};
    for (const char* script : {"echo b > .envrc", "mv .envrc x", "rm .envrc", "ln -sf target .envrc", "rm .mcp.json",
                               "echo b > .mcp.json", "mv target x"})
        QVERIFY2(!bench.run(spec, script).ok(), script);
    QCOMPARE(bench.run(spec, "ls -A .missing 2>/dev/null; echo b > .missing && cat .envrc .missing").output,
             std::string("a\nb\n"));
    // Folders that all share: nobody's file there may bind the others, nor its end end their runs.
    shell("chmod +t " + bench.workspace());
    QVERIFY(bench.run(spec, "echo b > .envrc && rm .envrc").ok());
    shell("chmod -t " + bench.workspace());
    spec.existingNames = {"a/b"};
    QVERIFY(!bench.run(spec, "true").error.empty());
}

void TestSandboxFiles::rootBehindLinkIsRefused() {
    Bench bench;
    auto spec = bench.spec();
    shell("ln -s " + bench.outside() + " " + bench.workspace() + "/link");
    spec.writableRoots.push_back(bench.workspace() + "/link");
    const auto outcome = bench.run(spec, "touch link/f");
    QVERIFY2(outcome.error.contains("symbolic"), outcome.error.c_str());
    for (const char* root : {"/", "/proc/self", "/dev", "relative"}) {
        spec.writableRoots = {root};
        QVERIFY2(!bench.run(spec, "true").error.empty(), root);
    }
    spec.writableRoots = {bench.workspace(), bench.workspace() + "/gone"};
    QVERIFY(bench.run(spec, "touch f").ok());
}

void TestSandboxFiles::readOnlyPaths() {
    Bench bench;
    shell("cd " + bench.workspace() + "; echo a > .bashrc; mkdir -p .config/autostart");
    auto spec = bench.spec();
    for (const char* path : {"/.bashrc", "/.profile", "/.config/autostart", "/.local/bin/"})
        spec.readOnlyPaths.push_back(bench.workspace() + path);
    spec.readOnlyPaths.push_back(bench.outside() + "/nothing");
    for (const char* script : {"echo b > .bashrc", "mv .bashrc x", "echo b > .profile", "rm .profile",
                               "touch .config/autostart/x", "mv .config x", "mkdir -p .local/bin/x"})
        QVERIFY2(!bench.run(spec, script).ok(), script);
    QVERIFY(bench.run(spec, "touch .config/other; . .bashrc 2>/dev/null; cat .profile; rm .config/other").ok());
    QCOMPARE(tree(bench.workspace()),
             (QStringList{QStringLiteral(".bashrc"), QStringLiteral(".config"), QStringLiteral(".config/autostart")}));
}

void TestSandboxFiles::hidden() {
    Bench bench;
    shell("cd " + bench.workspace() + "; mkdir secret; echo s > secret/key; echo s > token");
    auto spec = bench.spec();
    spec.hiddenPaths.push_back(bench.workspace() + "/secret");
    spec.hiddenPaths.push_back(bench.workspace() + "/token");
    spec.hiddenPaths.push_back(bench.workspace() + "/missing");
    QCOMPARE(bench.run(spec, "ls -A secret; cat token; ls -A /run " + bench.stateFolder() + "").output,
             "/run:\n\n" + bench.stateFolder() + ":\n");
    for (const char* script : {"touch secret/x", "echo x > token", "rm token", "mv secret s", "umount secret"})
        QVERIFY2(!bench.run(spec, script).ok(), script);
    // The records of placeholders stay hidden even if nobody says so.
    spec.hiddenPaths.clear();
    QCOMPARE(bench.run(spec, "ls -A " + bench.stateFolder() + "/placeholders").output, std::string());
}

void TestSandboxFiles::shownFromHidden() {
    Bench bench;
    // As /etc/resolv.conf -> ../run/systemd/resolve/stub-resolv.conf, beside things that stay hidden.
    shell("cd " + bench.outside() +
          "; mkdir -p run/resolve etc; echo server > run/resolve/stub; echo s > run/resolve/key; "
          "ln -s ../run/resolve/stub etc/conf; ln -s ../run/resolve etc/folder; ln -s gone etc/dangling; echo p > "
          "etc/plain; "
          "ln -s plain etc/open; ln -s " +
          bench.outside() + "/run/resolve/key " + bench.workspace() + "/planted");
    auto spec = bench.spec();
    spec.hiddenPaths.push_back(bench.outside() + "/run");
    QCOMPARE(bench.run(spec, "cat $OUT/etc/conf 2>/dev/null").output, std::string());
    for (const char* name : {"conf", "folder", "dangling", "plain", "open", "missing"})
        spec.shownLinks.push_back(bench.outside() + "/etc/" + name);
    spec.shownLinks.push_back(bench.workspace() + "/planted");
    QCOMPARE(
        bench.run(spec, "cat $OUT/etc/conf $OUT/etc/open; ls -A $OUT/run; ls -A $OUT/etc/folder/ 2>/dev/null").output,
        std::string("server\np\n"));
    for (const char* script :
         {"echo x >> $OUT/etc/conf", "cat $WS/planted", "cat $OUT/run/resolve/stub", "umount $OUT/etc/conf"})
        QVERIFY2(!bench.run(spec, script).ok(), script);
}

void TestSandboxFiles::readOnlyModeWritesNothing() {
    Bench bench;
    const auto outcome = bench.run(
        bench.readOnly(), "for d in $WS $OUT /tmp /var/tmp /dev /dev/shm /run /home ~ /proc/sys/kernel /etc; do "
                          "(: > $d/exeat-f) 2>/dev/null && echo hole $d; done; echo x > /dev/null");
    QCOMPARE(outcome.output, std::string());
    QVERIFY(outcome.ok());
    QVERIFY(tree(bench.workspace()).isEmpty());
}

void TestSandboxFiles::recreatedRootIsWritable() {
    Bench bench;
    QVERIFY(bench.run(bench.spec(), "touch f").ok());
    shell("rm -r " + bench.workspace() + "; mkdir " + bench.workspace());
    QVERIFY(bench.run(bench.spec(), "touch g").ok());
    QCOMPARE(tree(bench.workspace()), QStringList{QStringLiteral("g")});
}

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    TestSandboxFiles test;
    return test::runAsRootAndUser(test, argc, argv);
}

#include "tst_sandboxfiles.moc"
