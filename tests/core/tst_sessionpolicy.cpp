#include "service/run/sessionpolicy.h"
#include "shared/base/limits.h"

#include <QSignalSpy>
#include <QtTest>

using namespace exeat;

namespace {

/** Rules that say only which directories they were asked for. */
class CountedPolicy : public PolicyAccess {
public:
    PolicySnapshot snapshot(RulesReader& reader, const std::string& project,
                            const std::vector<std::string>& directories,
                            const std::vector<PrefixRule>& grants) override {
        readers.insert(&reader);
        ++asked;
        allLookedAt = !std::exchange(reader.lookedAt, std::chrono::seconds(asked));
        for (std::size_t i = 0; i < levels; ++i)
            reader.known.facts[directories.empty() ? project : directories.front() + '/' + std::to_string(i)];
        PolicySnapshot snapshot;
        snapshot.version = static_cast<std::uint64_t>(asked);
        snapshot.project = project;
        snapshot.directories = directories;
        first = directories.empty() ? std::string() : directories.front();
        std::ranges::sort(snapshot.directories);
        snapshot.rules = grants;
        snapshot.brokenNote = note;
        return snapshot;
    }
    std::vector<std::string> waiting(const std::vector<std::string>& /*places*/) const override { return {}; }
    Result<void> addRule(const PrefixRule& /*rule*/) override { return {}; }
    Result<void> confirmFile(const FileConfirmation& /*file*/) override { return {}; }
    Result<void> addWritableRoot(const std::string& /*root*/) override { return {}; }
    bool knowsWritableRoot(const std::string& /*root*/) const override { return false; }

    int asked = 0;
    std::set<const RulesReader*> readers;
    std::string note;
    std::string first; ///< of the directories of the last one
    bool allLookedAt = false;
    std::size_t levels = 0; ///< whose rules hold, of each directory
};

} // namespace

class SessionPolicyTest : public QObject {
    Q_OBJECT
private slots:
    void init() {
        m_access = std::make_unique<CountedPolicy>();
        m_policy = std::make_unique<SessionPolicy>(*m_access, "/w");
        m_sent = std::make_unique<QSignalSpy>(m_policy.get(), &SessionPolicy::changed);
    }

    void nothingIsMadeWithoutAGate() {
        m_policy->enter("/w/a");
        m_policy->grant({}, std::nullopt);
        emit m_access->changed({std::string()});
        QCOMPARE(m_access->asked, 0);
        QCOMPARE(m_policy->gateStarts().project, std::string("/w"));
        QCOMPARE(m_sent->size(), 0);
        m_policy->enter("/w/a");
        QCOMPARE(m_sent->size(), 1);
        m_policy->gateEnded();
        m_access->note = "new";
        emit m_access->changed({std::string()});
        QCOMPARE(m_sent->size(), 1);
        // The next gate has none of it.
        m_policy->gateStarts();
        m_policy->enter("/w/a");
        QCOMPARE(m_sent->size(), 2);
        QCOMPARE(m_access->readers.size(), std::size_t{1}); // the session
    }

    void othersHaveTheirTurnBetweenTwoDirectories() {
        m_policy->gateStarts();
        std::vector<int> sentAtTurn;
        QTimer others;
        connect(&others, &QTimer::timeout, this, [&] { sentAtTurn.push_back(int(m_sent->size())); });
        others.start(0);
        for (const char* directory : {"/w/a", "/w/b", "/w/c", "/w/b"})
            m_policy->need(directory);
        QCOMPARE(m_sent->size(), 0);
        QTRY_COMPARE(m_sent->size(), 3);
        QTRY_VERIFY(!sentAtTurn.empty() && sentAtTurn.back() == 3);
        QVERIFY(std::ranges::find(sentAtTurn, 1) != sentAtTurn.end());
        QVERIFY(std::ranges::find(sentAtTurn, 2) != sentAtTurn.end());
        QCOMPARE(last().directories, (std::vector<std::string>{"/w/a", "/w/b", "/w/c"}));
    }

    void aCallLooksAtAll() {
        m_policy->gateStarts();
        m_policy->enter("/w/a");
        QVERIFY(m_access->allLookedAt);
        m_policy->need("/w/b");
        QTRY_COMPARE(m_sent->size(), 2);
        QVERIFY(!m_access->allLookedAt);
        emit m_access->changed({std::string()});
        QVERIFY(!m_access->allLookedAt);
        m_policy->enter("/w/a");
        QVERIFY(m_access->allLookedAt);
    }

    void changesElsewhereAreNoWork_data() {
        QTest::addColumn<QString>("owner");
        QTest::addColumn<bool>("counts");
        QTest::newRow("everywhere") << "" << true;
        QTest::newRow("its project") << "/w" << true;
        QTest::newRow("above its project") << "/" << true;
        QTest::newRow("where it went") << "/v/a" << true;
        QTest::newRow("above where it went") << "/v" << true;
        QTest::newRow("below its project") << "/w/deep" << false;
        QTest::newRow("beside where it went") << "/v/ab" << false;
    }
    void changesElsewhereAreNoWork() {
        QFETCH(QString, owner);
        QFETCH(bool, counts);
        m_policy->gateStarts();
        m_policy->enter("/v/a");
        const int before = m_access->asked;
        m_access->note = "new";
        emit m_access->changed({"/x", owner.toStdString()});
        QCOMPARE(m_access->asked - before, counts ? 1 : 0);
        QCOMPARE(last().brokenNote, std::string(counts ? "new" : ""));
    }

    void whatIsTheSameIsNotSentAgain() {
        m_policy->gateStarts();
        m_policy->enter("/w/b");
        m_policy->enter("/w/a");
        QCOMPARE(m_access->first, std::string("/w/a"));
        m_policy->enter("/w/b");
        QCOMPARE(m_access->first, std::string("/w/b"));
        emit m_access->changed({std::string()});
        QCOMPARE(m_sent->size(), 2);
        m_policy->grant({}, std::nullopt);
        QCOMPARE(m_sent->size(), 3);
        QCOMPARE(last().rules.size(), std::size_t{1});
    }

    void directoriesAreBounded() {
        m_policy->gateStarts();
        for (std::size_t i = 0; i < limits::sessionDirectories; ++i)
            m_policy->enter("/w/" + std::to_string(i));
        QCOMPARE(last().directories.size(), limits::sessionDirectories);
        m_policy->enter("/w/0");
        QCOMPARE(last().directories.size(), limits::sessionDirectories);
        m_policy->enter("/w/one more");
        QCOMPARE(last().directories, std::vector<std::string>{"/w/one more"});
    }

    void directoriesAreBoundedWithThoseAbove() {
        m_policy->gateStarts();
        m_access->levels = limits::sessionLevels / 4;
        for (const char* directory : {"/w/0", "/w/1", "/w/2", "/w/3"})
            m_policy->enter(directory);
        QCOMPARE(last().directories.size(), std::size_t{4});
        m_policy->enter("/w/4");
        QCOMPARE(last().directories, std::vector<std::string>{"/w/4"});
    }

private:
    PolicySnapshot last() const { return m_sent->last().at(0).value<PolicySnapshot>(); }

    std::unique_ptr<CountedPolicy> m_access;
    std::unique_ptr<SessionPolicy> m_policy;
    std::unique_ptr<QSignalSpy> m_sent;
};

QTEST_GUILESS_MAIN(SessionPolicyTest)
#include "tst_sessionpolicy.moc"
