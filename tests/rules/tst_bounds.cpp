#include "rules/policy.h"
#include "shared/base/limits.h"

#include <QtTest>

using namespace exeat;

namespace {

std::optional<rules::RulesError> errorOf(const std::string& text) {
    const auto ran = rules::parseRules(text, "a.rules", Layer::User, rules::Vocabulary::Codex);
    return ran ? std::nullopt : std::optional(ran.error());
}

std::string times(const std::string& text, std::size_t number) {
    std::string all;
    for (std::size_t i = 0; i < number; ++i)
        all += text;
    return all;
}

/** A list in a list in a list …, made by a loop, so that no bracket in the text is deep. */
std::string chain(std::size_t depth) {
    return "x = []\nfor i in range(" + std::to_string(depth) + "):\n    x = [x]\n";
}

} // namespace

/** Hostile text ends in an ordinary error with its place, at each limit and one past it. */
class BoundsTest : public QObject {
    Q_OBJECT
private slots:
    void endsInAnError_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("words");
        QTest::addColumn<int>("line");
        const auto row = [](const char* name, const std::string& text, const char* words, int line) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << words << line;
        };
        for (const char* bracket : {"[", "(", "{1:", "f(", "x[", "-", "not ", "lambda: ", "1 if 1 else ", "f'{", "+~"})
            row(bracket, "x = 1\ny = " + times(bracket, 10'000), "nested deeper than 200 levels", 2);
        row("closed brackets", "x = " + times("[", 10'000) + times("]", 10'000), "nested deeper than 200 levels", 1);
        row("suffixes", "x = ''" + times(".strip()", 10'000), "nested deeper than 200 levels", 1);
        row(
            "blocks",
            [] {
                std::string text;
                for (std::size_t i = 0; i < 1000; ++i)
                    text += std::string(i, ' ') + "if 1:\n";
                return text + std::string(1000, ' ') + "pass\n";
            }(),
            "nested deeper than 200 levels", 200);
        row("clauses", "x = [1 " + times("for a in [1] ", 10'000) + "]", "nested deeper than 1000 levels", 1);
        row("list times", "x = 1\nx = [0] * (1 << 30)", "too much memory", 2);
        row("list times more", "x = [0] * (1 << 90)", "too much memory", 1);
        row("text times", "x = 'a' * 1000000000", "too much memory", 1);
        row("tuple times", "x = (1, 2) * 999999999", "too much memory", 1);
        row("doubling a list", "x = [1]\nfor i in range(99):\n    x = x + x", "too much memory", 3);
        row("doubling in place", "x = [1]\nfor i in range(99):\n    x += x", "too much", 3);
        row("doubling a text", "x = 'a'\nfor i in range(99):\n    x += x", "too much memory", 3);
        row("doubling by a format", "x = 'a'\nfor i in range(99):\n    x = f'{x}{x}'", "too much memory", 3);
        row("doubling by join", "x = 'a'\nfor i in range(99):\n    x = x.join([x, x])", "too much memory", 3);
        row("doubling by replace", "x = 'aa'\nfor i in range(99):\n    x = x.replace('a', x)", "too much", 3);
        row("a growing list", "x = []\ndef f():\n    for i in range(999999999):\n        x.append('a' * 99)\nf()",
            "too much", 4);
        row("a large range as a list", "x = list(range(1 << 30))", "too much memory", 1);
        row("a large range in comparison", "x = sorted(range(999999999))", "too much memory", 1);
        row("large number", "x = 1 << 1000000000", "more than 100000 bits", 1);
        row("large shift", "x = 1 << (1 << 80)", "more than 100000 bits", 1);
        row("square after square", "x = 3\nfor i in range(99):\n    x = x * x", "more than 100000 bits", 3);
        row("long literal", "x = " + times("9", 900'000), "more than 100000 bits", 1);
        row("long int()", "x = int('9' * 900000)", "too much work", 1);
        row("endless loop", "for a in range(1 << 30):\n    pass", "too much work", 1);
        row("loops in loops", "for a in range(9999):\n  for b in range(9999):\n    for c in range(9999): pass",
            "too much work", 3);
        row("endless recursion", "def f(): f()\nf()", "deeper than 49 calls", 1);
        row("recursion by a key", "def f(x): return sorted([x], key = f)\nf(1)", "deeper than 49 calls", 1);
        row("deep list as text", chain(100'000) + "y = str(x)", "nested deeper than 1000 levels", 4);
        row("deep list compared", chain(100'000) + "y = x\nz = [x] == [[y]]", "nested deeper than 1000 levels", 5);
        row("deep tuple as a key", "x = ()\nfor i in range(100000):\n    x = (x,)\ny = {x: 1}",
            "nested deeper than 1000 levels", 4);
        row("wide list as text", "x = [1]\nfor i in range(40):\n    x = [x, x]\ny = str(x)", "too much", 4);
        row("wide list compared", "x = [1]\ny = [1]\nfor i in range(40):\n    x = [x, x]\n    y = [y, y]\nz = x == y",
            "too much work", 6);
        // What is declared outlives the run, and few lines can declare much.
        const std::string words = "w = ['a' * 9999] * 999\n";
        row("many alternatives", words + "for i in range(999): prefix_rule(['git', w])", "too much memory", 2);
        row("long patterns", words + "for i in range(999): prefix_rule(w)", "too much memory", 2);
        row("long justifications", "j = 'a' * 999999\nfor i in range(999): prefix_rule(['a'], justification = j)",
            "too much memory", 2);
        row("examples of many words", "e = 'a ' * 999999\nprefix_rule(['a'], match = [e] * 999)", "too much memory", 2);
        row("an example of too many words", "prefix_rule(['a'], match = ['a ' * 9999999])", "too much memory", 1);
        row("lists as examples", words + "prefix_rule(['a'], match = [w] * 999)", "too much memory", 2);
        row("host paths", "p = ['/' + 'a' * 9999 + '/a'] * 999\nfor i in range(99): host_executable('a', p)",
            "too much memory", 2);
        row("network hosts", "h = 'a' * 99999\nfor i in range(999): network_rule(h, 'https', 'deny')",
            "too much memory", 2);
        row("a long fail", "fail('a' * 1000000)", "fail: a", 1);
    }
    void endsInAnError() {
        QFETCH(QByteArray, text);
        QFETCH(QString, words);
        QFETCH(int, line);
        const auto error = errorOf(text.toStdString());
        QVERIFY(error);
        QVERIFY2(QString::fromStdString(error->message).contains(words), error->message.c_str());
        QVERIFY(error->message.size() <= limits::rulesMessageBytes + 64);
        QVERIFY(error->excerpt.size() <= 512);
        QCOMPARE(error->line, line);
    }

    void longRowsAreNotDeep() {
        QVERIFY(!errorOf("x = 1" + times(" + 1", 100'000) + "\nfail(x) if x != 100001 else None"));
        QVERIFY(!errorOf("x = 1" + times(" and 1", 100'000)));
        QVERIFY(!errorOf("x = 1" + times(" | 1", 50'000) + times(" * 1", 50'000)));
        QVERIFY(!errorOf("x = [" + times("1,", 100'000) + "]"));
        QVERIFY(!errorOf("if 0: pass\n" + times("elif 0: pass\n", 20'000)));
        QVERIFY(!errorOf(times("x = 1;", 100'000) + "x"));
    }

    void atTheLimitAndOnePast() {
        const auto nested = [](std::size_t depth) { return errorOf("x = " + times("[", depth) + times("]", depth)); };
        QVERIFY(!nested(limits::rulesDepth - 2)); // the statement and the outermost value are levels, too
        QVERIFY(nested(limits::rulesDepth + 1));
        const auto recursion = [](std::size_t depth) {
            return errorOf("def f(n): return 0 if n == 0 else f(n - 1)\nf(" + std::to_string(depth - 1) + ")");
        };
        QVERIFY(!recursion(limits::rulesCalls));
        QVERIFY(recursion(limits::rulesCalls + 1));
        const auto shifted = [](std::size_t bits) { return errorOf("x = 1 << " + std::to_string(bits - 1)); };
        QVERIFY(!shifted(limits::rulesIntegerBits));
        QVERIFY(shifted(limits::rulesIntegerBits + 1));
        const auto arguments = [](std::size_t number) { return errorOf("x = max(" + times("1,", number) + ")"); };
        QVERIFY(!arguments(limits::rulesArguments));
        QVERIFY(arguments(limits::rulesArguments + 1));
        const auto rules = [](std::size_t number) {
            return errorOf("for i in range(" + std::to_string(number) + "): prefix_rule(['a'])");
        };
        QVERIFY(!rules(limits::rulesPerFile));
        QVERIFY(rules(limits::rulesPerFile + 1));
    }

    void theSameEveryTime() {
        const std::string text = "d = {str(i): len for i in range(99)}\nfail(d, [hash(k) for k in d])";
        const auto first = errorOf(text);
        QVERIFY(first);
        for (int i = 0; i < 5; ++i)
            QVERIFY(errorOf(text) == first);
    }
};

QTEST_APPLESS_MAIN(BoundsTest)
#include "tst_bounds.moc"
