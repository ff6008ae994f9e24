#include "gui/editor/editcolours.h"
#include "gui/editor/ruleshighlighter.h"
#include "gui/editor/rulessyntax.h"

#include <QPalette>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>
#include <QtTest>

using namespace exeat;

class EditColoursTest : public QObject {
    Q_OBJECT
private slots:
    void contrasts() {
        QCOMPARE(qRound(contrast(Qt::white, Qt::black)), 21);
        QCOMPARE(qRound(contrast(Qt::black, Qt::white)), 21);
        QCOMPARE(contrast(Qt::red, Qt::red), 1.0);
        QVERIFY(std::abs(contrast(QColor(0x77, 0x77, 0x77), Qt::white) - 4.48) < 0.01); // WCAG's own example
    }

    void readableMovesNoFartherThanNeeded() {
        const QColor blue(0x00, 0x57, 0xae);
        QCOMPARE(readable(blue, Qt::white, Qt::black), blue);
        const QColor moved = readable(QColor(0x3d, 0xae, 0xe9), Qt::white, Qt::black);
        QVERIFY(contrast(moved, Qt::white) >= 4.5 && contrast(moved, Qt::white) < 6);
        // A palette that nobody can read is left as it is.
        QCOMPARE(readable(Qt::white, Qt::white, QColor(0xee, 0xee, 0xee)), QColor(0xee, 0xee, 0xee));
    }

    /** Whatever the desktop's colours are, all of a file can be read. */
    void everyWordCanBeRead_data() {
        QTest::addColumn<QColor>("base");
        QTest::addColumn<QColor>("text");
        QTest::newRow("light") << QColor(Qt::white) << QColor(0x23, 0x26, 0x27);
        QTest::newRow("dark") << QColor(0x23, 0x26, 0x29) << QColor(0xfc, 0xfc, 0xfc);
        QTest::newRow("black") << QColor(Qt::black) << QColor(Qt::white);
        QTest::newRow("middle, light text") << QColor(0x60, 0x60, 0x68) << QColor(Qt::white);
        QTest::newRow("middle, dark text") << QColor(0xa0, 0xa0, 0x90) << QColor(Qt::black);
    }
    void everyWordCanBeRead() {
        QFETCH(QColor, base);
        QFETCH(QColor, text);
        QPalette palette;
        palette.setColor(QPalette::Base, base);
        palette.setColor(QPalette::Text, text);
        const EditColours colours(palette);
        QVERIFY(contrast(colours.lineNumber, colours.margin) >= 4.5);
        for (const auto severity : {Severity::Note, Severity::Warning, Severity::Error})
            QVERIFY(contrast(colours.of(severity), base) >= 3);

        const RulesSyntax syntax;
        QTextDocument document("# why NOTE\ndef f(a): return \"\\n\" + r'x' + 1\n"
                               "prefix_rule(pattern = [f(True)], decision = \"allow\", match = len(a)) class $");
        RulesHighlighter highlighter(&document);
        highlighter.setDefinition(syntax.definition());
        highlighter.setColours(syntax.themeFor(palette), palette);
        int words = 0;
        for (auto block = document.begin(); block.isValid(); block = block.next())
            for (const auto& range : block.layout()->formats()) {
                QVERIFY(!range.format.hasProperty(QTextFormat::BackgroundBrush));
                const QColor colour = range.format.foreground().color();
                QVERIFY2(contrast(colour, base) >= 4.5,
                         qPrintable(block.text().mid(range.start, range.length) + " is " + colour.name()));
                ++words;
            }
        QVERIFY(words > 15);
    }
};

QTEST_MAIN(EditColoursTest)
#include "tst_editcolours.moc"
