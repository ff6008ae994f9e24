#include "rules/lint.h"
#include "shared/base/limits.h"

#include <QtTest>

#include <algorithm>

using namespace exeat;

Q_DECLARE_METATYPE(exeat::Layer)

namespace {

const char* word(FindingKind kind) {
    switch (kind) {
    case FindingKind::Broken:
        return "broken";
    case FindingKind::NeverMatches:
        return "never";
    case FindingKind::RelativeProgram:
        return "relative";
    case FindingKind::Duplicate:
        return "duplicate";
    case FindingKind::Shadowed:
        return "shadowed";
    case FindingKind::EqualsNoSandbox:
        return "no-sandbox";
    case FindingKind::DoesNotCount:
        return "uncounted";
    case FindingKind::AnswersPrompts:
        return "answers";
    case FindingKind::NoExample:
        return "example";
    case FindingKind::NotAllCompared:
        return "incomplete";
    }
    return "";
}

struct Files {
    std::vector<rules::LintedRule> rules;
    std::vector<HostExecutable> hosts;

    void add(const std::string& text, const std::string& file, Layer layer) {
        const auto parsed = rules::parseRules(text, file, layer, Vocabulary::Exeat);
        if (!parsed)
            qFatal("the test's own rules are wrong: %s", rules::errorText(parsed.error()).c_str());
        for (std::size_t i = 0; i < parsed->rules.size(); ++i) {
            const bool bare = std::ranges::find(parsed->withoutExamples, i) != parsed->withoutExamples.end();
            rules.push_back({parsed->rules[i], bare ? rules::Examples::None : rules::Examples::Some});
        }
        hosts.insert(hosts.end(), parsed->hostExecutables.begin(), parsed->hostExecutables.end());
    }

    std::vector<RulesFinding> lint(const std::vector<rules::UnprovenProgram>& unproven = {}) const {
        return rules::lint({rules, hosts, unproven});
    }
};

/** "1 never; 2 shadowed": hints about examples are left out, nearly every rule here has one. */
QString told(const std::vector<RulesFinding>& findings) {
    QStringList list;
    for (const auto& finding : findings) {
        if (finding.kind != FindingKind::NoExample)
            list << QString::number(finding.line) + ' ' + word(finding.kind);
    }
    return list.join(QStringLiteral("; "));
}

} // namespace

class LintTest : public QObject {
    Q_OBJECT
private slots:
    void findings_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* text, const char* expected) {
            QTest::newRow(name) << text << expected;
        };
        row("nothing wrong", "prefix_rule(['git', 'log'])\nprefix_rule(['git', 'push'], 'prompt')", "");

        // Never.
        row("a NUL", "prefix_rule(['git', 'a\\0b'], 'forbidden')", "1 never");
        row("a NUL among alternatives", "prefix_rule(['git', ['log', 'a\\0b']], 'prompt')", "1 never");
        row("an empty program", "prefix_rule([''], 'forbidden')", "1 never");
        row("an empty argument can be", "prefix_rule(['git', ''], 'forbidden')", "");
        row("a folder's path", "prefix_rule(['/usr/bin/'], 'forbidden')", "1 never");
        row("dots", "prefix_rule(['..'], 'forbidden')", "1 never");
        row("an allow by relative path", "prefix_rule(['./deploy'])", "1 never");
        row("a forbidden by relative path", "prefix_rule(['./deploy'], 'forbidden')", "1 relative");
        row("an argument with a slash is no program", "prefix_rule(['cat', './x'])", "");
        row("an exception takes all", "prefix_rule(['git', 'log'], unless=[['git']])", "1 never");
        row("the same exception", "prefix_rule(['git', 'log'], unless=[['git', ['log', 'diff']]])", "1 never");
        row("an exception takes some", "prefix_rule(['git', 'log'], unless=[['git', 'log', '-p']])", "");
        row("no file may be it", "prefix_rule(['tool'])\nhost_executable('tool', [])", "1 never");
        row("no file may be it, forbidden holds", "prefix_rule(['tool'], 'forbidden')\nhost_executable('tool', [])",
            "");
        row("some file may", "prefix_rule(['tool'])\nhost_executable('tool', ['/opt/tool'])", "");

        // Said already.
        row("twice", "prefix_rule(['a'])\nprefix_rule(['b'])\nprefix_rule(['a'])", "3 duplicate");
        row("thrice", "prefix_rule(['a'])\nprefix_rule(['a'])\nprefix_rule(['a'])", "2 duplicate; 3 duplicate");
        row("the order of alternatives is no difference", "prefix_rule([['a', 'b']])\nprefix_rule([['b', 'a']])",
            "2 shadowed");
        row("a broader allow", "prefix_rule(['a'])\nprefix_rule(['a', 'x'])", "2 shadowed");
        row("the broader comes later", "prefix_rule(['a', 'x'])\nprefix_rule(['a'])", "1 shadowed");
        row("a broader and stricter rule", "prefix_rule(['a', 'x'], 'prompt')\nprefix_rule(['a'], 'forbidden')",
            "1 shadowed");
        row("the stricter is the narrower", "prefix_rule(['a'])\nprefix_rule(['a', 'x'], 'forbidden')", "");
        row("alternatives cover", "prefix_rule(['a', ['x', 'y']], 'prompt')\nprefix_rule(['a', 'y', 'z'], 'prompt')",
            "2 shadowed");
        row("more alternatives", "prefix_rule(['a', 'x'], 'prompt')\nprefix_rule(['a', ['x', 'y']], 'prompt')",
            "1 shadowed");
        row("alternatives cover a part",
            "prefix_rule(['a', ['x', 'z']], 'prompt')\nprefix_rule(['a', ['x', 'y']], 'prompt')", "");
        row("another program", "prefix_rule(['a'], 'prompt')\nprefix_rule(['b'], 'prompt')", "");
        row("an exact rule covers no more", "prefix_rule(['a'], exact=True)\nprefix_rule(['a', 'x'])", "");
        row("an exact rule is covered", "prefix_rule(['a'])\nprefix_rule(['a'], exact=True)", "2 shadowed");
        row("both exact", "prefix_rule(['a', ['x', 'y']], exact=True)\nprefix_rule(['a', 'x'], exact=True)",
            "2 shadowed");
        row("a rule with exceptions covers nothing for sure",
            "prefix_rule(['a'], 'prompt', unless=[['a', 'x']])\nprefix_rule(['a', 'y'], 'prompt')", "");
        row("words of its own are a reason",
            "prefix_rule(['a'], 'forbidden')\nprefix_rule(['a', 'x'], 'forbidden', justification='use b')", "");
        row("but not below a stricter rule",
            "prefix_rule(['a'], 'forbidden')\nprefix_rule(['a', 'x'], 'prompt', justification='use b')", "2 shadowed");
        row("it lets a variable follow", "prefix_rule(['a'])\nprefix_rule(['a', 'x'], env=['TOKEN'])", "");
        row("by name forbids by path, too",
            "prefix_rule(['a'], 'forbidden')\nprefix_rule(['/usr/bin/a', 'x'], 'forbidden')", "2 shadowed");
        row("by name allows no path", "prefix_rule(['a'])\nprefix_rule(['/usr/bin/a', 'x'])", "");
        row("caseless covers", "prefix_rule(['A'], 'prompt', canonical_matching=True)\nprefix_rule(['a'], 'prompt')",
            "2 shadowed");
        row("caseless is not covered",
            "prefix_rule(['a'], 'prompt')\nprefix_rule(['a'], 'prompt', canonical_matching=True)", "1 shadowed");

        // No sandbox.
        row("a shell", "prefix_rule(['bash'])", "1 no-sandbox");
        row("by path", "prefix_rule(['/bin/sh', '-c', 'true'])", "1 no-sandbox");
        row("among others", "prefix_rule([['uname', 'sudo']])", "1 no-sandbox");
        row("with a version", "prefix_rule(['python3.11', 'x.py'])", "1 no-sandbox");
        for (const char* name : {"env", "xargs", "sudo", "make", "npm", "find", "git", "node", "tmux", "docker"})
            QTest::newRow(name) << QStringLiteral("prefix_rule(['%1'])").arg(QLatin1String(name)) << "1 no-sandbox";
        row("asked about", "prefix_rule(['bash'], 'prompt')", "");
        row("git with a harmless sub-command", "prefix_rule(['git', ['log', 'status']])", "");
        row("git with one that runs things", "prefix_rule(['git', ['log', 'bisect']])", "1 no-sandbox");
        row("git with options in front", "prefix_rule(['git', '-c', 'x=y', 'log'])", "1 no-sandbox");
        row("exactly git", "prefix_rule(['git'], exact=True)", "");
        row("find may be followed by -exec", "prefix_rule(['find', '.'])", "1 no-sandbox");
        row("exactly this find", "prefix_rule(['find', '.'], exact=True)", "");
        row("go without a sub-command", "prefix_rule(['go'])", "1 no-sandbox");
        row("go with a harmless one", "prefix_rule(['go', 'version'])", "");
        row("in a sandbox of its own", "prefix_rule(['make'], sandbox='network')", "");
        row("outside, said aloud", "prefix_rule(['make'], sandbox='none')", "1 no-sandbox");
        row("a mere warning of the table", "prefix_rule(['curl'])", "");

        // Answers to prompts.
        row("one command", "prefix_rule(['git', 'push'], exact=True, answers_prompts=True)", "");
        row("more may follow", "prefix_rule(['curl', 'x'], answers_prompts=True)", "1 answers");
        row("alternatives", "prefix_rule(['curl', ['x', 'y']], exact=True, answers_prompts=True)", "1 answers");
        row("in any case of letters",
            "prefix_rule(['curl'], exact=True, canonical_matching=True, answers_prompts=True)", "1 answers");
        row("an interpreter", "prefix_rule(['python3', 'x.py'], exact=True, answers_prompts=True)",
            "1 answers; 1 no-sandbox");
        row("it has its effect beside a prompt",
            "prefix_rule(['curl'], 'prompt')\nprefix_rule(['curl', 'x'], exact=True, answers_prompts=True)", "");
        row("and beside a broader allow",
            "prefix_rule(['curl'])\nprefix_rule(['curl', 'x'], exact=True, answers_prompts=True)", "");
        row("an allow beside it has none",
            "prefix_rule(['curl', 'x'], exact=True, answers_prompts=True)\nprefix_rule(['curl', 'x'], exact=True)",
            "2 shadowed");
        row("nor has it below a forbidden",
            "prefix_rule(['curl'], 'forbidden')\nprefix_rule(['curl', 'x'], exact=True, answers_prompts=True)",
            "2 shadowed");
    }
    void findings() {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        Files files;
        files.add(text.toStdString(), "/r/a.rules", Layer::User);
        const auto findings = files.lint();
        QCOMPARE(told(findings), expected);
        for (const auto& finding : findings) {
            QVERIFY(!finding.message.empty());
            QCOMPARE(finding.file, std::string("/r/a.rules"));
            QCOMPARE(finding.severity, finding.kind == FindingKind::NoExample ? Severity::Hint : Severity::Warning);
        }
    }

    void examples() {
        Files files;
        files.add("prefix_rule(['a'], match=['a x'])\nprefix_rule(['b'])\nprefix_rule(['c'], not_match=['d'])",
                  "/r/a.rules", Layer::User);
        const auto findings = files.lint();
        QCOMPARE(findings.size(), std::size_t{2});
        QCOMPARE(findings[0].line, 2);
        QCOMPARE(findings[1].line, 3);
        QCOMPARE(findings[0].severity, Severity::Hint);
    }

    void namesThatProveNothing() {
        Files files;
        files.add("prefix_rule([['cargo', 'ls']])\nprefix_rule(['rustc'], 'prompt')\nprefix_rule(['mine'])\n"
                  "host_executable('mine', ['/home/me/mine'])",
                  "/r/a.rules", Layer::User);
        QCOMPARE(rules::namesAllowed(files.rules), (std::vector<std::string>{"cargo", "ls", "mine"}));
        const auto findings = files.lint({{"cargo", "/home/me/.cargo/bin/cargo"}, {"mine", "/home/me/mine"}});
        QCOMPARE(told(findings), QStringLiteral("1 uncounted; 1 no-sandbox"));
        const auto uncounted = std::ranges::find(findings, FindingKind::DoesNotCount, &RulesFinding::kind);
        QVERIFY(uncounted->message.find("/home/me/.cargo/bin/cargo") != std::string::npos);
        QVERIFY(uncounted->message.find("host_executable(name=\"cargo\"") != std::string::npos);
    }

    void variablesThatStay() {
        Files files;
        files.add("prefix_rule(['/usr/bin/a'], env=['LD_PRELOAD', 'A', 'GLIBC_TUNABLES'])\n"
                  "prefix_rule(['b'], 'prompt', env=['LD_LIBRARY_PATH'])\nprefix_rule(['/usr/bin/c'], env=['LDX'])",
                  "/r/a.rules", Layer::User);
        const auto findings = files.lint();
        QCOMPARE(told(findings), QStringLiteral("1 uncounted; 1 uncounted; 2 uncounted"));
        QVERIFY(findings[0].message.starts_with("`LD_PRELOAD` in `env` has no effect"));
    }

    void filesThatNobodyConfirmed() {
        Files files;
        files.add("prefix_rule([['/h/known', '/h/new']], confirmed=True)\nprefix_rule(['tool'], confirmed=True)\n"
                  "prefix_rule(['/h/other'])",
                  "/r/a.rules", Layer::User);
        const std::vector<ConfirmedFile> confirmed{{"/h/known", "00"}};
        const auto findings = rules::lint({files.rules, files.hosts, {}, confirmed});
        QCOMPARE(told(findings), QStringLiteral("1 uncounted"));
        QVERIFY(findings[0].message.find("`/h/new`") != std::string::npos);
        QVERIFY(findings[0].message.find("exeat trust file") != std::string::npos);
        QCOMPARE(told(files.lint()), QString()); // what is confirmed, is not known there
    }

    /** A rule of a repository is no reason to take one away that holds everywhere. */
    void layers_data() {
        QTest::addColumn<Layer>("broad");
        QTest::addColumn<QString>("broadFile");
        QTest::addColumn<bool>("shadows");
        QTest::newRow("shipped") << Layer::Shipped << "/usr/share/exeat/rules/a.rules" << true;
        QTest::newRow("another file of the user") << Layer::User << "/home/me/.codex/rules/a.rules" << true;
        QTest::newRow("the repository's") << Layer::Project << "/p/.codex/rules/a.rules" << false;
    }
    void layers() {
        QFETCH(Layer, broad);
        QFETCH(QString, broadFile);
        QFETCH(bool, shadows);
        Files files;
        files.add("prefix_rule(['a'], 'prompt')", broadFile.toStdString(), broad);
        files.add("prefix_rule(['a', 'x'], 'prompt')", "/home/me/.config/exeat/rules/b.rules", Layer::User);
        const auto findings = files.lint();
        QCOMPARE(told(findings), shadows ? QStringLiteral("1 shadowed") : QString());
        if (!shadows)
            return;
        const auto found = std::ranges::find(findings, FindingKind::Shadowed, &RulesFinding::kind);
        QCOMPARE(found->file, std::string("/home/me/.config/exeat/rules/b.rules"));
        QCOMPARE(found->otherFile, broadFile.toStdString());
        QCOMPARE(found->otherLine, 1);
    }

    void answersThatCountNowhere_data() {
        QTest::addColumn<Layer>("asking");
        QTest::addColumn<Layer>("answering");
        QTest::addColumn<QString>("expected");
        QTest::newRow("the user's") << Layer::Shipped << Layer::User << "";
        QTest::newRow("a repository's") << Layer::Shipped << Layer::Project << "1 answers; 1 shadowed";
        QTest::newRow("the administrator's") << Layer::Shipped << Layer::System << "1 answers; 1 shadowed";
        QTest::newRow("to the administrator") << Layer::System << Layer::User << "1 shadowed";
        QTest::newRow("to a requirement") << Layer::Requirements << Layer::User << "1 shadowed";
    }
    void answersThatCountNowhere() {
        QFETCH(Layer, asking);
        QFETCH(Layer, answering);
        QFETCH(QString, expected);
        Files files;
        files.add("prefix_rule(['curl'], 'prompt')", "/r/asks.rules", asking);
        files.add("prefix_rule(['curl', 'x'], exact=True, answers_prompts=True)", "/r/answers.rules", answering);
        QCOMPARE(told(files.lint()), expected);
    }

    /** Of thousands of rules for one program not all are compared, and that is said. */
    void isBounded() {
        std::vector<rules::LintedRule> many;
        for (int i = 0; i < 5000; ++i) {
            PrefixRule rule;
            rule.file = "/r/a.rules";
            rule.line = i + 1;
            rule.pattern = {{{"git"}}, {{std::to_string(i)}}};
            many.push_back({rule, rules::Examples::Some});
        }
        const auto few = rules::lint({std::span(many).first(300), {}, {}});
        QVERIFY(few.empty());
        const auto all = rules::lint({many, {}, {}});
        QCOMPARE(all.size(), std::size_t{1});
        QCOMPARE(all[0].kind, FindingKind::NotAllCompared);
    }

    void hostileWordsAreMadeVisible() {
        Files files;
        files.add("prefix_rule(['\\x1b[2J', '\\0'], 'prompt')", "/r/a.rules", Layer::User);
        for (const auto& finding : files.lint())
            QVERIFY(finding.message.find('\x1b') == std::string::npos);
    }
};

QTEST_APPLESS_MAIN(LintTest)
#include "tst_lint.moc"
