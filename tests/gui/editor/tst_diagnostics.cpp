#include "gui/editor/diagnosticrange.h"
#include "gui/editor/tooltiptext.h"
#include "tests/gui/editor/editwindow.h"

#include <QHelpEvent>
#include <QTextDocumentFragment>
#include <QToolTip>

using namespace exeat;
using namespace Qt::StringLiterals;

namespace {

const QString threeLines = "prefix_rule([\"ls\"])\n    oops(1)\n\n";

std::vector<std::optional<Severity>> marksOf(const RulesEdit& edit) {
    std::vector<std::optional<Severity>> marks;
    for (const auto& line : edit.visibleLines())
        marks.push_back(line.severity);
    return marks;
}

QStringList underlined(const RulesEdit& edit) {
    QStringList texts;
    for (const auto& selection : edit.extraSelections())
        if (selection.format.underlineStyle() == QTextCharFormat::WaveUnderline)
            texts << selection.cursor.selectedText();
    return texts;
}

/** What a tool tip at this place of the widget shows, as a person reads it. */
QString toolTipAt(QWidget* widget, QPoint place) {
    QHelpEvent help(QEvent::ToolTip, place, widget->mapToGlobal(place));
    QApplication::sendEvent(widget, &help);
    return QTextDocumentFragment::fromHtml(QToolTip::text()).toPlainText();
}

} // namespace

class DiagnosticsTest : public QObject {
    Q_OBJECT
private slots:
    void ranges_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::addColumn<int>("length");
        QTest::addColumn<QString>("expected");
        QTest::newRow("as told") << threeLines << 1 << 14 << 4 << "\"ls\"";
        QTest::newRow("a word") << threeLines << 2 << 5 << 0 << "oops";
        QTest::newRow("no word") << threeLines << 1 << 12 << 0 << "(";
        QTest::newRow("line as a whole") << threeLines << 2 << 0 << 0 << "oops(1)";
        QTest::newRow("behind the end") << threeLines << 2 << 12 << 0 << ")";
        QTest::newRow("far behind the end") << threeLines << 2 << 500 << 3 << ")";
        QTest::newRow("longer than the line") << threeLines << 2 << 9 << 1000 << "(1)";
        QTest::newRow("empty line") << threeLines << 3 << 1 << 1 << "";
        QTest::newRow("no such line") << "a\nbc" << 99 << 1 << 0 << "bc";
        QTest::newRow("line 0") << "a\nbc" << 0 << 0 << 0 << "bc";
        QTest::newRow("negative") << "a\nbc" << -5 << -1 << -7 << "bc";
        QTest::newRow("very large") << "a\nbc" << INT_MAX << INT_MAX << INT_MAX << "c";
        QTest::newRow("columns count characters") << u"😀😀x"_s << 1 << 2 << 1 << u"😀"_s;
        QTest::newRow("never half a character") << u"😀"_s << 1 << 2 << 0 << u"😀"_s;
        QTest::newRow("nothing but spaces") << "   " << 1 << 0 << 0 << "   ";
    }
    void ranges() {
        QFETCH(QString, text);
        QFETCH(int, line);
        QFETCH(int, column);
        QFETCH(int, length);
        QFETCH(QString, expected);
        QTextDocument document(text);
        QCOMPARE(rangeOf(document, {line, column, length, Severity::Error, {}}).selectedText(), expected);
    }

    void areUnderlinedAndMarked() {
        EditWindow window(threeLines);
        QVERIFY(window.isShown());
        window.edit.setDiagnostics({{2, 5, 4, Severity::Error, "no such function"},
                                    {1, 14, 4, Severity::Note, "a note"},
                                    {2, 9, 1, Severity::Warning, "odd"},
                                    {3, 1, 0, Severity::Warning, "nothing here"}});
        QCOMPARE(underlined(window.edit), QStringList({"oops", "\"ls\"", "("}));
        const auto marks = marksOf(window.edit);
        QCOMPARE(marks[0], std::optional(Severity::Note));
        QCOMPARE(marks[1], std::optional(Severity::Error)); // the worst
        QCOMPARE(marks[2], std::optional(Severity::Warning));
        QCOMPARE(marks[3], std::nullopt);
        QCOMPARE(window.edit.diagnosticsText(2), QString("Error: no such function\nWarning: odd"));
        QCOMPARE(window.edit.diagnosticsText(4), QString());
        QCOMPARE(window.edit.diagnosticsText(99), QString());
        window.edit.setDiagnostics({});
        QVERIFY(underlined(window.edit).isEmpty());
        QCOMPARE(marksOf(window.edit)[1], std::nullopt);
    }

    void moveWithTheText() {
        EditWindow window(threeLines);
        QVERIFY(window.isShown());
        window.edit.setDiagnostics({{2, 5, 4, Severity::Error, "no such function"}});
        QTest::keyClick(&window.edit, Qt::Key_Return);
        QCOMPARE(marksOf(window.edit)[2], std::optional(Severity::Error));
        QCOMPARE(underlined(window.edit), QStringList("oops"));
    }

    void theFirstOfVeryManyCount() {
        EditWindow window(threeLines);
        window.edit.setDiagnostics(QList<Diagnostic>(1000, {1, 1, 1, Severity::Error, "x"}));
        QCOMPARE(underlined(window.edit).size(), 1000);
        window.edit.setDiagnostics(QList<Diagnostic>(1001, {1, 1, 1, Severity::Error, "x"}));
        QCOMPARE(underlined(window.edit).size(), 1000);
    }

    void areHeard() {
        EditWindow window(threeLines);
        window.edit.setDiagnostics({{2, 5, 4, Severity::Error, "no such function"}});
        QCOMPARE(window.edit.accessibleDescription(), QString());
        window.edit.moveCursor(QTextCursor::Down);
        QCOMPARE(window.edit.accessibleDescription(), QString("Error: no such function"));
    }

    void toolTipsAreText_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown");
        QTest::newRow("plain") << "it's wrong" << "it's wrong";
        QTest::newRow("markup") << "<b>bold</b> & <img src='file:///etc/passwd'>"
                                << "<b>bold</b> & <img src='file:///etc/passwd'>";
        QTest::newRow("entities") << "&lt;script&gt;" << "&lt;script&gt;";
        QTest::newRow("whole page") << "<html><a href='https://evil.example'>click</a></html>"
                                    << "<html><a href='https://evil.example'>click</a></html>";
        QTest::newRow("lines") << "one\n  two" << "one\n  two";
    }
    void toolTipsAreText() {
        QFETCH(QString, text);
        QFETCH(QString, shown);
        QCOMPARE(QTextDocumentFragment::fromHtml(toolTipText(text)).toPlainText(), shown);
        QVERIFY(!toolTipText(u"a\u202eb"_s).contains(QChar(0x202e)));
        QVERIFY(toolTipText(QString(1'000'000, '<')).size() < 20'000);
    }

    void toolTips() {
        EditWindow window(threeLines);
        QVERIFY(window.isShown());
        window.edit.setDiagnostics({{2, 5, 4, Severity::Error, "<u>no</u>"}, {3, 0, 0, Severity::Note, "empty"}});
        auto cursor = window.edit.textCursor();
        cursor.setPosition(static_cast<int>(threeLines.indexOf("oops")) + 2);
        const auto place = window.edit.cursorRect(cursor).center();
        QCOMPARE(toolTipAt(window.edit.viewport(), place), QString("Error: <u>no</u>"));
        auto* margin = window.edit.findChild<QWidget*>("margin");
        QVERIFY(margin != nullptr);
        QCOMPARE(toolTipAt(margin, {5, place.y()}), QString("Error: <u>no</u>"));
        const auto lines = window.edit.visibleLines();
        QCOMPARE(toolTipAt(margin, {5, static_cast<int>(lines[2].top) + 3}), QString("Note: empty"));
        QTRY_COMPARE(toolTipAt(margin, {5, static_cast<int>(lines[0].top) + 3}), QString());
    }

    void hiddenCharactersAreWarnedOf() {
        EditWindow window;
        QVERIFY(window.isShown());
        window.edit.setText(u"a\nx = \"\u202eb\"\n"_s);
        QCOMPARE(marksOf(window.edit)[1], std::optional(Severity::Warning));
        QVERIFY(window.edit.diagnosticsText(2).contains("U+202E"));
        window.edit.setDiagnostics({}); // what others found says nothing of these
        QVERIFY(window.edit.diagnosticsText(2).contains("U+202E"));
        window.edit.setText("a\nb\n");
        QCOMPARE(marksOf(window.edit)[1], std::nullopt);
    }
};

QTEST_MAIN(DiagnosticsTest)
#include "tst_diagnostics.moc"
