#include "service/approvals/approvalqueue.h"
#include "shared/base/limits.h"

#include <QSignalSpy>
#include <QTest>

namespace exeat {

class TestApprovalQueue : public QObject {
    Q_OBJECT
private slots:
    void firstAnswerWins();
    void lateAnswerChangesNothing();
    void staleHashIsRefused();
    void hashCoversWhatIsShown();
    void equalQuestionsHaveEqualHashes();
    void withdrawDenies();
    void badFormIsRefused_data();
    void badFormIsRefused();
    void oneAgentDoesNotTakeAllTheRoom();
    void oneBeyondTheLimitIsDeniedLater();
    void destructionDeniesOnce();
    void answerInsideAddedIsSafe();
    void openIsOldestFirst();
};

namespace {

Approval question(const std::string& program) {
    Approval approval;
    approval.run.value = "run";
    approval.command.file = "/usr/bin/" + program;
    approval.command.origin = FileOrigin::Unplantable;
    approval.command.argv = {program, "x"};
    return approval;
}

Answer answerTo(const Approval& approval, AnswerKind kind) {
    return {approval.id, approval.contentHash, kind, 0, {}};
}

} // namespace

void TestApprovalQueue::firstAnswerWins() {
    ApprovalQueue queue;
    std::vector<Decision> heard;
    const auto id = queue.ask(question("ls"), [&](const Decision& d) { heard.push_back(d); });
    QVERIFY(heard.empty());
    const Approval asked = *queue.find(id);
    QVERIFY(asked.askedAt > 0);
    QCOMPARE(asked.contentHash.size(), std::size_t{64});
    QSignalSpy settled(&queue, &ApprovalQueue::settled);
    QVERIFY(queue.answer(answerTo(asked, AnswerKind::AllowOnce), AnswerSource::CommandLine, "me"));
    QVERIFY(!queue.answer(answerTo(asked, AnswerKind::Deny), AnswerSource::Desktop, "other"));
    QCOMPARE(heard.size(), std::size_t{1});
    QVERIFY(heard[0].allows());
    QCOMPARE(heard[0].who, std::string("me"));
    QCOMPARE(settled.size(), 1);
}

void TestApprovalQueue::lateAnswerChangesNothing() {
    ApprovalQueue queue;
    int calls = 0;
    const auto id = queue.ask(question("ls"), [&](const Decision&) { ++calls; });
    const Approval asked = *queue.find(id);
    queue.withdraw(id, "gone");
    const auto late = queue.answer(answerTo(asked, AnswerKind::AllowOnce), AnswerSource::CommandLine, "me");
    QVERIFY(!late);
    QCOMPARE(late.error().kind, ErrorKind::Unavailable);
    QCOMPARE(calls, 1);
}

void TestApprovalQueue::staleHashIsRefused() {
    int calls = 0; // outlives the queue, whose end answers
    ApprovalQueue queue;
    const auto id = queue.ask(question("ls"), [&](const Decision&) { ++calls; });
    const auto other = queue.ask(question("rm"), [](const Decision&) {});
    Answer stale = answerTo(*queue.find(other), AnswerKind::AllowOnce);
    stale.id = id;
    QVERIFY(!queue.answer(stale, AnswerSource::CommandLine, "me"));
    stale.contentHash.clear();
    QVERIFY(!queue.answer(stale, AnswerSource::CommandLine, "me"));
    QCOMPARE(calls, 0);
    QVERIFY(queue.find(id) != nullptr);
}

void TestApprovalQueue::hashCoversWhatIsShown() {
    ApprovalQueue queue;
    const auto hashOf = [&](const Approval& approval) {
        return queue.find(queue.ask(approval, [](const Decision&) {}))->contentHash;
    };
    const std::string plain = hashOf(question("ls"));
    Approval changed = question("ls");
    changed.command.argv.push_back("");
    QVERIFY(hashOf(changed) != plain);
    changed = question("ls");
    changed.command.workdir = "/";
    QVERIFY(hashOf(changed) != plain);
    changed = question("ls");
    changed.command.argv = {"ls x"};
    QVERIFY(hashOf(changed) != plain);
}

void TestApprovalQueue::equalQuestionsHaveEqualHashes() {
    ApprovalQueue queue;
    Approval forged = question("ls");
    forged.id.value = 99;
    forged.askedAt = 5;
    forged.contentHash = "abc";
    const auto a = queue.ask(question("ls"), [](const Decision&) {});
    const auto b = queue.ask(forged, [](const Decision&) {});
    QVERIFY(a != b);
    QCOMPARE(queue.find(a)->contentHash, queue.find(b)->contentHash);
}

void TestApprovalQueue::withdrawDenies() {
    ApprovalQueue queue;
    Decision heard{AnswerKind::AllowOnce, AnswerSource::Rule, {}, {}};
    const auto id = queue.ask(question("ls"), [&](const Decision& d) { heard = d; });
    queue.withdraw(id, "the run ended");
    QVERIFY(!heard.allows());
    QCOMPARE(heard.source, AnswerSource::Nobody);
    QCOMPARE(heard.message, std::string("the run ended"));
    queue.withdraw(id, "again");
    queue.withdraw(ApprovalId{12345}, "unknown");
    QVERIFY(queue.open().empty());
}

void TestApprovalQueue::badFormIsRefused_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<qsizetype>("message");
    QTest::addColumn<bool>("good");
    const auto forTime = static_cast<int>(AnswerKind::AllowFor);
    const auto deny = static_cast<int>(AnswerKind::Deny);
    const auto most = static_cast<qsizetype>(limits::messageBytes);
    QTest::newRow("one second") << forTime << qint64{1} << qsizetype{0} << true;
    QTest::newRow("no time") << forTime << qint64{0} << qsizetype{0} << false;
    QTest::newRow("negative") << forTime << qint64{-5} << qsizetype{0} << false;
    QTest::newRow("a day") << forTime << qint64{86400} << qsizetype{0} << true;
    QTest::newRow("more than a day") << forTime << qint64{86401} << qsizetype{0} << false;
    QTest::newRow("longest message") << deny << qint64{0} << most << true;
    QTest::newRow("message too long") << deny << qint64{0} << most + 1 << false;
}

void TestApprovalQueue::badFormIsRefused() {
    QFETCH(int, kind);
    QFETCH(qint64, seconds);
    QFETCH(qsizetype, message);
    QFETCH(bool, good);
    ApprovalQueue queue;
    const auto id = queue.ask(question("ls"), [](const Decision&) {});
    Answer answer = answerTo(*queue.find(id), static_cast<AnswerKind>(kind));
    answer.seconds = seconds;
    answer.message = std::string(static_cast<std::size_t>(message), 'm');
    QCOMPARE(queue.answer(answer, AnswerSource::CommandLine, "me").has_value(), good);
    QCOMPARE(queue.find(id) == nullptr, good);
}

void TestApprovalQueue::oneAgentDoesNotTakeAllTheRoom() {
    std::optional<Decision> refused; // outlives the queue, whose end answers, too
    ApprovalQueue queue;
    for (std::size_t i = 0; i <= limits::pendingApprovalsPerSession; ++i)
        queue.ask(question("ls"), [&](const Decision& d) { refused = d; });
    QCOMPARE(queue.open().size(), limits::pendingApprovalsPerSession);
    QTRY_VERIFY(refused.has_value());
    QVERIFY(!refused->allows());
    refused.reset();
    Approval other = question("ls");
    other.session.value = "another";
    const auto id = queue.ask(other, [&](const Decision& d) { refused = d; });
    QVERIFY(queue.find(id) != nullptr);
    QTest::qWait(0);
    QVERIFY(!refused);
}

void TestApprovalQueue::oneBeyondTheLimitIsDeniedLater() {
    std::size_t answered = 0;
    ApprovalQueue queue;
    for (std::size_t i = 0; i < limits::pendingApprovals; ++i) {
        Approval one = question("ls");
        one.session.value = std::to_string(i % 8);
        queue.ask(one, [&](const Decision&) { ++answered; });
    }
    QCOMPARE(queue.open().size(), limits::pendingApprovals);
    QCOMPARE(answered, std::size_t{0});
    std::optional<Decision> refused;
    const auto id = queue.ask(question("ls"), [&](const Decision& d) { refused = d; });
    QVERIFY(!refused); // never from inside ask()
    QVERIFY(queue.find(id) == nullptr);
    QTRY_VERIFY(refused.has_value());
    QVERIFY(!refused->allows());
    QVERIFY(refused->message.find("too many questions") != std::string::npos);
    QCOMPARE(answered, std::size_t{0});
}

void TestApprovalQueue::destructionDeniesOnce() {
    int calls = 0;
    bool allowed = false;
    {
        ApprovalQueue queue;
        for (int i = 0; i < 3; ++i)
            queue.ask(question("ls"), [&](const Decision& d) {
                ++calls;
                allowed |= d.allows();
            });
    }
    QCOMPARE(calls, 3);
    QVERIFY(!allowed);
}

void TestApprovalQueue::answerInsideAddedIsSafe() {
    ApprovalQueue queue;
    int calls = 0;
    connect(&queue, &ApprovalQueue::added, this, [&](const Approval& approval) {
        QVERIFY(queue.answer(answerTo(approval, AnswerKind::AllowOnce), AnswerSource::Client, "client"));
    });
    QSignalSpy added(&queue, &ApprovalQueue::added);
    queue.ask(question("ls"), [&](const Decision&) { ++calls; });
    QCOMPARE(calls, 0);
    QTRY_COMPARE(calls, 1);
    QCOMPARE(added.size(), 1);
}

void TestApprovalQueue::openIsOldestFirst() {
    ApprovalQueue queue;
    for (const char* program : {"a", "b", "c"})
        queue.ask(question(program), [](const Decision&) {});
    const auto open = queue.open();
    QCOMPARE(open.size(), std::size_t{3});
    QCOMPARE(open[0].command.argv[0], std::string("a"));
    QCOMPARE(open[2].command.argv[0], std::string("c"));
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestApprovalQueue)
#include "tst_approvalqueue.moc"
