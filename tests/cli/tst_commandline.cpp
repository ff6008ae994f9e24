#include "service/cli/agentconfig.h"
#include "service/cli/answercommand.h"
#include "service/cli/approvalview.h"
#include "service/cli/commandline.h"
#include "service/cli/commands.h"
#include "service/cli/jsonoutput.h"
#include "service/cli/output.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace exeat {

class TestCommandLine : public QObject {
    Q_OBJECT
private slots:
    void json_data();
    void json();
    void split();
    void durations_data();
    void durations();
    void since();
    void answers_data();
    void answers();
    void unknownWords();
    void insideARun_data();
    void insideARun();
    void insideARunIsSaid();
    void csvIsFormulaSafe_data();
    void csvIsFormulaSafe();
    void tableFitsTheWidth();
    void agents_data();
    void agents();
    void setupIsWhatDoctorWants();
    void checkSchema();
    void hostileApprovalIsVisible();
};

void TestCommandLine::json_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("printed"); // empty: as it is
    const auto row = [](const char* name, const char* text, const char* printed = "") {
        QTest::newRow(name) << QByteArray(text) << QByteArray(printed);
    };
    row("delete", "a\x7f\x7e", R"(a\u007f~)");
    row("first of C1", "a\u0080\u0085z", R"(a\u0080\u0085z)");
    row("last of C1", "\u009b31m\u009f", R"(\u009b31m\u009f)");
    row("what follows C1", "\u00a0\u00ad\u00e9");
    row("Arabic mark", "\u061c", R"(\u061c)");
    row("beside the Arabic mark", "\u061b\u061d\u060c");
    row("marks", "\u200e\u200f", R"(\u200e\u200f)");
    row("beside the marks", "\u200b\u200c\u200d\u2010\u2013\u2026");
    row("embeddings", "\u202a\u202b\u202c\u202d\u202e", R"(\u202a\u202b\u202c\u202d\u202e)");
    row("beside the embeddings", "\u2029\u202f");
    row("isolates", "\u2066\u2067\u2068\u2069", R"(\u2066\u2067\u2068\u2069)");
    row("beside the isolates", "\u2065\u206a\u2060\u206f");
    row("bytes of them in other characters", "\u30aa\u38ae\U0001f2aa\u5c9c\u089b\u00c2\u00e2");
    row("behind backslashes", "\\\u202e\\\\\u009b", R"(\\\u202e\\\\\u009b)");
    row("quotes and newlines", "\"\n\x1b", R"(\"\n\u001b)");
}

/** The same for a parser, and harmless for a terminal. */
void TestCommandLine::json() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, printed);
    const nlohmann::json value = {{text.toStdString(), {text.toStdString(), 1}}};
    for (const int indent : {-1, 2}) {
        const std::string out = jsonForTerminals(value.dump(indent));
        QVERIFY(nlohmann::json::parse(out) == value);
        const QByteArray expected = printed.isEmpty() ? text : printed;
        QCOMPARE(QByteArray::fromStdString(out).count(QByteArray("\"" + expected + "\"")), 2);
    }
}

void TestCommandLine::split() {
    const char* argv[] = {"exeat", "run", "--json", "--", "echo \xff", "--", "x"};
    const Arguments arguments = splitArguments(7, argv);
    QCOMPARE(arguments.command, std::string("run"));
    QCOMPARE(arguments.options, QStringList{QStringLiteral("--json")});
    QCOMPARE(arguments.rest, (std::vector<std::string>{"echo \xff", "--", "x"}));
    QVERIFY(!splitArguments(1, argv).hasRest);
}

void TestCommandLine::durations_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("seconds"); // -1: refused
    QTest::newRow("minutes") << "10m" << qint64{600};
    QTest::newRow("hours") << "2h" << qint64{7200};
    QTest::newRow("days") << "7d" << qint64{604800};
    QTest::newRow("plain") << "90" << qint64{90};
    QTest::newRow("zero") << "0m" << qint64{-1};
    QTest::newRow("negative") << "-1m" << qint64{-1};
    QTest::newRow("unit alone") << "m" << qint64{-1};
    QTest::newRow("other unit") << "3w" << qint64{-1};
    QTest::newRow("empty") << "" << qint64{-1};
    QTest::newRow("huge") << "99999999999d" << qint64{-1};
}

void TestCommandLine::durations() {
    QFETCH(QString, text);
    QFETCH(qint64, seconds);
    const auto parsed = parseDuration(text);
    QCOMPARE(parsed ? static_cast<qint64>(parsed->count()) : qint64{-1}, seconds);
}

void TestCommandLine::since() {
    QCOMPARE(*parseSince(QStringLiteral("2h"), 10000000), std::int64_t{10000000 - 7200000});
    QVERIFY(parseSince(QStringLiteral("2026-11-21"), 0));
    QCOMPARE(*parseSince(QStringLiteral("1970-01-01T00:00:01Z"), 0), std::int64_t{1000});
    QVERIFY(!parseSince(QStringLiteral("yesterday"), 0));
}

void TestCommandLine::answers_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<bool>("good");
    const auto row = [](const char* name, const char* words, bool good) {
        QTest::newRow(name) << QString::fromLatin1(words).split(u' ') << good;
    };
    row("once", "3 --once", true);
    row("for", "3 --for 10m", true);
    row("deny with words", "3 --deny --message no", true);
    row("for without time", "3 --for x", false);
    row("for too long", "3 --for 2d", false);
    row("none", "3", false);
    row("two", "3 --once --deny", false);
    row("no id", "--once", false);
    row("bad id", "x --once", false);
    row("zero", "0 --once", false);
    row("two ids", "1 2 --once", false);
    row("message with allow", "3 --once --message hi", false);
}

void TestCommandLine::answers() {
    QFETCH(QStringList, words);
    QFETCH(bool, good);
    QCommandLineParser parser;
    addAnswerOptions(parser);
    QVERIFY(parser.parse(QStringList{QStringLiteral("exeat")} + words));
    QCOMPARE(parseAnswer(parser.positionalArguments(), parser).has_value(), good);
}

void TestCommandLine::unknownWords() {
    Arguments arguments;
    for (const char* word : {"histroy", "", "\x1b[2J", "rm"}) {
        arguments.command = word;
        QCOMPARE(dispatch(arguments), exitUsage);
    }
    arguments.command = "--version";
    QCOMPARE(dispatch(arguments), 0);
    arguments.command = "history";
    arguments.options = QStringList{QStringLiteral("--no-such")};
    QCOMPARE(dispatch(arguments), exitUsage);
}

void TestCommandLine::insideARun_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<bool>("works");
    const auto row = [](const char* words, bool works) {
        QTest::newRow(words) << QString::fromLatin1(words).split(u' ') << works;
    };
    row("execpolicy check -r a.rules -- git", true);
    row("rules lint a.rules", true);
    row("rules lint --json a.rules", true);
    row("setup --print", true);
    row("run --help", true);
    row("trust -h", true);
    row("--version", true);
    row("--help", true);
    row("nonsense", true); // told as such
    row("rules lint", false);
    row("rules lint --json", false);
    row("rules lint --workdir /", false);
    row("rules lint --workdir=/ a.rules", false);
    row("rules", false);
    row("rules add -- lint a.rules", false);
    row("rules remove a.rules:1", false);
    row("rules list", false);
    row("rules explain -- git", false);
    row("run -- ls", false);
    row("run -- ls --help", false);
    row("approvals", false);
    row("approvals answer 1 --once", false);
    row("trust accept", false);
    row("history", false);
    row("runs", false);
    row("doctor", false);
    row("mcp", false);
}

void TestCommandLine::insideARun() {
    QFETCH(QStringList, words);
    QFETCH(bool, works);
    std::vector<QByteArray> bytes = {"exeat"};
    for (const QString& word : words)
        bytes.push_back(word.toLocal8Bit());
    std::vector<const char*> argv(bytes.size());
    std::ranges::transform(bytes, argv.begin(), [](const QByteArray& word) { return word.constData(); });
    const std::string why = whyNotInside(splitArguments(static_cast<int>(argv.size()), argv.data()));
    QCOMPARE(why.empty(), works);
    if (works)
        return;
    const std::string command = "`exeat " + words.front().toStdString() + "` is for a person";
    for (const std::string& part : {command, std::string("Start programs directly"), std::string("`unset EXEAT`")})
        QVERIFY2(why.find(part) != std::string::npos, why.c_str());
}

void TestCommandLine::insideARunIsSaid() {
    Arguments arguments;
    arguments.command = "history";
    arguments.options = QStringList{QStringLiteral("--no-such")};
    qputenv("EXEAT", "1");
    const int inside = dispatch(arguments);
    qunsetenv("EXEAT");
    QCOMPARE(inside, exitFailure);
    QCOMPARE(dispatch(arguments), exitUsage); // without the variable, the command itself has the word
}

void TestCommandLine::csvIsFormulaSafe_data() {
    QTest::addColumn<QByteArray>("cell");
    QTest::addColumn<QByteArray>("csv");
    QTest::newRow("plain") << QByteArray("ls") << QByteArray("ls");
    QTest::newRow("formula") << QByteArray("=1+1") << QByteArray("\"'=1+1\"");
    QTest::newRow("plus") << QByteArray("+1") << QByteArray("\"'+1\"");
    QTest::newRow("minus") << QByteArray("-x") << QByteArray("\"'-x\"");
    QTest::newRow("at") << QByteArray("@SUM") << QByteArray("\"'@SUM\"");
    QTest::newRow("behind blanks") << QByteArray("  =1") << QByteArray("\"'  =1\"");
    QTest::newRow("tab") << QByteArray("\tx") << QByteArray("\"'\tx\"");
    QTest::newRow("quotes") << QByteArray("a\"b") << QByteArray("\"a\"\"b\"");
    QTest::newRow("comma") << QByteArray("a,b") << QByteArray("\"a,b\"");
    QTest::newRow("inside") << QByteArray("a=b") << QByteArray("a=b");
    QTest::newRow("empty") << QByteArray() << QByteArray();
}

void TestCommandLine::csvIsFormulaSafe() {
    QFETCH(QByteArray, cell);
    QFETCH(QByteArray, csv);
    QCOMPARE(QByteArray::fromStdString(csvCell(cell.toStdString())), csv);
}

void TestCommandLine::tableFitsTheWidth() {
    const std::string text = table({"A", "B"}, {{"x", std::string(300, 'y')}, {"\x1b[2J", "ä"}}, 40);
    for (const QString& line : QString::fromStdString(text).split(u'\n'))
        QVERIFY(line.size() <= 40);
    QVERIFY(text.find('\x1b') == std::string::npos);
}

void TestCommandLine::agents_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("agent");
    QTest::addColumn<QString>("state");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* file, const char* content, const char* agent, const char* state,
                        const char* says) {
        QTest::newRow(name) << QString::fromLatin1(file) << QByteArray(content) << QString::fromLatin1(agent)
                            << QString::fromLatin1(state) << QString::fromLatin1(says);
    };
    row("codex absent", "x", "", "codex", "ok", "no settings");
    row("codex without us", ".codex/config.toml", "model = 'x'", "codex", "warn", "do not bind");
    row("codex shell on", ".codex/config.toml", "[mcp_servers.e]\ncommand='/usr/bin/exeat'", "codex", "broken",
        "do not bind");
    row("codex right", ".codex/config.toml", "[mcp_servers.e]\ncommand='exeat'\n[features]\nshell_tool=false", "codex",
        "ok", "is off");
    row("codex broken file", ".codex/config.toml", "[x", "codex", "warn", "config.toml:1");
    row("codex other program", ".codex/config.toml", "[mcp_servers.e]\ncommand='notexeat'", "codex", "warn",
        "does not use");
    row("claude shell on", ".claude.json", R"({"mcpServers":{"e":{"command":"/x/exeat"}}})", "claude", "broken",
        "do not bind");
    row("claude not JSON", ".claude.json", "{", "claude", "warn", "not valid JSON");
    row("claude not an object", ".claude.json", "[1]", "claude", "warn", "not valid JSON");
    row("claude odd types", ".claude.json", R"({"mcpServers":[1,{"command":5}]})", "claude", "warn", "does not use");
    row("cursor", ".cursor/mcp.json", R"({"mcpServers":{"e":{"command":"exeat"}}})", "cursor", "warn", "do not bind");
    row("gemini right", ".gemini/settings.json",
        R"({"mcpServers":{"e":{"command":"exeat"}},"tools":{"exclude":["run_shell_command"]}})", "gemini", "ok",
        "is off");
    row("gemini shell on", ".gemini/settings.json", R"({"mcpServers":{"e":{"command":"exeat"}}})", "gemini", "broken",
        "do not bind");
    row("claude denied", ".claude/settings.json", R"x({"permissions":{"deny":["Bash(*)"]}})x", "claude", "warn",
        "does not use");
    row("codex of the project", "p/.codex/config.toml", "[mcp_servers.e]\ncommand='exeat'", "codex", "broken",
        "do not bind");
    row("codex, a key of many parts", ".codex/config.toml",
        QByteArray("a" + QByteArray(".a").repeated(1'000'000) + " = 1").constData(), "codex", "warn", "too many parts");
    row("claude of the project", "p/.mcp.json", R"({"mcpServers":{"e":{"command":"exeat"}}})", "claude", "broken",
        "do not bind");
    row("gemini of the project", "p/.gemini/settings.json",
        R"({"mcpServers":{"e":{"command":"exeat"}},"tools":{"exclude":["run_shell_command"]}})", "gemini", "ok",
        "is off");
    row("cursor of the project", "p/.cursor/mcp.json", R"({"mcpServers":{"e":{"command":"exeat"}}})", "cursor", "warn",
        "do not bind");
    row("opencode of the project", "p/opencode.json", R"({"mcp":{"e":{"command":["exeat"]}}})", "opencode", "broken",
        "do not bind");
    row("opencode 2", ".config/opencode/opencode.json",
        R"({"mcp":{"servers":{"e":{"command":["exeat"]}}},"permissions":[{"action":"*","resource":"*","effect":"ask"},
        {"action":"shell","resource":"*","effect":"deny"}]})",
        "opencode", "ok", "is off");
    row("opencode 2 with a hole", ".config/opencode/opencode.json",
        R"({"mcp":{"servers":{"e":{"command":["exeat"]}}},"permissions":[{"action":"shell","resource":"*","effect":"deny"},
        {"action":"shell","resource":"git *","effect":"allow"}]})",
        "opencode", "broken", "do not bind");
    row("opencode right", ".config/opencode/opencode.json",
        R"({"mcp":{"e":{"command":["/a/exeat","mcp"]}},"permission":{"bash":"deny"}})", "opencode", "ok", "is off");
}

void TestCommandLine::agents() {
    QFETCH(QString, file);
    QFETCH(QByteArray, content);
    QFETCH(QString, agent);
    QFETCH(QString, state);
    QFETCH(QString, says);
    const QTemporaryDir home;
    const QString place = home.filePath(file);
    QVERIFY(QDir().mkpath(QFileInfo(place).path()));
    QFile out(place);
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write(content);
    out.close();
    const std::string folder = home.path().toStdString();
    for (const AgentConfig& config : readAgentConfigs({folder, folder + "/.codex", folder + "/p"})) {
        if (QString::fromStdString(config.name) != agent)
            continue;
        const Check check = checkOf(config);
        QCOMPARE(QString::fromStdString(word(check.state)), state);
        QVERIFY2(check.text.find(says.toStdString()) != std::string::npos, check.text.c_str());
        QCOMPARE(check.cure.empty(), check.state == CheckState::Ok);
        return;
    }
    QFAIL("unknown agent");
}

void TestCommandLine::setupIsWhatDoctorWants() {
    const QTemporaryDir home;
    QVERIFY(QDir(home.path()).mkpath(QStringLiteral(".codex")));
    QFile out(home.filePath(QStringLiteral(".codex/config.toml")));
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write(QByteArray::fromStdString(setupText("codex", "/opt/with \"quotes\"/exeat")));
    out.close();
    const std::string folder = home.path().toStdString();
    QVERIFY(checkOf(readAgentConfigs({folder, folder + "/.codex"}).front()).state == CheckState::Ok);
    // The project's file has the last word.
    QVERIFY(QDir(home.path()).mkpath(QStringLiteral("p/.codex")));
    QFile project(home.filePath(QStringLiteral("p/.codex/config.toml")));
    QVERIFY(project.open(QIODevice::WriteOnly));
    project.write("[features]\nshell_tool = true\n");
    project.close();
    QVERIFY(checkOf(readAgentConfigs({folder, folder + "/.codex", folder + "/p"}).front()).state == CheckState::Broken);
    for (const auto agent : knownAgents())
        QVERIFY(setupText(agent, "/x/exeat").find("/x/exeat") != std::string::npos);
    QVERIFY(setupText("nobody", "/x/exeat").empty());
}

void TestCommandLine::checkSchema() {
    const auto json = toJson(Check{"n", CheckState::Warn, "1\xff", "t", "c"});
    QCOMPARE(json.size(), std::size_t{5});
    for (const char* key : {"name", "state", "version", "text", "cure"})
        QVERIFY(json.at(key).is_string());
    QCOMPARE(json.at("state").get<std::string>(), std::string("warn"));
    QVERIFY(!json.dump().empty()); // throws for what is not UTF-8
}

void TestCommandLine::hostileApprovalIsVisible() {
    Approval approval;
    approval.agent = approval.script = approval.agentJustification = approval.branch = "\x1b[2J\xe2\x80\xae\xff";
    approval.command.argv = {"git", "", "\x1b]0;x\x07"};
    approval.command.file = "/tmp/no";
    approval.command.realPath = "/usr/bin/git";
    approval.command.chain = {{"\x1b[1m", {}}};
    Approval dangerous = approval;
    dangerous.judgement.dangers = {{"rm-force", {"rm", "-f", "\x1b[2J"}, "deletes", {}, "\xe2\x80\xae"}};
    for (const std::string& text : {fullText(approval, 80), shortText(approval), fullText(dangerous, 80)}) {
        QVERIFY(text.find('\x1b') == std::string::npos);
        QVERIFY(text.find('\x07') == std::string::npos);
        QVERIFY(text.find("\xe2\x80\xae") == std::string::npos);
    }
    QVERIFY(fullText(approval, 80).find("(empty)") != std::string::npos);
    QVERIFY(fullText(approval, 80).find("OUTSIDE") != std::string::npos);
    QVERIFY(fullText(dangerous, 80).find("INSIDE the sandbox (read-only, network off)") != std::string::npos);
    QVERIFY(fullText(dangerous, 80).find("OUTSIDE") == std::string::npos);
    dangerous.mode = SandboxMode::FullAccess;
    QVERIFY(fullText(dangerous, 80).find("WITHOUT a sandbox") != std::string::npos);
    QVERIFY(fullText(dangerous, 80).find("INSIDE") == std::string::npos);
    QCOMPARE(wordToType(approval), std::string("git"));
    for (const char* path : {"/tmp/g it", "/tmp/no"}) {
        approval.command.realPath = path;
        QCOMPARE(wordToType(approval), std::string("allow"));
    }
    approval.command.realPath = "/usr/bin/ls";
    approval.command.argv = {"uname", "-a"};
    QVERIFY(shortText(approval).find("/usr/bin/ls called as: uname -a") != std::string::npos);
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestCommandLine)
#include "tst_commandline.moc"
