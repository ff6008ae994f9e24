#include "tests/gui/editor/editwindow.h"

#include <QAccessible>
#include <QClipboard>
#include <QLineEdit>
#include <QMimeData>
#include <QVBoxLayout>

using namespace exeat;
using namespace Qt::StringLiterals;

/** Keys that a person types into a window that is really there. */
class RulesEditTest : public QObject {
    Q_OBJECT
private slots:
    void keys_data() {
        QTest::addColumn<QString>("before");
        QTest::addColumn<int>("key");
        QTest::addColumn<QString>("after");
        const auto row = [](const char* name, const char* before, Qt::Key key, const char* after) {
            QTest::newRow(name) << before << static_cast<int>(key) << after;
        };
        row("enter keeps the depth", "    a = 1|", Qt::Key_Return, "    a = 1\n    |");
        row("enter behind (", "prefix_rule(|", Qt::Key_Return, "prefix_rule(\n    |");
        row("enter behind [", "  x = [|", Qt::Key_Return, "  x = [\n      |");
        row("enter behind { and spaces", "x = {  |", Qt::Key_Return, "x = {  \n    |");
        row("enter behind a colon", "def f():|", Qt::Key_Return, "def f():\n    |");
        row("enter between ( and )", "f(|)", Qt::Key_Return, "f(\n    |\n)");
        row("enter before text", "f(|a)", Qt::Key_Return, "f(\n    |a)");
        row("enter behind ( of a text", "\"(|", Qt::Key_Return, "\"(\n|");
        row("enter behind ( of a comment", "# (|", Qt::Key_Return, "# (\n|");
        row("enter in the indentation", "  |  a", Qt::Key_Return, "  \n  |  a");
        row("the other enter", "f(|", Qt::Key_Enter, "f(\n    |");
        row("tab", "|a", Qt::Key_Tab, "    |a");
        row("tab to the next stop", "ab|", Qt::Key_Tab, "ab  |");
        row("shift and tab", "      a|", Qt::Key_Backtab, "  a|");
        row("shift and tab, less than a stop", "  a|", Qt::Key_Backtab, "a|");
        row("shift and tab, nothing there", "a|", Qt::Key_Backtab, "a|");
        row("shift and tab take a tabulator", "\ta|", Qt::Key_Backtab, "a|");
        row(") takes the depth of its partner", "  f(\n      a,\n      |", Qt::Key_ParenRight, "  f(\n      a,\n  )|");
        row("] takes the depth of its partner", "x = [\n    1,\n    |", Qt::Key_BracketRight, "x = [\n    1,\n]|");
        row(") behind text", "f(a|", Qt::Key_ParenRight, "f(a)|");
        row(") without partner", "    |", Qt::Key_ParenRight, "    )|");
    }
    void keys() {
        QFETCH(QString, before);
        QFETCH(int, key);
        QFETCH(QString, after);
        EditWindow window;
        QVERIFY(window.isShown());
        window.place(before);
        if (key == Qt::Key_ParenRight)
            QTest::keyClick(&window.edit, ')');
        else if (key == Qt::Key_BracketRight)
            QTest::keyClick(&window.edit, ']');
        else
            QTest::keyClick(&window.edit, static_cast<Qt::Key>(key));
        QCOMPARE(window.placed(), after);
        if (before == after)
            return;
        window.edit.undo(); // one step takes it back
        QCOMPARE(window.edit.text(), before.remove('|'));
    }

    void shiftAndEnterMakeALine() {
        EditWindow window("a");
        window.edit.moveCursor(QTextCursor::End);
        QTest::keyClick(&window.edit, Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(window.edit.text(), QString("a\n"));
    }

    void tabMovesSelectedLines() {
        EditWindow window("a\n\n  b\nc\n");
        auto cursor = window.edit.textCursor();
        cursor.setPosition(0);
        cursor.setPosition(7, QTextCursor::KeepAnchor); // to the beginning of c
        window.edit.setTextCursor(cursor);
        QTest::keyClick(&window.edit, Qt::Key_Tab);
        QCOMPARE(window.edit.text(), QString("    a\n\n      b\nc\n"));
        QTest::keyClick(&window.edit, Qt::Key_Backtab);
        QCOMPARE(window.edit.text(), QString("a\n\n  b\nc\n"));
        QVERIFY(window.edit.textCursor().hasSelection());
    }

    void sameTextChangesNothing() {
        EditWindow window("a = 1\n");
        QTest::keyClicks(&window.edit, "bc");
        QCOMPARE(window.placed(), QString("bc|a = 1\n"));
        QVERIFY(window.edit.setText("bca = 1\n"));
        QCOMPARE(window.placed(), QString("bc|a = 1\n"));
        window.edit.undo();
        QCOMPARE(window.edit.text(), QString("a = 1\n"));
    }

    void anotherTextIsNotUndone() {
        EditWindow window("a\n");
        QTest::keyClicks(&window.edit, "b");
        QVERIFY(window.edit.setText("other\n"));
        QVERIFY(!window.edit.document()->isUndoAvailable());
        QVERIFY(!window.edit.isReadOnly());
    }

    void textIsKept_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("isKept");
        QTest::newRow("no-break space") << u"a\u00a0b"_s << true;
        QTest::newRow("line separator") << u"a\u2028b"_s << true;
        QTest::newRow("bidirectional") << u"a\u202eb"_s << true;
        QTest::newRow("beyond the BMP") << u"😀\n\n"_s << true;
        QTest::newRow("carriage returns") << "a\r\nb\r\n" << false;
        QTest::newRow("paragraph separator") << u"a\u2029b"_s << false;
        QTest::newRow("non-character") << u"a\ufdd0b"_s << false;
    }
    void textIsKept() {
        QFETCH(QString, text);
        QFETCH(bool, isKept);
        EditWindow window;
        QCOMPARE(window.edit.setText(text), isKept);
        QCOMPARE(window.edit.isReadOnly(), !isKept);
        if (isKept)
            QCOMPARE(window.edit.text(), text);
    }

    void tabLeavesWhatIsReadOnly() {
        QWidget window;
        RulesSyntax syntax;
        auto* edit = new RulesEdit(syntax, &window);
        auto* other = new QLineEdit(&window);
        auto* layout = new QVBoxLayout(&window);
        layout->addWidget(edit);
        layout->addWidget(other);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        edit->setFocus();
        QCOMPARE(window.focusWidget(), edit);
        QTest::keyClick(edit, Qt::Key_Tab, Qt::ControlModifier);
        QCOMPARE(window.focusWidget(), other);
        QCOMPARE(edit->text(), QString());
        edit->setFocus();
        edit->setReadOnly(true);
        QTest::keyClick(edit, Qt::Key_Tab);
        QCOMPARE(window.focusWidget(), other);
        for (const auto key : {Qt::Key_Return, Qt::Key_ParenRight, Qt::Key_Backtab})
            QTest::keyClick(edit, key);
        QCOMPARE(edit->text(), QString());
    }

    void pastedTextIsText() {
        EditWindow window;
        auto* data = new QMimeData; // the clipboard's
        data->setHtml("<b>bold</b><img src='file:///etc/passwd'>");
        data->setText("<b>x</b>\r\ny");
        QApplication::clipboard()->setMimeData(data);
        window.edit.paste();
        QCOMPARE(window.edit.text(), QString("<b>x</b>\ny"));
    }

    void coloursFollowThePalette() {
        EditWindow window("prefix_rule([\"ls\"], \"allow\") # why\n");
        QVERIFY(window.isShown());
        window.edit.setPalette(somePalette(false));
        const QColor light = window.colourAt(1, 0);
        const QColor lightComment = window.colourAt(1, 31);
        QVERIFY(light.isValid() && lightComment.isValid() && light != lightComment);
        window.edit.setPalette(somePalette(true));
        QVERIFY(window.colourAt(1, 0) != light);
        QVERIFY(window.colourAt(1, 31) != lightComment);
        window.edit.setPalette(somePalette(false));
        QCOMPARE(window.colourAt(1, 0), light);
    }

    /** So does the whole desktop's. */
    void coloursFollowTheApplication() {
        const QPalette before = QApplication::palette();
        EditWindow window("prefix_rule([\"ls\"])\n");
        QApplication::setPalette(somePalette(false));
        const QColor light = window.colourAt(1, 0);
        QApplication::setPalette(somePalette(true));
        QTRY_VERIFY(window.colourAt(1, 0) != light);
        QApplication::setPalette(before);
    }

    void changeOfThePaletteIsNoChangeOfTheText() {
        EditWindow window("a = 1\n");
        QTest::keyClicks(&window.edit, "b");
        window.edit.document()->setModified(false);
        window.edit.setPalette(somePalette(true));
        QVERIFY(!window.edit.document()->isModified());
        QVERIFY(window.edit.document()->isUndoAvailable());
    }

    void coloursFollowWhatIsTyped() {
        EditWindow window;
        QTest::keyClicks(&window.edit, "x");
        const QColor plain = window.colourAt(1, 0);
        window.place("|");
        QTest::keyClicks(&window.edit, "prefix_rule");
        QTRY_VERIFY(window.colourAt(1, 0) != plain);
    }

    void bracketsAndTheLineAreMarked() {
        EditWindow window;
        window.place("f|(1)\nx");
        const auto marks = window.edit.extraSelections();
        QCOMPARE(marks.size(), 3);
        QVERIFY(marks[0].format.boolProperty(QTextFormat::FullWidthSelection));
        QCOMPARE(marks[1].cursor.selectedText(), QString("("));
        QCOMPARE(marks[2].cursor.selectedText(), QString(")"));
        window.edit.moveCursor(QTextCursor::End);
        QCOMPARE(window.edit.extraSelections().size(), 1);
    }

    void lineNumbersFollow() {
        EditWindow window(QString("x\n").repeated(2000));
        QVERIFY(window.isShown());
        const auto top = window.edit.visibleLines();
        QCOMPARE(top.front().number, 1);
        QVERIFY(top.size() > 5 && top.size() < 100);
        QVERIFY(top.front().isCurrent);
        window.edit.moveCursor(QTextCursor::End);
        QCOMPARE(window.edit.visibleLines().back().number, 2001);
        QVERIFY(window.edit.visibleLines().back().isCurrent);
    }

    void marginHasRoomForTheNumbers() {
        EditWindow window("x");
        const int narrow = window.edit.viewport()->x();
        window.edit.setText(QString("x\n").repeated(12000));
        QVERIFY(window.edit.viewport()->x() > narrow);
        const int small = window.edit.viewport()->x();
        QFont font = window.edit.font();
        font.setPointSize(font.pointSize() * 2);
        window.edit.setFont(font);
        QVERIFY(window.edit.viewport()->x() > small);
    }

    void hasNamesForThoseWhoHear() {
        EditWindow window("a");
        auto* interface = QAccessible::queryAccessibleInterface(&window.edit);
        QVERIFY(interface != nullptr);
        QCOMPARE(interface->text(QAccessible::Name), QString("Rules"));
        for (const auto* child : window.edit.findChildren<QWidget*>())
            if (QString(child->metaObject()->className()).endsWith("EditMargin"))
                QCOMPARE(child->accessibleName(), QString("Line numbers"));
        QCOMPARE(interface->role(), QAccessible::EditableText);
    }
};

QTEST_MAIN(RulesEditTest)
#include "tst_rulesedit.moc"
