#include "shared/base/limits.h"
#include "tests/policy/projectbench.h"

#include <QSignalSpy>
#include <QtTest>

#include <sys/stat.h>

using namespace exeat;
using namespace exeat::test;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(std::chrono::nanoseconds)

namespace {

/** Reading the rules of a directory takes `each`, and time passes only by hand. */
struct DrivenClock {
    WorkAccount::Time now = 1h;
    WorkAccount::Time spent{};
    WorkAccount::Time each{};
    WorkClock clock() {
        return {[this] { return now; }, [this] { return spent += each; }};
    }
};

/** What was written a moment ago is read again at each look. */
bool isSettledFile(const std::string& path) {
    struct stat facts{};
    FileStamp stamp;
    if (::stat(path.c_str(), &facts) < 0)
        return false;
    stamp.changed = std::int64_t{facts.st_ctim.tv_sec} * 1'000'000'000 + facts.st_ctim.tv_nsec;
    return isSettled(stamp);
}

/** Half a session's account is this many times what one directory takes. */
constexpr int mostDirectories = 10;

} // namespace

class RulesWorkTest : public QObject {
    Q_OBJECT
private slots:
    void init() {
        m_tree = std::make_unique<TestTree>();
        m_driven = {};
        m_driven.each = WorkAccount::Time(limits::sessionRulesWork) / (2 * mostDirectories);
        QVERIFY(writeFiveLayers(*m_tree));
        QTRY_VERIFY(isSettledFile(m_tree->at(projectFile)));
        m_store = PolicyStore::create(m_tree->runtimePaths(), {}, m_driven.clock());
        m_own = m_tree->at("w");
        m_places.clear();
    }

    void anAccount_data() {
        QTest::addColumn<std::chrono::nanoseconds>("spent");
        QTest::addColumn<std::chrono::nanoseconds>("passed");
        QTest::addColumn<std::chrono::nanoseconds>("reserve");
        QTest::addColumn<bool>("hasMore");
        const auto row = [](const char* name, std::chrono::nanoseconds spent, std::chrono::nanoseconds passed,
                            std::chrono::nanoseconds reserve,
                            bool hasMore) { QTest::newRow(name) << spent << passed << reserve << hasMore; };
        row("full", 0s, 0s, 0s, true);
        row("almost used up", 9999ms, 0s, 0s, true);
        row("used up", 10s, 0s, 0s, false);
        row("the reserve is reached", 4s, 0s, 6s, false);
        row("the reserve is not reached", 3999ms, 0s, 6s, true);
        row("one part in ten comes back", 10s, 10ms, 0s, true);
        row("a debt comes back first", 11s, 10s, 0s, false);
        row("and then more", 11s, 10001ms, 0s, true);
        row("never more than all", 1s, 1000s, 10s, false);
    }
    void anAccount() {
        QFETCH(std::chrono::nanoseconds, spent);
        QFETCH(std::chrono::nanoseconds, passed);
        QFETCH(std::chrono::nanoseconds, reserve);
        QFETCH(bool, hasMore);
        WorkAccount account(10s, 10);
        account.take(spent, 5s);
        QCOMPARE(account.hasMoreThan(reserve, 5s + passed), hasMore);
    }

    void newDirectoriesBeyondTheAccountAreRefused() {
        RulesReader reader;
        int read = 0;
        writeRules("d", 2 * mostDirectories);
        for (int i = 0; i < 2 * mostDirectories; ++i) {
            const auto told = goTo(reader, QString("d%1").arg(i));
            if (told.verdict == Verdict::Inside)
                ++read;
            else
                QVERIFY2(told.reason.find("this session has used up the time") != std::string::npos &&
                             told.reason.find("those without rules, work meanwhile") != std::string::npos,
                         told.reason.c_str());
        }
        QCOMPARE(read, mostDirectories - 1); // and the session's project
        QVERIFY(joined(m_store->problems(), "wait to be read"));
        // What was read holds, and what has no rules is free.
        QCOMPARE(in(reader, "d0", "forbidden-d0"), Verdict::Deny);
        QCOMPARE(in(reader, "d0", "other"), Verdict::Inside);
        QCOMPARE(in(reader, "w", "epsilon"), Verdict::Deny);
        QCOMPARE(in(reader, "w", "free"), Verdict::Escalate);
        QVERIFY(m_tree->makeFolder("empty"));
        QCOMPARE(in(reader, "empty", "other"), Verdict::Inside);
        // The time comes back.
        const QString last = QString("d%1").arg(2 * mostDirectories - 1);
        m_driven.now += m_driven.each * limits::sessionRulesShare * (mostDirectories + 2);
        QCOMPARE(in(reader, last, ("forbidden-" + last.toStdString())), Verdict::Deny);
        QCOMPARE(in(reader, last, "other"), Verdict::Inside);
    }

    void aChangeThatIsNotReadHoldsNoOldAllow() {
        RulesReader reader;
        QVERIFY(m_tree->makeRepository("w") &&
                m_tree->write(projectFile, "prefix_rule(['epsilon'])\nprefix_rule(['old'], 'forbidden')"));
        const auto view = m_store->trustView(m_tree->at("w"));
        QVERIFY(view && m_store->acceptTrust(m_tree->at("w"), view->hash, "the test", 1));
        QTRY_VERIFY(isSettledFile(m_tree->at(projectFile)));
        QCOMPARE(in(reader, "w", "epsilon"), Verdict::Escalate);
        useUp(reader);
        QCOMPARE(in(reader, "w", "epsilon"), Verdict::Escalate); // nothing is new
        QVERIFY(m_tree->write(projectFile, "prefix_rule(['epsilon'], 'forbidden')"));
        for (const char* program : {"epsilon", "old", "other"})
            QCOMPARE(in(reader, "w", program), Verdict::Deny);
        m_driven.now += 1h;
        QCOMPARE(in(reader, "w", "epsilon"), Verdict::Deny);
        QCOMPARE(in(reader, "w", "other"), Verdict::Inside);
        QCOMPARE(in(reader, "w", "old"), Verdict::Deny); // removed, and nobody has accepted that
    }

    void theFirstNamedIsReadFirst() {
        RulesReader reader;
        writeRules("d", 3);
        useUp(reader);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(goTo(reader, QString("d%1").arg(i)).verdict, Verdict::Deny);
        m_driven.each = 1000s; // so that there is time for one only
        m_driven.now += 24h;
        const auto snapshot = m_store->snapshot({{}, m_places, {}, &reader});
        for (int i = 0; i < 3; ++i) {
            const std::string place = m_tree->at(QString("d%1").arg(i));
            QCOMPARE(verdictOf(snapshot, {"other"}, {place, place, place}), i == 2 ? Verdict::Inside : Verdict::Deny);
        }
    }

    void whereItWasBeforeIsReadWhenTheKernelTells() {
        RulesReader reader;
        writeRules("d", 2);
        for (const char* directory : {"d1", "d0"})
            QCOMPARE(goTo(reader, directory).verdict, Verdict::Inside);
        QVERIFY(m_tree->write("d1/.exeat/rules/r.rules", "prefix_rule(['new'], 'forbidden')"));
        QTRY_COMPARE(look(reader, "d1", "new").verdict, Verdict::Deny);
        QTRY_COMPARE(look(reader, "d1", "other").verdict, Verdict::Inside); // read, not refused for being unread
        QVERIFY(QDir(m_tree->path("d1/.exeat")).removeRecursively());
        QTRY_VERIFY(m_store->trustView(m_tree->at("d1")).value_or(TrustView{}).status.held > 0);
        QCOMPARE(look(reader, "d1", "new").verdict, Verdict::Deny);
    }

    /** No watch tells of those. A call lets everything be looked at. */
    void aNewProjectAboveIsSeenAfterASecondOrByACall_data() {
        QTest::addColumn<bool>("isCall");
        QTest::newRow("after a second") << false;
        QTest::newRow("by a call") << true;
    }
    void aNewProjectAboveIsSeenAfterASecondOrByACall() {
        QFETCH(bool, isCall);
        RulesReader reader;
        QVERIFY(m_tree->makeFolder("x/deep") && m_tree->makeFolder("y"));
        for (const char* directory : {"x/deep", "y"})
            QCOMPARE(in(reader, directory, "new"), Verdict::Inside);
        QVERIFY(m_tree->makeRepository("x") &&
                m_tree->write("x/.exeat/rules/r.rules", "prefix_rule(['new'], 'forbidden')"));
        if (isCall)
            reader.lookedAt.reset();
        else
            m_driven.now += 1s;
        QCOMPARE(look(reader, "x/deep", "new").verdict, Verdict::Deny);
    }

    /** Only what it was before is watched. */
    void rulesThatComeByARenameAboveAreSeenByACall() {
        RulesReader reader;
        writeRules("d", 2);
        QVERIFY(m_tree->write("other/.exeat/rules/r.rules", "prefix_rule(['new'], 'forbidden')"));
        for (const char* directory : {"d1", "d0"})
            QCOMPARE(in(reader, directory, "new"), Verdict::Inside);
        QVERIFY(::rename(m_tree->at("d1").c_str(), m_tree->at("was").c_str()) == 0 &&
                ::rename(m_tree->at("other").c_str(), m_tree->at("d1").c_str()) == 0);
        reader.lookedAt.reset();
        QCOMPARE(look(reader, "d1", "new").verdict, Verdict::Deny);
        QCOMPARE(look(reader, "d1", "other").verdict, Verdict::Inside);
    }

    void whatTheUserWritesIsAlwaysRead() {
        RulesReader reader;
        QCOMPARE(in(reader, "w", "gamma"), Verdict::Deny);
        useUp(reader);
        QVERIFY(m_tree->write(userFile, "prefix_rule(['new'], 'forbidden')"));
        QCOMPARE(in(reader, "w", "new"), Verdict::Deny);
        QCOMPARE(in(reader, "w", "gamma"), Verdict::Inside);
    }

    void theOwnProjectComesFirst() {
        m_driven.each = limits::sessionRulesWork; // for one directory
        RulesReader reader;
        writeRules("a", 1); // before all others by its name
        QCOMPARE(goTo(reader, "a0").verdict, Verdict::Deny);
        QCOMPARE(in(reader, "w", "epsilon"), Verdict::Deny);
        QCOMPARE(in(reader, "w", "other"), Verdict::Inside);
    }

    void whoBurnsTimeKeepsSomeForItsOwnProject() {
        RulesReader reader;
        writeRules("b", 3 * mostDirectories);
        for (int i = 0; i < 3 * mostDirectories; ++i)
            (void)goTo(reader, QString("b%1").arg(i));
        QVERIFY(m_tree->write(projectFile, "prefix_rule(['new'], 'forbidden')"));
        QCOMPARE(in(reader, "w", "new"), Verdict::Deny);
        QCOMPARE(in(reader, "w", "other"), Verdict::Inside);
    }

    void whatIsWrittenDownCosts() {
        m_driven.each = {};
        m_own.clear();
        RulesReader reader;
        writeRules("d", 4);
        // Each is two records: its texts, and what of it must not go. The last may take more than is left.
        reader.account.take(limits::sessionRulesWork / 2 - 3 * limits::rulesRecordWork, m_driven.now);
        std::vector<Verdict> verdicts;
        for (int i = 0; i < 4; ++i)
            verdicts.push_back(goTo(reader, QString("d%1").arg(i)).verdict);
        QCOMPARE(verdicts, (std::vector{Verdict::Inside, Verdict::Inside, Verdict::Deny, Verdict::Deny}));
    }

    void whoBurnsTimeTakesNoneOfAnothersProject() {
        std::vector<RulesReader> burning(limits::allRulesWork / limits::sessionRulesWork);
        int number = 0;
        writeRules("b", int(burning.size()) * mostDirectories);
        for (auto& reader : burning) {
            for (int i = 0; i < mostDirectories; ++i)
                (void)goTo(reader, QString("b%1").arg(number++));
        }
        // Half of the time of all is gone, so what is not a project of one's own waits for everybody.
        RulesReader another;
        const std::string own = m_tree->at("own");
        QVERIFY(m_tree->makeRepository("own") &&
                m_tree->write("own/.exeat/rules/o.rules", "prefix_rule(['zeta'], 'forbidden')"));
        QTRY_VERIFY(isSettledFile(m_tree->at("own/.exeat/rules/o.rules")));
        m_own = own;
        QCOMPARE(in(another, "own", "zeta"), Verdict::Deny);
        QCOMPARE(in(another, "own", "other"), Verdict::Inside);
        writeRules("elsewhere", 1);
        const auto visited = goTo(another, "elsewhere0");
        QCOMPARE(visited.verdict, Verdict::Deny);
        QVERIFY2(visited.reason.find("all agents together") != std::string::npos, visited.reason.c_str());
    }

    void oneWhoBurnsLeavesTimeForOthers() {
        RulesReader burning;
        writeRules("b", 3 * mostDirectories);
        writeRules("elsewhere", 1);
        for (int i = 0; i < 3 * mostDirectories; ++i)
            (void)goTo(burning, QString("b%1").arg(i));
        RulesReader another;
        m_places.clear();
        QCOMPARE(goTo(another, "elsewhere0").verdict, Verdict::Inside);
    }

    void aPersonIsToldToTryAgain() {
        writeRules("p", 2 * mostDirectories);
        for (int i = 0; i < 2 * mostDirectories; ++i)
            QVERIFY(m_store->trustView(m_tree->at(QString("p%1").arg(i))));
        writeRules("next", 1);
        const auto view = m_store->trustView(m_tree->at("next0"));
        QVERIFY(!view && view.error().kind == ErrorKind::Unavailable);
        m_driven.now += 1h;
        QVERIFY(m_store->trustView(m_tree->at("next0")));
    }

    void itIsTriedAgain() {
        RulesReader reader;
        useUp(reader);
        writeRules("late", 1);
        QCOMPARE(goTo(reader, "late0").verdict, Verdict::Deny);
        QSignalSpy changed(m_store.get(), &PolicyStore::changed);
        const auto late = [&] {
            return std::ranges::any_of(changed, [&](const QList<QVariant>& told) {
                return told[0].value<std::set<std::string>>().contains(m_tree->at("late0"));
            });
        };
        QTRY_VERIFY(late());
    }

private:
    void writeRules(const QString& prefix, int count) const {
        QString file;
        for (int i = 0; i < count; ++i) {
            const QString directory = prefix + QString::number(i);
            file = directory + "/.exeat/rules/r.rules";
            QVERIFY(m_tree->write(file, "prefix_rule(['forbidden-" + directory.toUtf8() + "'], 'forbidden')"));
        }
        QTRY_VERIFY(isSettledFile(m_tree->at(file)));
    }
    Judgement look(RulesReader& reader, const QString& directory, const std::string& program) const {
        const auto snapshot = m_store->snapshot({m_own, m_places, {}, &reader});
        return judged(snapshot, {program}, {m_own, m_own, m_tree->at(directory)});
    }
    Verdict in(RulesReader& reader, const QString& directory, const std::string& program) {
        if (std::ranges::find(m_places, m_tree->at(directory)) == m_places.end())
            m_places.insert(m_places.begin(), m_tree->at(directory));
        return look(reader, directory, program).verdict;
    }
    Judgement goTo(RulesReader& reader, const QString& directory) {
        m_places.insert(m_places.begin(), m_tree->at(directory));
        return look(reader, directory, "other");
    }
    void useUp(RulesReader& reader) const { reader.account.take(limits::sessionRulesWork * 2, m_driven.now); }

    std::unique_ptr<TestTree> m_tree;
    DrivenClock m_driven;
    std::unique_ptr<PolicyStore> m_store;
    std::string m_own;                 ///< the session's project
    std::vector<std::string> m_places; ///< where it went, the last first
};

QTEST_GUILESS_MAIN(RulesWorkTest)
#include "tst_ruleswork.moc"
