#include "rules/script/script.h"
#include "shared/base/limits.h"

#include <QtTest>

#include <algorithm>
#include <ctime>

using namespace exeat;
using script::PartKind;
using script::readScript;
using script::Script;

namespace {

/** `rm -f x; echo <$y>`: one command behind the other, words that are not literal in angle brackets. */
QString commandsOf(const Script& script) {
    QStringList commands;
    for (const auto& command : script.commands) {
        QStringList words;
        for (const auto& word : command.words) {
            const QString text = QString::fromStdString(word.text());
            words << (word.isLiteral() ? text : "<" + text + ">");
        }
        if (!words.isEmpty())
            commands << words.join(' ');
    }
    return commands.join("; ");
}

Script read(const QString& text) {
    return readScript(text.toStdString());
}

} // namespace

class ScriptTest : public QObject {
    Q_OBJECT
private slots:
    void finds_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("commands");
        const auto row = [](const char* name, const char* text, const char* commands) {
            QTest::newRow(name) << text << commands;
        };
        row("nothing", " \n# rm x\n", "");
        row("lists", "a;b\nc && d || e & f", "a; b; c; d; e; f");
        row("pipeline", "a | b |& c", "a; b; c");
        row("comment behind", "a # b\nc#d", "a; c#d");
        row("line continuation", "r\\\nm \\\n -f x", "rm -f x");
        row("subshell and group", "(a; b); { c; }", "a; b; c");
        row("negated", "! a; !(b)", "a; b");
        row("time", "time a; time -p b; time; time -- c", "a; b; c");
        row("if", "if a; then b; elif c; then d; else e; fi", "a; b; c; d; e");
        row("loops", "while a; do b; done; until c\ndo d\ndone", "a; b; c; d");
        row("for", "for x in $(a) b; do c; done; for y; do d; done; for ((i=0;i<$(e);i++)); do f; done",
            "a; c; d; e; f");
        row("for with braces", "for x in a; { b; }", "b");
        row("select", "select x in a b; do c; done", "c");
        row("case", "case $(a) in (x|y) b;; *) c;& z) d;;& q) esac", "a; b; c; d");
        row("functions", "f() { a; }; function g { b; }; function h () ( c ); i () if d; then e; fi", "a; b; c; d; e");
        row("conditional", "[[ -f x && $(a) == y ]] && b", "a; b");
        row("regular expression", "[[ $x =~ ^(a|b)[;]$ ]] || c", "c");
        row("arithmetic", "((x = 1 + $(a))) && b $((2 * (3 + $(c))))", "a; c; b <$((2 * (3 + $(c))))>");
        row("two subshells", "((a); b)", "a; b");
        row("substitution of a subshell", "a $((b); c)", "b; c; a <$((b); c)>");
        row("substitution", "a $(b \"$(c)\") \"d$(e)\"", "c; b <$(c)>; e; a <$(b \"$(c)\")> <d$(e)>");
        row("backquotes", "a `b \\`c\\`` \"`d \\\"e\\\"`\"", "c; b <`c`>; d e; a <`b \\`c\\``> <`d \\\"e\\\"`>");
        row("process substitution", "a <(b) >(c) d<(e)", "b; c; e; a <<(b)> <>(c)> <d<(e)>");
        row("parameter expansion", "a ${x:-$(b)} \"${y:+`c`}\"", "b; c; a <${x:-$(b)}> <${y:+`c`}>");
        row("case in a substitution", "a $(case x in x) b;; esac)", "b; a <$(case x in x) b;; esac)>");
        row("here-document", "a <<E\n$(b) `c` rm x\nE\nd", "b; c; a; d");
        row("quoted here-document", "a <<'E'\n$(b)\nE\nd", "a; d");
        row("here-document with tabs", "a <<-E\n\t$(b)\n\tE\nd", "b; a; d");
        row("here-document ends with its substitution", "a $(b <<E\nc\nE)\nd", "b; a <$(b <<E\nc\nE)>; d");
        row("here-document behind its substitution", "a $(b <<E)\n$(c)\nE\nd", "c; b; a <$(b <<E)>; d");
        row("two here-documents", "a <<E <<F; b\n$(c)\nE\n$(d)\nF\ne", "c; d; a; b; e");
        row("here-string", "a <<< \"$(b)\"", "b; a");
        row("word before a process substitution", "done<(a) b", "a; <done<(a)> b");
        row("redirections", "a >x 2>&1 <y &>>z {fd}>w; >t b", "a; b");
        row("target of a redirection", "a > $(b) 2> >(c)", "b; c; a");
        row("assignments", "x=1 y=$(a) b c=2; z=3; w[1]=$(d) e", "a; b c=2; d; e");
        row("lists as values", "x=(a $(b)\n c); declare -a y=(d $(e))", "b; e; declare -a <y=(d $(e))>");
        row("coproc", "coproc a b; coproc N { c; }; coproc (d)", "a b; c; d");
        row("eval", "eval 'a b' '; c'; eval \"$x\"", "eval a b ; c; a b; c; eval <$x>");
        row("trap", "trap 'a; b' EXIT; trap - INT; trap -- \"c\" 0",
            "trap a; b EXIT; a; b; trap - INT; trap -- c 0; c");
        row("names of the grammar as words", "echo if then { } fi; 'if' x; \\if y", "echo if then { } fi; if x; if y");
        row("braces beside words", "{a,b} c; }x", "<{a,b}> c; }x");
    }
    void finds() {
        QFETCH(QString, text);
        QFETCH(QString, commands);
        const Script script = read(text);
        QVERIFY2(script.problem.empty(), script.problem.c_str());
        // Here-documents are read at the end of their line, so what they start is found behind it.
        QStringList found = commandsOf(script).split("; ");
        QStringList wanted = commands.split("; ");
        if (text.contains("<<")) {
            found.sort();
            wanted.sort();
        }
        QCOMPARE(found, wanted);
    }

    void words_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("word");
        QTest::newRow("joined quotes") << "r''m" << "rm";
        QTest::newRow("joined quotes in an option") << "-'r'f" << "-rf";
        QTest::newRow("backslash") << "\\rm" << "rm";
        QTest::newRow("double quotes") << "\"a \\$b \\\" \\x\"" << "a $b \" \\x";
        QTest::newRow("ANSI quotes") << "$'-f\\x41\\102\\n\\e\\'\\cA\\q'" << "-fAB\n\x1b'\x01\\q";
        QTest::newRow("NUL ends ANSI quotes") << "$'a\\0b'c" << "ac";
        QTest::newRow("translated quotes") << "$\"a b\"" << "a b";
        QTest::newRow("lone dollar") << "a$ " << "a$";
        QTest::newRow("empty") << "''" << "";
        QTest::newRow("bracket alone") << "[" << "[";
        QTest::newRow("brace without a comma") << "{a}" << "{a}";
        QTest::newRow("tilde inside") << "a~" << "a~";
        QTest::newRow("quoted pattern") << "'*'\\?\"[a]\"" << "*?[a]";
        QTest::newRow("equals sign") << "'x'=1" << "x=1";
    }
    void words() {
        QFETCH(QString, text);
        QFETCH(QString, word);
        const Script script = read(text);
        QVERIFY2(script.problem.empty(), script.problem.c_str());
        QCOMPARE(script.commands.size(), std::size_t(1));
        QVERIFY(script.commands.front().words.front().isLiteral());
        QCOMPARE(QString::fromStdString(script.commands.front().words.front().text()), word);
    }

    void unknownWords_data() {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"$x", "a$x", "\"$x\"", "${x}",  "$1",     "$@", "$?",  "$(a)",   "`a`",   "$((1))",    "$[1]",
              "*",  "a?",  "[ab]",   "{a,b}", "{1..3}", "~",  "~/x", "@(a|b)", "a<(b)", "$'\\u20ac'"})
            QTest::newRow(text) << text;
    }
    void unknownWords() {
        QFETCH(QString, text);
        const Script script = read("x " + text);
        QVERIFY2(script.problem.empty(), script.problem.c_str());
        QVERIFY(!script.commands.back().words.back().isLiteral());
    }

    void pipelinesKnowTheirStages() {
        const Script script = read("a | { b; c $(d); } 2>x | e && f");
        QCOMPARE(commandsOf(script), "a; b; d; c <$(d)>; e; f");
        QCOMPARE(script.pipelines.size(), std::size_t(1));
        const auto& stages = script.pipelines.front().stages;
        QCOMPARE(stages, (std::vector<script::CommandRange>{{0, 1}, {1, 4}, {4, 5}}));
        QCOMPARE(script.blocks.size(), std::size_t(1));
        QCOMPARE(script.blocks.front().commands, (script::CommandRange{1, 4}));
        QCOMPARE(script.blocks.front().redirections.front().fd, 2);
    }

    void partsKnowTheirCommands() {
        const Script script = read("bash <(a; b) \"x$(c)y\"");
        const auto& words = script.commands.back().words;
        QCOMPARE(words[1].parts.front().kind, PartKind::Pipe);
        QCOMPARE(words[1].parts.front().commands, (script::CommandRange{0, 2}));
        QCOMPARE(words[2].parts.size(), std::size_t(3));
        QCOMPARE(words[2].parts[1].kind, PartKind::Output);
        QCOMPARE(words[2].parts[1].commands, (script::CommandRange{2, 3}));
        QVERIFY(words[2].parts[1].quoted);
    }

    void functionsAndBackground() {
        const Script script = read(":(){ :|:& };:");
        QCOMPARE(script.functions.size(), std::size_t(1));
        QCOMPARE(script.functions.front().name, std::string(":"));
        QCOMPARE(script.functions.front().body, (script::CommandRange{0, 2}));
        QVERIFY(script.commands[0].background && script.commands[1].background && !script.commands[2].background);
        QCOMPARE(script.commands[1].function, std::string(":"));
        QVERIFY(script.commands[2].function.empty());
    }

    void hereDocumentsAreTexts() {
        const Script script = read("bash <<'E' 3<<F\nrm -f $x\nE\na $y\nF\n");
        const auto& redirections = script.commands.front().redirections;
        QCOMPARE(redirections.size(), std::size_t(2));
        QVERIFY(redirections[0].target.isLiteral());
        QCOMPARE(redirections[0].target.text(), std::string("rm -f $x\n"));
        QVERIFY(!redirections[1].target.isLiteral());
        QCOMPARE(redirections[1].target.text(), std::string("a $y\n"));
        QCOMPARE(redirections[1].fd, 3);
    }

    void incomplete_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("commands");
        QTest::newRow("open quote") << "rm a; echo 'b" << "rm a";
        QTest::newRow("open substitution") << "rm a; echo $(rm b" << "rm a; rm b";
        QTest::newRow("open if") << "if rm a; then rm b" << "rm a; rm b";
        QTest::newRow("stray word of the grammar") << "rm a\nfi\nrm b" << "rm a";
        QTest::newRow("stray parenthesis") << "rm a\n)\nrm b" << "rm a";
        QTest::newRow("no command between operators") << "rm a; && rm b" << "rm a";
        QTest::newRow("broken backquotes leave the rest") << "echo `(` ; rm b" << "echo <`(`>; rm b";
        QTest::newRow("broken eval leaves the rest") << "eval 'rm a; (' ; rm b" << "eval rm a; (; rm a; rm b";
    }
    void incomplete() {
        QFETCH(QString, text);
        QFETCH(QString, commands);
        const Script script = read(text);
        QVERIFY(!script.problem.empty());
        QVERIFY(script.problemAt <= std::size_t(text.size()));
        QCOMPARE(commandsOf(script), commands);
    }

    void boundedDepth_data() {
        QTest::addColumn<QString>("open");
        QTest::addColumn<QString>("close");
        QTest::newRow("subshells") << "( " << " )";
        QTest::newRow("groups") << "{ " << "; }";
        QTest::newRow("substitutions") << "a $(" << ")";
        QTest::newRow("process substitutions") << "a <(" << ")";
        QTest::newRow("quoted substitutions") << "a \"$(" << ")\"";
        QTest::newRow("ifs") << "if " << "; then :; fi";
        QTest::newRow("negations") << "! coproc " << "";
    }
    void boundedDepth() {
        QFETCH(QString, open);
        QFETCH(QString, close);
        const auto nested = [&](std::size_t depth) {
            const int times = static_cast<int>(depth);
            return read(open.repeated(times) + "rm x" + close.repeated(times));
        };
        const Script good = nested(limits::scriptDepth / 2 - 2);
        QVERIFY2(good.problem.empty(), good.problem.c_str());
        QVERIFY(std::ranges::any_of(good.commands, [](const auto& one) { return one.words.front().text() == "rm"; }));
        QVERIFY(!nested(limits::scriptDepth + 1).problem.empty());
        QVERIFY(!nested(10'000).problem.empty());
    }

    void boundedWork_data() {
        QTest::addColumn<QString>("unit");
        for (const char* unit : {"((",  "$((",  "(( ;", "${",        "\"${",  "`",     "\\`", "[[ ",   "a[",
                                 "a=(", "<<a ", "{",    "{a",        "x{",    "\\\n",  "1",   "a",     "'",
                                 "\"",  "$",    "& ",   "eval 'a' ", "a&",    "<(",    "$'",  "f(){ ", "case a in ",
                                 "*(",  "~",    "a=$(", "coproc a ", "time ", "<<E\n", "a;"})
            QTest::newRow(unit) << unit;
    }
    void boundedWork() {
        QFETCH(QString, unit);
        const std::clock_t start = std::clock(); // time of this process: others on the machine do not count
        for (const char* end : {"", "\n", ")))", "}"})
            read(unit.repeated(static_cast<int>(limits::scriptBytes) / unit.size()) + end);
        const auto seconds = (std::clock() - start) / CLOCKS_PER_SEC;
        QVERIFY2(seconds < 20, qPrintable(QString::number(seconds))); // a square would take hours
    }

    void evalInEvalEnds() {
        QString text = "rm x";
        for (int i = 0; i < 12; ++i)
            text = "eval '" + text.replace("'", "'\\''") + "'";
        const Script script = read(text.left(static_cast<int>(limits::scriptBytes)));
        QVERIFY(script.commands.size() >= 1);
        QVERIFY(script.commands.size() < 100);
    }

    void theLongestIsRead() {
        const std::string text(limits::scriptBytes, ';');
        QVERIFY(readScript("rm x #" + text.substr(0, limits::scriptBytes - 6)).problem.empty());
        const Script longer = readScript("rm x #" + text);
        QVERIFY(!longer.problem.empty());
        QCOMPARE(commandsOf(longer), "rm x");
    }

    void theMostCommandsAreKept() {
        const auto times = [](std::size_t count) { return read(QString("a\n").repeated(static_cast<int>(count))); };
        QVERIFY(times(limits::scriptCommands).problem.empty());
        const Script more = times(limits::scriptCommands + 1);
        QVERIFY(!more.problem.empty());
        QCOMPARE(more.commands.size(), limits::scriptCommands);
    }
};

QTEST_APPLESS_MAIN(ScriptTest)
#include "tst_script.moc"
