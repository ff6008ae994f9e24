#include "rules/ruleremoval.h"

#include <QtTest>

using namespace exeat;

namespace {

const rules::RulesSource source{"/r/a.rules", Layer::User, Vocabulary::Exeat};

} // namespace

/** One rule goes, every other byte stays; what is not one plain statement is refused with words. */
class RuleRemovalTest : public QObject {
    Q_OBJECT
private slots:
    void removes_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* name, const char* text, int line, const char* expected) {
            QTest::newRow(name) << QByteArray(text) << line << QByteArray(expected);
        };
        row("one line", "# a\nprefix_rule(['a'])\nprefix_rule(['b'])\n", 2, "# a\nprefix_rule(['b'])\n");
        row("several lines", "prefix_rule(\n    ['a'],\n    'prompt',\n)\n\nprefix_rule(['b'])\n", 1,
            "\nprefix_rule(['b'])\n");
        row("the last, no line end", "prefix_rule(['b'])\nprefix_rule(['a'])", 2, "prefix_rule(['b'])\n");
        row("the only one", "prefix_rule(['a'])\n", 1, "");
        row("a comment beside it stays", "prefix_rule(['a'])  # why\nx = 1\n", 1, "  # why\nx = 1\n");
        row("a comment inside goes", "prefix_rule(['a'],  # why\n  'prompt')\n", 1, "");
        row("a semicolon behind it", "prefix_rule(['a']) ;\nx = 1\n", 1, "x = 1\n");
        row("another statement begins where it ends", "prefix_rule(\n['a']); x = 1\n", 1, "x = 1\n");
        row("it begins where another ends", "x = [\n]; prefix_rule(['a'])\ny = 2\n", 2, "x = [\n]; \ny = 2\n");
        row("CR LF", "x = 1\r\nprefix_rule(['a'])\r\ny = 2\r\n", 2, "x = 1\r\ny = 2\r\n");
        row("a continued line", "prefix_rule \\\n  (['a'])\ny = 2\n", 1, "y = 2\n");
        row("characters of several bytes", "x = 'é'; y = [\n'ß']; prefix_rule(['ä'], justification='…')\n", 2,
            "x = 'é'; y = [\n'ß']; \n");
        row("a string of several lines", "prefix_rule(['a'], justification='''x\n)\n''')\ny = 2\n", 1, "y = 2\n");
        row("an f-string", "n = 'a'\nprefix_rule([f\"{n}(\"])\ny = 2\n", 2, "n = 'a'\ny = 2\n");
        row("by another name", "p = prefix_rule\np(['a'])\ny = 2\n", 2, "p = prefix_rule\ny = 2\n");
        row("the others' lines move",
            "prefix_rule(['a'])\nhost_executable('b', ['/b'])\nnetwork_rule('h', 'https', "
            "'allow')\nprefix_rule(['b'])\n",
            1, "host_executable('b', ['/b'])\nnetwork_rule('h', 'https', 'allow')\nprefix_rule(['b'])\n");
    }
    void removes() {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        QFETCH(QByteArray, expected);
        const auto shorter = rules::withoutRule(text.toStdString(), line, source);
        QVERIFY2(shorter.has_value(), shorter ? "" : shorter.error().text.c_str());
        QCOMPARE(QByteArray::fromStdString(*shorter), expected);
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<QByteArray>("why");
        const auto row = [](const char* name, const char* text, int line, const char* why) {
            QTest::newRow(name) << QByteArray(text) << line << QByteArray(why);
        };
        row("no rule there", "x = 1\nprefix_rule(['a'])\n", 1, "no prefix_rule begins at /r/a.rules:1");
        row("past the end", "prefix_rule(['a'])\n", 99, "no prefix_rule begins");
        row("inside a rule", "prefix_rule(\n['a'])\n", 2, "no prefix_rule begins");
        row("a loop", "for n in ['a']:\n    prefix_rule([n])\n", 2, "made by a loop");
        row("a loop in one line", "for n in ['a', 'b']: prefix_rule([n])\n", 1, "made by a loop");
        row("a function", "def f():\n    prefix_rule(['a'])\nf()\n", 2, "made by a function");
        row("a condition", "if True:\n    prefix_rule(['a'])\n", 2, "made by a condition");
        row("a comprehension", "[prefix_rule([n]) for n in ['a']]\n", 1, "made by a longer expression");
        row("an assignment", "x = prefix_rule(['a'])\n", 1, "made by a longer expression");
        row("two statements on the line", "prefix_rule(['a']); prefix_rule(['b'])\n", 1, "several statements");
        row("several from one call",
            "def f(): return prefix_rule\n(lambda: [prefix_rule(['a']), prefix_rule(['b'])])()\n", 2,
            "several rules come from the one call");
        row("broken", "prefix_rule(['a'])\nx(\n", 1, "/r/a.rules:2:");
    }
    void refuses() {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        QFETCH(QByteArray, why);
        const auto shorter = rules::withoutRule(text.toStdString(), line, source);
        QVERIFY(!shorter);
        QVERIFY2(shorter.error().text.find(why.toStdString()) != std::string::npos, shorter.error().text.c_str());
    }

    void codexsVocabulary() {
        const rules::RulesSource codex{"/r/a.rules", Layer::User, Vocabulary::Codex};
        QVERIFY(!rules::withoutRule("prefix_rule(['a'])\nprefix_rule(['b'], exact=True)\n", 1, codex));
        QVERIFY(rules::withoutRule("prefix_rule(['a'])\nprefix_rule(['b'])\n", 1, codex).has_value());
    }
};

QTEST_APPLESS_MAIN(RuleRemovalTest)
#include "tst_ruleremoval.moc"
