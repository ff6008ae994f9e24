#include "gui/link/openapprovals.h"
#include "gui/link/servicelink.h"
#include "gui/notify/board.h"
#include "tests/gui/fakenotifications.h"
#include "tests/gui/fakeservice.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <memory>

#include <unistd.h>

namespace exeat {

using test::FakeNotifications;
using test::FakeService;
using test::OwnConnection;

namespace {

Approval question(std::uint64_t id, const std::string& agent = "codex") {
    Approval approval;
    approval.id.value = id;
    approval.contentHash = "hash" + std::to_string(id);
    approval.agent = agent;
    approval.projectRoot = "/home/ann/exeat";
    approval.command.realPath = "/usr/bin/git";
    approval.command.argv = {"git", "push", "number" + std::to_string(id)};
    approval.command.origin = FileOrigin::Unplantable;
    return approval;
}

const QString deny = QStringLiteral("deny");
const QString review = QStringLiteral("review");

} // namespace

/** The desktop's notifications between a session bus and a service: all but windows. */
class TestBoard : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void denyIsAnsweredWithWhatWasShown();
    void refusedDenyOpensTheWindow();
    void reviewCarriesTheToken();
    void closingIsNoAnswer();
    void othersIdsAreNotOurs();
    void forgedDenyIsIgnored();
    void settledElsewhereIsWithdrawn();
    void settledWhileShowingIsWithdrawn();
    void severalAreOneThatOnlyReviews();
    void oneNotificationEveryThreeSeconds();
    void anIdNeverOffersAnotherQuestion();
    void whatAPersonClosedStaysClosed();
    void agentsHaveNotificationsOfTheirOwn();
    void withoutServerTheWindowOpens();
    void withoutActionsTheWindowOpens();
    void refusingServerOpensTheWindow();
    void vanishedServerOpensTheWindow();
    void laterServerOnlyReviews();
    void agentsServerIsNotUsed();
    void agentsServerIsNotBelieved();
    void allowOnlyIfAPersonWantsIt();
    void lockedSaysNothing();
    void lostServiceWithdrawsAll();
    void endWithdrawsAll();

private:
    void start(const NotifySettings& settings = {});
    void own() { QVERIFY(m_fake->own()); }
    const FakeNotifications::Shown& last() const { return m_fake->shown.back(); }
    std::size_t shown() const { return m_fake->shown.size(); }
    void setLocked(bool isLocked);

    std::unique_ptr<OwnConnection> m_app;
    std::unique_ptr<OwnConnection> m_saver;
    std::unique_ptr<FakeNotifications> m_fake;
    std::unique_ptr<FakeService> m_service;
    std::unique_ptr<ServiceLink> m_link;
    std::unique_ptr<OpenApprovals> m_approvals;
    std::unique_ptr<Board> m_board;
    std::unique_ptr<QSignalSpy> m_windows;
    std::unique_ptr<QSignalSpy> m_reviews;
    std::unique_ptr<QSignalSpy> m_inbox;
};

void TestBoard::init() {
    m_app = std::make_unique<OwnConnection>(QStringLiteral("app"));
    m_saver = std::make_unique<OwnConnection>(QStringLiteral("saver"));
    m_fake = std::make_unique<FakeNotifications>(QStringLiteral("fake"));
    m_service = std::make_unique<FakeService>();
}

void TestBoard::cleanup() {
    m_windows.reset();
    m_reviews.reset();
    m_inbox.reset();
    m_board.reset();
    m_approvals.reset();
    m_link.reset();
    m_service.reset();
    m_fake.reset();
    m_saver.reset();
    m_app.reset();
}

void TestBoard::start(const NotifySettings& settings) {
    m_link = std::make_unique<ServiceLink>(m_service->paths());
    m_approvals = std::make_unique<OpenApprovals>(*m_link);
    m_board = std::make_unique<Board>(Board::Buses{m_app->bus, m_app->bus}, *m_link, *m_approvals, settings);
    m_windows = std::make_unique<QSignalSpy>(m_board.get(), &Board::windowWanted);
    m_reviews = std::make_unique<QSignalSpy>(m_board.get(), &Board::reviewWanted);
    m_inbox = std::make_unique<QSignalSpy>(m_board.get(), &Board::inboxWanted);
    m_link->open();
    QTRY_COMPARE(m_link->state(), ServiceLink::State::Connected);
    QTRY_VERIFY(m_board->lock().isKnown());
    QTRY_VERIFY(m_board->server().state() != NotificationServer::State::Asking);
}

void TestBoard::setLocked(bool isLocked) {
    QDBusMessage message =
        QDBusMessage::createSignal(QStringLiteral("/org/freedesktop/ScreenSaver"),
                                   QStringLiteral("org.freedesktop.ScreenSaver"), QStringLiteral("ActiveChanged"));
    message << isLocked;
    m_saver->bus.send(message);
    QTRY_COMPARE(m_board->lock().isLocked(), isLocked);
}

void TestBoard::denyIsAnsweredWithWhatWasShown() {
    own();
    start();
    m_service->raise(question(7));
    QTRY_COMPARE(shown(), std::size_t{1});
    QVERIFY(last().body.contains(QLatin1String("git push number7")));
    QVERIFY(last().actions.contains(deny));
    m_fake->invoke(last().id, deny);
    QTRY_COMPARE(m_service->answers.size(), std::size_t{1});
    QCOMPARE(m_service->answers.front(), (Answer{ApprovalId{7}, "hash7", AnswerKind::Deny, 0, {}}));
    QCOMPARE(m_windows->size(), 0);
    QCOMPARE(m_reviews->size(), 0);
}

void TestBoard::refusedDenyOpensTheWindow() {
    own();
    start();
    m_service->refuse("not you");
    m_service->raise(question(7));
    QTRY_COMPARE(shown(), std::size_t{1});
    m_fake->invoke(last().id, deny);
    QTRY_COMPARE(m_windows->size(), 1);
    QCOMPARE(m_windows->at(0)[0].value<ApprovalId>(), ApprovalId{7});
}

void TestBoard::reviewCarriesTheToken() {
    own();
    start();
    m_service->raise(question(7));
    QTRY_COMPARE(shown(), std::size_t{1});
    m_fake->say(QStringLiteral("ActivationToken"), {last().id, QStringLiteral("token")});
    m_fake->say(QStringLiteral("ActionInvoked"), {last().id, QStringLiteral("default")});
    QTRY_COMPARE(m_reviews->size(), 1);
    QCOMPARE(m_reviews->at(0)[0].value<ApprovalId>(), ApprovalId{7});
    QCOMPARE(m_reviews->at(0)[1].toString(), QStringLiteral("token"));
    QVERIFY(m_service->answers.empty());
}

void TestBoard::closingIsNoAnswer() {
    own();
    start();
    for (std::uint64_t reason = 1; reason <= 4; ++reason) {
        m_service->raise(question(reason, "agent" + std::to_string(reason)));
        QTRY_COMPARE(shown(), std::size_t{reason});
        m_fake->say(QStringLiteral("NotificationClosed"), {last().id, static_cast<uint>(reason)});
        m_fake->say(QStringLiteral("ActionInvoked"), {last().id, deny}); // too late: the id is not held any more
    }
    m_service->raise(question(9, "last"));
    QTRY_COMPARE(shown(), std::size_t{5});
    QVERIFY(m_service->answers.empty());
    QCOMPARE(m_approvals->count(), std::size_t{5});
    QCOMPARE(m_windows->size(), 0);
}

void TestBoard::othersIdsAreNotOurs() {
    own();
    start();
    m_fake->nextId = 40;
    m_service->raise(question(7));
    QTRY_COMPARE(shown(), std::size_t{1});
    for (const uint id : {0U, 7U, 40U, 42U})
        m_fake->invoke(id, deny);
    m_fake->invoke(41, review);
    QTRY_COMPARE(m_reviews->size(), 1);
    QVERIFY(m_service->answers.empty());
}

void TestBoard::forgedDenyIsIgnored() {
    own();
    start();
    m_service->raise(question(7));
    QTRY_COMPARE(shown(), std::size_t{1});
    const OwnConnection forger(QStringLiteral("forger"));
    FakeNotifications::say(forger.bus, QStringLiteral("ActionInvoked"), {last().id, deny});
    FakeNotifications::say(forger.bus, QStringLiteral("ActionInvoked"), {last().id, review});
    forger.flush();
    m_fake->say(QStringLiteral("ActionInvoked"), {last().id, review});
    QTRY_COMPARE(m_reviews->size(), 1);
    QVERIFY(m_service->answers.empty());
}

void TestBoard::settledElsewhereIsWithdrawn() {
    own();
    start();
    m_service->raise(question(7));
    QTRY_COMPARE(shown(), std::size_t{1});
    m_service->settle(ApprovalId{7});
    QTRY_COMPARE(m_fake->closed, std::vector<uint>{last().id});
}

void TestBoard::settledWhileShowingIsWithdrawn() {
    own();
    start();
    m_service->raise(question(7));
    m_service->settle(ApprovalId{7});
    m_service->raise(question(8, "other"));
    QTRY_VERIFY(shown() >= 1 && last().body.contains(QLatin1String("number8")));
    QTRY_COMPARE(m_fake->closed.size(), shown() - 1); // whether the first one was shown at all or not
}

void TestBoard::severalAreOneThatOnlyReviews() {
    own();
    start();
    m_service->raise(question(1));
    QTRY_COMPARE(shown(), std::size_t{1});
    m_service->raise(question(2));
    m_service->raise(question(3));
    QTRY_COMPARE_WITH_TIMEOUT(shown(), std::size_t{2}, 10'000);
    QCOMPARE(last().replaces, 1U);
    QVERIFY(last().summary.startsWith(QLatin1String("3 ")));
    QVERIFY(!last().actions.contains(deny));
    QVERIFY(!last().body.contains(QLatin1String("push")));
    m_fake->invoke(1, deny); // not offered: looks, and answers nothing
    QTRY_COMPARE(m_inbox->size(), 1);
    QVERIFY(m_service->answers.empty());
    QCOMPARE(m_reviews->size(), 0);
}

void TestBoard::oneNotificationEveryThreeSeconds() {
    own();
    start();
    m_service->raise(question(1));
    QTRY_COMPARE(shown(), std::size_t{1});
    QElapsedTimer since;
    since.start();
    for (std::uint64_t id = 2; id <= 20; ++id)
        m_service->raise(question(id));
    QTRY_COMPARE(m_approvals->count(), std::size_t{20});
    QCOMPARE(shown(), std::size_t{1});
    QTRY_COMPARE_WITH_TIMEOUT(shown(), std::size_t{2}, 10'000);
    QVERIFY2(since.elapsed() >= 2800, qPrintable(QString::number(since.elapsed()))); // less what the first took
    QVERIFY(last().summary.startsWith(QLatin1String("20 ")));
}

void TestBoard::anIdNeverOffersAnotherQuestion() {
    own();
    start();
    m_service->raise(question(1));
    QTRY_COMPARE(shown(), std::size_t{1});
    m_service->raise(question(2));
    QTRY_COMPARE_WITH_TIMEOUT(shown(), std::size_t{2}, 10'000);
    QCOMPARE(last().id, 1U);
    m_service->settle(ApprovalId{1});
    QTRY_COMPARE_WITH_TIMEOUT(shown(), std::size_t{3}, 10'000);
    QVERIFY(last().body.contains(QLatin1String("number2")));
    QVERIFY(last().id != 1U);
    QCOMPARE(m_fake->closed, std::vector<uint>{1U});
    m_fake->invoke(1, deny); // meant the other one
    m_fake->invoke(last().id, review);
    QTRY_COMPARE(m_reviews->size(), 1);
    QVERIFY(m_service->answers.empty());
}

void TestBoard::whatAPersonClosedStaysClosed() {
    own();
    start();
    m_service->raise(question(1));
    QTRY_COMPARE(shown(), std::size_t{1});
    m_service->raise(question(2));
    QTRY_COMPARE_WITH_TIMEOUT(shown(), std::size_t{2}, 10'000);
    m_fake->say(QStringLiteral("NotificationClosed"), {1U, 2U});
    m_service->settle(ApprovalId{1});
    m_service->raise(question(3, "other"));
    QTRY_COMPARE(shown(), std::size_t{3});
    m_service->raise(question(4)); // a new one is shown, with what still waits
    QTRY_COMPARE_WITH_TIMEOUT(shown(), std::size_t{4}, 10'000);
    QVERIFY(last().summary.startsWith(QLatin1String("2 ")));
    QCOMPARE(last().replaces, 0U);
}

void TestBoard::agentsHaveNotificationsOfTheirOwn() {
    own();
    start();
    m_service->raise(question(1, "codex"));
    m_service->raise(question(2, "claude"));
    QTRY_COMPARE(shown(), std::size_t{2});
    QVERIFY(m_fake->shown[0].id != m_fake->shown[1].id);
    QCOMPARE(last().replaces, 0U);
}

void TestBoard::withoutServerTheWindowOpens() {
    start();
    m_service->raise(question(7));
    QTRY_COMPARE(m_windows->size(), 1);
    own();
    QTRY_COMPARE(m_board->server().state(), NotificationServer::State::Present);
    m_service->raise(question(8)); // of the first no notification is made any more
    QTRY_COMPARE(shown(), std::size_t{1});
    QVERIFY(last().body.contains(QLatin1String("number8")));
    QVERIFY(last().actions.contains(deny));
}

void TestBoard::withoutActionsTheWindowOpens() {
    m_fake->capabilities = QStringList{QStringLiteral("body")};
    own();
    start();
    m_service->raise(question(7));
    QTRY_COMPARE(m_windows->size(), 1);
    QCOMPARE(shown(), std::size_t{0});
}

void TestBoard::refusingServerOpensTheWindow() {
    m_fake->refuses = true;
    own();
    start();
    m_service->raise(question(7));
    QTRY_COMPARE(m_windows->size(), 1);
}

void TestBoard::vanishedServerOpensTheWindow() {
    own();
    start();
    m_service->raise(question(7));
    QTRY_COMPARE(shown(), std::size_t{1});
    m_fake->leave();
    QTRY_COMPARE(m_windows->size(), 1);
}

void TestBoard::laterServerOnlyReviews() {
    own();
    start();
    m_service->raise(question(7));
    QTRY_COMPARE(shown(), std::size_t{1});
    // Takes the name over without a moment in between, as a new server does that replaces the old one.
    FakeNotifications later(QStringLiteral("later"));
    QVERIFY(later.queue());
    m_fake->leave();
    QTRY_COMPARE(later.shown.size(), std::size_t{1});
    QVERIFY(!later.shown.front().actions.contains(deny));
    later.invoke(later.shown.front().id, deny);
    QTRY_COMPARE(m_reviews->size(), 1);
    QVERIFY(m_service->answers.empty());
    QCOMPARE(m_windows->size(), 0);
    m_service->raise(question(8, "other")); // before which it was there
    QTRY_COMPARE(later.shown.size(), std::size_t{2});
    QVERIFY(later.shown.back().actions.contains(deny));
}

void TestBoard::agentsServerIsNotUsed() {
    AgentInfo agent;
    agent.shimPid = ::getppid();
    m_service->agents = {agent};
    own();
    start();
    m_service->raise(question(7));
    QTRY_COMPARE(m_windows->size(), 1);
    QCOMPARE(shown(), std::size_t{0});
}

void TestBoard::agentsServerIsNotBelieved() {
    own();
    start();
    m_service->raise(question(7));
    QTRY_COMPARE(shown(), std::size_t{1});
    AgentInfo agent;
    agent.shimPid = ::getpid();
    m_service->agents = {agent};
    m_fake->invoke(last().id, deny);
    QTRY_COMPARE(m_windows->size(), 1);
    QVERIFY(m_service->answers.empty());
}

void TestBoard::allowOnlyIfAPersonWantsIt() {
    own();
    start();
    m_service->raise(question(7));
    QTRY_COMPARE(shown(), std::size_t{1});
    m_fake->invoke(last().id, QStringLiteral("allow-once")); // not offered
    QTRY_COMPARE(m_reviews->size(), 1);
    QVERIFY(m_service->answers.empty());
    cleanup();
    init();
    own();
    start({true});
    m_service->raise(question(7));
    QTRY_COMPARE(shown(), std::size_t{1});
    m_fake->invoke(last().id, QStringLiteral("allow-once"));
    QTRY_COMPARE(m_service->answers.size(), std::size_t{1});
    QCOMPARE(m_service->answers.front(), (Answer{ApprovalId{7}, "hash7", AnswerKind::AllowOnce, 0, {}}));
}

void TestBoard::lockedSaysNothing() {
    own();
    QVERIFY(m_saver->bus.registerService(QStringLiteral("org.freedesktop.ScreenSaver")));
    start(); // it knows no GetActive, so it locks nothing yet
    m_service->raise(question(7));
    QTRY_COMPARE(shown(), std::size_t{1});
    setLocked(true);
    QTRY_COMPARE(shown(), std::size_t{2});
    QCOMPARE(last().replaces, 1U);
    QCOMPARE(last().summary, QStringLiteral("A question waits"));
    QVERIFY(!last().actions.contains(deny));
    QVERIFY(!last().body.contains(QLatin1String("push")));
    m_fake->say(QStringLiteral("ActionInvoked"), {1U, deny});
    QTRY_COMPARE(m_reviews->size(), 1);
    m_service->raise(question(8, "other"));
    QTRY_COMPARE(shown(), std::size_t{3});
    QCOMPARE(last().summary, QStringLiteral("A question waits"));
    setLocked(false);
    QTRY_COMPARE(shown(), std::size_t{5});
    for (const std::size_t at : {std::size_t{3}, std::size_t{4}}) {
        QVERIFY(m_fake->shown[at].body.contains(QLatin1String("push")));
        QVERIFY(m_fake->shown[at].replaces != 0);
    }
    QVERIFY(m_service->answers.empty());
}

void TestBoard::lostServiceWithdrawsAll() {
    own();
    start();
    m_service->raise(question(1));
    m_service->raise(question(2, "other"));
    QTRY_COMPARE(shown(), std::size_t{2});
    m_service.reset();
    QTRY_COMPARE(m_fake->closed.size(), std::size_t{2});
    QCOMPARE(m_windows->size(), 0);
}

void TestBoard::endWithdrawsAll() {
    own();
    start();
    m_service->raise(question(1));
    QTRY_COMPARE(shown(), std::size_t{1});
    m_windows.reset();
    m_board.reset();
    QTRY_COMPARE(m_fake->closed, std::vector<uint>{1U});
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestBoard)
#include "tst_board.moc"
