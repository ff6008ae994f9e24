#include "service/cli/execpolicyarguments.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

using namespace exeat;

Q_DECLARE_METATYPE(exeat::ExecpolicyCheck)

namespace {

using Words = std::vector<std::string>;

ExecpolicyCheck checkOf(Words files, Words command) {
    return {std::move(files), std::move(command), ReportForm::OneLine, ProgramLookup::AsSpelled, false};
}

} // namespace

Q_DECLARE_METATYPE(Words)

/** Forms of the command line, each compared with the binary of Codex 0.169.0; and what the program reads beside it. */
class ExecpolicyTest : public QObject {
    Q_OBJECT
private slots:
    void forms_data() {
        QTest::addColumn<Words>("words");
        QTest::addColumn<ExecpolicyCheck>("expected");
        ExecpolicyCheck all = checkOf({"a"}, {"git"});
        all.form = ReportForm::Indented;
        all.lookup = ProgramLookup::ByPath;
        ExecpolicyCheck help;
        help.helpAsked = true;
        QTest::newRow("plain") << Words{"-r", "a", "git", "x"} << checkOf({"a"}, {"git", "x"});
        QTest::newRow("long") << Words{"--rules", "a", "--rules=b", "git"} << checkOf({"a", "b"}, {"git"});
        QTest::newRow("both flags") << Words{"--pretty", "-r", "a", "--resolve-host-executables", "git"} << all;
        QTest::newRow("dashes") << Words{"-r", "a", "--", "git"} << checkOf({"a"}, {"git"});
        QTest::newRow("dashes, then an option") << Words{"-r", "a", "--", "-r"} << checkOf({"a"}, {"-r"});
        QTest::newRow("dashes twice") << Words{"-r", "a", "--", "--", "x"} << checkOf({"a"}, {"--", "x"});
        QTest::newRow("options behind the command are its own")
            << Words{"-r", "a", "git", "-r", "b", "--pretty", "--", "--help"}
            << checkOf({"a"}, {"git", "-r", "b", "--pretty", "--", "--help"});
        QTest::newRow("unknown option") << Words{"-r", "a", "--bogus", "git"} << checkOf({"a"}, {"--bogus", "git"});
        QTest::newRow("no abbreviation") << Words{"-r", "a", "--prett", "git"} << checkOf({"a"}, {"--prett", "git"});
        QTest::newRow("unknown letter") << Words{"-r", "a", "-x"} << checkOf({"a"}, {"-x"});
        QTest::newRow("a dash") << Words{"-r", "-", "-"} << checkOf({"-"}, {"-"});
        QTest::newRow("empty word") << Words{"-r", "a", ""} << checkOf({"a"}, {""});
        QTest::newRow("a file like an unknown option") << Words{"-r", "-ra", "git"} << checkOf({"-ra"}, {"git"});
        QTest::newRow("glued letters of options") << Words{"-rhc", "git"} << checkOf({"hc"}, {"git"});
        QTest::newRow("a file's name is bytes") << Words{"-r", "\xff", "git"} << checkOf({"\xff"}, {"git"});
        QTest::newRow("Codex's own settings")
            << Words{"-c", "x=1", "--config=y", "--enable", "f", "--disable=g", "-r", "a", "-cr", "git"}
            << checkOf({"a"}, {"git"});
        QTest::newRow("help") << Words{"-r", "a", "--help"} << help;
        QTest::newRow("help in a cluster") << Words{"-hr"} << help;
        QTest::newRow("help before what is wrong") << Words{"-h", "--pretty", "--pretty"} << help;
    }
    void forms() {
        QFETCH(Words, words);
        QFETCH(ExecpolicyCheck, expected);
        const auto parsed = parseExecpolicyCheck(words);
        QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().text.c_str());
        QCOMPARE(*parsed == expected, true);
    }

    void wrongForms_data() {
        QTest::addColumn<Words>("words");
        QTest::newRow("nothing") << Words{};
        QTest::newRow("no rules") << Words{"git"};
        QTest::newRow("glued file is the command") << Words{"-ra.rules", "git"};
        QTest::newRow("glued file with =") << Words{"-r=a", "git"};
        QTest::newRow("no command") << Words{"-r", "a"};
        QTest::newRow("no command behind dashes") << Words{"-r", "a", "--"};
        QTest::newRow("no file") << Words{"-r"};
        QTest::newRow("empty file") << Words{"-r", "", "git"};
        QTest::newRow("empty file with =") << Words{"--rules=", "git"};
        QTest::newRow("an option for a file") << Words{"-r", "--pretty", "git"};
        QTest::newRow("a cluster for a file") << Words{"-r", "-rc", "git"};
        QTest::newRow("dashes for a file") << Words{"-r", "--", "git"};
        QTest::newRow("a flag with a value") << Words{"--pretty=1", "-r", "a", "git"};
        QTest::newRow("a flag twice") << Words{"--pretty", "--pretty", "-r", "a", "git"};
        QTest::newRow("a setting without value") << Words{"-c", "-r", "a", "git"};
        QTest::newRow("options behind dashes") << Words{"--", "-r", "a", "git"};
        QTest::newRow("not UTF-8") << Words{"-r", "a", "git", "\xff"};
        QTest::newRow("long option, not UTF-8") << Words{"--\xff", "-r", "a"};
    }
    void wrongForms() {
        QFETCH(Words, words);
        const auto parsed = parseExecpolicyCheck(words);
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().kind, ErrorKind::Invalid);
    }

    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        write("prefix_rule(['git'])\nprefix_rule(['here'])\nprefix_rule(['home'], 'prompt')\n");
    }

    void usageIsTwo() {
        QCOMPARE(run({"check"}), 2);
        QVERIFY(m_errors.contains("Usage: exeat execpolicy check"));
        QCOMPARE(run({"chek"}), 2);
        QCOMPARE(run({}), 2);
        QCOMPARE(run({"check", "--help"}), 0);
        QVERIFY(m_output.contains("--resolve-host-executables"));
    }

    void filesThatCannotBeReadAreOne() {
        QCOMPARE(run({"check", "-r", "nofile", "git"}), 1);
        QVERIFY2(m_errors.contains("nofile: No such file"), m_errors.constData());
        QCOMPARE(run({"check", "-r", ".", "git"}), 1);
        write("prefix_rule(['\xff'])\n");
        QCOMPARE(run({"check", "-r", "p.rules", "git"}), 1);
        QVERIFY2(m_errors.startsWith("p.rules:1:15: "), m_errors.constData());
    }

    void aFaultShowsItsPlace() {
        write("x = 1\nprefix_rule(['git'], 'alow')\n");
        QCOMPARE(run({"check", "-r", "p.rules", "git"}), 1);
        QVERIFY(m_output.isEmpty());
        QVERIFY2(m_errors.startsWith("p.rules:2:22: `alow`"), m_errors.constData());
        QVERIFY(m_errors.contains("\n    prefix_rule(['git'], 'alow')\n                         ^\n"));
        // Codex says 1:1 here.
        write("x = 1\n\nif x:\n");
        QCOMPARE(run({"check", "-r", "p.rules", "git"}), 1);
        QVERIFY2(m_errors.startsWith("p.rules:3:") || m_errors.startsWith("p.rules:4:"), m_errors.constData());
    }

    void onlyCodexsWords() {
        write("prefix_rule(['git'], exact=True)\n");
        QCOMPARE(run({"check", "-r", "p.rules", "git"}), 1);
        QVERIFY(m_errors.contains("Exeat's own word"));
        // In the folders where it counts it is one.
        QVERIFY(QDir(m_folder->path()).mkpath("exeat/rules"));
        QVERIFY(QFile::rename(m_folder->filePath("p.rules"), m_folder->filePath("exeat/rules/p.rules")));
        QCOMPARE(run({"check", "-r", "exeat/rules/p.rules", "git"}), 0);
        QVERIFY(m_output.contains("\"decision\":\"allow\""));
        QCOMPARE(run({"check", "-r", "exeat/rules/p.rules", "git", "x"}), 0);
        QCOMPARE(m_output, QByteArray("{\"matchedRules\":[]}\n"));
    }

    void rulesFromAPipe() {
        QProcess program;
        program.start(QStringLiteral("/bin/sh"),
                      {QStringLiteral("-c"),
                       QStringLiteral("echo \"prefix_rule(['git'])\" | \"$0\" execpolicy check -r /dev/stdin git"),
                       programPath()});
        QVERIFY(program.waitForFinished());
        QCOMPARE(
            program.readAllStandardOutput(),
            QByteArray("{\"matchedRules\":[{\"prefixRuleMatch\":{\"matchedPrefix\":[\"git\"],\"decision\":\"allow\"}"
                       "}],\"decision\":\"allow\"}\n"));
    }

    void programsByPath_data() {
        QTest::addColumn<QByteArray>("program");
        QTest::addColumn<QByteArray>("resolved");
        QTest::newRow("relative") << QByteArray("./git") << QByteArray("HERE/git");
        QTest::newRow("relative, in a folder") << QByteArray("bin/../git") << QByteArray("HERE/git");
        QTest::newRow("at home") << QByteArray("~/git") << QByteArray("/some/home/git");
        QTest::newRow("home itself") << QByteArray("~") << QByteArray("/some/home");
        QTest::newRow("absolute") << QByteArray("/usr//bin/git/") << QByteArray("/usr/bin/git");
        QTest::newRow("another's home") << QByteArray("~root/git") << QByteArray("HERE/~root/git");
        QTest::newRow("no such rule") << QByteArray("./hg") << QByteArray();
    }
    void programsByPath() {
        QFETCH(QByteArray, program);
        QFETCH(QByteArray, resolved);
        resolved.replace("HERE", m_folder->path().toUtf8());
        QCOMPARE(run({"check", "--resolve-host-executables", "-r", "p.rules", program.constData()}), 0);
        if (resolved.isEmpty())
            QCOMPARE(m_output, QByteArray("{\"matchedRules\":[]}\n"));
        else
            QVERIFY2(m_output.contains(QByteArray("\"resolvedProgram\":\"" + resolved + "\"")), m_output.constData());
        QCOMPARE(run({"check", "-r", "p.rules", program.constData()}), 0);
        QCOMPARE(m_output, QByteArray("{\"matchedRules\":[]}\n"));
    }

    /** Of rules that spell a program otherwise both spellings' entries must list the path. */
    void caselessProgramsByPath() {
        const char* rules = "prefix_rule(['Git'], canonical_matching=True)\nhost_executable('Git', ['/a/Git'])\n";
        write(rules);
        QCOMPARE(run({"check", "--resolve-host-executables", "-r", "p.rules", "/a/git"}), 0);
        QCOMPARE(m_output, QByteArray("{\"matchedRules\":[]}\n"));
        QCOMPARE(run({"check", "--resolve-host-executables", "-r", "p.rules", "/a/Git"}), 0);
        QVERIFY(m_output.contains("\"/a/Git\""));
        write("prefix_rule(['Git'], canonical_matching=True)\nhost_executable('git', ['/a/git'])\n");
        QCOMPARE(run({"check", "--resolve-host-executables", "-r", "p.rules", "/x/GIT"}), 0);
        QVERIFY(m_output.contains("\"/x/GIT\""));
        QCOMPARE(run({"check", "--resolve-host-executables", "-r", "p.rules", "/x/git"}), 0);
        QCOMPARE(m_output, QByteArray("{\"matchedRules\":[]}\n"));
    }

    /** What steers a terminal is escaped; all else is Codex's, byte for byte. */
    void nothingSteersTheTerminal() {
        write("prefix_rule(['git'])\n");
        QCOMPARE(run({"check", "-r", "p.rules", "git"}), 0);
        const QByteArray plain = m_output;
        write("prefix_rule(['\u00e9\u2013\u200d\U0001f600\\u202e\\u009b31m\\u007f'])\n");
        QCOMPARE(run({"check", "-r", "p.rules", "\u00e9\u2013\u200d\U0001f600\u202e\u009b31m\x7f"}), 0);
        QCOMPARE(m_output, QByteArray(plain).replace("git", "\u00e9\u2013\u200d\U0001f600\\u202e\\u009b31m\\u007f"));
    }

    void leavesNothingBehind() {
        QCOMPARE(run({"check", "-r", "p.rules", "git"}), 0);
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden),
                 QStringList{QStringLiteral("p.rules")});
    }

private:
    static QString programPath() {
        return qEnvironmentVariable("EXEAT_BIN", QCoreApplication::applicationDirPath()) + "/exeat";
    }
    void write(const QByteArray& text) const {
        QFile file(m_folder->filePath(QStringLiteral("p.rules")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(text), text.size());
    }
    /** All places of Exeat's own would be in the folder. */
    int run(const std::vector<const char*>& words) {
        QStringList list{QStringLiteral("execpolicy")};
        for (const char* word : words)
            list << QString::fromUtf8(word);
        QProcess program;
        QProcessEnvironment environment;
        environment.insert(QStringLiteral("HOME"), QStringLiteral("/some/home"));
        for (const char* name : {"XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "CODEX_HOME"})
            environment.insert(QString::fromLatin1(name), m_folder->path());
        program.setProcessEnvironment(environment);
        program.setWorkingDirectory(m_folder->path());
        program.start(programPath(), list);
        if (!program.waitForFinished(30000) || program.exitStatus() != QProcess::NormalExit)
            return -1;
        m_output = program.readAllStandardOutput();
        m_errors = program.readAllStandardError();
        return program.exitCode();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_output;
    QByteArray m_errors;
};

QTEST_GUILESS_MAIN(ExecpolicyTest)
#include "tst_execpolicy.moc"
