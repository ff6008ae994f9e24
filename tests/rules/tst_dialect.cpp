#include "rules/policy.h"

#include <QtTest>

using namespace exeat;

namespace {

constexpr auto mark = "#! ";

QString textOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

auto parse(const QByteArray& text) {
    return rules::parseRules(text.toStdString(), "a.rules", Layer::User, rules::Vocabulary::Codex);
}

} // namespace

/**
 * The dialect and the builtins row by row: data/dialect holds programs under "### name". `#! COLUMN WORDS` stands on
 * the line of a program's one fault; one without it is right, down to what it checks itself by fail(). codex.md §1.2,
 * §1.3.
 */
class DialectTest : public QObject {
    Q_OBJECT
private slots:
    void programs_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("words");
        for (const char* file : {"language", "builtins"}) {
            const auto blocks = textOf(QString(TEST_DATA "/dialect/%1.rules").arg(file)).split("### ");
            QVERIFY2(blocks.size() > 80, file);
            for (const auto& block : blocks.mid(1)) {
                const auto lines = block.split('\n');
                const auto program = lines.mid(1);
                const auto faulty = program.indexOf(QRegularExpression(".*" + QString(mark) + ".*"));
                const auto expected = faulty < 0 ? QString() : program[faulty].section(mark, 1);
                QTest::newRow(qPrintable(QString("%1: %2").arg(file, lines[0])))
                    << program.join('\n') << int(faulty + 1) << expected.section(' ', 0, 0).toInt()
                    << expected.section(' ', 1);
            }
        }
    }
    void programs() {
        QFETCH(QString, text);
        QFETCH(int, line);
        QFETCH(int, column);
        QFETCH(QString, words);
        const auto parsed = parse(text.toUtf8());
        if (line == 0) {
            QVERIFY2(parsed, parsed ? "" : rules::errorText(parsed.error()).c_str());
            return;
        }
        QVERIFY2(!parsed, "it is taken");
        const auto& error = parsed.error();
        QVERIFY2(QString::fromStdString(error.message).contains(words), error.message.c_str());
        QCOMPARE(error.line, line);
        QCOMPARE(error.column, column);
        QCOMPARE(QString::fromStdString(error.excerpt), text.split('\n')[line - 1]);
        QCOMPARE(error.file, std::string("a.rules"));
    }

    /** What a data file cannot hold, or an editor would take away. Line 0: it is right. */
    void bytes_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("words");
        const QByteArray bom("\xEF\xBB\xBF");
        const QByteArray rule("prefix_rule(['a'])");
        QTest::newRow("CR LF") << QByteArray("prefix_rule(['a'],\r\n 'prompt')\r\nif True:\r\n  x = 1\r\n") << 0 << 0
                               << "";
        QTest::newRow("CR LF inside of a triple-quoted string is LF")
            << QByteArray("if '''a\r\nb''' != 'a\\nb': fail()\r\n") << 0 << 0 << "";
        QTest::newRow("CR LF behind a backslash") << QByteArray("x = 1 + \\\r\n 2\r\n") << 0 << 0 << "";
        QTest::newRow("error behind CR LF") << QByteArray("x = 1\r\ny = nope\r\n") << 2 << 5 << "not defined";
        QTest::newRow("lone carriage return") << QByteArray("\rprefix_rule(['a'])") << 1 << 1 << "may not stand here";
        QTest::newRow("lone carriage return between statements")
            << QByteArray("x = 1\ry = 2") << 1 << 6 << "may not stand here";
        QTest::newRow("form feed") << QByteArray("\fprefix_rule(['a'])") << 1 << 1 << "may not stand here";
        QTest::newRow("byte order mark") << bom + rule << 1 << 1 << "may not stand here";
        QTest::newRow("byte order mark later") << rule + '\n' + bom << 2 << 1 << "may not stand here";
        QTest::newRow("NUL inside of a string") << QByteArray("if len('a\0b') != 3: fail()", 26) << 0 << 0 << "";
        QTest::newRow("NUL inside of a comment") << QByteArray("# a\0b\n", 6) << 0 << 0 << "";
        QTest::newRow("NUL elsewhere") << QByteArray("x = \0", 5) << 1 << 5 << "may not stand here";
        QTest::newRow("invalid UTF-8") << QByteArray("# a\n# \xC3\xA9\xFF\n") << 2 << 4 << "not valid UTF-8";
        QTest::newRow("invalid UTF-8 inside of a string") << QByteArray("x = '\xC0\x80'\n") << 1 << 6 << "UTF-8";
        QTest::newRow("surrogate in UTF-8") << QByteArray("#\xED\xA0\x80\n") << 1 << 2 << "not valid UTF-8";
        QTest::newRow("cut UTF-8") << QByteArray("# \xC3") << 1 << 3 << "not valid UTF-8";
        QTest::newRow("no line end at the end") << QByteArray("if True: prefix_rule(['a'])") << 0 << 0 << "";
        QTest::newRow("end of file in a call") << QByteArray("\nprefix_rule(\n  ['a'],\n") << 2 << 12 << "never closed";
        QTest::newRow("end of file behind a value")
            << QByteArray("prefix_rule(\n  ['a']\n") << 1 << 12 << "never closed";
        QTest::newRow("end of file behind an operator") << QByteArray("x = 1\ny = 1 +") << 2 << 8 << "a value";
        QTest::newRow("end of file before a block") << QByteArray("if True:\n") << 2 << 1 << "indented block";
        QTest::newRow("end of file in a string") << QByteArray("prefix_rule(['a)\n") << 1 << 14 << "never closed";
        QTest::newRow("end of file in a triple-quoted string") << QByteArray("\n'''a\nb") << 2 << 1 << "never closed";
        QTest::newRow("end of file behind a backslash") << QByteArray("'a\\") << 1 << 1 << "never closed";
        QTest::newRow("brackets 1000 deep")
            << "x = " + QByteArray(1000, '[') + QByteArray(1000, ']') << 1 << 204 << "nested";
    }
    void bytes() {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        QFETCH(int, column);
        QFETCH(QString, words);
        const auto parsed = parse(text);
        if (line == 0) {
            QVERIFY2(parsed, parsed ? "" : rules::errorText(parsed.error()).c_str());
            return;
        }
        QVERIFY2(!parsed, "it is taken");
        QVERIFY2(QString::fromStdString(parsed.error().message).contains(words), parsed.error().message.c_str());
        QCOMPARE(parsed.error().line, line);
        QCOMPARE(parsed.error().column, column);
    }
};

QTEST_APPLESS_MAIN(DialectTest)
#include "tst_dialect.moc"
