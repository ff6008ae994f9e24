#include "gui/editor/brackets.h"
#include "gui/editor/ruleshighlighter.h"
#include "gui/editor/rulessyntax.h"

#include <QTextDocument>
#include <QtTest>

using namespace exeat;

class BracketsTest : public QObject {
    Q_OBJECT
    RulesSyntax m_syntax;
private slots:
    /** | is the cursor, < and > stand right before the two brackets that are marked, ! before one without a partner. */
    void pairs_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("behind the cursor") << "f|<(a, >)";
        QTest::newRow("before the cursor") << "f<(a, >)|";
        QTest::newRow("the one behind comes first") << "f(|<[1>])";
        QTest::newRow("over lines") << "prefix_rule|<(\n    pattern = [\"a\", [\"b\"]],\n>)";
        QTest::newRow("back over lines") << "prefix_rule<(\n    pattern = [\"a\"],\n\n|>)";
        QTest::newRow("braces") << "x = <{1: [2]>}|";
        QTest::newRow("not in texts") << "f|<(\")\", ')', r\"]\">)";
        QTest::newRow("not in comments") << "f|<( # ) ]\n>)";
        QTest::newRow("not in long texts") << "f|<(\"\"\"\n)\n\"\"\">)";
        QTest::newRow("never closed") << "f|!(a";
        QTest::newRow("none near") << "f(a|b)";
        QTest::newRow("in a text") << "f(\"a|)\")";
        QTest::newRow("empty") << "|";
        QTest::newRow("end of the text") << "a\n|";
    }
    void pairs() {
        QFETCH(QString, text);
        int cursor = -1;
        int opens = -1;
        int closes = -1;
        int alone = -1;
        QString plain;
        for (const QChar one : text) {
            int* mark = one == '|'   ? &cursor
                        : one == '<' ? &opens
                        : one == '>' ? &closes
                        : one == '!' ? &alone
                                     : nullptr;
            if (mark != nullptr)
                *mark = static_cast<int>(plain.size());
            else
                plain += one;
        }
        QTextDocument document(plain);
        RulesHighlighter highlighter(&document);
        highlighter.setDefinition(m_syntax.definition());
        const auto found = bracketsAt(document, cursor);
        QCOMPARE(found.has_value(), opens >= 0 || alone >= 0);
        if (!found)
            return;
        const BracketPair forwards{opens, closes};
        const BracketPair backwards{closes, opens};
        const BracketPair unpaired{alone, -1};
        QVERIFY2(*found == (alone >= 0 ? unpaired : forwards) || (alone < 0 && *found == backwards),
                 qPrintable(QString("%1 and %2").arg(found->bracket).arg(found->partner)));
    }

    /** The language calls a bracket that closes nothing an error, no bracket. */
    void aBracketOfAnotherKindHasNoPartner() {
        QTextDocument document("f(a]");
        RulesHighlighter highlighter(&document);
        highlighter.setDefinition(m_syntax.definition());
        QVERIFY(!bracketsAt(document, 4).has_value());
        QCOMPARE(bracketsAt(document, 1)->partner, -1);
    }

    /** As far as a cursor may look at each of its moves, and one character farther. */
    void farAway() {
        for (const int between : {99'000, 101'000}) {
            QTextDocument document("f(" + QString(between / 10, ' ').replace(" ", "\n        1") + ")");
            RulesHighlighter highlighter(&document);
            highlighter.setDefinition(m_syntax.definition());
            QCOMPARE(bracketsAt(document, 1)->partner >= 0, between < 100'000);
        }
    }
};

QTEST_MAIN(BracketsTest)
#include "tst_brackets.moc"
