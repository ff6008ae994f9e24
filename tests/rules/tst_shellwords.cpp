#include "rules/policy.h"

#include <QtTest>

using namespace exeat;

class ShellWordsTest : public QObject {
    Q_OBJECT
private slots:
    void splits_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("plain") << "git push origin" << QStringList{"git", "push", "origin"};
        QTest::newRow("blanks") << "  git\t push\norigin  " << QStringList{"git", "push", "origin"};
        QTest::newRow("nothing") << "" << QStringList{};
        QTest::newRow("only blanks") << " \t\n" << QStringList{};
        QTest::newRow("single quotes") << "a 'b \\ \" c'" << QStringList{"a", "b \\ \" c"};
        QTest::newRow("double quotes") << "\"a b\"" << QStringList{"a b"};
        QTest::newRow("empty words") << "'' \"\"" << QStringList{"", ""};
        QTest::newRow("pieces join") << "a'b'\"c\"d" << QStringList{"abcd"};
        QTest::newRow("backslash") << "a\\ b \\'" << QStringList{"a b", "'"};
        QTest::newRow("backslash newline vanishes") << "a\\\nb" << QStringList{"ab"};
        QTest::newRow("escapes in double quotes") << "\"\\$ \\` \\\" \\\\ \\\n|\"" << QStringList{"$ ` \" \\ |"};
        QTest::newRow("other backslash in double quotes stays") << "\"\\n\\'\"" << QStringList{"\\n\\'"};
        QTest::newRow("comment at word start") << "a # b\nc" << QStringList{"a", "c"};
        QTest::newRow("hash inside a word") << "a#b '#c'" << QStringList{"a#b", "#c"};
        QTest::newRow("comment only") << "# nothing" << QStringList{};
        QTest::newRow("operators are text") << "a;b && c|d >e" << QStringList{"a;b", "&&", "c|d", ">e"};
        QTest::newRow("expansions are text") << "$HOME $'x' *.c ~/x" << QStringList{"$HOME", "$x", "*.c", "~/x"};
        QTest::newRow("carriage return is text") << "a\rb" << QStringList{"a\rb"};
    }
    void splits() {
        QFETCH(QString, line);
        QFETCH(QStringList, words);
        const auto split = rules::splitWords(line.toStdString());
        QVERIFY2(split, split ? "" : split.error().text.c_str());
        QStringList found;
        for (const auto& word : *split)
            found << QString::fromStdString(word);
        QCOMPARE(found, words);
    }

    void refuses_data() {
        QTest::addColumn<QString>("line");
        QTest::newRow("single quote open") << "a 'b";
        QTest::newRow("double quote open") << "a \"b";
        QTest::newRow("backslash at the end") << "a b\\";
        QTest::newRow("backslash at the end of open quotes") << "\"a\\";
    }
    void refuses() {
        QFETCH(QString, line);
        const auto split = rules::splitWords(line.toStdString());
        QVERIFY(!split);
        QCOMPARE(split.error().kind, ErrorKind::Invalid);
    }
};

QTEST_APPLESS_MAIN(ShellWordsTest)
#include "tst_shellwords.moc"
