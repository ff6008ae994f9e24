#include "shared/base/limits.h"
#include "tests/policy/projectbench.h"

#include <QSignalSpy>
#include <QtTest>

using namespace exeat;
using namespace exeat::test;

namespace {

constexpr auto allowCurl = "prefix_rule(['curl'])\n";
constexpr auto forbidPush = "prefix_rule(['git', 'push'], 'forbidden')\n";
constexpr auto forbidCurl = "prefix_rule(['curl'], 'forbidden')\n";

/** "curl inside": what becomes of `curl` as called in the project. */
void check(const ProjectBench& bench, const QString& expected) {
    static const QHash<QString, Verdict> verdicts{{"inside", Verdict::Inside},
                                                  {"outside", Verdict::Escalate},
                                                  {"asked", Verdict::Ask},
                                                  {"refused", Verdict::Deny}};
    for (const auto& part : expected.split(", ", Qt::SkipEmptyParts)) {
        auto words = part.split(' ');
        const QString wanted = words.takeLast();
        QVERIFY2(verdicts.contains(wanted), qPrintable(part));
        std::vector<std::string> argv;
        for (const auto& word : words)
            argv.push_back(word.toStdString());
        const auto got = bench.verdict(argv);
        QVERIFY2(got == verdicts.value(wanted), qPrintable(part + " but it is " + verdicts.key(got)));
    }
}

} // namespace

class ProjectTrustTest : public QObject {
    Q_OBJECT
private slots:
    /** Steps: `says TEXT`, `accept`, `revoke`, `restart`, `nothing` (the files are removed), or what holds then. */
    void contents_data() {
        QTest::addColumn<QStringList>("steps");
        const QString push = QString("says ") + forbidPush;
        const QString allow = QString("says ") + allowCurl;
        const QString both = QString("says ") + allowCurl + forbidPush;
        const auto row = [](const char* name, const QStringList& steps) { QTest::newRow(name) << steps; };
        row("an allow gets nothing until it is accepted", {allow, "curl inside", "accept", "curl outside"});
        row("forbidden holds at once", {push, "git push refused, git pull inside"});
        row("a prompt holds at once", {"says prefix_rule(['git', 'push'], 'prompt')", "git push asked"});
        row("accepted content outlives a restart", {allow, "accept", "restart", "curl outside"});
        row("only exactly that content",
            {allow, "accept", "says prefix_rule(['curl'])\nprefix_rule(['wget'])", "curl inside, wget inside"});
        row("what means the same is the same",
            {allow, "accept", "says # a comment\n\nprefix_rule(pattern=['curl'], decision='allow')", "curl outside"});
        row("an exception that was added is another content",
            {"says prefix_rule(['git'], 'forbidden')", "accept",
             "says prefix_rule(['git'], 'forbidden')\nprefix_rule(['x'])", "git refused, x inside"});
        row("a removed rule holds", {push, "git push refused", "says ", "git push refused"});
        row("a removed file holds", {push, "git push refused", "nothing", "git push refused"});
        row("a weakened rule holds",
            {push, "git push refused", "says prefix_rule(['git', 'push'], 'prompt')", "git push refused"});
        row("a removed rule outlives a restart", {push, "git push refused", "nothing", "restart", "git push refused"});
        row("removed while the service was down",
            {push, "git push refused", "down", "nothing", "restart", "git push refused"});
        row("a removed rule goes when that is accepted",
            {push, "git push refused", "says ", "accept", "git push inside"});
        row("and is gone after a restart", {push, "git push refused", "says ", "accept", "restart", "git push inside"});
        row("a removed file goes when that is accepted",
            {push, "git push refused", "nothing", "accept", "git push inside"});
        row("a stricter rule in its place takes nothing away",
            {"says prefix_rule(['git', 'push'], 'prompt')", "git push asked", push, "git push refused", "accept",
             "git push refused"});
        row("revoked, it loosens no more and forbids as before",
            {both, "accept", "curl outside, git push refused", "revoke", "curl inside, git push refused", "restart",
             "curl inside, git push refused"});
        row("another branch and back",
            {allow, "accept", "curl outside", push, "curl inside, git push refused", "accept",
             "curl inside, git push refused", allow, "curl outside, git push inside", push,
             "curl inside, git push refused", "restart", allow, "curl outside, git push inside"});
        row("a branch that nobody accepted takes its rules along",
            {allow, "accept", push, "curl inside, git push refused", allow, "curl outside, git push inside"});
        row("and cannot take those of an accepted one away",
            {push, "accept", allow, "curl inside, git push refused", "restart", "curl inside, git push refused"});
        row("two that nobody accepted add up",
            {push, "git push refused", QString("says ") + forbidCurl, "git push refused, curl refused"});
        row("a broken file keeps what was accepted",
            {both, "accept", "says prefix_rule(", "curl outside, git push refused", "restart",
             "curl outside, git push refused"});
    }
    void contents() {
        QFETCH(QStringList, steps);
        ProjectBench bench;
        QVERIFY(bench.isGood());
        for (const auto& step : steps) {
            if (step.startsWith("says ")) {
                QVERIFY(bench.says(step.mid(5).toUtf8()));
            } else if (step == "accept") {
                const auto accepted = bench.accept();
                QVERIFY2(accepted, accepted ? "" : accepted.error().text.c_str());
            } else if (step == "revoke") {
                QVERIFY(bench.store->revokeTrust(bench.tree.at("w")));
            } else if (step == "restart") {
                bench.restart();
            } else if (step == "down") {
                bench.store.reset();
            } else if (step == "nothing") {
                QVERIFY(bench.saysNothing());
            } else {
                check(bench, step);
            }
            if (QTest::currentTestFailed()) {
                qWarning("at the step: %s", qPrintable(step));
                return;
            }
        }
    }

    void loosensInEveryWayOnlyWhenAccepted() {
        // A name's proof, an exception and a variable, all of the project's.
        ProjectBench bench;
        QVERIFY(bench.says("host_executable('tool', ['/usr/bin/tool'])\n"
                           "prefix_rule(['tool'], env=['TOKEN'])\n"
                           "prefix_rule(['git'], 'prompt', unless=[['git', 'status']])\n",
                           "w/.exeat/rules/x.rules"));
        const auto tool = [&] {
            auto facts = systemProgram("tool");
            facts.unplantable = false;
            facts.equalPaths = {"/usr/bin/tool"};
            facts.places = {bench.tree.at("w"), bench.tree.at("w"), bench.tree.at("w")};
            return rules::judge(bench.store->snapshot({bench.tree.at("w"), {}, {}}), facts, {"tool"});
        };
        QCOMPARE(tool().verdict, Verdict::Inside);
        QVERIFY(tool().trace.at(0).note.find("exeat trust show " + bench.tree.at("w")) != std::string::npos);
        QCOMPARE(bench.status(), (TrustStatus{bench.tree.at("w"), TrustState::NotTrusted, 2, 0}));
        QVERIFY(bench.accept());
        QCOMPARE(tool().verdict, Verdict::Escalate);
        QCOMPARE(tool().passEnvironment, std::vector<std::string>{"TOKEN"});
        // One that adds an exception to what asks is a removal of what asked before.
        QVERIFY(bench.says("prefix_rule(['git'], 'prompt', unless=[['git', 'status'], ['git', 'push']])\n",
                           "w/.exeat/rules/x.rules"));
        QCOMPARE(bench.verdict({"git", "push"}), Verdict::Ask);
        QCOMPARE(bench.status(), (TrustStatus{bench.tree.at("w"), TrustState::Changed, 0, 2}));
        QVERIFY(bench.accept());
        QCOMPARE(bench.verdict({"git", "push"}), Verdict::Inside);
    }

    /** An agent that writes the folder above moves a project away, and puts a link to an accepted one there. */
    void aLinkInPlaceOfTheProjectIsNotTheOther() {
        ProjectBench bench;
        QVERIFY(bench.says(allowCurl) && bench.accept());
        QVERIFY(bench.tree.makeRepository("mine"));
        const std::string mine = bench.tree.at("mine");
        const std::string accepted = bench.tree.at("w");
        QCOMPARE(bench.verdictAt({"curl"}, {mine, accepted, accepted}), Verdict::Inside);
        QVERIFY(QDir(bench.tree.path("mine")).removeRecursively());
        QVERIFY(QFile::link(bench.tree.path("w"), bench.tree.path("mine")));
        QCOMPARE(bench.verdictAt({"curl"}, {mine, accepted, accepted}), Verdict::Inside);
        QCOMPARE(bench.verdictAt({"curl"}, {mine, mine, mine}), Verdict::Inside);
        QCOMPARE(bench.verdictAt({"curl"}, {accepted, accepted, accepted}), Verdict::Escalate);
        // What it forbids holds by any name.
        QVERIFY(bench.says(forbidPush));
        QCOMPARE(bench.verdictAt({"git", "push"}, {mine, accepted, accepted}), Verdict::Deny);
    }

    void anAcceptanceIsOfWhatWasShown() {
        ProjectBench bench;
        QVERIFY(bench.says(allowCurl));
        const std::string shown = bench.view().hash;
        QVERIFY(bench.says("prefix_rule(['wget'])"));
        const auto accepted = bench.store->acceptTrust(bench.tree.at("w"), shown, "the test", 1);
        QVERIFY(!accepted && accepted.error().kind == ErrorKind::Refused);
        QVERIFY(accepted.error().text.find("changed since") != std::string::npos);
        QCOMPARE(bench.verdict({"wget"}), Verdict::Inside);
        // Nor of what nobody can read.
        QVERIFY(bench.says("prefix_rule(", "w/.codex/rules/q.rules"));
        const auto broken = bench.accept();
        QVERIFY(!broken && broken.error().text.find("q.rules:1:12") != std::string::npos);
    }

    void theChangeIsShownFromWhatHolds() {
        ProjectBench bench;
        const auto texts = [&] {
            std::vector<std::string> shown;
            for (const auto& change : bench.view().changes)
                shown.push_back(change.text);
            return shown;
        };
        using Texts = std::vector<std::string>;
        QVERIFY(bench.says(forbidPush) && bench.verdict({"git", "push"}) == Verdict::Deny);
        QCOMPARE(texts(), Texts{"adds: forbidden `git push`"});
        QVERIFY(bench.accept());
        QVERIFY(texts().empty());
        QVERIFY(bench.says(forbidCurl) && bench.verdict({"curl"}) == Verdict::Deny);
        QVERIFY(bench.says(allowCurl));
        // What a change in between forbade is dropped with it, and what loosens comes first.
        QCOMPARE(texts(), (Texts{"changes: `curl`: forbidden becomes allow", "drops: forbidden `git push`"}));
        QCOMPARE(bench.view().changes.at(1).file, bench.tree.at(projectFile));
        QVERIFY(bench.accept());
        QVERIFY(texts().empty());
    }

    void nobodyAcceptsMoreThanCanBeSeen() {
        ProjectBench bench;
        // Each character of three bytes is shown as eight.
        const auto odd = [](int count) -> QByteArray {
            return "prefix_rule(['curl'])\nprefix_rule(['a', '" + QByteArray("\xE2\x80\xAE").repeated(count) + "'])\n";
        };
        const int fitting = static_cast<int>(limits::trustShownBytes / 8) - 100;
        QVERIFY(bench.says(odd(fitting + 200)));
        const auto refused = bench.accept();
        QVERIFY(!refused && refused.error().text.find("so much that nobody can look at it all") != std::string::npos);
        QVERIFY(!bench.view().problems.empty());
        QCOMPARE(bench.view().changes.size(), std::size_t{1}); // as much as fits
        QVERIFY(bench.says(odd(fitting)));
        const auto accepted = bench.accept();
        QVERIFY2(accepted, accepted ? "" : accepted.error().text.c_str());
        QCOMPARE(bench.verdict({"curl"}), Verdict::Escalate);
    }

    void acceptingAndRevokingAreTold() {
        ProjectBench bench;
        QVERIFY(bench.says(allowCurl) && bench.verdict({"curl"}) == Verdict::Inside);
        QVERIFY(joined(bench.store->problems(), "1 declaration that would loosen does not count"));
        QCOMPARE(bench.store->waiting({bench.tree.at("w/a")}).size(), std::size_t{1});
        QVERIFY(bench.store->waiting({bench.tree.at("home")}).empty());
        QSignalSpy changed(bench.store.get(), &PolicyStore::changed);
        QVERIFY(bench.accept());
        QCOMPARE(changed.size(), 1);
        QVERIFY(bench.store->problems().empty());
        QCOMPARE(bench.view().accepted.at(0).who, std::string("the test"));
        QVERIFY(bench.store->revokeTrust(bench.tree.at("w")));
        QCOMPARE(changed.size(), 2);
        QCOMPARE(bench.status().state, TrustState::NotTrusted);
        QVERIFY(!bench.store->revokeTrust(bench.tree.at("w"))); // twice is once
    }

    void aListOfWhatIsKnown() {
        ProjectBench bench;
        QVERIFY(bench.store->trustStatuses().empty());
        QVERIFY(!bench.store->trustView(bench.tree.at("w")));
        QVERIFY(bench.says(forbidPush) && bench.verdict({"git", "push"}) == Verdict::Deny);
        bench.restart();
        const auto statuses = bench.store->trustStatuses();
        QCOMPARE(statuses, (std::vector<TrustStatus>{{bench.tree.at("w"), TrustState::NotTrusted, 0, 0}}));
        QVERIFY(!statuses[0].waits());
        QCOMPARE(bench.store->trustView(bench.tree.at("w/a/b"))->status.directory, bench.tree.at("w"));
    }

    void codexTrustIsNotOurs() {
        ProjectBench bench;
        const std::string config = "[projects.\"" + bench.tree.at("w") + "\"]\ntrust_level = \"trusted\"\n";
        QVERIFY(bench.tree.write("home/.codex/config.toml", QByteArray::fromStdString(config)) &&
                bench.says(allowCurl));
        QCOMPARE(bench.verdict({"curl"}), Verdict::Inside);
    }

    void theOldestAcceptanceIsForgotten() {
        ProjectBench bench;
        const auto branch = [](std::size_t number) -> QByteArray {
            return "prefix_rule(['b" + QByteArray::number(static_cast<qulonglong>(number)) + "'])";
        };
        for (std::size_t i = 0; i <= limits::acceptedContents; ++i)
            QVERIFY(bench.says(branch(i)) && bench.accept());
        QCOMPARE(bench.view().accepted.size(), limits::acceptedContents);
        QVERIFY(bench.says(branch(1)));
        QCOMPARE(bench.verdict({"b1"}), Verdict::Escalate);
        QVERIFY(bench.says(branch(0)));
        QCOMPARE(bench.verdict({"b0"}), Verdict::Inside);
    }

    void moreRemovedThanCanBeKept() {
        ProjectBench bench;
        QVERIFY(bench.tree.write(userFile, "prefix_rule(['free'])"));
        const auto forbids = [](int from) -> QByteArray {
            return "[prefix_rule(['p%d' % i], 'forbidden') for i in range(" + QByteArray::number(from) + ", " +
                   QByteArray::number(from + static_cast<int>(limits::rulesPerFile)) + ")]";
        };
        const int perFile = static_cast<int>(limits::rulesPerFile);
        for (int content = 0; content * perFile <= static_cast<int>(limits::retainedRules); ++content) {
            QVERIFY(bench.says(forbids(content * perFile)));
            QCOMPARE(bench.verdict({"free"}), Verdict::Escalate);
        }
        QCOMPARE(bench.verdict({"p0"}), Verdict::Deny);
        // One of them is let go, and nobody knows which: nothing runs there.
        QVERIFY(bench.says(""));
        QCOMPARE(bench.verdict({"free"}), Verdict::Deny);
        QVERIFY(joined(bench.store->problems(), "dropped more rules than can be kept in force"));
        bench.restart();
        QCOMPARE(bench.verdict({"other"}), Verdict::Deny);
        const std::string elsewhere = bench.tree.at("home");
        QCOMPARE(bench.verdictAt({"free"}, {elsewhere, elsewhere, elsewhere}), Verdict::Escalate);
        QVERIFY(bench.accept());
        QCOMPARE(bench.verdict({"free"}), Verdict::Escalate);
        QCOMPARE(bench.verdict({"p0"}), Verdict::Inside);
    }
};

QTEST_GUILESS_MAIN(ProjectTrustTest)
#include "tst_projecttrust.moc"
