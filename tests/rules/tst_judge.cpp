#include "rules/policy.h"

#include <QtTest>

using namespace exeat;
using rules::ProgramFacts;

Q_DECLARE_METATYPE(exeat::rules::ProgramFacts)
Q_DECLARE_METATYPE(exeat::Verdict)

namespace {

PolicySnapshot snapshotOf(const std::string& text, Layer layer = Layer::User) {
    const auto parsed = rules::parseRules(text, "/r/a.rules", layer, rules::Vocabulary::Exeat);
    if (!parsed)
        qFatal("the test's own rules are wrong: %s", parsed.error().message.c_str());
    PolicySnapshot snapshot;
    snapshot.rules = parsed->rules;
    snapshot.hostExecutables = parsed->hostExecutables;
    return snapshot;
}

ProgramFacts planted(const std::string& called, const std::string& real) {
    ProgramFacts facts;
    facts.calledAs = called;
    facts.realPath = real;
    facts.names = {"git"};
    return facts;
}

ProgramFacts systemGit() {
    ProgramFacts facts = planted("/usr/bin/git", "/usr/bin/git");
    facts.unplantable = true;
    return facts;
}

PrefixRule gitGrant() {
    PrefixRule grant;
    grant.layer = Layer::Session;
    grant.pattern = {{{"git"}}};
    grant.decision = RuleDecision::Allow;
    return grant;
}

ProgramFacts equalTo(ProgramFacts facts, const std::string& path) {
    facts.equalPaths = {path};
    return facts;
}

const std::vector<std::string> gitPush{"git", "push", "origin"};

} // namespace

class JudgeTest : public QObject {
    Q_OBJECT
private slots:
    void verdicts_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<ProgramFacts>("program");
        QTest::addColumn<Verdict>("verdict");
        const ProgramFacts inWorkspace = planted("/ws/git", "/ws/git");
        const ProgramFacts inTmp = planted("/tmp/git", "/tmp/git");
        ProgramFacts linked = planted("/ws/git", "/ws/evil");
        linked.names = {"git", "evil"};
        const ProgramFacts groupWritable = planted("/opt/shared/git", "/opt/shared/git"); // root's file, not its folder
        const char* allow = "prefix_rule(['git'])";
        const char* forbid = "prefix_rule(['git', 'push'], 'forbidden')";
        const char* host = "prefix_rule(['git'])\nhost_executable('git', ['/opt/git'])";

        QTest::newRow("no rule") << "" << systemGit() << Verdict::Inside;
        QTest::newRow("name, unplantable") << allow << systemGit() << Verdict::Escalate;
        QTest::newRow("name, ./git") << allow << inWorkspace << Verdict::Inside;
        QTest::newRow("name, /tmp/git") << allow << inTmp << Verdict::Inside;
        QTest::newRow("name, symlink in the workspace") << allow << linked << Verdict::Inside;
        QTest::newRow("name, root's file in a group's folder") << allow << groupWritable << Verdict::Inside;
        QTest::newRow("forbidden, system") << forbid << systemGit() << Verdict::Deny;
        QTest::newRow("forbidden, ./git") << forbid << inWorkspace << Verdict::Deny;
        QTest::newRow("forbidden, /tmp/git") << forbid << inTmp << Verdict::Deny;
        QTest::newRow("forbidden, symlink") << forbid << linked << Verdict::Deny;
        QTest::newRow("forbidden, group's folder") << forbid << groupWritable << Verdict::Deny;
        QTest::newRow("prompt, ./git") << "prefix_rule(['git'], 'prompt')" << inWorkspace << Verdict::Ask;
        QTest::newRow("forbidden by the link's target")
            << "prefix_rule(['evil'], 'forbidden')" << linked << Verdict::Deny;

        QTest::newRow("path, the file itself")
            << "prefix_rule(['/ws/git'])" << equalTo(inWorkspace, "/ws/git") << Verdict::Escalate;
        QTest::newRow("path, another file lies there") << "prefix_rule(['/ws/git'])" << inWorkspace << Verdict::Inside;
        QTest::newRow("path tightens by its text alone")
            << "prefix_rule(['/ws/git'], 'forbidden')" << inWorkspace << Verdict::Deny;
        QTest::newRow("merged /usr") << "prefix_rule(['/bin/git'], 'forbidden')" << equalTo(systemGit(), "/bin/git")
                                     << Verdict::Deny;
        QTest::newRow("other path") << "prefix_rule(['/bin/hg'], 'forbidden')" << systemGit() << Verdict::Inside;
        QTest::newRow("alternatives, one fits")
            << "prefix_rule([['hg', 'git'], ['pull', 'push']])" << systemGit() << Verdict::Escalate;
        QTest::newRow("alternatives, none fits")
            << "prefix_rule([['hg', 'git'], ['pull', 'log']])" << systemGit() << Verdict::Inside;

        QTest::newRow("host entry lists it") << host << equalTo(inWorkspace, "/opt/git") << Verdict::Escalate;
        QTest::newRow("host entry does not list it, unplantable or not") << host << systemGit() << Verdict::Inside;
        QTest::newRow("host entry, tightening by name")
            << "prefix_rule(['git'], 'forbidden')\nhost_executable('git', [])" << inWorkspace << Verdict::Deny;
        QTest::newRow("host entry of another name")
            << "prefix_rule(['git'])\nhost_executable('hg', [])" << systemGit() << Verdict::Escalate;

        QTest::newRow("strictest: prompt")
            << "prefix_rule(['git','push','origin'])\nprefix_rule(['git'],'prompt')" << systemGit() << Verdict::Ask;
        QTest::newRow("strictest: forbidden")
            << "prefix_rule(['git'],'forbidden')\nprefix_rule(['git'],'prompt')" << systemGit() << Verdict::Deny;
        QTest::newRow("path and name rules are pooled")
            << "prefix_rule(['/usr/bin/git'])\nprefix_rule(['git'],'forbidden')" << equalTo(systemGit(), "/usr/bin/git")
            << Verdict::Deny;
        QTest::newRow("longer than the command")
            << "prefix_rule(['git','push','origin','x'],'forbidden')" << systemGit() << Verdict::Inside;
        QTest::newRow("exact, equal") << "prefix_rule(['git','push','origin'], exact=True)" << systemGit()
                                      << Verdict::Escalate;
        QTest::newRow("exact, more follows")
            << "prefix_rule(['git','push'], exact=True)" << systemGit() << Verdict::Inside;
        ProgramFacts byPath = systemGit();
        byPath.namesOnlyByPath = true;
        QTest::newRow("names free nothing") << allow << byPath << Verdict::Inside;
        QTest::newRow("names free nothing, forbidden holds") << forbid << byPath << Verdict::Deny;
        ProgramFacts outside = systemGit();
        outside.outside = true;
        QTest::newRow("outside, no rule") << "" << outside << Verdict::Escalate;
        QTest::newRow("outside, forbidden") << forbid << outside << Verdict::Deny;
        QTest::newRow("outside, prompt") << "prefix_rule(['git'], 'prompt')" << outside << Verdict::Ask;
    }
    void verdicts() {
        QFETCH(QString, text);
        QFETCH(ProgramFacts, program);
        QFETCH(Verdict, verdict);
        const auto judgement = rules::judge(snapshotOf(text.toStdString()), program, gitPush);
        QCOMPARE(judgement.verdict, verdict);
        QVERIFY(!judgement.reason.empty());
    }

    void saysWhyAnAllowDoesNotCount() {
        const auto judgement = rules::judge(snapshotOf("prefix_rule(['git'])"), planted("/ws/git", "/ws/git"), gitPush);
        QCOMPARE(judgement.trace.size(), std::size_t{1});
        QVERIFY(!judgement.trace[0].counted);
        QVERIFY(judgement.trace[0].note.find("host_executable(name=\"git\"") != std::string::npos);
        QCOMPARE(judgement.trace[0].line, 1);
        QCOMPARE(judgement.trace[0].file, std::string("/r/a.rules"));
    }

    void projectRulesNeverLoosen() {
        auto snapshot =
            snapshotOf("prefix_rule(['git'], env=['TOKEN'])\nprefix_rule(['git','push'],'prompt',env=['T'])\n"
                       "host_executable('git', ['/ws/git'])",
                       Layer::Project);
        for (auto& rule : snapshot.rules)
            rule.loosens = false;
        snapshot.hostExecutables[0].loosens = false;
        const auto asked = rules::judge(snapshot, systemGit(), gitPush);
        QCOMPARE(asked.verdict, Verdict::Ask);
        QVERIFY(asked.passEnvironment.empty());
        QCOMPARE(asked.trace[0].note, std::string("this repository's rules may not loosen until you trust them"));
        QCOMPARE(rules::judge(snapshot, systemGit(), {"git", "log"}).verdict, Verdict::Inside);
        // Nor does its host entry lend the user's rule a proof, or replace the user's entry.
        auto users = snapshotOf("prefix_rule(['git'])");
        snapshot.rules = users.rules;
        const auto file = equalTo(planted("/ws/git", "/ws/git"), "/ws/git");
        QCOMPARE(rules::judge(snapshot, file, {"git"}).verdict, Verdict::Inside);
        QCOMPARE(rules::judge(snapshot, systemGit(), {"git"}).verdict, Verdict::Inside);
    }

    void aBrokenFileTurnsAllowIntoPrompt() {
        auto snapshot = snapshotOf("prefix_rule(['git'])\nprefix_rule(['git','push','x'],'forbidden')");
        snapshot.brokenNote = "/r/b.rules:1:1: broken";
        const auto judgement = rules::judge(snapshot, systemGit(), gitPush);
        QCOMPARE(judgement.verdict, Verdict::Ask);
        QVERIFY(judgement.reason.find("/r/b.rules:1:1") != std::string::npos);
        QCOMPARE(rules::judge(snapshot, systemGit(), {"git", "push", "x"}).verdict, Verdict::Deny);
        snapshot.rules.clear();
        QCOMPARE(rules::judge(snapshot, systemGit(), gitPush).verdict, Verdict::Inside);
    }

    void missingRulesRefuseWhatTheyMightBind_data() {
        QTest::addColumn<QString>("owner");
        QTest::addColumn<QString>("call");
        QTest::addColumn<bool>("refused");
        QTest::newRow("everywhere") << "" << "/w" << true;
        QTest::newRow("in the directory") << "/w/junk" << "/w/junk" << true;
        QTest::newRow("below it") << "/w/junk" << "/w/junk/deep" << true;
        QTest::newRow("above it") << "/w/junk" << "/w" << false;
        QTest::newRow("beside it") << "/w/junk" << "/w/junk2" << false;
    }
    void missingRulesRefuseWhatTheyMightBind() {
        QFETCH(QString, owner);
        QFETCH(QString, call);
        QFETCH(bool, refused);
        auto snapshot = snapshotOf("prefix_rule(['git'], env=['X'])\nprefix_rule(['git', 'fetch'], "
                                   "'prompt')\nprefix_rule(['git', 'push'], 'forbidden', justification='no')");
        QCOMPARE(snapshot.rules.size(), std::size_t{3});
        PrefixRule grant = gitGrant();
        grant.pattern.push_back({{"pull"}});
        snapshot.rules.push_back(grant);
        snapshot.missing.push_back({"/elsewhere", "another reason"});
        snapshot.missing.push_back({owner.toStdString(), "the rules of X\x1b are too many"});
        auto program = systemGit();
        program.places = {"/w", call.toStdString(), "/w"};
        const auto verdict = [&](const std::vector<std::string>& argv) {
            return rules::judge(snapshot, program, argv).verdict;
        };
        QCOMPARE(verdict({"git", "log"}), refused ? Verdict::Deny : Verdict::Escalate);
        QCOMPARE(verdict({"git", "fetch"}), refused ? Verdict::Deny : Verdict::Ask);
        QCOMPARE(verdict({"git", "pull"}), refused ? Verdict::Deny : Verdict::Escalate);
        QCOMPARE(verdict({"git", "push"}), Verdict::Deny);
        const auto forbidden = rules::judge(snapshot, program, {"git", "push"}).reason;
        QVERIFY(forbidden.find(": no") != std::string::npos);
        program.outside = true;
        QCOMPARE(verdict({"git", "log"}), refused ? Verdict::Deny : Verdict::Escalate);
        snapshot.rules.clear();
        program.outside = false;
        const auto judgement = rules::judge(snapshot, program, {"git", "log"});
        QCOMPARE(judgement.verdict, refused ? Verdict::Deny : Verdict::Inside);
        QCOMPARE(judgement.reason.find("are too many") != std::string::npos, refused);
        QVERIFY(judgement.reason.find("another reason") == std::string::npos);
        QVERIFY(judgement.reason.find('\x1b') == std::string::npos);
    }

    void aGrantOfTheSessionHoldsDespiteABrokenFile() {
        auto snapshot = snapshotOf("prefix_rule(['git'])\nprefix_rule(['git','push','x'],'forbidden')");
        snapshot.brokenNote = "/r/b.rules:1:1: broken";
        PrefixRule grant = gitGrant();
        grant.pattern.push_back({{"push"}});
        snapshot.rules.push_back(grant);
        const auto judgement = rules::judge(snapshot, systemGit(), gitPush);
        QCOMPARE(judgement.verdict, Verdict::Escalate);
        QVERIFY(judgement.reason.find("an answer for this session") != std::string::npos);
        // It is for what was granted, by a file that counts, and beats no forbidden.
        QCOMPARE(rules::judge(snapshot, systemGit(), {"git", "status"}).verdict, Verdict::Ask);
        QCOMPARE(rules::judge(snapshot, systemGit(), {"git", "push", "x"}).verdict, Verdict::Deny);
        QVERIFY(rules::judge(snapshot, planted("/ws/git", "/ws/git"), gitPush).verdict != Verdict::Escalate);
    }

    void aGrantOfTheSessionHoldsInItsFolder() {
        auto snapshot = snapshotOf("prefix_rule(['git'], 'prompt')");
        PrefixRule grant = gitGrant();
        grant.workdir = "/work";
        snapshot.rules.push_back(grant);
        auto program = systemGit();
        program.places = {"/work", "/work", "/work"};
        QCOMPARE(rules::judge(snapshot, program, gitPush).verdict, Verdict::Escalate);
        program.places = {"/work", "/work", "/work/b"};
        QCOMPARE(rules::judge(snapshot, program, gitPush).verdict, Verdict::Ask);
        program.places = {};
        QCOMPARE(rules::judge(snapshot, program, gitPush).verdict, Verdict::Ask);
    }

    void aConfirmationHoldsForOneFileWithOneContent() {
        auto snapshot = snapshotOf("prefix_rule(['git'], 'prompt')");
        PrefixRule grant = gitGrant();
        grant.confirmedPath = "/ws/git";
        grant.confirmedSha256 = "aa";
        snapshot.rules.push_back(grant);
        auto file = planted("/ws/git", "/ws/git");
        file.sha256 = "aa";
        QCOMPARE(rules::judge(snapshot, file, gitPush).verdict, Verdict::Escalate);
        file.sha256 = "bb";
        QCOMPARE(rules::judge(snapshot, file, gitPush).verdict, Verdict::Ask);
        file.sha256.clear();
        QCOMPARE(rules::judge(snapshot, file, gitPush).verdict, Verdict::Ask);
        file.realPath = "/ws/other";
        file.sha256 = "aa";
        QCOMPARE(rules::judge(snapshot, file, gitPush).verdict, Verdict::Ask);
        snapshot.rules[1].confirmedSha256.clear(); // no content was confirmed: nothing is proven
        file = planted("/ws/git", "/ws/git");
        QCOMPARE(rules::judge(snapshot, file, gitPush).verdict, Verdict::Ask);
    }

    void aConfirmedFile_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<ProgramFacts>("program");
        QTest::addColumn<Verdict>("verdict");
        const char* allow = "prefix_rule(['git'])";
        ProgramFacts mine = planted("/home/me/bin/git", "/home/me/bin/git");
        mine.confirmable = true;
        const auto having = [](ProgramFacts facts, const char* sha256) {
            facts.sha256 = sha256;
            return facts;
        };
        const ProgramFacts confirmed = having(mine, "aa"); // as the snapshot below has it
        const auto row = [](const char* name, const char* text, const ProgramFacts& program, Verdict verdict) {
            QTest::newRow(name) << text << program << verdict;
        };
        row("confirmed", allow, confirmed, Verdict::Escalate);
        row("another content", allow, having(mine, "bb"), Verdict::Ask);
        row("content unknown", allow, mine, Verdict::Ask);
        row("no rule names it", "prefix_rule(['hg'])", confirmed, Verdict::Inside);
        row("forbidden all the same", "prefix_rule(['git'])\nprefix_rule(['git','push'], 'forbidden')", confirmed,
            Verdict::Deny);
        row("asked all the same", "prefix_rule(['git'])\nprefix_rule(['git'], 'prompt')", confirmed, Verdict::Ask);
        row("forbidden before anybody is asked to confirm",
            "prefix_rule(['git'])\nprefix_rule(['git','push'], 'forbidden')", mine, Verdict::Deny);
        row("a host entry names another one", "prefix_rule(['git'])\nhost_executable('git', ['/opt/git'])", confirmed,
            Verdict::Inside);
        row("an exception to a forbidden counts",
            "prefix_rule(['git'], 'forbidden', unless=[['git','push']])\nprefix_rule(['git','push'])", confirmed,
            Verdict::Escalate);
        row("and does not, unconfirmed",
            "prefix_rule(['git'], 'forbidden', unless=[['git','push']])\nprefix_rule(['git','push'])", mine,
            Verdict::Deny);
        ProgramFacts agents = confirmed;
        agents.confirmable = false;
        row("an agent could write it", allow, agents, Verdict::Inside);
        ProgramFacts byPath = confirmed;
        byPath.namesOnlyByPath = true;
        row("names free nothing", allow, byPath, Verdict::Inside);
        byPath.sha256.clear();
        row("names free nothing, nobody is asked", allow, byPath, Verdict::Inside);
        ProgramFacts otherName = confirmed;
        otherName.calledByOwnName = false;
        row("called by another name", allow, otherName, Verdict::Inside);
        ProgramFacts elsewhere = confirmed;
        elsewhere.realPath = "/home/me/other/git";
        row("the same content elsewhere", allow, elsewhere, Verdict::Ask);
        ProgramFacts outside = mine;
        outside.outside = true;
        row("outside already", allow, outside, Verdict::Escalate);
    }
    void aConfirmedFile() {
        QFETCH(QString, text);
        QFETCH(ProgramFacts, program);
        QFETCH(Verdict, verdict);
        auto snapshot = snapshotOf(text.toStdString());
        snapshot.confirmedFiles = {{"/home/me/bin/hg", "aa"}, {"/home/me/bin/git", "aa"}};
        const auto judgement = rules::judge(snapshot, program, gitPush);
        QCOMPARE(judgement.verdict, verdict);
        const bool byRule = !judgement.trace.empty() && judgement.trace.back().counted;
        QCOMPARE(judgement.confirmsFile, verdict == Verdict::Ask && !byRule);
    }

    /** What goes along once it is confirmed is in the question, so that the person sees the values. */
    void asksWithTheVariablesOfWhatItConfirms() {
        auto snapshot =
            snapshotOf("prefix_rule(['git'], env=['A', 'B'])\nprefix_rule(['git', 'push'], env=['B', 'C'])");
        ProgramFacts mine = planted("/home/me/bin/git", "/home/me/bin/git");
        mine.confirmable = true;
        const auto asked = rules::judge(snapshot, mine, gitPush);
        QVERIFY(asked.confirmsFile);
        QCOMPARE(asked.passEnvironment, (std::vector<std::string>{"A", "B", "C"}));
        snapshot.confirmedFiles = {{"/home/me/bin/git", "aa"}};
        mine.sha256 = "aa";
        QCOMPARE(rules::judge(snapshot, mine, gitPush).passEnvironment, asked.passEnvironment);
    }

    void saysWhatConfirmingWouldDo() {
        auto snapshot = snapshotOf("\nprefix_rule(['git'])");
        ProgramFacts mine = planted("/home/me/bin/git", "/home/me/bin/git");
        mine.confirmable = true;
        const auto never = rules::judge(snapshot, mine, gitPush);
        QCOMPARE(never.reason,
                 std::string("/r/a.rules:2 allows a program of this name, but a name alone proves nothing, and "
                             "/home/me/bin/git is a file of yours, which you never confirmed; \"always\" confirms its "
                             "content, and the rule counts until that changes"));
        QVERIFY(!never.trace.at(0).counted);
        snapshot.confirmedFiles = {{"/home/me/bin/git", "aa"}};
        const auto changed = rules::judge(snapshot, mine, gitPush);
        QVERIFY(changed.reason.find("has changed since you confirmed it") != std::string::npos);
        // A rule that may not loosen asks nobody.
        snapshot.rules[0].loosens = false;
        QCOMPARE(rules::judge(snapshot, mine, gitPush).verdict, Verdict::Inside);
    }

    void onlyConfirmedFiles_data() {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("file"); // /home/me/bin/git is confirmed
        QTest::addColumn<QString>("sha256");
        QTest::addColumn<Verdict>("verdict");
        const auto row = [](const char* name, const char* pattern, const char* file, const char* sha256,
                            Verdict verdict) { QTest::newRow(name) << pattern << file << sha256 << verdict; };
        row("confirmed", "/home/me/bin/git", "/home/me/bin/git", "aa", Verdict::Escalate);
        row("changed since", "/home/me/bin/git", "/home/me/bin/git", "bb", Verdict::Ask);
        row("never confirmed", "/home/me/x/git", "/home/me/x/git", "", Verdict::Ask);
        row("another of that name", "/home/me/bin/git", "/home/me/x/git", "aa", Verdict::Inside);
        row("the system's of that name", "/home/me/bin/git", "/usr/bin/git", "", Verdict::Inside);
        row("a system's file is none", "/usr/bin/git", "/usr/bin/git", "", Verdict::Inside);
        row("by name", "git", "/home/me/bin/git", "aa", Verdict::Escalate);
        row("by name, the system's", "git", "/usr/bin/git", "", Verdict::Inside);
    }
    void onlyConfirmedFiles() {
        QFETCH(QString, pattern);
        QFETCH(QString, file);
        QFETCH(QString, sha256);
        QFETCH(Verdict, verdict);
        auto snapshot = snapshotOf("prefix_rule(['" + pattern.toStdString() + "'], confirmed=True)");
        snapshot.confirmedFiles = {{"/home/me/bin/git", "aa"}};
        const bool system = file.startsWith("/usr");
        ProgramFacts program = system ? systemGit() : planted("/home/me/bin/git", file.toUtf8().constData());
        program.calledAs = file.toStdString();
        program.equalPaths = {program.realPath};
        program.confirmable = !system;
        program.sha256 = sha256.toStdString();
        const auto judgement = rules::judge(snapshot, program, gitPush);
        QCOMPARE(judgement.verdict, verdict);
        QCOMPARE(judgement.confirmsFile, verdict == Verdict::Ask);
        // What gives no more than the caller has needs the confirmation, too.
        snapshot.rules[0].sandbox = RuleSandbox::ReadOnly;
        const auto narrow = rules::judge(snapshot, program, gitPush);
        QVERIFY(verdict == Verdict::Escalate || narrow.trace.empty() || !narrow.trace.front().counted);
    }

    /** In root's home nobody else can have planted a file; where a rule asks for a confirmation, it counts there, too.
     */
    void aFileInRootsHome() {
        auto snapshot = snapshotOf("prefix_rule(['/home/me/bin/git'], confirmed=True)");
        auto program = planted("/home/me/bin/git", "/home/me/bin/git");
        program.equalPaths = {program.realPath};
        program.unplantable = true;
        program.sha256 = "aa";
        QCOMPARE(rules::judge(snapshot, program, gitPush).verdict, Verdict::Inside);
        snapshot.confirmedFiles = {{"/home/me/bin/git", "aa"}};
        QCOMPARE(rules::judge(snapshot, program, gitPush).verdict, Verdict::Escalate);
        program.sha256 = "bb";
        QCOMPARE(rules::judge(snapshot, program, gitPush).verdict, Verdict::Inside);
        program.sha256 = "aa";
        program.unplantable = false; // an agent's
        QCOMPARE(rules::judge(snapshot, program, gitPush).verdict, Verdict::Inside);
    }

    void aGrantNeverBeatsForbidden() {
        auto snapshot = snapshotOf("prefix_rule(['git','push'], 'forbidden')");
        snapshot.rules.push_back(gitGrant());
        QCOMPARE(rules::judge(snapshot, systemGit(), gitPush).verdict, Verdict::Deny);
        QCOMPARE(rules::judge(snapshot, systemGit(), {"git", "log"}).verdict, Verdict::Escalate);
    }

    void environmentOfTheDecidingRules() {
        const auto snapshot =
            snapshotOf("prefix_rule(['git'], env=['A','B'])\nprefix_rule(['git','push'], env=['B','C'])\n"
                       "prefix_rule(['git','log'], env=['D'])");
        const auto judgement = rules::judge(snapshot, systemGit(), gitPush);
        QCOMPARE(judgement.passEnvironment, (std::vector<std::string>{"A", "B", "C"}));
    }

    void emptyArgvStillHasItsProgram() {
        QCOMPARE(rules::judge(snapshotOf("prefix_rule(['git'],'forbidden')"), systemGit(), {}).verdict, Verdict::Deny);
        QCOMPARE(rules::judge(snapshotOf("prefix_rule(['git','a'],'forbidden')"), systemGit(), {}).verdict,
                 Verdict::Inside);
    }

    void hostileWordsAreMadeVisible() {
        const auto judgement =
            rules::judge(snapshotOf("prefix_rule(['git', '\\x1b[2Jx'], 'forbidden', justification='no\\u202e')"),
                         systemGit(), {"git", "\x1b[2Jx"});
        QCOMPARE(judgement.verdict, Verdict::Deny);
        QVERIFY(judgement.reason.find('\x1b') == std::string::npos);
        QVERIFY(judgement.reason.find("\xE2\x80\xAE") == std::string::npos);
    }

    void mentionedPathsAreAbsoluteAndOnce() {
        const auto snapshot =
            snapshotOf("prefix_rule([['/b','git','/a'],'/c'])\nprefix_rule(['/a'])\nhost_executable('h',['/x/h'])");
        QCOMPARE(rules::mentionedPaths(snapshot), (std::vector<std::string>{"/a", "/b", "/x/h"}));
    }

    void exceptions_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<ProgramFacts>("program");
        QTest::addColumn<Verdict>("verdict");
        const ProgramFacts inTmp = planted("/tmp/git", "/tmp/git");
        const char* free = "prefix_rule(['git'], unless=[['git', 'push']])";
        const char* shut = "prefix_rule(['git'], 'forbidden', unless=[['git', ['log', 'push']]])";
        QTest::newRow("an allow with an exception") << free << systemGit() << Verdict::Inside;
        QTest::newRow("another exception")
            << "prefix_rule(['git'], unless=[['git', 'log']])" << systemGit() << Verdict::Escalate;
        QTest::newRow("longer than the command")
            << "prefix_rule(['git'], unless=[['git', 'push', 'origin', 'x']])" << systemGit() << Verdict::Escalate;
        QTest::newRow("a forbidden with an exception") << shut << systemGit() << Verdict::Inside;
        QTest::newRow("an exception to forbidden needs proof") << shut << inTmp << Verdict::Deny;
        QTest::newRow("of another program")
            << "prefix_rule(['git'], 'forbidden', unless=[['hg', 'push']])" << systemGit() << Verdict::Deny;
        QTest::newRow("only its own rule") << "prefix_rule(['git'], 'prompt')\nprefix_rule(['git'], 'forbidden', "
                                              "unless=[['git', 'push']])"
                                           << systemGit() << Verdict::Ask;
        QTest::newRow("no sandbox, said aloud")
            << "prefix_rule(['git'], sandbox='none')" << systemGit() << Verdict::Escalate;
        QTest::newRow("caseless forbidden")
            << "prefix_rule(['GIT', 'Push'], 'forbidden', canonical_matching=True)" << systemGit() << Verdict::Deny;
        QTest::newRow("case matters otherwise")
            << "prefix_rule(['git', 'Push'], 'forbidden')" << systemGit() << Verdict::Inside;
        QTest::newRow("a caseless path proves nothing")
            << "prefix_rule(['/USR/BIN/GIT'], canonical_matching=True)" << systemGit() << Verdict::Inside;
    }
    void exceptions() {
        QFETCH(QString, text);
        QFETCH(ProgramFacts, program);
        QFETCH(Verdict, verdict);
        QCOMPARE(rules::judge(snapshotOf(text.toStdString()), program, gitPush).verdict, verdict);
    }

    void exceptionsMentionPaths() {
        const auto snapshot = snapshotOf("prefix_rule(['git'], 'forbidden', unless=[['/opt/git', 'log']])");
        QCOMPARE(rules::mentionedPaths(snapshot), std::vector<std::string>{"/opt/git"});
    }
};

QTEST_APPLESS_MAIN(JudgeTest)
#include "tst_judge.moc"
