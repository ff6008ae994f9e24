#include "gui/link/servicelink.h"
#include "gui/prompt/promptwindow.h"
#include "gui/text/approvalwords.h"
#include "gui/text/plainlabel.h"
#include "gui/text/wrappedtext.h"
#include "tests/gui/fakeservice.h"

#include <QAccessible>
#include <QAction>
#include <QCheckBox>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QRadioButton>
#include <QtTest>

#include <random>

using namespace exeat;
using namespace exeat::test;

namespace {

constexpr auto once = "allow";

/** A prompt on the screen, in front, of a service that keeps the answers. */
class Shown {
public:
    explicit Shown(const Approval& approval) : link(service.paths()) {
        link.open();
        if (!QTest::qWaitFor([this] { return link.state() == ServiceLink::State::Connected; }))
            qFatal("no connection to the service of this test");
        window = new PromptWindow(approval, link);
        window->setAttribute(Qt::WA_ShowWithoutActivating, false);
        window->show();
        window->activateWindow();
        if (!QTest::qWaitForWindowActive(window))
            qFatal("the window does not come to the front");
    }
    ~Shown() { delete window; }

    QPushButton* button(const char* name) const { return window->findChild<QPushButton*>(QLatin1String(name)); }
    bool becomesEnabled(const char* name) const {
        return QTest::qWaitFor([&] { return button(name)->isEnabled(); });
    }
    std::vector<AnswerKind> kinds() const {
        std::vector<AnswerKind> kinds;
        for (const Answer& answer : service.answers)
            kinds.push_back(answer.kind);
        return kinds;
    }

    FakeService service;
    ServiceLink link;
    QPointer<PromptWindow> window;
};

/** Not by QTest, which complains of each that nobody takes. */
void sendKey(QWidget* widget, Qt::Key key, Qt::KeyboardModifiers modifiers) {
    for (const auto type : {QEvent::ShortcutOverride, QEvent::KeyPress, QEvent::KeyRelease}) {
        QKeyEvent event(type, key, modifiers);
        QCoreApplication::sendEvent(widget, &event);
    }
}

void sendClick(QWidget* widget) {
    const QPointF at = widget->rect().center();
    for (const auto type : {QEvent::MouseButtonPress, QEvent::MouseButtonRelease}) {
        const auto held = type == QEvent::MouseButtonPress ? Qt::LeftButton : Qt::NoButton;
        QMouseEvent event(type, at, widget->mapToGlobal(at), Qt::LeftButton, held, Qt::NoModifier);
        QCoreApplication::sendEvent(widget, &event);
    }
}

bool shows(const Shown& prompt, const char* part) {
    return std::ranges::any_of(prompt.window->findChildren<PlainLabel*>(),
                               [part](const auto* label) { return label->text().contains(QString::fromUtf8(part)); });
}

void chooseAlways(const Shown& prompt) {
    for (QAction* action : prompt.window->findChildren<QAction*>()) {
        if (action->text() == QString::fromUtf8("Always allow…"))
            action->trigger();
    }
}

void pressSomething(PromptWindow* window, std::mt19937& random) {
    static constexpr Qt::Key keys[] = {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Space, Qt::Key_Tab, Qt::Key_Y,
                                       Qt::Key_A,      Qt::Key_Left,  Qt::Key_Right, Qt::Key_O,   Qt::Key_Down};
    const auto children = window->findChildren<QWidget*>();
    QWidget* widget = children[static_cast<qsizetype>(random() % static_cast<std::size_t>(children.size()))];
    switch (random() % 4) {
    case 0:
        sendKey(window, keys[random() % std::size(keys)], Qt::NoModifier);
        break;
    case 1:
        sendKey(widget, keys[random() % std::size(keys)], Qt::ControlModifier | Qt::AltModifier);
        break;
    case 2:
        if (widget->objectName() != QLatin1String("later"))
            sendClick(widget);
        break;
    default:
        if (auto* interface = QAccessible::queryAccessibleInterface(widget); interface && interface->actionInterface())
            interface->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    }
}

} // namespace

class TestPromptWindow : public QObject {
    Q_OBJECT
private slots:
    /** 1000 of them, or as many as fit into the time in which nobody can have read it. */
    void nothingIsAllowedByAccident() {
        for (unsigned seed = 0; seed < 3; ++seed) {
            Shown prompt(gitPush());
            std::mt19937 random(seed);
            QElapsedTimer shown;
            shown.start();
            int tries = 0;
            while (prompt.window && tries < 1000 && shown.elapsed() < 800) {
                pressSomething(prompt.window, random);
                ++tries;
            }
            QVERIFY2(tries > 20, "this machine is too slow for this test to say anything");
            QTest::qWait(0);
            for (const AnswerKind kind : prompt.kinds())
                QVERIFY(kind == AnswerKind::Deny || kind == AnswerKind::DenyAlways);
        }
    }

    void returnAndSpaceOfAFreshWindowDoNothing() {
        const Shown prompt(gitPush());
        QVERIFY(prompt.becomesEnabled(once));
        for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Space})
            QTest::keyClick(prompt.window, key);
        QTest::qWait(50);
        QVERIFY(prompt.service.answers.empty() && prompt.window);
    }

    void allowsOnce() {
        const Shown prompt(gitPush(7));
        QVERIFY(prompt.becomesEnabled(once));
        QTest::mouseClick(prompt.button(once), Qt::LeftButton);
        QTRY_COMPARE(prompt.service.answers.size(), std::size_t{1});
        const Answer expected{ApprovalId{7}, std::string(64, 'a'), AnswerKind::AllowOnce, 0, {}};
        QVERIFY(prompt.service.answers.front() == expected);
        QTRY_VERIFY(prompt.window.isNull());
    }

    void theChordAllowsOnceItIsArmed() {
        const Shown prompt(gitPush());
        QTest::keyClick(prompt.window, Qt::Key_A, Qt::ControlModifier | Qt::AltModifier);
        QVERIFY(prompt.becomesEnabled(once));
        QVERIFY(prompt.service.answers.empty());
        QTest::keyClick(prompt.window, Qt::Key_A, Qt::ControlModifier | Qt::AltModifier);
        QVERIFY2(prompt.service.answers.empty(), "a key that was just pressed disarms");
    }

    void whatIsFlaggedIsReadFirst() {
        Approval approval = gitPush();
        approval.warnings = {"<b>git</b> runs & hooks"};
        approval.command.origin = FileOrigin::AgentWritable;
        const Shown prompt(approval);
        QVERIFY(prompt.becomesEnabled("deny"));
        const auto boxes = prompt.window->findChildren<QCheckBox*>();
        QCOMPARE(boxes.size(), 2);
        QTest::qWait(1200);
        QVERIFY(!prompt.button(once)->isEnabled());
        QTest::mouseClick(prompt.button(once), Qt::LeftButton);
        for (QCheckBox* box : boxes)
            box->setChecked(true);
        QVERIFY(prompt.becomesEnabled(once));
        QVERIFY(prompt.service.answers.empty());
    }

    void deniesWithAMessage() {
        const Shown prompt(gitPush());
        QTest::keyClicks(prompt.window->findChild<QLineEdit*>(), QStringLiteral("Use a branch"));
        QVERIFY(prompt.becomesEnabled("deny"));
        QTest::mouseClick(prompt.button("deny"), Qt::LeftButton);
        QTRY_COMPARE(prompt.service.answers.size(), std::size_t{1});
        QVERIFY(prompt.service.answers.front().kind == AnswerKind::Deny);
        QCOMPARE(prompt.service.answers.front().message, std::string("Use a branch"));
    }

    /** The rule that was shown is written, then this one is allowed once. */
    void alwaysIsWhatTheLadderShows() {
        const Shown prompt(gitPush());
        QVERIFY(prompt.becomesEnabled(once));
        chooseAlways(prompt);
        const auto rungs = prompt.window->findChildren<QRadioButton*>();
        QCOMPARE(rungs.size(), 4);
        QVERIFY(!prompt.button(once)->isEnabled());
        rungs[2]->setChecked(true); // git push …
        QTRY_VERIFY(shows(prompt, "prefix_rule(<b>…</b>)"));
        QVERIFY(shows(prompt, "commands of the past: 1"));
        QVERIFY(prompt.becomesEnabled(once));
        QTest::mouseClick(prompt.button(once), Qt::LeftButton);
        QTRY_COMPARE(prompt.kinds(), std::vector{AnswerKind::AllowOnce});
        QCOMPARE(prompt.service.added.size(), std::size_t{2});
        const wire::AddRule& done = prompt.service.added.back();
        QCOMPARE(done.contentHash, std::string("plan"));
        QVERIFY(done.rule.answersPrompts && !done.rule.exact);
        QVERIFY(done.rule.pattern == (std::vector<PatternToken>{{{"git"}}, {{"push"}}}));
    }

    void theExactRungIsTheServicesToWrite() {
        const Shown prompt(gitPush());
        QVERIFY(prompt.becomesEnabled(once));
        chooseAlways(prompt);
        QVERIFY(prompt.becomesEnabled(once));
        QTest::mouseClick(prompt.button(once), Qt::LeftButton);
        QTRY_COMPARE(prompt.kinds(), std::vector{AnswerKind::AllowAlways});
        QVERIFY(prompt.service.added.empty());
    }

    void backFromTheLadderAllowsOnce() {
        const Shown prompt(gitPush());
        QVERIFY(prompt.becomesEnabled(once));
        chooseAlways(prompt);
        QTest::mouseClick(prompt.button("back"), Qt::LeftButton);
        QVERIFY(prompt.becomesEnabled(once));
        QTest::mouseClick(prompt.button(once), Qt::LeftButton);
        QTRY_COMPARE(prompt.kinds(), std::vector{AnswerKind::AllowOnce});
    }

    void escapeMeansLater() {
        const Shown prompt(gitPush());
        QVERIFY(prompt.becomesEnabled(once));
        QTest::keyClick(prompt.window, Qt::Key_Escape);
        QTRY_VERIFY(prompt.window.isNull());
        QVERIFY(prompt.service.answers.empty());
    }

    void saysThatItWasAnsweredElsewhere() {
        const Shown prompt(gitPush());
        QVERIFY(prompt.becomesEnabled(once));
        prompt.window->settle({AnswerKind::Deny, AnswerSource::CommandLine, "pid 1", {}, 0});
        QVERIFY(!prompt.button(once)->isEnabled() && !prompt.button("deny")->isEnabled());
        const auto labels = prompt.window->findChildren<PlainLabel*>();
        QVERIFY(std::ranges::any_of(labels, [](const auto* label) { return label->text().contains("command line"); }));
    }

    void aRefusedAnswerIsToldAndCanBeGivenAnew() {
        Shown prompt(gitPush());
        prompt.service.refuse("it became another <question>");
        QVERIFY(prompt.becomesEnabled(once));
        QTest::mouseClick(prompt.button(once), Qt::LeftButton);
        QTRY_COMPARE(prompt.service.answers.size(), std::size_t{1});
        QTRY_VERIFY(std::ranges::any_of(prompt.window->findChildren<PlainLabel*>(), [](const auto* label) {
            return label->text() == QLatin1String("it became another <question>");
        }));
        QVERIFY(prompt.becomesEnabled(once));
    }

    /** Whatever an agent wrote stands there as text, each word in a row of its own. */
    void nastyTextIsText() {
        Approval approval = gitPush();
        const std::string large(10000, 'x');
        approval.command.argv = {"git",
                                 "<b>bold</b>",
                                 "a\nb",
                                 "\x1b[31m",
                                 "\xe2\x80\xae"
                                 "evil",
                                 large,
                                 ""};
        approval.agentJustification = "<img src=file:///etc/passwd>";
        const Shown prompt(approval);
        QStringList shown;
        for (const auto* text : prompt.window->findChildren<WrappedText*>(QStringLiteral("argument")))
            shown.push_back(text->text());
        QCOMPARE(shown.size(), 7);
        QCOMPARE(shown[1], QStringLiteral("<b>bold</b>"));
        QCOMPARE(shown[2], QStringLiteral("a\\nb"));
        QCOMPARE(shown[3], QStringLiteral("\\e[31m"));
        QVERIFY2(!shown[4].contains(QChar(0x202e)), qPrintable(shown[4]));
        QCOMPARE(shown[5].size(), 10000);
        QCOMPARE(shown[6], QStringLiteral("(empty)"));
        for (const auto* label : prompt.window->findChildren<QLabel*>())
            QVERIFY(label->textFormat() == Qt::PlainText || !label->pixmap().isNull());
    }

    /** What a person cannot have seen at a glance is ticked off, and what the window cuts is said to be cut. */
    void whatIsLongIsFlagged_data() {
        QTest::addColumn<int>("bytes");
        QTest::addColumn<int>("words");
        QTest::addColumn<QString>("flag");
        QTest::newRow("short") << 100 << 1 << QString();
        QTest::newRow("long argument") << 1000 << 1 << "scroll";
        QTest::newRow("many arguments") << 1 << 50 << "scroll";
        QTest::newRow("cut argument") << 20000 << 1 << "exeat approvals";
        QTest::newRow("cut list") << 1 << 300 << "exeat approvals";
    }
    void whatIsLongIsFlagged() {
        QFETCH(int, bytes);
        QFETCH(int, words);
        QFETCH(QString, flag);
        Approval approval = gitPush();
        approval.command.argv.insert(approval.command.argv.end(), static_cast<std::size_t>(words),
                                     std::string(static_cast<std::size_t>(bytes), 'x'));
        const QStringList flags = ApprovalWords(approval).flags();
        QCOMPARE(flags.size(), flag.isEmpty() ? 0 : 1);
        QVERIFY(flag.isEmpty() || flags.front().contains(flag));
    }

    void everyControlHasAName() {
        const Shown prompt(gitPush());
        for (QWidget* widget : prompt.window->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible())
                continue;
            const auto* interface = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(interface && !interface->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
        }
    }
};

QTEST_MAIN(TestPromptWindow)
#include "tst_promptwindow.moc"
