#include "rules/policy.h"

#include <QtTest>

using namespace exeat;
using rules::ProgramFacts;

Q_DECLARE_METATYPE(exeat::rules::ProgramFacts)
Q_DECLARE_METATYPE(exeat::CallerReach)
Q_DECLARE_METATYPE(exeat::RuleSandbox)
Q_DECLARE_METATYPE(exeat::Verdict)

namespace {

constexpr CallerReach readOnly{.writesWorkspace = false, .hasNetwork = false, .sessionWrites = false};
constexpr CallerReach ordinary{.writesWorkspace = true, .hasNetwork = false, .sessionWrites = true};
constexpr CallerReach withNetwork{.writesWorkspace = true, .hasNetwork = true, .sessionWrites = true};
/** In a read-only room of an ordinary session. */
constexpr CallerReach narrowed{.writesWorkspace = false, .hasNetwork = false, .sessionWrites = true};

PolicySnapshot snapshotOf(const std::string& text) {
    const auto parsed = rules::parseRules(text, "/r/a.rules", Layer::User, rules::Vocabulary::Exeat);
    if (!parsed)
        qFatal("the test's own rules are wrong: %s", parsed.error().message.c_str());
    PolicySnapshot snapshot;
    snapshot.rules = parsed->rules;
    return snapshot;
}

ProgramFacts planted(CallerReach reach) {
    ProgramFacts facts;
    facts.calledAs = facts.realPath = "/ws/git";
    facts.names = {"git"};
    facts.reach = reach;
    return facts;
}

ProgramFacts proven(CallerReach reach) {
    ProgramFacts facts = planted(reach);
    facts.calledAs = facts.realPath = "/usr/bin/git";
    facts.unplantable = true;
    return facts;
}

PrefixRule grant(RuleSandbox sandbox) {
    PrefixRule made;
    made.layer = Layer::Session;
    made.file = "session";
    made.decision = RuleDecision::Allow;
    made.pattern = {{{"git"}}};
    made.sandbox = sandbox;
    return made;
}

const std::vector<std::string> gitPush{"git", "push"};

} // namespace

/** `sandbox=` of rules: whom a rule lets into one, and into which of several. */
class RuleSandboxTest : public QObject {
    Q_OBJECT
private slots:
    void judged_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<ProgramFacts>("program");
        QTest::addColumn<Verdict>("verdict");
        QTest::addColumn<RuleSandbox>("sandbox");
        using enum Verdict;
        using enum RuleSandbox;
        const auto row = [](const char* name, const char* text, const ProgramFacts& program, Verdict verdict,
                            RuleSandbox sandbox) { QTest::newRow(name) << text << program << verdict << sandbox; };
        const char* network = "prefix_rule(['git'], sandbox='network')";
        const char* workspace = "prefix_rule(['git'], sandbox='workspace-write')";
        const char* nothing = "prefix_rule(['git'], sandbox='read-only')";
        row("network", network, proven(ordinary), Escalate, Network);
        row("workspace", workspace, proven(ordinary), Escalate, WorkspaceWrite);
        row("read-only", nothing, proven(ordinary), Escalate, ReadOnly);
        row("outside, said aloud", "prefix_rule(['git'], sandbox='none')", proven(ordinary), Escalate, None);
        row("of a prompt", "prefix_rule(['git'], 'prompt', sandbox='network')", planted(ordinary), Ask, Network);
        row("forbidden is forbidden", "prefix_rule(['git'], 'forbidden', sandbox='read-only')", proven(ordinary), Deny,
            None);

        // To more than the caller has only with proof, to less by a name: that tightens.
        row("more, unproven", network, planted(ordinary), Inside, None);
        row("more to write, unproven", workspace, planted(readOnly), Inside, None);
        row("as much, unproven", workspace, planted(ordinary), Escalate, WorkspaceWrite);
        row("as much network, unproven", network, planted(withNetwork), Escalate, Network);
        row("less, unproven", nothing, planted(ordinary), Escalate, ReadOnly);
        row("the least, unproven", nothing, planted(readOnly), Escalate, ReadOnly);
        row("outside, unproven, whatever the caller has", "prefix_rule(['git'])", planted(withNetwork), Inside, None);
        row("what the session has and the caller has not", workspace, planted(narrowed), Inside, None);
        row("the network out of less", network, planted(narrowed), Inside, None);

        // Of several, what all of them give.
        const std::string all = std::string(network) + "\n" + workspace + "\n" + nothing;
        row("the narrowest of three", all.c_str(), proven(ordinary), Escalate, ReadOnly);
        const std::string outside = std::string("prefix_rule(['git'])\n") + network;
        row("one of them outside", outside.c_str(), proven(ordinary), Escalate, Network);
        const std::string two = std::string(network) + "\n" + workspace;
        row("network or workspace", two.c_str(), proven(ordinary), Escalate, WorkspaceWrite);
        row("network or workspace, where nothing is written", two.c_str(), proven(readOnly), Escalate, ReadOnly);
        const std::string uncounted = std::string(network) + "\nprefix_rule(['/opt/git'], sandbox='read-only')";
        row("not of one that does not match", uncounted.c_str(), proven(ordinary), Escalate, Network);
        const std::string asked = std::string(workspace) + "\nprefix_rule(['git'], 'prompt', sandbox='network')";
        row("a prompt beside an allow", asked.c_str(), proven(ordinary), Ask, WorkspaceWrite);
        const std::string alone = std::string(network) + "\nprefix_rule(['git'], 'prompt')";
        row("a prompt that names none", alone.c_str(), proven(ordinary), Ask, Network);
        const std::string uncountedAllow = std::string(network) + "\nprefix_rule(['git'], 'prompt')";
        row("an allow that does not count narrows nothing", uncountedAllow.c_str(), planted(ordinary), Ask, None);
    }
    void judged() {
        QFETCH(QString, text);
        QFETCH(ProgramFacts, program);
        QFETCH(Verdict, verdict);
        QFETCH(RuleSandbox, sandbox);
        const Judgement judgement = rules::judge(snapshotOf(text.toStdString()), program, gitPush);
        QCOMPARE(judgement.verdict, verdict);
        QCOMPARE(judgement.sandbox, sandbox);
        if (sandbox != RuleSandbox::None)
            QVERIFY2(judgement.reason.find(placeOf(sandbox)) != std::string::npos, judgement.reason.c_str());
    }

    /** Whatever it narrows, an allow is an allow. */
    void aPlaceThatOnlyTightensAllowsNothing() {
        auto snapshot = snapshotOf("prefix_rule(['git'], sandbox='read-only')");
        snapshot.rules[0].loosens = false;
        QCOMPARE(rules::judge(snapshot, proven(ordinary), gitPush).verdict, Verdict::Inside);
        snapshot.rules[0].loosens = true;
        snapshot.rules[0].owner = "/elsewhere";
        ProgramFacts here = proven(ordinary);
        here.places = {"/ws", "/ws", "/ws"};
        QCOMPARE(rules::judge(snapshot, here, gitPush).verdict, Verdict::Inside);
    }

    /** Its prompts narrow what a person's rule lets out. */
    void aPlaceThatOnlyTightensNarrows() {
        auto snapshot = snapshotOf("prefix_rule(['git'])\nprefix_rule(['git'], 'prompt', sandbox='read-only')");
        snapshot.rules[1].loosens = false;
        const Judgement judgement = rules::judge(snapshot, proven(ordinary), gitPush);
        QCOMPARE(judgement.verdict, Verdict::Ask);
        QCOMPARE(judgement.sandbox, RuleSandbox::ReadOnly);
    }

    void aBrokenFileAsksOnlyWhereSomethingIsGained() {
        auto snapshot = snapshotOf("prefix_rule(['git'], sandbox='network')");
        snapshot.brokenNote = "/r/b.rules:1:1: broken";
        QCOMPARE(rules::judge(snapshot, proven(ordinary), gitPush).verdict, Verdict::Ask);
        QCOMPARE(rules::judge(snapshot, proven(ordinary), gitPush).sandbox, RuleSandbox::Network);
        QCOMPARE(rules::judge(snapshot, proven(withNetwork), gitPush).verdict, Verdict::Escalate);
    }

    /** It ends prompts, so it needs its proof whatever its sandbox. */
    void aPersonsAnswerNeedsItsProof() {
        auto snapshot = snapshotOf("prefix_rule(['git'], 'prompt', sandbox='workspace-write')");
        snapshot.rules.push_back(grant(RuleSandbox::WorkspaceWrite));
        QCOMPARE(rules::judge(snapshot, proven(ordinary), gitPush).verdict, Verdict::Escalate);
        QCOMPARE(rules::judge(snapshot, proven(ordinary), gitPush).sandbox, RuleSandbox::WorkspaceWrite);
        QCOMPARE(rules::judge(snapshot, planted(ordinary), gitPush).verdict, Verdict::Ask);
        snapshot.rules[1].confirmedPath = "/ws/git";
        snapshot.rules[1].confirmedSha256 = "aa";
        ProgramFacts file = planted(ordinary);
        file.sha256 = "aa";
        QCOMPARE(rules::judge(snapshot, file, gitPush).verdict, Verdict::Escalate);
        file.sha256 = "bb";
        QCOMPARE(rules::judge(snapshot, file, gitPush).verdict, Verdict::Ask);
    }

    void aLastingAnswerNeedsItsProof() {
        const auto snapshot = snapshotOf("prefix_rule(['git'], 'prompt', sandbox='read-only')\n"
                                         "prefix_rule(['git'], sandbox='workspace-write', answers_prompts=True)");
        QCOMPARE(rules::judge(snapshot, planted(ordinary), gitPush).verdict, Verdict::Ask);
        const Judgement judgement = rules::judge(snapshot, proven(ordinary), gitPush);
        QCOMPARE(judgement.verdict, Verdict::Escalate);
        QCOMPARE(judgement.sandbox, RuleSandbox::ReadOnly); // what was answered still narrows
    }

    /** The prompt may say less by now than when a person answered it. */
    void anAnsweredPromptStillNarrows() {
        auto snapshot = snapshotOf("prefix_rule(['git'], 'prompt', sandbox='read-only')");
        snapshot.rules.push_back(grant(RuleSandbox::None));
        const Judgement judgement = rules::judge(snapshot, proven(ordinary), gitPush);
        QCOMPARE(judgement.verdict, Verdict::Escalate);
        QCOMPARE(judgement.sandbox, RuleSandbox::ReadOnly);
    }

    /** With the confirmation all of them count. */
    void toBeConfirmedForWhatAllGive() {
        const auto snapshot = snapshotOf("prefix_rule(['git'], sandbox='network')\nprefix_rule(['git', 'push'])");
        ProgramFacts file = planted(ordinary);
        file.confirmable = true;
        const Judgement judgement = rules::judge(snapshot, file, gitPush);
        QCOMPARE(judgement.verdict, Verdict::Ask);
        QVERIFY(judgement.confirmsFile);
        QCOMPARE(judgement.sandbox, RuleSandbox::Network);
    }
};

QTEST_APPLESS_MAIN(RuleSandboxTest)
#include "tst_rulesandbox.moc"
