#include "service/approvals/rulesguard.h"

#include <QtTest>

using namespace exeat;

Q_DECLARE_METATYPE(exeat::AnswerContext)

namespace {

AnswerContext person() {
    AnswerContext context;
    context.source = AnswerSource::CommandLine;
    context.standing = PeerStanding::Free;
    context.terminal = PeerTerminal::Present;
    context.program = PeerProgram::OurCommandLine;
    context.desktop = DesktopPresence::Absent;
    return context;
}

} // namespace

class RulesGuardTest : public QObject {
    Q_OBJECT
private slots:
    void loosening_data() {
        QTest::addColumn<AnswerContext>("context");
        QTest::addColumn<QString>("why"); // empty: may
        QTest::newRow("a person at a terminal") << person() << "";
        auto other = person();
        other.standing = PeerStanding::SharesAgent;
        QTest::newRow("an agent's child") << other << "belongs to an agent";
        other.standing = PeerStanding::DescendsFromRun;
        QTest::newRow("a run's descendant") << other << "started by an agent's command";
        other = person();
        other.terminal = PeerTerminal::Missing;
        QTest::newRow("no terminal") << other << "at a terminal";
        other = person();
        other.program = PeerProgram::Unknown;
        QTest::newRow("another program") << other << "another program";
        other = person();
        other.desktop = DesktopPresence::Connected;
        QTest::newRow("while a desktop is there") << other << "in the desktop program";
        other = person();
        other.source = AnswerSource::Desktop;
        QTest::newRow("says it is the desktop") << other << "not the desktop program";
        other.program = PeerProgram::OurDesktop;
        other.terminal = PeerTerminal::Missing;
        other.desktop = DesktopPresence::Connected;
        QTest::newRow("the desktop") << other << "";
        other.standing = PeerStanding::SharesAgent;
        QTest::newRow("a desktop that an agent started") << other << "belongs to an agent";
        for (const auto source : {AnswerSource::Nobody, AnswerSource::Client, AnswerSource::Rule}) {
            other = person();
            other.source = source;
            QTest::addRow("source %d", static_cast<int>(source)) << other << "by a person only";
        }
        QTest::newRow("nothing known") << AnswerContext{} << "started by an agent's command";
    }
    void loosening() {
        QFETCH(AnswerContext, context);
        QFETCH(QString, why);
        const auto allowed = mayLoosenRules(context);
        QCOMPARE(allowed.has_value(), why.isEmpty());
        if (!allowed)
            QVERIFY2(QString::fromStdString(allowed.error().text).contains(why), allowed.error().text.c_str());
    }
};

QTEST_APPLESS_MAIN(RulesGuardTest)
#include "tst_rulesguard.moc"
