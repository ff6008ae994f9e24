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
    /** data/errors.rules: blocks under "### name"; `#! COLUMN WORDS` stands on the line of the error. */
    void errors_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("words");
        const auto blocks = QString::fromStdString(textOf(TEST_DATA "/errors.rules")).split("### ", Qt::SkipEmptyParts);
        for (const auto& block : blocks) {
            const auto lines = block.split('\n');
            for (int i = 1; i < lines.size(); ++i) {
                const auto mark = lines[i].indexOf("#! ");
                if (mark < 0)
                    continue;
                const auto expected = lines[i].mid(mark + 3);
                QTest::newRow(qPrintable(lines[0]))
                    << lines.mid(1).join('\n') << i << expected.section(' ', 0, 0).toInt() << expected.section(' ', 1);
            }
        }
    }
    void errors() {
        QFETCH(QString, text);
        QFETCH(int, line);
        QFETCH(int, column);
        QFETCH(QString, words);
        const auto parsed = parseCodex(text.toStdString());
        QVERIFY(!parsed);
        const auto& error = parsed.error();
        QVERIFY2(QString::fromStdString(error.message).contains(words), error.message.c_str());
        QCOMPARE(error.line, line);
        QCOMPARE(error.column, column);
        QCOMPARE(QString::fromStdString(error.excerpt), text.split('\n')[line - 1]);
        QCOMPARE(error.file, std::string("a.rules"));
    }

    void rawErrors_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("words");
        QTest::newRow("open string") << QByteArray("prefix_rule(['a)\n") << 1 << 14 << "never closed";
        QTest::newRow("open triple string") << QByteArray("\n'''a\nb") << 2 << 1 << "never closed";
        QTest::newRow("string ends in a backslash") << QByteArray("'a\\") << 1 << 1 << "never closed";
        QTest::newRow("end of file in a call")
            << QByteArray("prefix_rule(\n  ['a'],\n") << 3 << 1 << "a value is missing";
        QTest::newRow("end of file behind a value")
            << QByteArray("prefix_rule(\n  ['a']\n") << 3 << 1 << "line 1, column 12";
        QTest::newRow("lone carriage return") << QByteArray("\rprefix_rule(['a'])") << 1 << 1 << "may not stand here";
        QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF"
                                                       "prefix_rule(['a'])")
                                         << 1 << 1 << "may not stand";
        QTest::newRow("form feed") << QByteArray("\fprefix_rule(['a'])") << 1 << 1 << "may not stand here";
        QTest::newRow("invalid UTF-8") << QByteArray("# a\n# \xC3\xA9\xFF\n") << 2 << 4 << "not valid UTF-8";
        QTest::newRow("cut UTF-8") << QByteArray("# \xC3") << 1 << 3 << "not valid UTF-8";
    }
    void rawErrors() {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        QFETCH(int, column);
        QFETCH(QString, words);
        const auto parsed = parseCodex(text.toStdString());
        QVERIFY(!parsed);
        QVERIFY2(QString::fromStdString(parsed.error().message).contains(words), parsed.error().message.c_str());
        QCOMPARE(parsed.error().line, line);
        QCOMPARE(parsed.error().column, column);
    }

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
        QTest::newRow("network rule is taken and dropped") << QByteArray("network_rule('a','https','deny')\n") << 0;
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

    void extensionsNotThereYet() {
        for (const char* word : {"sandbox='none'", "unless=[['a']]"}) {
            const auto parsed =
                parseRules(std::string("prefix_rule(['a'], ") + word + ")", "a", Layer::User, Vocabulary::Exeat);
            QVERIFY(!parsed);
            QVERIFY(parsed.error().message.find("not supported yet") != std::string::npos);
        }
        QVERIFY(!parseRules("prefix_rule(['a'], env=['A=B'])", "a", Layer::User, Vocabulary::Exeat));
        QVERIFY(!parseRules("prefix_rule(['a'], env='A')", "a", Layer::User, Vocabulary::Exeat));
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
        const auto nested = [](std::size_t depth) {
            const auto parsed = parseCodex("prefix_rule(" + std::string(depth, '[') + std::string(depth, ']') + ")");
            return parsed ? std::string() : parsed.error().message;
        };
        QVERIFY(nested(limits::rulesDepth).find("deeper") == std::string::npos);
        QVERIFY(nested(limits::rulesDepth + 1).find("deeper") != std::string::npos);
        QVERIFY(nested(100'000).find("deeper") != std::string::npos);
        const auto examples = [](std::size_t number) {
            std::string text = "prefix_rule(['a'], match=[";
            for (std::size_t i = 0; i < number; ++i)
                text += "'a',";
            return parseCodex(text + "])").has_value();
        };
        QVERIFY(examples(limits::rulesExamples));
        QVERIFY(!examples(limits::rulesExamples + 1));
        std::string arguments = "prefix_rule(";
        for (std::size_t i = 0; i <= limits::rulesArguments; ++i)
            arguments += "1,";
        QVERIFY(parseCodex(arguments + ")").error().message.find("more than") != std::string::npos);
    }

    void shippedDefaultsOnlyTighten() {
        const auto files = QDir(SHIPPED_RULES).entryInfoList({"*.rules"}, QDir::Files);
        QVERIFY(!files.isEmpty());
        for (const auto& file : files) {
            const auto parsed =
                parseRules(textOf(file.filePath()), file.fileName().toStdString(), Layer::Shipped, Vocabulary::Exeat);
            QVERIFY2(parsed, parsed ? "" : (parsed.error().file + ": " + parsed.error().message).c_str());
            QVERIFY(parsed->hostExecutables.empty());
            for (const auto& rule : parsed->rules) {
                QVERIFY(rule.decision != RuleDecision::Allow);
                QVERIFY(!rule.justification.empty());
            }
        }
    }
};

QTEST_APPLESS_MAIN(LanguageTest)
#include "tst_language.moc"
