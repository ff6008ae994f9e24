#include "gui/editor/ruleshighlighter.h"
#include "shared/base/limits.h"
#include "tests/gui/editor/editwindow.h"

#include <QElapsedTimer>
#include <QFile>

using namespace exeat;

namespace {

/** Peak of this process's memory, proc_pid_status(5). */
qint64 peakMiB() {
    QFile status("/proc/self/status");
    if (!status.open(QIODevice::ReadOnly))
        return -1;
    for (const auto& line : status.readAll().split('\n'))
        if (line.startsWith("VmHWM:"))
            return line.mid(6).trimmed().split(' ').first().toLongLong() / 1024;
    return -1;
}

} // namespace

/** The largest file that rules may have, as somebody makes it who wishes the editor ill. */
class LargeTextTest : public QObject {
    Q_OBJECT
private slots:
    void isShownAndTyped_data() {
        QTest::addColumn<QString>("piece");
        QTest::newRow("rules") << "prefix_rule(pattern = [\"git\", \"push\"], decision = \"allow\")\n";
        QTest::newRow("rules in one line") << "prefix_rule(pattern = [\"a\"]) ";
        QTest::newRow("one word") << "x";
        QTest::newRow("brackets in one line") << "(";
        QTest::newRow("brackets in lines") << "(\n";
        QTest::newRow("brackets in long lines") << QString(8000, '(') + "\n";
        QTest::newRow("brackets opened and closed") << QString(39, '(') + "\n" + QString("()\n").repeated(340'000);
        QTest::newRow("formats in formats") << "f\"\"\"{\n";
        QTest::newRow("texts never closed") << "\"\"\"a\n'''";
        QTest::newRow("long lines") << QString("a[\"b\"] = 'c' # d ").repeated(500).left(8000) + "\n";
        QTest::newRow("long lines of numbers") << QString(8000, '1') + "\n";
        QTest::newRow("spaces") << QString(8000, ' ') + "\n";
        QTest::newRow("empty lines") << "\n";
        QTest::newRow("hidden characters") << QString(QChar(0x202e)) + "\n";
    }
    void isShownAndTyped() {
        QFETCH(QString, piece);
        const auto largest = static_cast<qsizetype>(limits::rulesFileBytes);
        const QString text = piece.repeated(largest / piece.size() + 1).left(largest);
        EditWindow window;
        QVERIFY(window.isShown());
        QElapsedTimer clock;
        clock.start();
        QVERIFY(window.edit.setText(text));
        window.edit.grab();
        const auto shown = clock.restart();
        QTest::keyClick(&window.edit, 'x');
        window.edit.grab();
        const auto typed = clock.elapsed();
        qInfo() << "shown after" << shown << "ms, a key takes" << typed << "ms; peak so far" << peakMiB() << "MiB";
        QVERIFY(shown < 20'000 && typed < 10'000); // a hang would be minutes
        QVERIFY(peakMiB() < 3000);
    }

    /** At each bound, and one past it. */
    void bounds_data() {
        QTest::addColumn<QString>("before");
        QTest::addColumn<bool>("isColoured");
        const auto longest = qsizetype{RulesHighlighter::longestLine};
        QTest::newRow("longest line") << QString(longest - 11, ' ') << true;
        QTest::newRow("longer line") << QString(longest - 10, ' ') << false;
        QTest::newRow("behind a longer line") << "(((" + QString(longest, ' ') + "\n" << true;
        QTest::newRow("last line") << QString(RulesHighlighter::mostLines - 1, '\n') << true;
        QTest::newRow("one line more") << QString(RulesHighlighter::mostLines, '\n') << false;
        QTest::newRow("deepest") << QString(RulesHighlighter::deepest, '[') + "\n" << true;
        QTest::newRow("deeper") << QString(RulesHighlighter::deepest + 1, '[') + "\n" << false;
        QTest::newRow("deepest in lines") << QString("[\n").repeated(RulesHighlighter::deepest) << true;
        QTest::newRow("deeper in lines") << QString("[\n").repeated(RulesHighlighter::deepest + 1) << false;
        QTest::newRow("closed again") << QString("f([{}])\n").repeated(1000) << true;
        QTest::newRow("in texts") << QString("'((((((('\n# ((((((\n").repeated(100) << true;
        QTest::newRow("format") << QString("f'{1}{{{2}}}{[3]}{{'\n").repeated(100) << true;
        QTest::newRow("formats in formats") << QString("f'''{\n").repeated(RulesHighlighter::deepest + 1) << false;
        QTest::newRow("closed more than opened") << QString(")\n").repeated(100) + "[\n" << true;
    }
    void bounds() {
        QFETCH(QString, before);
        QFETCH(bool, isColoured);
        EditWindow window(before + "prefix_rule");
        const int line = window.edit.blockCount();
        QCOMPARE(window.colourAt(line, window.edit.document()->lastBlock().length() - 3).isValid(), isColoured);
    }
};

QTEST_MAIN(LargeTextTest)
#include "tst_largetext.moc"
