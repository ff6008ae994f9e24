#include "rules/policy.h"
#include "shared/base/limits.h"

#include <QtTest>

using namespace exeat;
using rules::parseRules;
using rules::Vocabulary;

namespace {

auto parseCodex(const std::string& text) {
    return parseRules(text, "a.rules", Layer::User, Vocabulary::Codex);
}

std::string textOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

std::string ruleOfSize(std::size_t bytes) {
    std::string text = "prefix_rule(['a'])\n#";
    return text + std::string(bytes - text.size(), 'x');
}

} // namespace

class LanguageTest : public QObject {
    Q_OBJECT
private slots:
    void strings_data() {
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("single quotes") << QByteArray("'a\"b'") << QByteArray("a\"b");
        QTest::newRow("escapes") << QByteArray("\"\\n\\t\\r\\\\\\\"\\'\"") << QByteArray("\n\t\r\\\"'");
        QTest::newRow("numbers") << QByteArray("\"\\x41\\101\\u00e9\\U0001F389\"")
                                 << QByteArray("AA\xC3\xA9\xF0\x9F\x8E\x89");
        QTest::newRow("nul") << QByteArray("\"a\\0b\"") << QByteArray("a\0b", 3);
        QTest::newRow("octal beyond a byte") << QByteArray("\"\\777\"") << QByteArray("\xC7\xBF");
        QTest::newRow("octal stops after three") << QByteArray("\"\\1011\"") << QByteArray("A1");
        QTest::newRow("unknown escape stays") << QByteArray("\"\\q\\8\"") << QByteArray("\\q\\8");
        QTest::newRow("escaped newline vanishes") << QByteArray("'a\\\nb'") << QByteArray("ab");
        QTest::newRow("raw") << QByteArray("r\"\\n\\\"x\"") << QByteArray("\\n\\\"x");
        QTest::newRow("triple") << QByteArray("\"\"\"a\"b\nc\"\"\"") << QByteArray("a\"b\nc");
        QTest::newRow("triple, CR LF") << QByteArray("'''a\r\nb'''") << QByteArray("a\nb");
        QTest::newRow("tab") << QByteArray("'a\tb'") << QByteArray("a\tb");
        QTest::newRow("empty") << QByteArray("''") << QByteArray("");
        QTest::newRow("grouped") << QByteArray("('a')") << QByteArray("a");
    }
    void strings() {
        QFETCH(QByteArray, written);
        QFETCH(QByteArray, value);
        const auto parsed = parseCodex("prefix_rule([" + written.toStdString() + "])");
        QVERIFY2(parsed, parsed ? "" : parsed.error().message.c_str());
        QCOMPARE(parsed->rules[0].pattern[0].anyOf[0], value.toStdString());
    }

    void layouts_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("rules");
        QTest::newRow("nothing") << QByteArray() << 0;
        QTest::newRow("blanks and comments") << QByteArray("  \n# a\n   # b\n\n") << 0;
        QTest::newRow("docstring") << QByteArray("\"\"\"doc\n\"\"\"\nprefix_rule(['a'])") << 1;
        QTest::newRow("semicolons") << QByteArray("prefix_rule(['a']); prefix_rule(['b']);\n") << 2;
        QTest::newRow("continued line") << QByteArray("prefix_rule( \\\n['a'])") << 1;
        QTest::newRow("CR LF") << QByteArray("prefix_rule(['a'],\r\n 'prompt')\r\nprefix_rule(['b'])\r\n") << 2;
        QTest::newRow("closing bracket at the margin") << QByteArray("prefix_rule(\n['a'],\n)\n") << 1;
        QTest::newRow("network rule") << QByteArray("network_rule('a','https','deny')\n") << 0;
    }
    void layouts() {
        QFETCH(QByteArray, text);
        QFETCH(int, rules);
        const auto parsed = parseCodex(text.toStdString());
        QVERIFY2(parsed, parsed ? "" : parsed.error().message.c_str());
        QCOMPARE(static_cast<int>(parsed->rules.size()), rules);
    }

    void aRuleCarriesWhatWasWritten() {
        const auto parsed = parseRules("\nprefix_rule([['git', 'hg'], 'push'], 'prompt', justification=' why ',\n"
                                       "  env=['A'], exact=True)",
                                       "/r/x.rules", Layer::System, Vocabulary::Exeat);
        QVERIFY(parsed);
        PrefixRule expected;
        expected.layer = Layer::System;
        expected.file = "/r/x.rules";
        expected.line = 2;
        expected.pattern = {{{"git", "hg"}}, {{"push"}}};
        expected.decision = RuleDecision::Prompt;
        expected.justification = " why ";
        expected.passEnvironment = {"A"};
        expected.exact = true;
        QVERIFY(parsed->rules[0] == expected);
        QCOMPARE(parseCodex("prefix_rule(['a'])")->rules[0].decision, RuleDecision::Allow);
    }

    void ownWordsAreKept() {
        const auto parsed = parseRules("prefix_rule(['git'], unless=[['git', ['log', 'show']]], sandbox='network',\n"
                                       "  canonical_matching=True)\n"
                                       "host_executable('git', ['~/bin//git', '/usr/bin/git'])",
                                       "a", Layer::User, Vocabulary::Exeat);
        QVERIFY2(parsed, parsed ? "" : parsed.error().message.c_str());
        const PrefixRule& rule = parsed->rules[0];
        QVERIFY(rule.canonical);
        QCOMPARE(rule.sandbox, RuleSandbox::Network);
        QVERIFY(rule.unless == (std::vector<std::vector<PatternToken>>{{{{"git"}}, {{"log", "show"}}}}));
        QCOMPARE(parsed->hostExecutables[0].paths, (std::vector<std::string>{"~/bin/git", "/usr/bin/git"}));
    }

    void ownWordsThatMeanNothing_data() {
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<QString>("words");
        QTest::newRow("env of a pair") << "env=['A=B']" << "not the name";
        QTest::newRow("env of a string") << "env='A'" << "`env` must be a list";
        QTest::newRow("env of a number") << "env=[1]" << "as strings, not int";
        QTest::newRow("sandbox") << "sandbox='full'" << "no sandbox";
        QTest::newRow("exact") << "exact=1" << "must be a bool";
        QTest::newRow("confirmed") << "confirmed='x'" << "must be a bool";
        QTest::newRow("confirmed of a prompt") << "'prompt', confirmed=True" << "only an allow asks for a confirmed";
        QTest::newRow("unless of a string") << "unless=['a']" << "a list of strings, not string";
        QTest::newRow("unless of nothing") << "unless=[[]]" << "pattern is empty";
        QTest::newRow("by place") << "'allow',[],[],'j',False,['A']" << "at most 6";
    }
    void ownWordsThatMeanNothing() {
        QFETCH(QString, arguments);
        QFETCH(QString, words);
        const auto parsed =
            parseRules("prefix_rule(['a'], " + arguments.toStdString() + ")", "a", Layer::User, Vocabulary::Exeat);
        QVERIFY(!parsed);
        QVERIFY2(QString::fromStdString(parsed.error().message).contains(words), parsed.error().message.c_str());
    }

    void aFaultDeepInAnExceptionIsToldWhereItStands() {
        const std::string text = "prefix_rule(['a'], unless=[['a'], ['a', ['b', 1]]])";
        const auto parsed = parseRules(text, "a", Layer::User, Vocabulary::Exeat);
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().column, static_cast<int>(text.find('1')) + 1);
    }

    void ownWordsOnlyInOwnFiles_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("env") << "prefix_rule(['a'], env=['A'])";
        QTest::newRow("exact") << "prefix_rule(['a'], exact=False)";
        QTest::newRow("confirmed") << "prefix_rule(['a'], confirmed=True)";
        QTest::newRow("sandbox") << "prefix_rule(['a'], sandbox='none')";
        QTest::newRow("unless") << "prefix_rule(['a'], **{'unless': []})";
        QTest::newRow("home") << "host_executable('git', ['~/git'])";
    }
    void ownWordsOnlyInOwnFiles() {
        QFETCH(QString, text);
        QVERIFY(parseRules(text.toStdString(), "a", Layer::User, Vocabulary::Exeat));
        const auto parsed = parseCodex(text.toStdString());
        QVERIFY(!parsed);
        QVERIFY2(QString::fromStdString(parsed.error().message).contains("exeat/rules"),
                 parsed.error().message.c_str());
    }

    void networkRulesAreKept_data() {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("kept");
        QTest::newRow("port") << "a:443" << "a";
        QTest::newRow("v6") << "[::1]:8080" << "::1";
        QTest::newRow("v6 bare") << "::1" << "::1";
        QTest::newRow("dots and case") << " Example.COM.. " << "example.com";
    }
    void networkRulesAreKept() {
        QFETCH(QString, host);
        QFETCH(QString, kept);
        const auto parsed = parseCodex("\nnetwork_rule('" + host.toStdString() + "', 'https_connect', 'deny', 'why')");
        QVERIFY2(parsed, parsed ? "" : parsed.error().message.c_str());
        const rules::NetworkRule expected{kept.toStdString(),
                                          rules::NetworkProtocol::Https,
                                          RuleDecision::Forbidden,
                                          "why",
                                          parsed->networkRules.at(0).file,
                                          2};
        QVERIFY(parsed->networkRules == std::vector{expected});
    }

    /** data/rendering: NAME.rules and what a terminal shows of its error, NAME.txt. */
    void renderings_data() {
        QTest::addColumn<QString>("name");
        const auto files = QDir(TEST_DATA "/rendering").entryInfoList({"*.rules"}, QDir::Files);
        QVERIFY(!files.isEmpty());
        for (const auto& file : files)
            QTest::newRow(qPrintable(file.baseName())) << file.baseName();
    }
    void renderings() {
        QFETCH(QString, name);
        const QString path = TEST_DATA "/rendering/" + name;
        const auto parsed = parseCodex(textOf(path + ".rules"));
        QVERIFY(!parsed);
        const auto shown = QByteArray::fromStdString(rules::errorText(parsed.error()));
        // Regenerate: EXEAT_WRITE_GOLDEN=1 build/ci/bin/tst_language renderings
        if (qEnvironmentVariableIsSet("EXEAT_WRITE_GOLDEN")) {
            QFile golden(path + ".txt");
            QVERIFY(golden.open(QIODevice::WriteOnly) && golden.write(shown) == shown.size());
        }
        QCOMPARE(shown, QByteArray::fromStdString(textOf(path + ".txt")));
    }

    void hostEntriesReplaceAndNormalise() {
        const auto parsed =
            parseCodex("host_executable('git',['/a/git'])\nhost_executable('git',['/b//./git','/b/x/../git'])");
        QVERIFY(parsed);
        QCOMPARE(parsed->hostExecutables.size(), std::size_t{1});
        QCOMPARE(parsed->hostExecutables[0].paths, std::vector<std::string>{"/b/git"});
    }

    void boundsAtAndOnePast() {
        QVERIFY(parseCodex(ruleOfSize(limits::rulesFileBytes)));
        QVERIFY(!parseCodex(ruleOfSize(limits::rulesFileBytes + 1)));
        const auto examples = [](std::size_t number) {
            std::string text = "prefix_rule(['a'], match=[";
            for (std::size_t i = 0; i < number; ++i)
                text += "'a',";
            return parseCodex(text + "])").has_value();
        };
        QVERIFY(examples(limits::rulesExamples));
        QVERIFY(!examples(limits::rulesExamples + 1));
    }

    void shippedDefaultsOnlyTighten() {
        const auto files = QDir(SHIPPED_RULES).entryInfoList({"*.rules"}, QDir::Files);
        QVERIFY(!files.isEmpty());
        for (const auto& file : files) {
            const auto text = textOf(file.filePath());
            const auto parsed = parseRules(text, file.fileName().toStdString(), Layer::Shipped, Vocabulary::Exeat);
            QVERIFY2(parsed, parsed ? "" : (parsed.error().file + ": " + parsed.error().message).c_str());
            QVERIFY(parsed->hostExecutables.empty());
            for (const auto& rule : parsed->rules) {
                QVERIFY(rule.decision != RuleDecision::Allow);
                QVERIFY(!rule.justification.empty());
            }
            const auto shown = QString::fromStdString(text);
            QCOMPARE(shown.count("\n    match = ["), int(parsed->rules.size()));     // each with what it is about …
            QCOMPARE(shown.count("\n    not_match = ["), int(parsed->rules.size())); // … and what it is not
        }
    }
};

QTEST_APPLESS_MAIN(LanguageTest)
#include "tst_language.moc"
