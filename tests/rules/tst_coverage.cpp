#include "rules/coverage.h"
#include "rules/places.h"
#include "rules/policy.h"

#include <QtTest>

using namespace exeat;

namespace {

rules::RulesFile parsed(const QString& text) {
    const auto result = rules::parseRules(text.toStdString(), "/r/a.rules", Layer::Project, rules::Vocabulary::Exeat);
    if (!result)
        qFatal("the test's own rules are wrong: %s", result.error().message.c_str());
    return *result;
}

} // namespace

class CoverageTest : public QObject {
    Q_OBJECT
private slots:
    void covers_data() {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("now");
        QTest::addColumn<bool>("covered");
        const auto row = [](const char* name, const char* before, const char* now, bool covered) {
            QTest::newRow(name) << before << now << covered;
        };
        const char* push = "prefix_rule(['git','push'], 'forbidden')";
        row("nothing", push, "", false);
        row("the same", push, push, true);
        row("only an allow", push, "prefix_rule(['git','push'])", false);
        row("weaker", push, "prefix_rule(['git','push'], 'prompt')", false);
        row("stricter", "prefix_rule(['git','push'], 'prompt')", push, true);
        row("shorter", push, "prefix_rule(['git'], 'forbidden')", true);
        row("longer", push, "prefix_rule(['git','push','--force'], 'forbidden')", false);
        row("another", push, "prefix_rule(['git','pull'], 'forbidden')", false);
        row("more alternatives", push, "prefix_rule([['hg','git'],['push','pull']], 'forbidden')", true);
        row("fewer alternatives", "prefix_rule(['git',['push','pull']], 'forbidden')", push, false);
        row("exact now", push, "prefix_rule(['git','push'], 'forbidden', exact=True)", false);
        row("exact before", "prefix_rule(['git','push'], 'forbidden', exact=True)", push, true);
        row("exact and shorter now", push, "prefix_rule(['git'], 'forbidden', exact=True)", false);
        row("caseless now", push, "prefix_rule(['git','push'], 'forbidden', canonical_matching=True)", true);
        row("caseless before", "prefix_rule(['git','push'], 'forbidden', canonical_matching=True)", push, false);
        row("an exception now", push, "prefix_rule(['git','push'], 'forbidden', unless=[['git','push','-n']])", false);
        row("an exception before", "prefix_rule(['git','push'], 'forbidden', unless=[['git','push','-n']])", push,
            true);
        row("the same exception", "prefix_rule(['git','push'], 'forbidden', unless=[['git','push','-n']])",
            "prefix_rule(['git'], 'forbidden', unless=[['git','push','-n']])", true);
        row("the same exception, caseless now",
            "prefix_rule(['git','push'], 'forbidden', unless=[['git','push','-n']])",
            "prefix_rule(['git','push'], 'forbidden', unless=[['git','push','-n']], canonical_matching=True)", false);
        row("another sandbox", "prefix_rule(['git'], 'prompt', sandbox='network')",
            "prefix_rule(['git'], 'prompt', sandbox='workspace-write')", false);
        row("no sandbox now", "prefix_rule(['git'], 'prompt', sandbox='network')", "prefix_rule(['git'], 'prompt')",
            false);
        row("no sandbox before", "prefix_rule(['git'], 'prompt')", "prefix_rule(['git'], 'prompt', sandbox='network')",
            true);
        row("the narrowest sandbox now", "prefix_rule(['git'], 'prompt', sandbox='network')",
            "prefix_rule(['git'], 'prompt', sandbox='read-only')", true);
        row("only an allow that answers prompts", "prefix_rule(['git','push'], 'prompt')",
            "prefix_rule(['git','push'], answers_prompts=True)", false);
        row("another justification", push, "prefix_rule(['git','push'], 'forbidden', justification='no')", true);
    }
    void covers() {
        QFETCH(QString, before);
        QFETCH(QString, now);
        QFETCH(bool, covered);
        const auto rules = parsed(now).rules;
        QCOMPARE(rules::Coverage(rules).covers(parsed(before).rules.front()), covered);
    }

    void hosts_data() {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("now");
        QTest::addColumn<bool>("narrow");
        const char* two = "host_executable('git', ['/usr/bin/git', '/opt/git'])";
        const char* one = "host_executable('git', ['/usr/bin/git'])";
        QTest::newRow("the same") << two << two << true;
        QTest::newRow("fewer paths") << two << one << true;
        QTest::newRow("more paths") << one << two << false;
        QTest::newRow("another name") << one << "host_executable('hg', ['/usr/bin/hg'])" << false;
    }
    void hosts() {
        QFETCH(QString, before);
        QFETCH(QString, now);
        QFETCH(bool, narrow);
        QCOMPARE(rules::isAtLeastAsNarrow(parsed(now).hostExecutables.front(), parsed(before).hostExecutables.front()),
                 narrow);
    }

    void places_data() {
        QTest::addColumn<std::string>("owner");
        QTest::addColumn<std::vector<std::string>>("places");
        QTest::addColumn<bool>("binds");
        QTest::addColumn<bool>("frees");
        using Places = std::vector<std::string>;
        const auto row = [](const char* name, const char* owner, const Places& places, bool binds, bool frees) {
            QTest::newRow(name) << std::string(owner) << places << binds << frees;
        };
        row("of no directory", "", {"/a", "/b"}, true, true);
        row("of no directory, nowhere", "", {}, true, true);
        row("all within", "/w", {"/w", "/w/a", "/w"}, true, true);
        row("one without", "/w", {"/w", "/w", "/wx"}, true, false);
        row("none within", "/w", {"/", "/wx", "/v"}, false, false);
        row("an unknown place", "/w", {"", "/w"}, true, false);
        row("nowhere", "/w", {}, true, false);
    }
    void places() {
        QFETCH(std::string, owner);
        QFETCH(std::vector<std::string>, places);
        QFETCH(bool, binds);
        QFETCH(bool, frees);
        QCOMPARE(rules::bindsAt(owner, places), binds);
        QCOMPARE(rules::freesAt(owner, places), frees);
    }
};

QTEST_APPLESS_MAIN(CoverageTest)
#include "tst_coverage.moc"
