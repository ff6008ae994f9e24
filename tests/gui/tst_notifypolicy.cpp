#include "gui/notify/policy.h"
#include "gui/notify/serverorigin.h"

#include <QTest>

namespace exeat {

namespace {

Approval question(std::uint64_t id = 1) {
    Approval approval;
    approval.id.value = id;
    approval.contentHash = "hash" + std::to_string(id);
    approval.agent = "codex";
    approval.projectRoot = "/home/ann/exeat";
    approval.command.realPath = "/usr/bin/git";
    approval.command.argv = {"git", "push", "origin", "main"};
    approval.command.origin = FileOrigin::Unplantable;
    return approval;
}

Question before(const Approval& approval) {
    return {approval, ServerStanding::BeforeQuestion};
}

QStringList keysOf(const Toast& toast) {
    QStringList keys;
    for (qsizetype i = 0; i < toast.actions.size(); i += 2)
        keys << toast.actions[i];
    return keys;
}

} // namespace

class TestNotifyPolicy : public QObject {
    Q_OBJECT
private slots:
    void offers_data();
    void offers();
    void denyComesFirst();
    void severalAreOnlyCounted();
    void lockedSaysNothingOfIt();
    void riskIsCritical();
    void escapesOnlyForMarkup();
    void agentsTextIsVisibleAndBounded();
    void unknownActionReviews();
    void descent_data();
    void descent();
};

void TestNotifyPolicy::offers_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<bool>("locked");
    QTest::addColumn<bool>("serverBefore");
    QTest::addColumn<bool>("setting");
    QTest::addColumn<QString>("risk");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const char* expected, int count, bool locked, bool serverBefore, bool setting,
                        const char* risk) {
        QTest::newRow(name) << count << locked << serverBefore << setting << QString::fromLatin1(risk)
                            << QString::fromLatin1(expected);
    };
    row("one", "DR", 1, false, true, false, "");
    row("one, allowing on", "DRA", 1, false, true, true, "");
    row("warned of, allowing on", "DR", 1, false, true, true, "warning");
    row("equals no sandbox, allowing on", "DR", 1, false, true, true, "equals");
    row("agent's file, allowing on", "DR", 1, false, true, true, "writable");
    row("two, allowing on", "R", 2, false, true, true, "");
    row("none", "R", 0, false, true, true, "");
    row("locked, allowing on", "R", 1, true, true, true, "");
    row("server came later, allowing on", "R", 1, false, false, true, "");
}

void TestNotifyPolicy::offers() {
    QFETCH(int, count);
    QFETCH(bool, locked);
    QFETCH(bool, serverBefore);
    QFETCH(bool, setting);
    QFETCH(QString, risk);
    Approval approval = question();
    if (risk == QLatin1String("warning"))
        approval.warnings = {"git can run any program"};
    approval.equalsNoSandbox = risk == QLatin1String("equals");
    if (risk == QLatin1String("writable"))
        approval.command.origin = FileOrigin::AgentWritable;
    const Question one{approval, serverBefore ? ServerStanding::BeforeQuestion : ServerStanding::AfterQuestion};
    const std::vector<Question> questions(static_cast<std::size_t>(count), one);
    QString found;
    for (const Offer offer : offersFor(questions, locked ? SessionView::Locked : SessionView::Open, {setting}))
        found += QLatin1Char(offer == Offer::Deny ? 'D' : offer == Offer::Review ? 'R' : 'A');
    QTEST(found, "expected");
}

void TestNotifyPolicy::denyComesFirst() {
    const Toast toast = ToastWords::compose({before(question())}, SessionView::Open, BodyFormat::Plain, {});
    QCOMPARE(keysOf(toast), QStringList({"default", "deny", "review"}));
    QCOMPARE(toast.summary, QStringLiteral("Run outside the sandbox?"));
    QVERIFY(toast.body.contains(QLatin1String("git push origin main")));
    QVERIFY(toast.body.contains(QLatin1String("codex in exeat")));
    QCOMPARE(toast.contentHash, std::string("hash1"));
    QCOMPARE(toast.about, std::vector<ApprovalId>{ApprovalId{1}});
    QVERIFY(!toast.isCritical);
}

void TestNotifyPolicy::severalAreOnlyCounted() {
    const Toast toast = ToastWords::compose({before(question(1)), before(question(2)), before(question(3))},
                                            SessionView::Open, BodyFormat::Plain, {true});
    QCOMPARE(keysOf(toast), QStringList({"default", "review"}));
    QCOMPARE(toast.summary, QStringLiteral("3 request(s) of codex in exeat"));
    QVERIFY(!toast.body.contains(QLatin1String("push")));
    QVERIFY(toast.contentHash.empty());
}

void TestNotifyPolicy::lockedSaysNothingOfIt() {
    const Toast toast = ToastWords::compose({before(question())}, SessionView::Locked, BodyFormat::Plain, {true});
    QCOMPARE(keysOf(toast), QStringList({"default", "review"}));
    QCOMPARE(toast.summary, QStringLiteral("A question waits"));
    for (const char* word : {"push", "codex", "exeat"})
        QVERIFY2(!QString(toast.summary + toast.body).contains(QLatin1String(word)), word);
}

void TestNotifyPolicy::riskIsCritical() {
    Approval risky = question(2);
    risky.warnings = {"equals no sandbox"};
    QVERIFY(ToastWords::compose({before(risky)}, SessionView::Open, BodyFormat::Plain, {}).isCritical);
    QVERIFY(
        ToastWords::compose({before(question()), before(risky)}, SessionView::Open, BodyFormat::Plain, {}).isCritical);
}

void TestNotifyPolicy::escapesOnlyForMarkup() {
    Approval approval = question();
    approval.command.argv = {"git", "<b>&amp;</b>"};
    const auto body = [&](BodyFormat format) {
        return ToastWords::compose({before(approval)}, SessionView::Open, format, {}).body;
    };
    QVERIFY2(body(BodyFormat::Plain).contains(QLatin1String("<b>&amp;</b>")), qPrintable(body(BodyFormat::Plain)));
    QVERIFY(body(BodyFormat::Markup).contains(QLatin1String("&lt;b&gt;&amp;amp;&lt;/b&gt;")));
    QVERIFY(!body(BodyFormat::Markup).contains(QLatin1Char('<')));
}

void TestNotifyPolicy::agentsTextIsVisibleAndBounded() {
    Approval approval = question();
    approval.agent = "codex\n\x1b[31m" + std::string(100'000, 'a');
    approval.projectRoot = "/p/\xe2\x80\xae" + std::string(100'000, 'p');
    approval.command.argv = {"git", "a\nb\xe2\x80\xae", std::string(100'000, 'x')};
    for (const auto& questions : {std::vector{before(approval)}, std::vector{before(approval), before(approval)}}) {
        const Toast toast = ToastWords::compose(questions, SessionView::Open, BodyFormat::Markup, {});
        QVERIFY(toast.summary.size() + toast.body.size() < 1200);
        QVERIFY(toast.body.count(QLatin1Char('\n')) <= 1);
        for (const QChar c : QString(toast.summary + toast.body))
            QVERIFY(c == QLatin1Char('\n') || (c.isPrint() && c.category() != QChar::Other_Format));
    }
}

void TestNotifyPolicy::unknownActionReviews() {
    QCOMPARE(ToastWords::offerOf(QStringLiteral("default")), Offer::Review);
    QCOMPARE(ToastWords::offerOf(QStringLiteral("review")), Offer::Review);
    QCOMPARE(ToastWords::offerOf(QStringLiteral("deny")), Offer::Deny);
    QCOMPARE(ToastWords::offerOf(QStringLiteral("allow-once")), Offer::AllowOnce);
    QCOMPARE(ToastWords::offerOf(QStringLiteral("Allow-Once")), Offer::Review);
    QCOMPARE(ToastWords::offerOf({}), Offer::Review);
}

void TestNotifyPolicy::descent_data() {
    QTest::addColumn<pid_t>("shim");
    QTest::addColumn<quint64>("start");
    QTest::addColumn<bool>("descends");
    QTest::newRow("itself") << pid_t{30} << quint64{300} << true;
    QTest::newRow("its parent") << pid_t{20} << quint64{200} << true;
    QTest::newRow("start not known") << pid_t{20} << quint64{0} << true;
    QTest::newRow("another process of that number") << pid_t{20} << quint64{201} << false;
    QTest::newRow("a stranger") << pid_t{40} << quint64{400} << false;
}

void TestNotifyPolicy::descent() {
    QFETCH(pid_t, shim);
    QFETCH(quint64, start);
    const auto process = [](pid_t pid, pid_t parent) {
        ProcessFacts facts;
        facts.pid = pid;
        facts.parent = parent;
        facts.startTime = static_cast<std::uint64_t>(pid) * 10;
        return facts;
    };
    AgentInfo agent;
    agent.shimPid = shim;
    agent.shimStart = start;
    QTEST(descendsFromAgent({process(30, 20), process(20, 1), process(1, 0)}, {AgentInfo{}, agent}), "descends");
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestNotifyPolicy)
#include "tst_notifypolicy.moc"
