#include "service/explain/commandline.h"
#include "service/explain/programsearch.h"
#include "shared/base/limits.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace exeat;

namespace {

/** Words joined by `,`, commands by ` / `; a `?` behind what is not literal, `()` behind a function. */
QString shown(const std::vector<LineCommand>& commands) {
    QStringList list;
    for (const auto& command : commands) {
        QStringList words;
        for (const auto& word : command.words)
            words << QString::fromStdString(word);
        list << words.join(u',') + (command.form == CommandForm::Literal   ? QString()
                                    : command.form == CommandForm::Unknown ? QStringLiteral("?")
                                                                           : QStringLiteral("()"));
    }
    return list.join(QStringLiteral(" / "));
}

} // namespace

class BashLineTest : public QObject {
    Q_OBJECT
private slots:
    void commands_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* line, const char* expected) { QTest::newRow(line) << line << expected; };
        row("git push", "git,push");
        row("  git\tpush  # why", "git,push");
        row("a && b || c; d | e |& f & g", "a / b / c / d / e / f / g");
        row("a\nb\n", "a / b");
        row("a 'b c' \"d e\" f\\ g", "a,b c,d e,f g");
        row("a \"b\\\"c\\d\" '\\'", "a,b\"c\\d,\\");
        row("r''m -'r'f", "rm,-rf");
        row("'' a", ",a");
        row("a >x 2>&1 <y >>z 2>e &>f b", "a,b");
        row("a 2 >x", "a,2");
        row("a <<< word b", "a,b");
        row("X=1 Y+=2 git X=3", "git,X=3");
        row("! time git", "git");
        row("X=1", "");
        row("", "");
        row("a $x ${y:-z} \"$z\"", "a,$x,${y:-z},$z?");
        row("a *.c ~/x {b,c}", "a,*.c,~/x,{b,c}?");
        row("a '$x' \\* \"*\"", "a,$x,*,*");
        row("a && b $x", "a / b,$x?");
        row("a \\\n b", "a,b");
    }
    void commands() {
        QFETCH(QString, line);
        QFETCH(QString, expected);
        const auto found = commandsOf(line.toStdString());
        QVERIFY2(found.has_value(), found ? "" : found.error().text.c_str());
        QCOMPARE(shown(*found), expected);
    }

    /** What the reader of scripts sees is its own test's concern; here only that nothing of it is lost. */
    void commandsWithinCommands() {
        const auto found = commandsOf("f() { rm x; }; for i in 1 2; do echo $(id) > y; done; f; (uname)");
        QVERIFY(found.has_value());
        QCOMPARE(shown(*found), QStringLiteral("rm,x / id / echo,$(id)? / f() / uname"));
    }

    void refused_data() {
        QTest::addColumn<QString>("line");
        for (const char* line : {"a 'b", "a \"b", "a ${b", "if a; then b", "a ;; b", "(a"})
            QTest::newRow(line) << line;
    }
    void refused() {
        QFETCH(QString, line);
        const auto found = commandsOf(line.toStdString());
        QVERIFY2(!found, found ? qPrintable(shown(*found)) : "");
        QVERIFY2(found.error().text.find("cannot be read: ") != std::string::npos, found.error().text.c_str());
    }

    void asManyAsAreExplained() {
        std::string line = "a";
        for (std::size_t i = 1; i < limits::explainedCommands; ++i)
            line += ";a";
        QVERIFY(commandsOf(line).has_value());
        QVERIFY(!commandsOf(line + ";a"));
    }

    void programs() {
        const QTemporaryDir folder;
        const std::string top = folder.path().toStdString();
        QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("bin")));
        for (const char* name : {"bin/tool", "plain"}) {
            QFile file(folder.filePath(QLatin1String(name)));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.close();
        }
        QFile(folder.filePath(QStringLiteral("bin/tool"))).setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        const std::string tool = top + "/bin/tool";
        QCOMPARE(findProgram("tool", "/nowhere:" + top + "/bin", "/"), tool);
        QCOMPARE(findProgram("tool", "bin:/nowhere", top), tool);
        QCOMPARE(findProgram("tool", ":/nowhere", top + "/bin"), tool);
        QCOMPARE(findProgram("tool", "", top + "/bin"), tool);
        QCOMPARE(findProgram("bin/tool", "", top), std::string("bin/tool")); // as Bash hands it on
        QCOMPARE(findProgram(tool, "", "/"), tool);
        QCOMPARE(findProgram("plain", top, "/"), std::string()); // not executable
        QCOMPARE(findProgram("bin", top, "/"), std::string());   // a folder
        QCOMPARE(findProgram("tool", "/nowhere", "/"), std::string());
        QCOMPARE(findProgram("", top, "/"), std::string());
        QVERIFY(isShellBuiltin("cd") && isShellBuiltin("[") && !isShellBuiltin("git") && !isShellBuiltin(""));
    }
};

QTEST_APPLESS_MAIN(BashLineTest)
#include "tst_bashline.moc"
