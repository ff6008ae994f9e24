#include "gui/editor/hiddencharacters.h"

#include <QTextDocument>
#include <QtTest>

using namespace exeat;
using namespace Qt::StringLiterals;

class HiddenCharactersTest : public QObject {
    Q_OBJECT
private slots:
    void lines_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("column"); // 0 = nothing to warn of
        QTest::addColumn<QString>("named");
        QTest::newRow("plain") << "prefix_rule([\"ls\"])" << 0 << "";
        QTest::newRow("tabulator") << "\tx" << 0 << "";
        QTest::newRow("umlauts and signs") << u"# größer → 日本 😀"_s << 0 << "";
        QTest::newRow("right-to-left override") << u"ab\u202ec"_s << 3 << "U+202E";
        QTest::newRow("zero width space") << u"\u200bab"_s << 1 << "U+200B";
        QTest::newRow("columns count characters") << u"😀\u2066"_s << 2 << "U+2066";
        QTest::newRow("control character") << u"a\u0007"_s << 2 << "U+0007";
        QTest::newRow("several, each named once") << u"\u202eab\u202e\u2069"_s << 1 << "U+202E, U+2069";
    }
    void lines() {
        QFETCH(QString, text);
        QFETCH(int, column);
        QFETCH(QString, named);
        const QTextDocument document("first\n" + text + "\nlast");
        const auto found = hiddenCharacters(document, 10);
        QCOMPARE(found.size(), column > 0 ? 1 : 0);
        if (column == 0)
            return;
        QCOMPARE(found[0].line, 2);
        QCOMPARE(found[0].column, column);
        QCOMPARE(found[0].severity, Severity::Warning);
        QVERIFY2(found[0].text.contains(": " + named + ". "), qPrintable(found[0].text));
    }

    void neverMoreThanAsked() {
        const QTextDocument document(QString("x\n").repeated(20).replace('x', QChar(0x202e)));
        QCOMPARE(hiddenCharacters(document, 7).size(), 7);
        QCOMPARE(hiddenCharacters(document, 100).size(), 20);
    }
};

QTEST_MAIN(HiddenCharactersTest)
#include "tst_hiddencharacters.moc"
