#include "rules/policy.h"
#include "rules/requirements.h"
#include "rules/tomlkeys.h"
#include "shared/base/limits.h"

#include <QtTest>

using namespace exeat;

namespace {

std::string withRule(const QString& rule) {
    return "[rules]\nprefix_rules = [\n" + rule.toStdString() + "\n]\n";
}

constexpr auto good = "{pattern = [{token = \"git\"}], decision = \"forbidden\"}";

} // namespace

class RequirementsTest : public QObject {
    Q_OBJECT
private slots:
    void reads() {
        const auto parsed = rules::parseRequirements(
            withRule("{pattern = [{token = \"git\"}, {any_of = [\"push\", \"pull\"]}], decision = \"forbidden\", "
                     "justification = \"ask first\", canonical_matching = true},\n"
                     "{pattern = [{token = \"rm\"}], decision = \"prompt\"},\n"
                     "{pattern = [{token = \"dd\"}], decision = \"prompt-user\"}"),
            "/r.toml");
        QVERIFY2(parsed, parsed ? "" : parsed.error().message.c_str());
        QVERIFY(parsed->notes.empty());
        QCOMPARE(parsed->rules.size(), std::size_t{3});
        const PrefixRule& first = parsed->rules[0];
        QCOMPARE(first.layer, Layer::Requirements);
        QCOMPARE(first.pattern, (std::vector<PatternToken>{{{"git"}}, {{"push", "pull"}}}));
        QCOMPARE(first.decision, RuleDecision::Forbidden);
        QCOMPARE(first.justification, std::string("ask first"));
        QCOMPARE(first.file, std::string("/r.toml"));
        QCOMPARE(first.line, 3);
        QVERIFY(first.canonical && !first.loosens && first.owner.empty());
        QCOMPARE(parsed->rules[1].decision, RuleDecision::Prompt);
        QCOMPARE(parsed->rules[2].decision, RuleDecision::Prompt);
        QCOMPARE(parsed->rules[2].line, 5);
    }

    void nothingOfOurs_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << "";
        QTest::newRow("other sections of Codex") << "allowed_approval_policies = [\"never\"]\n[features]\na.b = 1\n";
        QTest::newRow("rules without prefix rules") << "[rules]\n";
    }
    void nothingOfOurs() {
        QFETCH(QString, text);
        const auto parsed = rules::parseRequirements(text.toStdString(), "/r.toml");
        QVERIFY(parsed && parsed->rules.empty() && parsed->notes.empty());
    }

    void tablesWithHeaders() {
        const auto parsed =
            rules::parseRequirements("[[rules.prefix_rules]]\npattern = [{token = \"a\"}]\ndecision = \"prompt\"\n\n"
                                     "[[rules.prefix_rules]]\npattern = [{token = \"b\"}]\ndecision = \"forbidden\"\n",
                                     "/r.toml");
        QVERIFY(parsed && parsed->rules.size() == 2);
        QCOMPARE(parsed->rules[1].line, 5);
    }

    void unknownKeysAreNoted() {
        const auto parsed = rules::parseRequirements("[rules]\nnetwork = 1\nprefix_rules = [\n{pattern = [{token = "
                                                     "\"git\", glob = true}], decision = \"prompt\", "
                                                     "match = []}]\n",
                                                     "/r.toml");
        QVERIFY(parsed);
        QCOMPARE(parsed->rules.size(), std::size_t{1});
        QCOMPARE(parsed->notes.size(), std::size_t{3});
        const auto noted = [&](const char* place, const char* key) {
            return std::ranges::any_of(parsed->notes, [&](const std::string& note) {
                return note.starts_with(place) && note.ends_with(std::string(key) + ": is unknown and ignored");
            });
        };
        QVERIFY(noted("/r.toml:2:", " rules.network"));
        QVERIFY(noted("/r.toml:4:", " rules.prefix_rules[0].match"));
        QVERIFY(noted("/r.toml:4:", " rules.prefix_rules[0].pattern[0].glob"));
    }

    /** Every class of error of codex.md §2.5, each with its place and key. */
    void errors_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<QString>("told"); ///< `line: key: part of the message`
        const auto row = [](const char* name, const std::string& text, const char* told) {
            QTest::newRow(name) << text << told;
        };
        const auto rule = [&](const char* name, const char* text, const char* told) {
            row(name, withRule(text), told);
        };
        const auto token = [&](const char* name, const char* text, const char* told) {
            row(name, withRule(QString("{decision = \"prompt\", pattern = [%1]}").arg(text)), told);
        };
        row("no TOML", "[rules\n", "1: : this is no TOML");
        row("a key twice", "a = 1\na = 2\n", "2: : this is no TOML");
        row("not UTF-8", "a = \"\xFF\"", "0: : not valid UTF-8");
        row("rules is no table", "rules = 3\n", "1: rules: must be a table, not a number");
        row("prefix_rules is no list", "[rules]\nprefix_rules = \"git\"\n",
            "2: rules.prefix_rules: must be a list of rules, not a string");
        row("an empty list", "[rules]\nprefix_rules = []\n", "2: rules.prefix_rules: is empty");
        rule("a rule is no table", "\"git\"", "3: rules.prefix_rules[0]: must be a table with");
        rule("no pattern", "{decision = \"prompt\"}", "3: rules.prefix_rules[0].pattern: is missing");
        rule("the pattern is no list", "{pattern = \"git\", decision = \"prompt\"}",
             "3: rules.prefix_rules[0].pattern: must be a list of tables, not a string");
        rule("an empty pattern", "{pattern = [], decision = \"prompt\"}", "3: rules.prefix_rules[0].pattern: is empty");
        token("an element is a string", "\"git\"", "3: rules.prefix_rules[0].pattern[0]: must be {token");
        token("neither", "{token = \"a\"}, {}", "3: rules.prefix_rules[0].pattern[1]: has neither");
        token("both", "{token = \"a\", any_of = [\"b\"]}", "3: rules.prefix_rules[0].pattern[0]: has both");
        token("token is no string", "{token = 1}",
              "3: rules.prefix_rules[0].pattern[0].token: must be a string, not a number");
        token("a blank token", "{token = \" \\t\"}", "3: rules.prefix_rules[0].pattern[0].token: says nothing");
        token("any_of is no list", "{any_of = \"a\"}",
              "3: rules.prefix_rules[0].pattern[0].any_of: must be a list of strings, not a string");
        token("any_of is empty", "{any_of = []}", "3: rules.prefix_rules[0].pattern[0].any_of: is empty");
        token("any_of holds a number", "{any_of = [\"a\", 2]}",
              "3: rules.prefix_rules[0].pattern[0].any_of[1]: must be a string");
        token("any_of holds a blank", "{any_of = [\"\"]}",
              "3: rules.prefix_rules[0].pattern[0].any_of[0]: says nothing");
        rule("no decision", "{pattern = [{token = \"a\"}]}", "3: rules.prefix_rules[0].decision: is missing");
        rule("allow", "{pattern = [{token = \"a\"}], decision = \"allow\"}",
             "3: rules.prefix_rules[0].decision: requirements may only tighten");
        rule("another word", "{pattern = [{token = \"a\"}], decision = \"deny\"}",
             "3: rules.prefix_rules[0].decision: `deny` is no decision");
        rule("the decision is no string", "{pattern = [{token = \"a\"}], decision = true}",
             "3: rules.prefix_rules[0].decision: must be a string, not true or false");
        rule("a blank justification", "{pattern = [{token = \"a\"}], decision = \"prompt\", justification = \" \"}",
             "3: rules.prefix_rules[0].justification: says nothing");
        rule("canonical_matching is a string",
             "{pattern = [{token = \"a\"}], decision = \"prompt\", canonical_matching = \"yes\"}",
             "3: rules.prefix_rules[0].canonical_matching: must be true or false, not a string");
        rule("the second of two", (QString(good) + ",\n{pattern = [], decision = \"prompt\"}").toUtf8(),
             "4: rules.prefix_rules[1].pattern: is empty");
    }
    void errors() {
        QFETCH(std::string, text);
        QFETCH(QString, told);
        const auto parsed = rules::parseRequirements(text, "/r.toml");
        QVERIFY(!parsed);
        const auto& error = parsed.error();
        const QString line = told.section(": ", 0, 0);
        QCOMPARE(QString::number(error.line), line);
        QCOMPARE(QString::fromStdString(error.key), told.section(": ", 1, 1).remove(": "));
        QVERIFY2(QString::fromStdString(error.message).contains(told.section(": ", 2)), error.message.c_str());
        const QString shown = QString::fromStdString(rules::errorText(error));
        QVERIFY2(shown.startsWith(error.line > 0 ? "/r.toml:" + line + ":" : QString("/r.toml: ")), qPrintable(shown));
    }

    void bounds() {
        std::string text = "# " + std::string(limits::rulesFileBytes - 2, 'x');
        QVERIFY(rules::parseRequirements(text, "/r.toml"));
        QVERIFY(!rules::parseRequirements(text + 'x', "/r.toml"));
        QString words;
        for (std::size_t i = 0; i < limits::rulesPerFile; ++i)
            words += "\"w\",";
        const QString rule = "{decision = \"prompt\", pattern = [{any_of = [" + words + "]}]}";
        QVERIFY(rules::parseRequirements(withRule(rule), "/r.toml"));
        const auto tooMany = rules::parseRequirements(withRule(rule + ',' + good), "/r.toml");
        QVERIFY(!tooMany && tooMany.error().message.find("one file may hold") != std::string::npos);
        // Tables in tables by dotted keys, which toml++ would destroy by recursion.
        const auto dotted = [](std::size_t parts) -> std::string {
            std::string key = "a";
            for (std::size_t i = 1; i < parts; ++i)
                key += ".a";
            return key + " = 1\n";
        };
        QVERIFY(rules::parseRequirements(dotted(limits::tomlKeyParts), "/r.toml"));
        QVERIFY(!rules::parseRequirements(dotted(limits::tomlKeyParts + 1), "/r.toml"));
        QVERIFY(!rules::parseRequirements(dotted(300'000), "/r.toml"));
    }

    void longestKeys_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<int>("parts");
        QTest::newRow("none") << std::string() << 1;
        QTest::newRow("one") << std::string("a = 1.5\n") << 2; // a number counts, too: too much, never too little
        QTest::newRow("header") << std::string("[a.b . c]\nx = 1") << 3;
        QTest::newRow("quoted parts") << std::string("\"a.b\".'c.d' = 1") << 2;
        QTest::newRow("in a string") << std::string("a = \"1.2.3.4\"") << 1;
        QTest::newRow("in a string with a quote") << std::string("a = \"1\\\".2.3.4\"") << 1;
        QTest::newRow("in a comment") << std::string("# a.b.c.d\na.b = 1") << 2;
        QTest::newRow("a list of numbers") << std::string("a = [1.0, 2.0, 3.0]") << 2;
        QTest::newRow("long string") << std::string("a = \"\"\"\n.....\"....\"\"\"\nb.c.d = 1") << 3;
        QTest::newRow("long string that ends in quotes") << std::string("a = '''x'''''\nb.c.d = '.....'") << 3;
        QTest::newRow("a backslash in a literal string") << std::string("a = '\\'\nb.c = 1") << 2;
        QTest::newRow("inline table") << std::string("a = {b.c.d = 1, e = 2}") << 3;
        QTest::newRow("no end") << std::string("a = \"...") << 1;
    }
    void longestKeys() {
        QFETCH(std::string, text);
        QFETCH(int, parts);
        QCOMPARE(rules::longestKey(text), static_cast<std::size_t>(parts));
    }
};

QTEST_APPLESS_MAIN(RequirementsTest)
#include "tst_requirements.moc"
