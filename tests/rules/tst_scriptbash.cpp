#include "rules/script/script.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QtTest>

#include <algorithm>

using namespace exeat;

namespace {

using Words = std::vector<std::string>;

/** Random scripts that Bash runs to their end and that call `p WORD…` at every place exactly once. */
class Generator {
public:
    explicit Generator(quint32 seed) : m_random(seed) {}

    std::string list(int depth) {
        std::string text = command(depth);
        for (int more = below(2); more > 0; --more)
            text += pick({"\n", "; ", " && ", " & wait\n"}) + command(depth);
        return text;
    }

private:
    int below(int bound) { return m_random.bounded(bound); }
    std::string pick(std::initializer_list<std::string> texts) {
        return *(texts.begin() + below(static_cast<int>(texts.size())));
    }

    /** A literal word, in pieces that are quoted in every way there is. */
    std::string word() {
        std::string text;
        for (int pieces = 1 + below(3); pieces > 0; --pieces) {
            text += pick({"a",          "-rf",       "x1",
                          "/",          ".",         "%",
                          "+",          "=",         ":",
                          "a#b",        "\\ ",       "\\\\",
                          "\\'",        "\\\"",      "\\$",
                          "\\*",        "\\~",       "''",
                          "\"\"",       "'a b'",     "'$x `y` \\'",
                          "'\n'",       "\"a b\"",   "\"\\$x \\\" \\\\ '\"",
                          "\"\\a\"",    "$'\\n\\t'", "$'\\x41\\102\\''",
                          "$'a\\e[0m'", "$\"q r\"",  "\\\n",
                          "'#'",        "{",         "}",
                          "\"!\"",      "a\\\nb",    "$'\\cx'",
                          "'*'",        "\"{a,b}\"", "]",
                          "^",          "if",        "done",
                          "\xc3\xa4"});
        }
        return text.ends_with("\\\n") ? text + "z" : text;
    }
    std::string call() {
        std::string text = "p";
        for (int words = below(4); words > 0; --words)
            text += pick({" ", "  ", "\t", " \\\n"}) + word();
        return text + pick({"", "", " 2>&1", " >&1", " </dev/null", " # x\n:"});
    }
    static std::string quoted(const std::string& text) {
        std::string result = "'";
        for (const char c : text)
            result += c == '\'' ? std::string("'\\''") : std::string(1, c);
        return result + "'";
    }
    static std::string backquoted(const std::string& text) {
        std::string result = "`";
        for (const char c : text)
            result += c == '\\' || c == '`' || c == '$' ? std::string("\\") + c : std::string(1, c);
        return result + "`";
    }

    std::string hereDocument(const std::string& inner) {
        if (m_substitutions > 0)
            return call(); // there Bash 5.2 prints the command and reads it again, and loses what follows the text
        const std::string end = "E" + std::to_string(++m_heres);
        return pick({"cat <<", ": <<-"}) + end + "\n$( " + inner + "\n)\n" + end + "\n:";
    }

    /** A blank behind $(: in front of another ( Bash only counts parentheses, those of case items, too. */
    std::string command(int depth) {
        if (depth == 0)
            return call();
        const int kind = below(24);
        const bool substitutes = (kind >= 8 && kind <= 11) || (kind >= 15 && kind <= 20);
        m_substitutions += substitutes ? 1 : 0;
        const std::string inner = list(depth - 1);
        m_substitutions -= substitutes ? 1 : 0;
        switch (kind) {
        case 0:
            return "{ " + inner + "\n}";
        case 1:
            return "( " + inner + "\n)";
        case 2:
            return "if true; then " + inner + "\nfi";
        case 3:
            return "if false; then :; else " + inner + "\nfi";
        case 4:
            return "for i in 1; do " + inner + "\ndone";
        case 5:
            return "while true; do " + inner + "\nbreak; done";
        case 6:
            return "case x in (y) ;; x|z) " + inner + "\n;; esac";
        case 7:
            return "f() { " + inner + "\n}; f";
        case 8:
            return ": $( " + inner + "\n)";
        case 9:
            return ": \"a$( " + inner + "\n)b\"";
        case 10:
            return ": " + backquoted(inner);
        case 11:
            return "cat < <( " + inner + "\n)";
        case 12:
            return "{ " + inner + "\n} | cat";
        case 13:
            return "eval " + quoted(inner);
        case 14:
            return "( trap " + quoted(inner) + " EXIT )";
        case 15:
            return hereDocument(inner);
        case 16:
            return "[[ -z $( " + inner + "\n) ]]";
        case 17:
            return "(( 1 + 0$(" + call() + "\n) ))"; // Bash loses count of quotes in here-documents
        case 18:
            return "x=$( " + inner + "\n) true";
        case 19:
            return ": ${nothing:-$( " + inner + "\n)}";
        case 20:
            return "a=(1 $( " + inner + "\n) 2)";
        case 21:
            return "((: ); " + inner + "\n)";
        case 22:
            return "! { " + inner + "\nfalse; }";
        default:
            return "coproc { " + inner + "\n}; wait";
        }
    }
    QRandomGenerator m_random;
    int m_heres = 0;
    int m_substitutions = 0; ///< around what is being made
};

/** What `p` was called with in each script, in any order: by Bash itself. */
std::vector<std::vector<Words>> askBash(const std::vector<std::string>& scripts, const QTemporaryDir& folder) {
    QFile file(folder.filePath("scripts"));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    for (const auto& script : scripts)
        file.write(script.data(), static_cast<qint64>(script.size() + 1));
    file.close();
    QProcess bash;
    bash.setWorkingDirectory(folder.path());
    bash.setStandardOutputFile(QProcess::nullDevice());
    bash.setStandardErrorFile(QProcess::nullDevice());
    bash.start("/bin/bash", {"--norc", "-c",
                             "p() { printf '%s\\0' \"$#\" \"$@\" >&9; }; n=0; unset LC_ALL LANG; "
                             "while IFS= read -r -d '' s <&8; do eval \"$s\" 9>>out.$n 8<&- </dev/null; "
                             "n=$((n+1)); done 8<scripts"});
    if (!bash.waitForFinished(100'000))
        return {};
    std::vector<std::vector<Words>> all;
    for (std::size_t i = 0; i < scripts.size(); ++i) {
        QFile out(folder.filePath("out." + QString::number(i)));
        std::vector<Words>& calls = all.emplace_back();
        if (!out.open(QIODevice::ReadOnly))
            continue;
        QList<QByteArray> fields = out.readAll().split('\0');
        fields.removeLast();
        for (qsizetype at = 0; at < fields.size();) {
            Words& words = calls.emplace_back();
            for (qsizetype count = fields[at++].toInt(); count > 0 && at < fields.size(); --count)
                words.push_back(fields[at++].toStdString());
        }
    }
    return all;
}

/** The same by the reader; nothing if a word is not told to be literal. */
std::vector<Words> askReader(const std::string& text) {
    const script::Script script = script::readScript(text);
    std::vector<Words> calls;
    for (const auto& command : script.commands) {
        if (command.words.empty() || command.words.front().text() != "p")
            continue;
        Words& words = calls.emplace_back();
        for (std::size_t i = 1; i < command.words.size(); ++i)
            words.push_back(command.words[i].isLiteral() ? command.words[i].text() : "<not literal>");
    }
    if (!script.problem.empty())
        calls.push_back({"problem", script.problem});
    return calls;
}

} // namespace

/** Bash is the judge of our reader: what it really calls is what the reader must have found. */
class ScriptBashTest : public QObject {
    Q_OBJECT
private slots:
    void agreesWithBash_data() {
        QTest::addColumn<int>("depth");
        QTest::newRow("words") << 0;
        QTest::newRow("one construct") << 1;
        QTest::newRow("two inside each other") << 2;
        QTest::newRow("three inside each other") << 3;
    }
    void agreesWithBash() {
        QFETCH(int, depth);
        const QTemporaryDir folder;
        Generator generator(static_cast<quint32>(4711 + depth));
        std::vector<std::string> scripts;
        for (int i = 0; i < 250; ++i)
            scripts.push_back(generator.list(depth));
        auto bash = askBash(scripts, folder);
        QCOMPARE(bash.size(), scripts.size());
        std::size_t called = 0;
        for (std::size_t i = 0; i < scripts.size(); ++i) {
            auto reader = askReader(scripts[i]);
            std::ranges::sort(reader);
            std::ranges::sort(bash[i]);
            called += reader.size();
            if (reader == bash[i])
                continue;
            QString text = QString::fromStdString(scripts[i]) + "\n-- reader:";
            for (const auto& words : reader)
                text += "\n" + QString::fromStdString(words.empty() ? "" : words.front());
            text += "\n-- bash:";
            for (const auto& words : bash[i])
                text += "\n" + QString::fromStdString(words.empty() ? "" : words.front());
            QFAIL(qPrintable(text));
        }
        QVERIFY(called > scripts.size());
    }
};

QTEST_GUILESS_MAIN(ScriptBashTest)
#include "tst_scriptbash.moc"
