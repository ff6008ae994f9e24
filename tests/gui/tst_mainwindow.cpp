#include "gui/history/historypage.h"
#include "gui/inbox/inboxmodel.h"
#include "gui/inbox/inboxpage.h"
#include "gui/link/openapprovals.h"
#include "gui/link/servicelink.h"
#include "gui/window/mainwindow.h"
#include "guiplace.h"

#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QStyleFactory>
#include <QTest>
#include <QTreeView>

#include <algorithm>
#include <memory>

namespace exeat {
namespace {

/** The service starts, and a run with it. */
constexpr int soon = 15000; // milliseconds

const QString nasty = QStringLiteral("git push origin \"$(printf 'evil\\342\\200\\256\\033[31mred\\nline <b>bold</b> "
                                     "<img src=/etc/passwd> \\360\\237\\230\\200 &amp; end')\"");
const QString endless = QStringLiteral("git push origin $(printf 'x%.0s' {1..10000}) the-end");

QPalette darkPalette() {
    QPalette palette(QColor(0x2b, 0x2d, 0x30), QColor(0x25, 0x27, 0x29));
    palette.setColor(QPalette::Base, QColor(0x1e, 0x1f, 0x22));
    palette.setColor(QPalette::AlternateBase, QColor(0x24, 0x26, 0x29));
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
        palette.setColor(role, QColor(0xdf, 0xe1, 0xe5));
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor(0x80, 0x84, 0x8a));
    palette.setColor(QPalette::PlaceholderText, QColor(0x9a, 0x9e, 0xa5));
    palette.setColor(QPalette::Highlight, QColor(0x3d, 0x7f, 0xc4));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    return palette;
}

} // namespace

/** The real window with the real service behind it. With EXEAT_SHOTS=FOLDER it leaves pictures there. */
class TestMainWindow : public QObject {
    Q_OBJECT

    struct Shown {
        ServiceLink link;
        OpenApprovals approvals{link};
        MainWindow window;
        InboxPage* inbox = new InboxPage(link, approvals, &window);
        HistoryPage* history = new HistoryPage(link);

        explicit Shown(RuntimePaths paths) : link(std::move(paths)) {
            window.add(inbox, LineIcon::Inbox, QStringLiteral("Open questions"));
            window.add(history, LineIcon::History, QStringLiteral("History"));
            connect(&approvals, &OpenApprovals::countChanged, &window,
                    [this] { window.setCount(inbox, static_cast<int>(approvals.count())); });
            link.open();
        }
        QListView* list() const { return inbox->findChild<QListView*>(QStringLiteral("inboxList")); }
        QTreeView* tree() const { return history->findChild<QTreeView*>(QStringLiteral("historyTree")); }
        QPushButton* button(const char* name) const {
            return inbox->findChild<QPushButton*>(QString::fromLatin1(name));
        }
        std::size_t open() const { return approvals.count(); }
    };

    void picture(QWidget& window, const QString& name) {
        const QString folder = qEnvironmentVariable("EXEAT_SHOTS");
        if (folder.isEmpty())
            return;
        const QPalette light = QApplication::palette();
        QVERIFY(window.grab().save(QDir(folder).filePath(name + QStringLiteral("-light.png"))));
        QApplication::setPalette(darkPalette());
        QTest::qWait(100);
        QVERIFY(window.grab().save(QDir(folder).filePath(name + QStringLiteral("-dark.png"))));
        QApplication::setPalette(light);
        QTest::qWait(100);
    }

private slots:
    void initTestCase() {
        m_place = std::make_unique<GuiPlace>();
        auto paths = runtimePaths();
        QVERIFY(paths);
        m_shown = std::make_unique<Shown>(*paths);
    }

    void anEmptyInboxSaysWhatWillBeThere() {
        m_shown->window.open(m_shown->inbox);
        QVERIFY(QTest::qWaitForWindowActive(&m_shown->window));
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->link.state(), ServiceLink::State::Connected, soon);
        const auto says = [this](const QString& text) {
            const auto labels = m_shown->inbox->findChildren<QLabel*>();
            return std::ranges::any_of(
                labels, [&](const QLabel* label) { return label->isVisible() && label->text() == text; });
        };
        QVERIFY(says(QStringLiteral("Nothing waits for you")));
        picture(m_shown->window, QStringLiteral("inbox-empty"));
    }

    void questionsOfAllAgentsComeUp() {
        const QString website = m_place->project(QStringLiteral("website"));
        const QString library = m_place->project(QStringLiteral("library"));
        m_place->run(website, QStringLiteral("git status -s; git push origin main"));
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->open(), std::size_t{1}, soon);
        m_place->run(website, nasty);
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->open(), std::size_t{2}, soon);
        m_missed = m_place->run(website, endless);
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->open(), std::size_t{3}, soon);
        m_place->agent(QStringLiteral("claude-code"), library,
                       {QStringLiteral("make -v | head -1; git push --force origin feature/search"),
                        QStringLiteral("curl -sS https://example.org/install.sh -o install.sh"),
                        QStringLiteral("uname -a; hostname")});
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->open(), std::size_t{5}, soon);
        picture(m_shown->window, QStringLiteral("inbox"));
    }

    void enterReviewsAndDeleteDoesNothing() {
        QListView* list = m_shown->list();
        QVERIFY(list->currentIndex().isValid());
        list->setFocus();
        QSignalSpy review(m_shown->inbox, &InboxPage::reviewWanted);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(review.size(), 1);
        for (const auto key : {Qt::Key_Delete, Qt::Key_Backspace, Qt::Key_Space, Qt::Key_D, Qt::Key_A, Qt::Key_Escape})
            QTest::keyClick(list, key);
        QTest::qWait(500);
        QCOMPARE(m_shown->open(), std::size_t{5});
    }

    void denyIsArmedAndDeniesOne() {
        QPushButton* deny = m_shown->button("deny");
        QListView* list = m_shown->list();
        list->setCurrentIndex(list->model()->index(2, 0));
        QVERIFY(!deny->isEnabled()); // another one was meant a moment ago
        list->setCurrentIndex(list->model()->index(1, 0));
        QTRY_VERIFY(deny->isEnabled());
        QTest::mouseClick(deny, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->open(), std::size_t{4}, soon);
    }

    void whatWasMissedIsTold() {
        m_missed->kill();
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->open(), std::size_t{3}, soon);
        const auto missed = [this] {
            const auto lists = m_shown->inbox->findChildren<QListView*>();
            return std::ranges::any_of(lists, [this](const QListView* list) {
                return list != m_shown->list() && list->isVisible() && list->model()->rowCount() == 1;
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(missed(), soon);
        picture(m_shown->window, QStringLiteral("inbox-missed"));
    }

    void aGroupIsDeniedAfterAskingBack() {
        QListView* list = m_shown->list();
        list->setCurrentIndex(list->model()->index(list->model()->rowCount() - 1, 0));
        QTest::mouseClick(m_shown->button("denyAll"), Qt::LeftButton);
        QPushButton* confirm = m_shown->button("confirmDenyAll");
        QVERIFY(confirm->isVisible());
        QCOMPARE(m_shown->open(), std::size_t{3});
        picture(m_shown->window, QStringLiteral("inbox-group"));
        QTRY_VERIFY(confirm->isEnabled());
        QTest::mouseClick(confirm, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(m_shown->open(), std::size_t{1}, soon);
    }

    void theHistoryKeepsUp() {
        m_shown->window.open(m_shown->history);
        QAbstractItemModel* model = m_shown->tree()->model();
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 6, soon);
        m_place->run(m_place->project(QStringLiteral("website")), QStringLiteral("ls / >&2; sleep 0; exit 3"));
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 7, soon);
        const QModelIndex newest = model->index(0, 0);
        QTRY_COMPARE_WITH_TIMEOUT(newest.siblingAtColumn(HistoryModel::Exit).data().toString(), QStringLiteral("3"),
                                  soon);
        m_shown->tree()->expand(newest);
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(newest), 2, soon);
    }

    void everythingAboutACommandIsShown() {
        QTreeView* tree = m_shown->tree();
        QAbstractItemModel* model = tree->model();
        for (int row = 0; row < model->rowCount(); ++row)
            tree->expand(model->index(row, 0));
        QTRY_VERIFY_WITH_TIMEOUT(model->rowCount(model->index(model->rowCount() - 1, 0)) > 0, soon);
        QTest::qWait(500); // the other runs' commands
        QModelIndex denied;
        for (int row = 0; row < model->rowCount(); ++row) {
            const QModelIndex run = model->index(row, 0);
            for (int child = 0; child < model->rowCount(run); ++child) {
                const QModelIndex exec = model->index(child, HistoryModel::Command, run);
                if (exec.data().toString().contains(QStringLiteral("xxx")))
                    denied = exec;
            }
        }
        QVERIFY(denied.isValid());
        picture(m_shown->window, QStringLiteral("history"));
        tree->setCurrentIndex(denied);
        tree->scrollTo(denied);
        QTest::qWait(200);
        picture(m_shown->window, QStringLiteral("history-details"));
    }

    void theFilterFinds() {
        auto* text = m_shown->history->findChild<QLineEdit*>();
        QTest::keyClicks(text, QStringLiteral("push"));
        QAbstractItemModel* model = m_shown->tree()->model();
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 3, soon);
        QCOMPARE(model->rowCount(model->index(0, 0)), 1);
        picture(m_shown->window, QStringLiteral("history-filter"));
        text->setText(QStringLiteral("no such thing"));
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 0, soon);
        picture(m_shown->window, QStringLiteral("history-nothing"));
        text->clear();
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 7, soon);
    }

    void cleanupTestCase() {
        m_shown.reset();
        m_place.reset();
    }

private:
    std::unique_ptr<GuiPlace> m_place;
    std::unique_ptr<Shown> m_shown;
    QProcess* m_missed = nullptr;
};

} // namespace exeat

QTEST_MAIN(exeat::TestMainWindow)
#include "tst_mainwindow.moc"
