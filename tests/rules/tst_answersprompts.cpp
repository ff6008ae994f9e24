#include "rules/explanation.h"

#include <QtTest>

using namespace exeat;

Q_DECLARE_METATYPE(exeat::Layer)
Q_DECLARE_METATYPE(exeat::Verdict)

namespace {

constexpr auto users = "/home/me/.config/exeat/rules/approved.rules";

std::expected<rules::RulesFile, rules::RulesError> parsed(const QString& text, const char* file, Layer layer,
                                                          Vocabulary vocabulary = Vocabulary::Exeat) {
    return rules::parseRules(text.toStdString(), file, layer, vocabulary);
}

/** What asks or forbids in one layer, what answers in another. */
PolicySnapshot snapshotOf(const QString& asking, Layer askingLayer, const QString& answering, Layer answeringLayer) {
    const auto one = parsed(asking, "/r/asks.rules", askingLayer);
    const auto other = parsed(answering, users, answeringLayer);
    if (!one || !other)
        qFatal("the test's own rules are wrong: %s", (one ? other : one).error().message.c_str());
    PolicySnapshot snapshot;
    snapshot.rules = one->rules;
    snapshot.rules.insert(snapshot.rules.end(), other->rules.begin(), other->rules.end());
    return snapshot;
}

rules::ProgramFacts git() {
    rules::ProgramFacts facts;
    facts.calledAs = facts.realPath = "/usr/bin/git";
    facts.names = {"git"};
    facts.unplantable = true;
    return facts;
}

const std::vector<std::string> push{"git", "push", "--force"};
constexpr auto asks = "prefix_rule(['git', 'push'], 'prompt', justification='others see it')";
constexpr auto answer = "prefix_rule(['git', 'push', '--force'], exact=True, answers_prompts=True)";

} // namespace

/** An allow of the user's own that answers what asks: when it does, and when nothing may. */
class AnswersPromptsTest : public QObject {
    Q_OBJECT
private slots:
    void layers_data() {
        QTest::addColumn<QString>("asking");
        QTest::addColumn<Layer>("askingLayer");
        QTest::addColumn<QString>("answering");
        QTest::addColumn<Layer>("answeringLayer");
        QTest::addColumn<Verdict>("verdict");
        const auto row = [](const char* name, const char* asking, Layer from, const char* answering, Layer by,
                            Verdict verdict) { QTest::newRow(name) << asking << from << answering << by << verdict; };
        const auto user = Layer::User;
        row("the user's own prompt", asks, user, answer, user, Verdict::Escalate);
        row("a shipped prompt", asks, Layer::Shipped, answer, user, Verdict::Escalate);
        row("a repository's prompt", asks, Layer::Project, answer, user, Verdict::Escalate);
        row("the administrator's prompt", asks, Layer::System, answer, user, Verdict::Ask);
        row("a requirement's prompt", asks, Layer::Requirements, answer, user, Verdict::Ask);
        row("a repository's answer", asks, user, answer, Layer::Project, Verdict::Ask);
        row("a repository's answer to its own prompt", asks, Layer::Project, answer, Layer::Project, Verdict::Ask);
        row("the administrator's answer", asks, user, answer, Layer::System, Verdict::Ask);
        row("a shipped answer", asks, user, answer, Layer::Shipped, Verdict::Ask);
        row("a plain allow", asks, user, "prefix_rule(['git', 'push', '--force'], exact=True)", user, Verdict::Ask);
        row("said aloud that it does not", asks, user, "prefix_rule(['git', 'push'], answers_prompts=False)", user,
            Verdict::Ask);
        row("other words", asks, user, "prefix_rule(['git', 'push', '-f'], exact=True, answers_prompts=True)", user,
            Verdict::Ask);
        row("exact, and more follows", asks, user, "prefix_rule(['git', 'push'], exact=True, answers_prompts=True)",
            user, Verdict::Ask);
        row("its exception", asks, user,
            "prefix_rule(['git', 'push'], answers_prompts=True, unless=[['git', 'push', '--force']])", user,
            Verdict::Ask);
        row("a forbidden", "prefix_rule(['git', 'push'], 'forbidden')", user, answer, user, Verdict::Deny);
        row("a forbidden beside the prompt",
            "prefix_rule(['git', 'push'], 'prompt')\nprefix_rule(['git'], 'forbidden')", user, answer, user,
            Verdict::Deny);
        row("two prompts", "prefix_rule(['git', 'push'], 'prompt')\nprefix_rule(['git'], 'prompt')", user, answer, user,
            Verdict::Escalate);
        row("no prompt at all", "", user, answer, user, Verdict::Escalate);
    }
    void layers() {
        QFETCH(QString, asking);
        QFETCH(Layer, askingLayer);
        QFETCH(QString, answering);
        QFETCH(Layer, answeringLayer);
        QFETCH(Verdict, verdict);
        const auto judgement = rules::judge(snapshotOf(asking, askingLayer, answering, answeringLayer), git(), push);
        QCOMPARE(judgement.verdict, verdict);
        if (verdict != Verdict::Escalate)
            return;
        QVERIFY2(judgement.reason.find(std::string(users) + ":1") != std::string::npos, judgement.reason.c_str());
        for (const TraceStep& step : judgement.trace) {
            QCOMPARE(step.counted, step.decision == RuleDecision::Allow);
            if (!step.counted)
                QCOMPARE(step.note, "answered for good by " + std::string(users) + ":1");
        }
    }

    void oneAdministratorsPromptIsEnough() {
        auto snapshot = snapshotOf(asks, Layer::Shipped, answer, Layer::User);
        const auto requirement =
            parsed("prefix_rule(['git'], 'prompt')", "/etc/codex/requirements.toml", Layer::Requirements);
        snapshot.rules.push_back(requirement->rules.front());
        const auto judgement = rules::judge(snapshot, git(), push);
        QCOMPARE(judgement.verdict, Verdict::Ask);
        QVERIFY2(judgement.reason.find("requirements.toml") != std::string::npos, judgement.reason.c_str());
    }

    /** It answers nothing where it would not allow anything. */
    void needsWhatEveryAllowNeeds_data() {
        QTest::addColumn<int>("flaw");
        QTest::newRow("a planted file") << 0;
        QTest::newRow("another name in argv[0]") << 1;
        QTest::newRow("names free nothing here") << 2;
        QTest::newRow("it may not loosen") << 3;
        QTest::newRow("another project's") << 4;
        QTest::newRow("a broken file without a good version") << 5;
    }
    void needsWhatEveryAllowNeeds() {
        QFETCH(int, flaw);
        auto snapshot = snapshotOf(asks, Layer::User, answer, Layer::User);
        auto program = git();
        program.unplantable = flaw != 0;
        program.calledByOwnName = flaw != 1;
        program.namesOnlyByPath = flaw == 2;
        program.places = {"/p"};
        snapshot.rules.back().loosens = flaw != 3;
        snapshot.rules.back().owner = flaw == 4 ? "/other" : "";
        snapshot.brokenNote = flaw == 5 ? "/r/b.rules:1:1: broken" : "";
        QCOMPARE(rules::judge(snapshot, program, push).verdict, Verdict::Ask);
    }

    /** The question dropped what only an allow beside the prompt names, so its answer carries nothing of that. */
    void carriesNoVariableThatWasNotAsked_data() {
        QTest::addColumn<QString>("asking");
        QTest::addColumn<QString>("answering");
        QTest::addColumn<QStringList>("passed");
        QTest::newRow("an answer") << asks << answer << QStringList{};
        QTest::newRow("an answer with a variable")
            << asks << "prefix_rule(['git', 'push'], answers_prompts=True, env=['A'])" << QStringList{"A"};
        QTest::newRow("nothing asks") << "" << answer << QStringList{"GIT_SSH"};
    }
    void carriesNoVariableThatWasNotAsked() {
        QFETCH(QString, asking);
        QFETCH(QString, answering);
        QFETCH(QStringList, passed);
        auto snapshot =
            snapshotOf(asking + "\nprefix_rule(['git'], env=['GIT_SSH'])", Layer::User, answering, Layer::User);
        const auto judgement = rules::judge(snapshot, git(), push);
        QCOMPARE(judgement.verdict, Verdict::Escalate);
        QStringList names;
        for (const std::string& name : judgement.passEnvironment)
            names.append(QString::fromStdString(name));
        QCOMPARE(names, passed);
        // An answer for the session, in place of the one for good.
        if (asking.isEmpty())
            return;
        PrefixRule& grant = snapshot.rules.back();
        grant.layer = Layer::Session;
        grant.answersPrompts = false;
        grant.passEnvironment.clear();
        const auto granted = rules::judge(snapshot, git(), push);
        QCOMPARE(granted.verdict, Verdict::Escalate);
        QVERIFY(granted.passEnvironment.empty());
    }

    void aConfirmedFileIsProof() {
        auto snapshot = snapshotOf(asks, Layer::Shipped, answer, Layer::User);
        snapshot.confirmedFiles = {{"/home/me/bin/git", "aa"}};
        auto program = git();
        program.unplantable = false;
        program.confirmable = true;
        program.calledAs = program.realPath = "/home/me/bin/git";
        program.sha256 = "aa";
        QCOMPARE(rules::judge(snapshot, program, push).verdict, Verdict::Escalate);
        program.sha256 = "bb";
        QCOMPARE(rules::judge(snapshot, program, push).verdict, Verdict::Ask);
    }

    void words_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Layer>("layer");
        QTest::addColumn<Vocabulary>("vocabulary");
        QTest::addColumn<QString>("error"); // empty: it is read
        const char* rule = "prefix_rule(['git'], answers_prompts=True)";
        QTest::newRow("the user's own") << rule << Layer::User << Vocabulary::Exeat << "";
        QTest::newRow("a repository's, where it does not count") << rule << Layer::Project << Vocabulary::Exeat << "";
        QTest::newRow("what Codex reads, too")
            << rule << Layer::User << Vocabulary::Codex
            << "`answers_prompts` is Exeat's own word and Codex could not read this file with it; move the rule to "
               "$XDG_CONFIG_HOME/exeat/rules, the only place where it counts";
        QTest::newRow("beside another own word, told where both can go")
            << "prefix_rule(['git'], exact=True, answers_prompts=True)" << Layer::User << Vocabulary::Codex
            << "`answers_prompts` is Exeat's own word";
        QTest::newRow("another own word may go to a repository")
            << "prefix_rule(['git'], exact=True)" << Layer::User << Vocabulary::Codex << ".exeat/rules of the project";
        for (const char* decision : {"prompt", "forbidden"})
            QTest::newRow(decision)
                << QStringLiteral("prefix_rule(['git'], '%1', answers_prompts=True)").arg(QLatin1String(decision))
                << Layer::User << Vocabulary::Exeat << "only an allow answers prompts";
        QTest::newRow("a prompt that does not")
            << "prefix_rule(['git'], 'prompt', answers_prompts=False)" << Layer::User << Vocabulary::Exeat << "";
        QTest::newRow("a word") << "prefix_rule(['git'], answers_prompts='yes')" << Layer::User << Vocabulary::Exeat
                                << "bool";
    }
    void words() {
        QFETCH(QString, text);
        QFETCH(Layer, layer);
        QFETCH(Vocabulary, vocabulary);
        QFETCH(QString, error);
        const auto result = parsed(text, "/r/a.rules", layer, vocabulary);
        QCOMPARE(result.has_value(), error.isEmpty());
        if (!result)
            QVERIFY2(QString::fromStdString(result.error().message).contains(error), result.error().message.c_str());
        else
            QCOMPARE(result->rules.front().answersPrompts, text.contains("=True"));
    }

    void explained_data() {
        QTest::addColumn<Layer>("askingLayer");
        QTest::addColumn<Layer>("answeringLayer");
        QTest::addColumn<QString>("ofAsking");
        QTest::addColumn<QString>("ofAnswering");
        QTest::newRow("answered") << Layer::Shipped << Layer::User
                                  << "; does not count: answered for good by " + QString(users) + ":1"
                                  << "; it answers what asks about it";
        QTest::newRow("an administrator's") << Layer::System << Layer::User << "matches: git push"
                                            << "a stricter rule decides, which is an administrator's";
        QTest::newRow("a repository's") << Layer::User << Layer::Project << "matches: git push"
                                        << "`answers_prompts` counts in $XDG_CONFIG_HOME/exeat/rules only";
    }
    void explained() {
        QFETCH(Layer, askingLayer);
        QFETCH(Layer, answeringLayer);
        QFETCH(QString, ofAsking);
        QFETCH(QString, ofAnswering);
        const auto snapshot = snapshotOf(asks, askingLayer, answer, answeringLayer);
        const auto trials = rules::trialsOf(snapshot, git(), push, rules::judge(snapshot, git(), push));
        QCOMPARE(trials.size(), std::size_t{2});
        QVERIFY2(QString::fromStdString(trials[0].why).contains(ofAsking), trials[0].why.c_str());
        QVERIFY2(QString::fromStdString(trials[1].why).contains(ofAnswering), trials[1].why.c_str());
    }
};

QTEST_APPLESS_MAIN(AnswersPromptsTest)
#include "tst_answersprompts.moc"
