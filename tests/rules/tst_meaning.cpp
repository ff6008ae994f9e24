#include "rules/meaning.h"

#include <QtTest>

using namespace exeat;

namespace {

rules::RulesFile parsed(const QString& text, const char* file) {
    const auto result = rules::parseRules(text.toStdString(), file, Layer::Project, rules::Vocabulary::Exeat);
    if (!result)
        qFatal("the test's own rules are wrong: %s", result.error().message.c_str());
    return *result;
}

QString marked(const RuleChange& change) {
    static constexpr const char* marks[] = {"=", "-", "+"};
    return QString::fromLatin1(marks[static_cast<int>(change.effect)]) + ' ' + QString::fromStdString(change.text);
}

} // namespace

class MeaningTest : public QObject {
    Q_OBJECT
private slots:
    void changes_data() {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QStringList>("changes"); ///< + loosens, - tightens, = neither
        const auto row = [](const char* name, const char* before, const char* after, const QStringList& changes) {
            QTest::newRow(name) << before << after << changes;
        };
        const char* force = "prefix_rule(['git','push','--force'], 'forbidden')\n";
        const char* curl = "prefix_rule(['curl'])\n";
        row("nothing", "", "", {});
        row("comments and places", curl, "# moved\n\nprefix_rule(pattern = ['curl'], decision = 'allow')", {});
        row("another order", "prefix_rule(['a'])\nprefix_rule(['b'])", "prefix_rule(['b'])\nprefix_rule(['a'])", {});
        row("an allow comes", "", curl, {"+ adds: allow `curl`"});
        row("an allow goes", curl, "", {"- drops: allow `curl`"});
        row("a forbidden goes", force, "", {"+ drops: forbidden `git push --force`"});
        row("a forbidden comes", "", force, {"- adds: forbidden `git push --force`"});
        row("a prompt comes", "", "prefix_rule(['make'], 'prompt')", {"- adds: prompt `make`"});
        row("one for another", force, curl, {"+ adds: allow `curl`", "+ drops: forbidden `git push --force`"});
        row("a wider forbidden in its place", force, "prefix_rule(['git','push'], 'forbidden')",
            {"- adds: forbidden `git push`", "= drops: forbidden `git push --force`"});
        row("weaker", force, "prefix_rule(['git','push','--force'], 'prompt')",
            {"+ changes: `git push --force`: forbidden becomes prompt"});
        row("stricter", curl, "prefix_rule(['curl'], 'prompt')", {"- changes: `curl`: allow becomes prompt"});
        row("an exception to a forbidden", force,
            "prefix_rule(['git','push','--force'], 'forbidden', unless=[['git','push','--force','-n']])",
            {"+ changes: `git push --force`: now unless `git push --force -n`"});
        row("an exception to an allow", curl, "prefix_rule(['curl'], unless=[['curl','-o']])",
            {"- changes: `curl`: now unless `curl -o`"});
        row("an exception to an allow goes", "prefix_rule(['curl'], unless=[['curl','-o']])", curl,
            {"+ changes: `curl`: no longer unless `curl -o`"});
        row("a variable", curl, "prefix_rule(['curl'], env=['TOKEN'])",
            {"+ changes: `curl`: now with the variables TOKEN"});
        row("a variable of a prompt", "", "prefix_rule(['make'], 'prompt', env=['TOKEN'])",
            {"+ adds: prompt `make` with the variables TOKEN"});
        row("a sandbox goes", "prefix_rule(['curl'], sandbox='network')", curl,
            {"+ changes: `curl`: sandbox network becomes none"});
        row("an allow into a sandbox goes, which may have held it there", "prefix_rule(['curl'], sandbox='network')",
            "", {"+ drops: allow `curl` in the sandbox network"});
        row("an exception to an allow into a sandbox", "prefix_rule(['curl'], sandbox='network')",
            "prefix_rule(['curl'], sandbox='network', unless=[['curl','-o']])",
            {"+ changes: `curl`: now unless `curl -o`"});
        row("an answer to prompts comes", "", "prefix_rule(['curl'], answers_prompts=True)",
            {"+ adds: allow `curl`, and answer what asks about it"});
        row("an allow begins to answer prompts", curl, "prefix_rule(['curl'], answers_prompts=True)",
            {"+ changes: `curl`: now answers what asks about it"});
        row("an allow no longer answers prompts", "prefix_rule(['curl'], answers_prompts=True)", curl,
            {"- changes: `curl`: no longer answers what asks about it"});
        row("an allow begins to need a confirmed file", curl, "prefix_rule(['curl'], confirmed=True)",
            {"- changes: `curl`: now for confirmed files only"});
        row("an allow no longer needs a confirmed file", "prefix_rule(['curl'], confirmed=True)", curl,
            {"+ changes: `curl`: no longer for confirmed files only"});
        row("an answer to prompts goes", "prefix_rule(['curl'], answers_prompts=True)", "",
            {"- drops: allow `curl`, and answer what asks about it"});
        row("a justification", force, "prefix_rule(['git','push','--force'], 'forbidden', justification='no\\u202e')",
            {"= changes: `git push --force`: justification: no\\u{202E}"});
        row("several at once", curl, "prefix_rule(['curl'], 'prompt', env=['A', 'B'])",
            {"+ changes: `curl`: allow becomes prompt; now with the variables A, B"});
        row("exact is another rule", "prefix_rule(['curl'], exact=True)", curl,
            {"+ adds: allow `curl`", "- drops: allow `curl` with nothing behind it"});
        row("alternatives and odd words", "", "prefix_rule([['a', 'b c'], ''])", {"+ adds: allow `[a|'b c'] ''`"});
        row("in any case", "", "prefix_rule(['Curl'], canonical_matching=True)",
            {"+ adds: allow `Curl` in any case of letters"});
        row("twice is not once", curl, "prefix_rule(['curl'])\nprefix_rule(['curl'])", {"+ adds: allow `curl`"});
        row("equal ones first", "prefix_rule(['a'])\nprefix_rule(['a'], 'prompt')",
            "prefix_rule(['a'], 'prompt')\nprefix_rule(['a'], 'forbidden')",
            {"- changes: `a`: allow becomes forbidden"});
        const char* host = "host_executable('git', ['/usr/bin/git'])\n";
        row("an entry comes", "", host, {"+ adds: only these files are `git`: /usr/bin/git"});
        row("an entry goes", host, "", {"+ drops: only these files are `git`: /usr/bin/git"});
        row("an entry grows", host, "host_executable('git', ['/usr/bin/git', '~/git'])",
            {"+ changes: the files that are `git`: now also ~/git"});
        row("an entry shrinks", "host_executable('git', ['/usr/bin/git', '/opt/git'])", host,
            {"- changes: the files that are `git`: no longer /opt/git"});
        row("an empty entry", "", "host_executable('git', [])", {"+ adds: only these files are `git`: none"});
        row("the order of an entry", "host_executable('git', ['/a/git', '/b/git'])",
            "host_executable('git', ['/b/git', '/a/git'])", {});
        const char* network = "network_rule('a.example', 'https', 'allow')";
        row("a host comes", "", network, {"+ adds: allow the network host a.example by https"});
        row("a host goes", "network_rule('a.example', 'https', 'deny')", "",
            {"+ drops: forbidden the network host a.example by https"});
        row("a host changes", network, "network_rule('a.example', 'https', 'deny')",
            {"- changes: the network host a.example: allow becomes forbidden"});
    }
    void changes() {
        QFETCH(QString, before);
        QFETCH(QString, after);
        QFETCH(QStringList, changes);
        QStringList found;
        for (const auto& change : rules::meaningOfChange(parsed(before, "/b.rules"), parsed(after, "/a.rules")))
            found << marked(change);
        QCOMPARE(found, changes);
    }

    void saysWhere() {
        const auto changes = rules::meaningOfChange(parsed("\nprefix_rule(['old'], 'forbidden')", "/w/old.rules"),
                                                    parsed("\n\nprefix_rule(['new'])", "/w/new.rules"));
        QCOMPARE(changes.size(), std::size_t{2});
        QCOMPARE(changes[0].file, std::string("/w/new.rules"));
        QCOMPARE(changes[0].line, 3);
        QCOMPARE(changes[0].kind, RuleChangeKind::Adds);
        QCOMPARE(changes[1].file, std::string("/w/old.rules"));
        QCOMPARE(changes[1].line, 2);
        QCOMPARE(changes[1].kind, RuleChangeKind::Drops);
    }

    void nothingIsCut() {
        // What hides in the middle of a long list would be accepted unseen.
        QString words;
        for (int i = 0; i < 5000; ++i)
            words += QString("'word%1', ").arg(i);
        const auto changes =
            rules::meaningOfChange({}, parsed("prefix_rule(['x', [" + words + "'curl', " + words + "]])", "/a.rules"));
        QCOMPARE(changes.size(), std::size_t{1});
        QVERIFY(changes[0].text.find("|curl|") != std::string::npos);
        QVERIFY(changes[0].text.size() > 80'000);
    }
};

QTEST_APPLESS_MAIN(MeaningTest)
#include "tst_meaning.moc"
