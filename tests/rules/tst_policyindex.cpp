#include "rules/policyindex.h"

#include <QtTest>

#include <random>

using namespace exeat;
using rules::PolicyIndex;
using rules::ProgramFacts;

namespace {

/** Few words, so that they meet; the odd ones of every kind that a comparison could get wrong. */
const std::vector<std::string> programs{
    "git",   "Git", "GIT",     "g\u0131t",     "gh",           "",         "stra\u00DFe", "STRASSE",     "\xFF", "\xFF",
    "./git", "a/b", "/ws/git", "/usr/bin/git", "/usr/bin/Git", "/bin/git", "/opt/\u00E4", "/opt/a\u0308"};
const std::vector<std::string> words{"push", "Push",   "pull",    "log",    "", "-f",
                                     "\xFF", "\u00C4", "a\u0308", "\u212A", "k"};

/** Deterministic: the same on every machine, by the seed of the row. */
class Generator {
public:
    explicit Generator(unsigned seed) : m_engine(seed) {}

    std::size_t below(std::size_t end) { return m_engine() % end; }
    bool oneIn(std::size_t n) { return below(n) == 0; }
    const std::string& of(const std::vector<std::string>& list) { return list[below(list.size())]; }

    PolicySnapshot snapshot(std::size_t rules) {
        PolicySnapshot snapshot;
        if (oneIn(4))
            snapshot.brokenNote = "/r/b.rules:1:1: broken";
        for (std::size_t i = 0; i < rules; ++i)
            snapshot.rules.push_back(rule(static_cast<int>(i)));
        for (std::size_t i = below(6); i > 0; --i)
            snapshot.hostExecutables.push_back({of(programs), some(programs, 4), !oneIn(3), {}, 0, owner()});
        return snapshot;
    }

    ProgramFacts program() {
        ProgramFacts facts;
        facts.calledAs = of(programs);
        facts.realPath = of(programs);
        facts.names = some(programs, 4);
        facts.equalPaths = some(programs, 3);
        facts.unplantable = oneIn(2);
        facts.sha256 = oneIn(2) ? "aa" : "";
        facts.namesOnlyByPath = oneIn(6);
        facts.calledByOwnName = !oneIn(6);
        facts.outside = oneIn(6);
        facts.places = some({"/ws", "/ws/sub", "/elsewhere"}, 4);
        return facts;
    }

    std::vector<std::string> argv() {
        if (oneIn(20))
            return {};
        std::vector<std::string> argv = some(words, 7);
        argv.insert(argv.begin(), of(programs));
        return argv;
    }

private:
    std::vector<std::string> some(const std::vector<std::string>& list, std::size_t end) {
        std::vector<std::string> chosen(below(end));
        for (auto& word : chosen)
            word = of(list);
        return chosen;
    }

    PatternToken token(const std::vector<std::string>& list) {
        PatternToken token{{of(list)}};
        for (auto& word : oneIn(3) ? some(list, 5) : std::vector<std::string>())
            token.anyOf.push_back(std::move(word));
        return token;
    }

    std::vector<PatternToken> pattern() {
        if (oneIn(100))
            return {};
        std::vector<PatternToken> pattern{token(programs)};
        for (std::size_t i = below(6); i > 0; --i)
            pattern.push_back(token(words));
        return pattern;
    }

    std::string owner() { return oneIn(3) ? of({"/ws", "/ws/sub", "/other"}) : std::string(); }

    PrefixRule rule(int line) {
        PrefixRule rule;
        rule.layer = static_cast<Layer>(below(6));
        rule.file = "/r/" + of(programs) + ".rules";
        rule.line = line;
        rule.pattern = pattern();
        rule.decision = static_cast<RuleDecision>(below(3));
        rule.justification = oneIn(2) ? "because" : "";
        rule.loosens = !oneIn(4);
        rule.owner = owner();
        rule.passEnvironment = some(words, 3);
        rule.exact = oneIn(8);
        rule.confirmedPath = oneIn(10) ? of(programs) : "";
        rule.confirmedSha256 = oneIn(2) ? "aa" : "";
        rule.canonical = oneIn(3);
        for (std::size_t i = oneIn(4) ? below(4) : 0; i > 0; --i)
            rule.unless.push_back(pattern());
        rule.sandbox = oneIn(10) ? RuleSandbox::Network : RuleSandbox::None;
        return rule;
    }

    std::mt19937 m_engine;
};

QByteArray inWords(const Judgement& judgement) {
    QByteArray text = QByteArray::number(int(judgement.verdict)) + ' ' + QByteArray::fromStdString(judgement.reason);
    for (const auto& step : judgement.trace)
        text += "\n  line " + QByteArray::number(step.line) + (step.counted ? " counts" : " does not count: ") +
                QByteArray::fromStdString(step.note);
    return text;
}

std::size_t candidates(const PolicySnapshot& snapshot, const std::vector<std::string>& argv) {
    ProgramFacts program;
    program.names = {argv.front()};
    return PolicyIndex(snapshot).candidates(program, argv).size();
}

/** As if there were no index. */
std::vector<rules::Candidate> allCandidates(const PolicySnapshot& snapshot) {
    std::vector<rules::Candidate> all;
    for (std::uint32_t rule = 0; rule < snapshot.rules.size(); ++rule) {
        const auto& pattern = snapshot.rules[rule].pattern;
        for (std::uint32_t i = 0; !pattern.empty() && i < pattern.front().anyOf.size(); ++i)
            all.push_back({rule, i});
    }
    return all;
}

PrefixRule ruleOf(std::vector<PatternToken> pattern) {
    PrefixRule rule;
    rule.pattern = std::move(pattern);
    return rule;
}

} // namespace

class PolicyIndexTest : public QObject {
    Q_OBJECT
private slots:
    void judgesAsTheWalkOverAllRules_data() {
        QTest::addColumn<int>("rules");
        QTest::addColumn<int>("snapshots");
        QTest::newRow("few rules") << 4 << 1500;
        QTest::newRow("some, so that words tell them apart") << 60 << 150;
        QTest::newRow("many of few programs") << 1500 << 6;
    }
    void judgesAsTheWalkOverAllRules() {
        QFETCH(int, rules);
        QFETCH(int, snapshots);
        std::size_t steps = 0;
        for (int seed = 0; seed < snapshots; ++seed) {
            Generator generator(static_cast<unsigned>(seed));
            const PolicySnapshot snapshot = generator.snapshot(static_cast<std::size_t>(rules));
            const PolicyIndex index(snapshot);
            QVERIFY(index.snapshot() == snapshot);
            for (int command = 0; command < 10; ++command) {
                const ProgramFacts program = generator.program();
                const auto argv = generator.argv();
                const Judgement expected = rules::judgeAmong(index, allCandidates(snapshot), program, argv);
                const Judgement judged = rules::judge(index, program, argv);
                steps += judged.trace.size();
                const QByteArray told = "seed " + QByteArray::number(seed) + ", command " +
                                        QByteArray::number(command) + ":\n" + inWords(judged) + "\ninstead of\n" +
                                        inWords(expected);
                QVERIFY2(judged == expected, told.constData());
            }
        }
        QVERIFY(steps > std::size_t{1000}); // else the words above do not meet, and nothing was compared
    }

    void looksAtFewRulesOnly_data() {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<int>("atMost");
        QTest::newRow("programs apart") << QByteArray("program") << 1;
        QTest::newRow("second words apart") << QByteArray("second") << 1;
        QTest::newRow("third words apart") << QByteArray("third") << 1;
        QTest::newRow("alternatives apart") << QByteArray("alternatives") << 1;
        QTest::newRow("caseless") << QByteArray("caseless") << 1;
    }
    void looksAtFewRulesOnly() {
        QFETCH(QByteArray, kind);
        QFETCH(int, atMost);
        PolicySnapshot snapshot;
        for (int i = 0; i < 10000; ++i) {
            const std::string word = "x" + std::to_string(i);
            if (kind == "program")
                snapshot.rules.push_back(ruleOf({{{word}}}));
            else if (kind == "third")
                snapshot.rules.push_back(ruleOf({{{"git"}}, {{"push"}}, {{word}}}));
            else if (kind == "alternatives")
                snapshot.rules.push_back(ruleOf({{{"git", "hg"}}, {{word, "y" + word, "z" + word}}}));
            else
                snapshot.rules.push_back(ruleOf({{{"git"}}, {{word}}}));
            snapshot.rules.back().canonical = kind == "caseless";
        }
        const std::vector<std::string> meant = kind == "program" ? std::vector<std::string>{"x77"}
                                               : kind == "third" ? std::vector<std::string>{"git", "push", "x77", "a"}
                                               : kind == "caseless" ? std::vector<std::string>{"GIT", "X77"}
                                                                    : std::vector<std::string>{"git", "x77", "a"};
        QCOMPARE(candidates(snapshot, meant), std::size_t{1});
        QVERIFY(candidates(snapshot, {"git", "push", "none"}) <= static_cast<std::size_t>(atMost));
        QCOMPARE(candidates(snapshot, {"none"}), std::size_t{0});
    }

    /** Alternatives multiply; the index must not. Were each told apart at each word, this would take 20^6 places. */
    void alternativesDoNotMultiply() {
        PatternToken wide;
        for (int i = 0; i < 20; ++i)
            wide.anyOf.push_back(std::to_string(i));
        PolicySnapshot snapshot;
        for (int i = 0; i < 500; ++i)
            snapshot.rules.push_back(ruleOf({{{"git"}}, wide, wide, wide, wide, wide, wide}));
        const PolicyIndex index(snapshot);
        ProgramFacts program;
        program.names = {"git"};
        QCOMPARE(rules::judge(index, program, {"git", "1", "2", "3", "4", "5", "6"}).trace.size(), std::size_t{500});
        QCOMPARE(rules::judge(index, program, {"git", "1", "2", "3", "4", "5", "x"}).trace.size(), std::size_t{0});
    }

    void longWordsAreNoWork() {
        PolicySnapshot snapshot;
        for (int i = 0; i < 20; ++i)
            snapshot.rules.push_back(ruleOf({{{"bash"}}, {{"-c"}}, {{"x" + std::to_string(i)}}}));
        QCOMPARE(candidates(snapshot, {"bash", "-c", std::string(1 << 20, 'x')}), std::size_t{0});
        QCOMPARE(candidates(snapshot, {std::string(1 << 20, 'x')}), std::size_t{0});
    }
};

QTEST_APPLESS_MAIN(PolicyIndexTest)
#include "tst_policyindex.moc"
