#include "gui/inbox/inboxdelegate.h"
#include "gui/inbox/inboxmodel.h"
#include "gui/inbox/missedmodel.h"
#include "gui/link/openapprovals.h"
#include "gui/link/servicelink.h"
#include "shared/base/limits.h"

#include <QAbstractItemModelTester>
#include <QListView>
#include <QPainter>
#include <QTest>

namespace exeat {
namespace {

Approval question(std::uint64_t id, const std::string& agent, const std::string& project) {
    Approval approval;
    approval.id = {id};
    approval.contentHash = "hash" + std::to_string(id);
    approval.agent = agent;
    approval.projectRoot = project;
    approval.askedAt = static_cast<std::int64_t>(id);
    approval.command.argv = {"git", "push", "origin"};
    approval.command.realPath = "/usr/bin/git";
    approval.command.origin = FileOrigin::Unplantable;
    approval.judgement.reason = "A rule asks.";
    return approval;
}

ExecRecord asked(std::uint64_t exec, AnswerSource by) {
    ExecRecord record;
    record.run = {"run"};
    record.exec = {exec};
    record.argv = {"git", "push"};
    record.decidedBy = by;
    record.judgement.reason = "Look first.";
    return record;
}

} // namespace

class TestInboxModel : public QObject {
    Q_OBJECT

    /** Of a service that is never called: the signals come from the tests. */
    struct Inbox {
        ServiceLink link{RuntimePaths{}};
        OpenApprovals approvals{link};
        InboxModel model{approvals};
        QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};

        void ask(std::uint64_t id, const std::string& agent, const std::string& project) {
            emit link.approvalAdded(question(id, agent, project));
        }
        void settle(std::uint64_t id) { emit link.approvalSettled({id}, Decision{}); }
        /** "h" a heading, else the number of the question. */
        QString rows() const {
            QStringList list;
            for (int row = 0; row < model.rowCount(); ++row) {
                const InboxCard* card = model.card(model.index(row));
                list.push_back(card == nullptr ? QStringLiteral("h") : QString::number(card->id.value));
            }
            return list.join(QLatin1Char(' '));
        }
    };

private slots:
    void groupsByAgentAndProjectOldestFirst() {
        Inbox inbox;
        inbox.ask(1, "claude", "/a");
        inbox.ask(2, "codex", "/a");
        inbox.ask(3, "claude", "/b");
        inbox.ask(4, "claude", "/a");
        QCOMPARE(inbox.rows(), QStringLiteral("h 1 4 h 2 h 3"));
        const auto heading = inbox.model.index(0).data(InboxModel::HeadingRole).value<InboxHeading>();
        QCOMPARE(heading.count, 2);
        QCOMPARE(heading.projectRoot, QStringLiteral("/a"));
        QCOMPARE(inbox.model.groupOf(inbox.model.index(2)).size(), std::size_t{2});
    }

    void projectsOfTheSameNameAreTwo() {
        Inbox inbox;
        inbox.ask(1, "claude", "/a/exeat");
        inbox.ask(2, "claude", "/b/exeat");
        QCOMPARE(inbox.rows(), QStringLiteral("h 1 h 2"));
    }

    void aGroupGoesWithItsLast() {
        Inbox inbox;
        inbox.ask(1, "claude", "/a");
        inbox.ask(2, "codex", "/a");
        inbox.ask(3, "claude", "/a");
        inbox.settle(1);
        QCOMPARE(inbox.rows(), QStringLiteral("h 3 h 2"));
        inbox.settle(3);
        QCOMPARE(inbox.rows(), QStringLiteral("h 2"));
        inbox.settle(2);
        QCOMPARE(inbox.model.rowCount(), 0);
    }

    void headingsAreNotChosen() {
        Inbox inbox;
        inbox.ask(1, "claude", "/a");
        QCOMPARE(inbox.model.index(0).flags(), Qt::NoItemFlags);
        QVERIFY(inbox.model.index(1).flags().testFlag(Qt::ItemIsSelectable));
        QVERIFY(inbox.model.card(inbox.model.index(0)) == nullptr);
        QVERIFY(inbox.model.card({}) == nullptr);
        QVERIFY(inbox.model.groupOf({}).empty());
    }

    void anAgentsTextIsVisibleAndBounded() {
        Inbox inbox;
        Approval approval = question(1, "<b>claude</b>\x1b[31m", "/a\n");
        approval.command.argv = {"git", "\xe2\x80\xae" + std::string(10000, 'x') + "\n"};
        emit inbox.link.approvalAdded(approval);
        const QModelIndex index = inbox.model.index(1);
        for (const int role : {int(Qt::DisplayRole), int(Qt::AccessibleTextRole), int(Qt::AccessibleDescriptionRole)}) {
            const QString text = index.data(role).toString();
            QVERIFY(text.size() < 2000);
            QVERIFY(!text.contains(QChar(0x202E)) && !text.contains(QLatin1Char('\n')) && !text.contains(QChar(0x1B)));
        }
        QVERIFY(index.data(Qt::DisplayRole).toString().contains(QStringLiteral("\\u{202E}")));
        QCOMPARE(index.data(Qt::ToolTipRole), QVariant()); // would be shown as markup
    }

    void whatMustBeReadFirstIsSaidAloud() {
        Inbox inbox;
        Approval approval = question(1, "claude", "/a");
        approval.warnings = {"git can run any program"};
        emit inbox.link.approvalAdded(approval);
        const QString text = inbox.model.index(1).data(Qt::AccessibleTextRole).toString();
        QVERIFY2(text.startsWith(QStringLiteral("Warning: git can run any program")), qPrintable(text));
    }

    void theLimitOfQuestionsIsShown() {
        Inbox inbox;
        QListView view;
        view.setModel(&inbox.model);
        view.setItemDelegate(new InboxDelegate(&view));
        view.resize(900, 600);
        view.show();
        for (std::uint64_t id = 1; id <= limits::pendingApprovals; ++id)
            inbox.ask(id, "agent" + std::to_string(id % 5), "/project" + std::to_string(id % 3));
        view.scrollToBottom();
        view.grab();
        const QModelIndex last = inbox.model.index(inbox.model.rowCount() - 1);
        QVERIFY(view.viewport()->rect().intersects(view.visualRect(last)));
    }

    void missedAreThoseThatNobodyAnswered() {
        MissedModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setAsked({asked(1, AnswerSource::Nobody), asked(2, AnswerSource::Desktop), asked(3, AnswerSource::Rule),
                        asked(4, AnswerSource::Nobody)});
        QCOMPARE(model.rowCount(), 2);
        QVERIFY(model.index(0).data(MissedModel::WhenAndWhyRole).toString().contains(QStringLiteral("Look first.")));
    }

    void whyItWasMissedIsRemembered() {
        MissedModel model;
        Approval approval;
        approval.run = {"run"};
        approval.exec = {1};
        model.remember(approval, Decision{AnswerKind::Deny, AnswerSource::Nobody, {}, "the run has ended", 0});
        model.setAsked({asked(1, AnswerSource::Nobody)});
        QVERIFY(model.index(0)
                    .data(MissedModel::WhenAndWhyRole)
                    .toString()
                    .endsWith(QStringLiteral("Nobody answered: the run has ended")));
    }

    void missedAreBounded() {
        MissedModel model;
        model.setAsked(std::vector<ExecRecord>(MissedModel::mostRows + 1, asked(1, AnswerSource::Nobody)));
        QCOMPARE(model.rowCount(), static_cast<int>(MissedModel::mostRows));
    }
};

} // namespace exeat

QTEST_MAIN(exeat::TestInboxModel)
#include "tst_inboxmodel.moc"
