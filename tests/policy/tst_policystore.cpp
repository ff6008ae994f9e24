#include "service/policy/policystore.h"
#include "service/policy/rulewriter.h"
#include "shared/base/limits.h"
#include "shared/base/scopeexit.h"
#include "tests/policy/testtree.h"

#include <QSignalSpy>
#include <QtTest>

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace exeat;

namespace {

rules::ProgramFacts systemProgram(const std::string& name) {
    rules::ProgramFacts facts;
    facts.calledAs = facts.realPath = "/usr/bin/" + name;
    facts.names = {name};
    facts.unplantable = true;
    return facts;
}

Verdict verdictOf(const PolicySnapshot& snapshot, const std::vector<std::string>& argv) {
    return rules::judge(snapshot, systemProgram(argv.front()), argv).verdict;
}

bool replaceByRename(const TestTree& tree, const QString& file, const QByteArray& content) {
    return tree.write(file + ".tmp", content) && ::rename(tree.at(file + ".tmp").c_str(), tree.at(file).c_str()) == 0;
}

bool joined(const std::vector<std::string>& problems, const char* words) {
    return std::any_of(problems.begin(), problems.end(),
                       [&](const std::string& problem) { return problem.find(words) != std::string::npos; });
}

constexpr auto userFile = "home/.codex/rules/u.rules";
constexpr auto projectFile = "w/.codex/rules/p.rules";

PrefixRule ruleFor(const std::vector<std::string>& words, RuleDecision decision) {
    PrefixRule rule;
    for (const auto& word : words)
        rule.pattern.push_back({{word}});
    rule.decision = decision;
    return rule;
}

} // namespace

class PolicyStoreTest : public QObject {
    Q_OBJECT
private:
    /** Five layers, one rule each: alpha … epsilon. */
    static bool writeFiveLayers(const TestTree& tree) {
        return tree.makeRepository("w") &&
               tree.write("install/share/exeat/rules/s.rules", "prefix_rule(['alpha'], 'forbidden')\n") &&
               tree.write(userFile, "prefix_rule(['beta'], 'forbidden')\nprefix_rule(['free'])\n") &&
               tree.write("home/.config/exeat/rules/e.rules", "prefix_rule(['gamma'], 'forbidden', exact=True)\n") &&
               tree.write(projectFile, "prefix_rule(['delta'], 'forbidden')\n") &&
               tree.write("w/.exeat/rules/x.rules", "prefix_rule(['epsilon'], 'forbidden', exact=True)\n");
    }

private slots:
    void everyLayerHolds() {
        const TestTree tree;
        QVERIFY(writeFiveLayers(tree));
        const auto store = PolicyStore::create(tree.runtimePaths(), {"/ws"});
        const auto first = store->snapshot({tree.at("w"), {}, {}});
        for (const char* name : {"alpha", "beta", "gamma", "delta", "epsilon"})
            QCOMPARE(verdictOf(first, {name}), Verdict::Deny);
        QCOMPARE(verdictOf(first, {"free"}), Verdict::Escalate);
        QCOMPARE(first.agentWritableRoots, std::vector<std::string>{"/ws"});
        QVERIFY(store->problems().empty());
        const auto second = store->snapshot({{}, {tree.at("home")}, {}});
        QVERIFY(second.version > first.version);
        QCOMPARE(second.directories, std::vector<std::string>{tree.at("home")});
        QCOMPARE(verdictOf(second, {"delta"}), Verdict::Inside);
    }

    void breaking_data() {
        QTest::addColumn<QString>("how");
        QTest::addColumn<QString>("words");
        QTest::newRow("syntax") << "prefix_rule(['beta'\n" << "u.rules:1:13";
        QTest::newRow("failing example") << "prefix_rule(['beta'], match=['x'])" << "u.rules:1:30";
        QTest::newRow("invalid UTF-8") << "\xFF" << "not valid UTF-8";
        QTest::newRow("huge") << "huge" << "larger than";
        QTest::newRow("folder") << "folder" << "is a folder";
        QTest::newRow("symbolic link") << "link" << "is a symbolic link";
        QTest::newRow("pipe") << "pipe" << "is a pipe";
        QTest::newRow("unreadable") << "unreadable" << "cannot open";
    }
    void breaking() {
        QFETCH(QString, how);
        QFETCH(QString, words);
        const TestTree tree;
        QVERIFY(writeFiveLayers(tree));
        const auto breakIt = [&] {
            const QString file = userFile;
            const std::string path = tree.at(file);
            if (how == "huge")
                return tree.write(file, QByteArray(static_cast<int>(limits::rulesFileBytes) + 1, '#'));
            if (how == "unreadable")
                return ::chmod(path.c_str(), 0) == 0;
            if (how != "folder" && how != "link" && how != "pipe")
                return tree.write(file, QTest::currentDataTag() == QByteArray("invalid UTF-8") ? QByteArray("\xFF")
                                                                                               : how.toUtf8());
            ::unlink(path.c_str());
            if (how == "folder")
                return ::mkdir(path.c_str(), 0700) == 0;
            return how == "pipe" ? ::mkfifo(path.c_str(), 0600) == 0 : ::symlink("/etc/passwd", path.c_str()) == 0;
        };
        // Root reads everything, so for this row root reads as somebody else, who owns the tree.
        const bool asAnother = how == "unreadable" && ::geteuid() == 0;
        if (asAnother) {
            QVERIFY(tree.giveTo(65534));
            ::setfsuid(65534);
        }
        const ScopeExit asBefore([] { ::setfsuid(::geteuid()); });

        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QCOMPARE(verdictOf(store->snapshot({tree.at("w"), {}, {}}), {"beta"}), Verdict::Deny);
        QVERIFY(breakIt());
        // Its last good version and the other four hold.
        const auto later = store->snapshot({tree.at("w"), {}, {}});
        for (const char* name : {"alpha", "beta", "gamma", "delta", "epsilon"})
            QCOMPARE(verdictOf(later, {name}), Verdict::Deny);
        QCOMPARE(verdictOf(later, {"free"}), Verdict::Escalate);
        QVERIFY(joined(store->problems(), qPrintable(words)));
        QVERIFY(joined(store->problems(), "last good version stays in force"));

        // A service that never saw it good asks for all that rules allow; the other four hold.
        QVERIFY(tree.write("home/.codex/rules/v.rules", "prefix_rule(['free'])\n"));
        RuntimePaths forgetful = tree.runtimePaths();
        forgetful.stateFolder = tree.at("nowhere");
        const auto fresh = PolicyStore::create(forgetful, {});
        const auto without = fresh->snapshot({tree.at("w"), {}, {}});
        for (const char* name : {"alpha", "gamma", "delta", "epsilon"})
            QCOMPARE(verdictOf(without, {name}), Verdict::Deny);
        QCOMPARE(verdictOf(without, {"free"}), Verdict::Ask);
        QVERIFY(QString::fromStdString(without.brokenNote).contains(words));
        QVERIFY(joined(fresh->problems(), "after a restart"));
    }

    void mendingEndsTheProblem() {
        const TestTree tree;
        QVERIFY(tree.write(userFile, "broken"));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QVERIFY(!store->snapshot({}).brokenNote.empty());
        QVERIFY(tree.write(userFile, "prefix_rule(['beta'], 'forbidden')"));
        const auto snapshot = store->snapshot({});
        QVERIFY(snapshot.brokenNote.empty());
        QCOMPARE(verdictOf(snapshot, {"beta"}), Verdict::Deny);
        QVERIFY(store->problems().empty());
    }

    void foldersThatCannotBeRead() {
        const TestTree tree;
        QVERIFY(tree.write("home/.codex/rules", "a file, not a folder"));
        auto store = PolicyStore::create(tree.runtimePaths(), {});
        QVERIFY(!store->snapshot({}).brokenNote.empty());
        QVERIFY(joined(store->problems(), "is not a folder"));
        QVERIFY(QFile::remove(tree.path("home/.codex/rules")));
        QVERIFY(QFile::link(tree.path("nowhere"), tree.path("home/.codex/rules")));
        QVERIFY(!store->snapshot({}).brokenNote.empty());
        QVERIFY(QFile::remove(tree.path("home/.codex/rules")));
        QVERIFY(store->snapshot({}).brokenNote.empty());
    }

    void aLinkedRulesFolderIsFollowed() {
        const TestTree tree;
        QVERIFY(tree.write("shared/u.rules", "prefix_rule(['beta'], 'forbidden')") && tree.makeFolder("home/.codex"));
        QVERIFY(QFile::link(tree.path("shared"), tree.path("home/.codex/rules")));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QCOMPARE(verdictOf(store->snapshot({}), {"beta"}), Verdict::Deny);
    }

    void onlyNamesThatEndInRules() {
        const TestTree tree;
        for (const char* name : {".rules", "a.RULES", "a.rules.bak", "rules"})
            QVERIFY(tree.write(QString("home/.codex/rules/") + name, "broken"));
        QVERIFY(tree.write("home/.codex/rules/.x.rules", "prefix_rule(['beta'], 'forbidden')"));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        const auto snapshot = store->snapshot({});
        QVERIFY(snapshot.brokenNote.empty());
        QCOMPARE(verdictOf(snapshot, {"beta"}), Verdict::Deny);
    }

    void tooManyFilesAreNotSkippedInSilence() {
        const TestTree tree;
        for (std::size_t i = 0; i < limits::rulesFilesPerFolder; ++i)
            QVERIFY(tree.write(QString("home/.codex/rules/%1.rules").arg(i), "prefix_rule(['free'])"));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QCOMPARE(verdictOf(store->snapshot({}), {"free"}), Verdict::Escalate);
        QVERIFY(tree.write("home/.codex/rules/zz.rules", "prefix_rule(['beta'], 'forbidden')"));
        QCOMPARE(verdictOf(store->snapshot({}), {"free"}), Verdict::Ask);
        QVERIFY(joined(store->problems(), ("more than " + std::to_string(limits::rulesFilesPerFolder)).c_str()));
    }

    void aRepositoryCannotLoosen() {
        const TestTree tree;
        QVERIFY(tree.makeRepository("w") &&
                tree.write(projectFile, "prefix_rule(['curl'])\nhost_executable('curl', ['/usr/bin/curl'])"));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        const auto snapshot = store->snapshot({tree.at("w"), {tree.at("w")}, {}});
        auto curl = systemProgram("curl");
        curl.equalPaths = {"/usr/bin/curl"};
        const auto judgement = rules::judge(snapshot, curl, {"curl"});
        QCOMPARE(judgement.verdict, Verdict::Inside);
        QCOMPARE(judgement.trace[0].note, std::string("this repository's rules may not loosen until you trust them"));
    }

    void aRemovedProjectRuleHoldsUntilRestart() {
        const TestTree tree;
        QVERIFY(tree.makeRepository("w") && tree.write(projectFile, "prefix_rule(['git','push'], 'forbidden')"));
        const PolicyScope scope{tree.at("w"), {}, {}};
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QCOMPARE(verdictOf(store->snapshot(scope), {"git", "push"}), Verdict::Deny);
        QVERIFY(tree.write(projectFile, "prefix_rule(['git','push'], 'prompt')"));
        QCOMPARE(verdictOf(store->snapshot(scope), {"git", "push"}), Verdict::Deny);
        QVERIFY(QDir(tree.path("w/.codex")).removeRecursively());
        QCOMPARE(verdictOf(store->snapshot(scope), {"git", "push"}), Verdict::Deny);
        QVERIFY(joined(store->problems(), "were removed"));
        // From a folder below, and without the repository's marker, too.
        QVERIFY(QDir(tree.path("w/.git")).removeRecursively());
        QCOMPARE(verdictOf(store->snapshot({{}, {tree.at("w/a")}, {}}), {"git", "push"}), Verdict::Deny);
        QCOMPARE(verdictOf(store->snapshot({{}, {tree.at("home")}, {}}), {"git", "push"}), Verdict::Inside);
        const auto fresh = PolicyStore::create(tree.runtimePaths(), {});
        QCOMPARE(verdictOf(fresh->snapshot(scope), {"git", "push"}), Verdict::Inside);
    }

    void theLastGoodVersionOutlivesARestart() {
        const TestTree tree;
        QVERIFY(tree.makeRepository("w"));
        QVERIFY(tree.write(userFile, "prefix_rule(['git'])\nprefix_rule(['git', 'push'], 'forbidden')"));
        QVERIFY(tree.write(projectFile, "prefix_rule(['curl'], 'forbidden')"));
        const PolicyScope scope{tree.at("w"), {}, {}};
        QVERIFY(PolicyStore::create(tree.runtimePaths(), {})->snapshot(scope).brokenNote.empty());
        for (const char* file : {userFile, projectFile})
            QVERIFY(tree.write(file, "prefix_rule("));
        for (int start = 0; start < 2; ++start) { // what is kept is not lost by a start with a broken file
            const auto store = PolicyStore::create(tree.runtimePaths(), {});
            const auto snapshot = store->snapshot(scope);
            QVERIFY(snapshot.brokenNote.empty());
            QCOMPARE(verdictOf(snapshot, {"git", "status"}), Verdict::Escalate);
            QCOMPARE(verdictOf(snapshot, {"git", "push"}), Verdict::Deny);
            QCOMPARE(verdictOf(snapshot, {"curl"}), Verdict::Deny);
            QVERIFY(joined(store->problems(), "u.rules:1:12") && joined(store->problems(), "stays in force"));
        }
        for (const auto& kept : QDir(tree.path("last-good-rules")).entryInfoList(QDir::Files))
            QCOMPARE(kept.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
                     QFile::Permissions());
    }

    void whatWasRemovedIsNotRecalled() {
        const TestTree tree;
        QVERIFY(tree.write(userFile, "prefix_rule(['git'])"));
        QCOMPARE(verdictOf(PolicyStore::create(tree.runtimePaths(), {})->snapshot({}), {"git"}), Verdict::Escalate);
        QVERIFY(QFile::remove(tree.path(userFile)));
        QCOMPARE(verdictOf(PolicyStore::create(tree.runtimePaths(), {})->snapshot({}), {"git"}), Verdict::Inside);
        QVERIFY(tree.write(userFile, "prefix_rule("));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QCOMPARE(verdictOf(store->snapshot({}), {"git"}), Verdict::Inside);
        QVERIFY(!store->snapshot({}).brokenNote.empty());
    }

    void aDamagedLastGoodVersionIsNone() {
        const TestTree tree;
        QVERIFY(tree.write(userFile, "prefix_rule(['git'])"));
        QVERIFY(PolicyStore::create(tree.runtimePaths(), {})->problems().empty());
        const QDir kept(tree.path("last-good-rules"));
        QCOMPARE(kept.entryList(QDir::Files).size(), 1);
        QFile file(kept.filePath(kept.entryList(QDir::Files).front()));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.resize(file.size() - 1));
        QVERIFY(tree.write(userFile, "prefix_rule("));
        const auto snapshot = PolicyStore::create(tree.runtimePaths(), {})->snapshot({});
        QVERIFY(!snapshot.brokenNote.empty() && snapshot.rules.empty());
    }

    void theAgentDoesNotChooseItsRules() {
        const TestTree tree;
        QVERIFY(tree.makeRepository("w") && tree.makeRepository("w/sub") && tree.makeRepository("other"));
        QVERIFY(tree.write(projectFile, "prefix_rule(['curl'], 'forbidden')"));
        QVERIFY(tree.write("other/.codex/rules/o.rules", "prefix_rule(['wget'], 'forbidden')"));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        // A fresh repository below gains nothing; a workdir elsewhere adds to the session's project.
        QCOMPARE(verdictOf(store->snapshot({{}, {tree.at("w/sub")}, {}}), {"curl"}), Verdict::Deny);
        const auto both = store->snapshot({tree.at("w"), {tree.at("other")}, {}});
        QCOMPARE(verdictOf(both, {"curl"}), Verdict::Deny);
        QCOMPARE(verdictOf(both, {"wget"}), Verdict::Deny);
    }

    void sessionGrantsBelongToTheSession() {
        const TestTree tree;
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        const auto snapshot = store->snapshot({{}, {}, {ruleFor({"git", "push"}, RuleDecision::Allow)}});
        QCOMPARE(verdictOf(snapshot, {"git", "push"}), Verdict::Escalate);
        QCOMPARE(snapshot.rules[0].layer, Layer::Session);
        QCOMPARE(verdictOf(store->snapshot({}), {"git", "push"}), Verdict::Inside);
    }

    void reload_data() {
        QTest::addColumn<QString>("how");
        for (const char* how : {"rename", "truncate", "write in place", "write, then rename", "new folder", "remove"})
            QTest::newRow(how) << how;
    }
    void reload() {
        QFETCH(QString, how);
        const TestTree tree;
        const bool fromNothing = how == "new folder";
        QVERIFY(tree.makeFolder("home"));
        QVERIFY(fromNothing || tree.write(userFile, "prefix_rule(['old'], 'forbidden')"));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QCOMPARE(verdictOf(store->snapshot({}), {"old"}), fromNothing ? Verdict::Inside : Verdict::Deny);
        QSignalSpy changed(store.get(), &PolicyStore::changed);
        const QByteArray next = "prefix_rule(['new'], 'forbidden')";
        if (how == "rename")
            QVERIFY(QFile::rename(tree.path(userFile), tree.path("home/.codex/rules/u.off")));
        else if (how == "truncate")
            QVERIFY(tree.write(userFile, ""));
        else if (how == "remove")
            QVERIFY(QDir(tree.path("home/.codex")).removeRecursively());
        else if (how == "write, then rename")
            QVERIFY(replaceByRename(tree, userFile, next));
        else
            QVERIFY(tree.write(userFile, next));
        QTRY_VERIFY(!changed.isEmpty());
        const bool hasNew = fromNothing || how.startsWith("write");
        QTRY_COMPARE(verdictOf(store->snapshot({}), {"new"}), hasNew ? Verdict::Deny : Verdict::Inside);
        QCOMPARE(verdictOf(store->snapshot({}), {"old"}), Verdict::Inside);
        // The watch outlives the change.
        changed.clear();
        QVERIFY(replaceByRename(tree, userFile, "prefix_rule(['third'], 'forbidden')"));
        QTRY_VERIFY(!changed.isEmpty());
        QCOMPARE(verdictOf(store->snapshot({}), {"third"}), Verdict::Deny);
    }

    void aChangeSeenAtUseIsToldToo() {
        const TestTree tree;
        QVERIFY(tree.write(userFile, "prefix_rule(['old'], 'forbidden')"));
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QSignalSpy changed(store.get(), &PolicyStore::changed);
        QVERIFY(tree.write(userFile, "prefix_rule(['new'], 'forbidden')"));
        QCOMPARE(verdictOf(store->snapshot({}), {"new"}), Verdict::Deny); // before any event
        QTRY_VERIFY(!changed.isEmpty());
    }

    void addsRules() {
        const TestTree tree;
        const QString file = "home/.config/exeat/rules/approved.rules";
        const QByteArray before = "# mine\nprefix_rule(['a'])   # no line end";
        QVERIFY(tree.write(file, before));
        QVERIFY(::chmod(tree.at(file).c_str(), 0640) == 0);
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        auto rule = ruleFor({"git", "push", "a \"b\"\\\n\xE2\x80\xAE\xC3\xA9"}, RuleDecision::Allow);
        rule.exact = true;
        rule.passEnvironment = {"TOKEN"};
        rule.justification = "said so";
        const std::vector<std::string> argv{"git", "push", "a \"b\"\\\n\xE2\x80\xAE\xC3\xA9"};
        for (int twice = 0; twice < 2; ++twice) {
            const auto added = store->addRule(Layer::User, rule, {argv});
            QVERIFY2(added, added ? "" : added.error().text.c_str());
        }
        QFile written(tree.path(file));
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QByteArray after = written.readAll();
        QVERIFY(after.startsWith(QByteArray(before + '\n')));
        QCOMPARE(after.count("TOKEN"), 1);
        QVERIFY(!after.contains("\xE2\x80\xAE"));
        QCOMPARE(written.permissions() & QFile::ReadGroup, QFile::ReadGroup);
        const auto snapshot = store->snapshot({});
        QCOMPARE(verdictOf(snapshot, argv), Verdict::Escalate);
        QCOMPARE(verdictOf(snapshot, {"git", "push"}), Verdict::Inside);
        QCOMPARE(QDir(tree.path("home/.config/exeat/rules")).entryList(QDir::Files | QDir::Hidden),
                 QStringList{"approved.rules"});
    }

    void addsTheFirstRule() {
        const TestTree tree;
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        QVERIFY(store->addRule(Layer::User, ruleFor({"git"}, RuleDecision::Forbidden), {}));
        struct stat facts{};
        QVERIFY(::stat(tree.at("home/.config/exeat/rules/approved.rules").c_str(), &facts) == 0);
        QCOMPARE(facts.st_mode & 0777U, 0600U);
        QCOMPARE(verdictOf(store->snapshot({}), {"git"}), Verdict::Deny);
    }

    void refusesRules() {
        const TestTree tree;
        const QString file = "home/.config/exeat/rules/approved.rules";
        const auto store = PolicyStore::create(tree.runtimePaths(), {});
        const auto rule = ruleFor({"git"}, RuleDecision::Allow);
        QVERIFY(!store->addRule(Layer::Project, rule, {}));
        auto confirmed = rule;
        confirmed.confirmedPath = "/ws/git";
        QVERIFY(!store->addRule(Layer::User, confirmed, {}));
        QVERIFY(!store->addRule(Layer::User, ruleFor({"git", "\xFF"}, RuleDecision::Allow), {}));
        QVERIFY(!store->addRule(Layer::User, rule, {{"hg"}})); // the example does not match
        QVERIFY(!QFile::exists(tree.path(file)));
        QVERIFY(tree.write(file, "broken"));
        const auto refused = store->addRule(Layer::User, rule, {});
        QVERIFY(!refused && refused.error().text.find("approved.rules:1:1") != std::string::npos);
        QVERIFY(QFile::remove(tree.path(file)) && tree.write("target", ""));
        QVERIFY(QFile::link(tree.path("target"), tree.path(file)));
        QVERIFY(!store->addRule(Layer::User, rule, {}));
        QCOMPARE(QFile(tree.path("target")).size(), 0);
    }
};

QTEST_GUILESS_MAIN(PolicyStoreTest)
#include "tst_policystore.moc"
