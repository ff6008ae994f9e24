#include "gui/history/historyfacts.h"
#include "gui/history/historyjson.h"
#include "gui/history/historymodel.h"
#include "shared/base/limits.h"

#include <QAbstractItemModelTester>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

namespace exeat {
namespace {

RunSummary call(int number) {
    RunSummary run;
    run.run = {"run" + std::to_string(number)};
    run.agent = "claude";
    run.command = "make " + std::to_string(number);
    run.startedAt = 1000 * number;
    run.endedAt = run.startedAt + 10;
    run.end = RunEnd::Exited;
    return run;
}

/** Newest first: from `newest` down to `oldest`. */
std::vector<RunSummary> calls(int newest, int oldest) {
    std::vector<RunSummary> list;
    for (int number = newest; number >= oldest; --number)
        list.push_back(call(number));
    return list;
}

ExecRecord command(int run, std::uint64_t number) {
    ExecRecord record;
    record.run = call(run).run;
    record.exec = {number};
    record.at = 1000 * run + static_cast<std::int64_t>(number);
    record.argv = {"cc", std::to_string(number)};
    record.realPath = "/usr/bin/cc";
    record.outcome = Verdict::Inside;
    record.judgement.reason = "No rule.";
    return record;
}

std::vector<ExecRecord> commands(int run, std::uint64_t newest, std::uint64_t oldest) {
    std::vector<ExecRecord> list;
    for (std::uint64_t number = newest; number >= oldest; --number)
        list.push_back(command(run, number));
    return list;
}

} // namespace

class TestHistoryModel : public QObject {
    Q_OBJECT

    struct Listed {
        HistoryModel model;
        QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
        QSignalSpy runs{&model, &HistoryModel::runsWanted};
        QSignalSpy matches{&model, &HistoryModel::matchesWanted};
        QSignalSpy execs{&model, &HistoryModel::execsWanted};

        QModelIndex run(int row) const { return model.index(row, 0); }
        QString text(const QModelIndex& index, int column = HistoryModel::Command) const {
            return index.siblingAtColumn(column).data().toString();
        }
    };

private slots:
    void listsRunsAndLoadsTheirCommandsWhenOpened() {
        HistoryModel model; // its tester would ask for everything
        QSignalSpy execs(&model, &HistoryModel::execsWanted);
        model.bringRuns(calls(3, 1), 200);
        QCOMPARE(model.rowCount(), 3);
        QVERIFY(!model.canFetchMore({}));
        const QModelIndex run = model.index(1, 0);
        QVERIFY(model.hasChildren(run));
        QCOMPARE(execs.size(), 0);
        model.fetchMore(run);
        model.fetchMore(run); // it is on its way
        QCOMPARE(execs.size(), 1);
        QCOMPARE(execs[0][0].value<RunId>(), call(2).run);
        model.bringExecs(call(2).run, commands(2, 5, 1), 200);
        QCOMPARE(model.rowCount(run), 5);
        QCOMPARE(model.index(0, HistoryModel::Command, run).data().toString(), QStringLiteral("cc 5"));
        QVERIFY(!model.canFetchMore(run));
    }

    void aRunWithoutCommandsHasNone() {
        Listed listed;
        listed.model.bringRuns(calls(1, 1), 200);
        listed.model.fetchMore(listed.run(0));
        listed.model.bringExecs(call(1).run, {}, 200);
        QVERIFY(!listed.model.hasChildren(listed.run(0)));
    }

    void whatIsNewComesInFront() {
        Listed listed;
        listed.model.bringRuns(calls(3, 1), 200);
        const QPersistentModelIndex second(listed.run(1));
        listed.model.bringRuns(calls(5, 2), 100);
        QCOMPARE(listed.model.rowCount(), 5);
        QCOMPARE(second.row(), 3);
        QCOMPARE(listed.text(second), QStringLiteral("make 2"));
        QCOMPARE(listed.text(listed.run(0)), QStringLiteral("make 5"));
    }

    void theSameAgainChangesNothing() {
        Listed listed;
        listed.model.bringRuns(calls(3, 1), 200);
        QSignalSpy changed(&listed.model, &HistoryModel::dataChanged);
        listed.model.bringRuns(calls(3, 1), 200);
        QCOMPARE(changed.size(), 0);
        std::vector<RunSummary> runs = calls(3, 1);
        runs[1].status.code = 7;
        listed.model.bringRuns(runs, 200);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(listed.text(listed.run(1), HistoryModel::Exit), QStringLiteral("7"));
    }

    void pagesGrowUntilTheEnd() {
        Listed listed;
        listed.model.bringRuns(calls(1000, 801), 200);
        QVERIFY(listed.model.canFetchMore({}));
        listed.model.fetchMore({});
        QVERIFY(!listed.model.canFetchMore({}));
        QCOMPARE(listed.runs[0][0].toUInt(), 800U);
        listed.model.bringRuns(calls(1000, 901), 100); // a poll meanwhile
        QVERIFY(!listed.model.canFetchMore({}));
        listed.model.bringRuns(calls(1000, 201), 800);
        QCOMPARE(listed.model.rowCount(), 800);
        listed.model.fetchMore({});
        QCOMPARE(listed.runs[1][0].toUInt(), 3200U);
        listed.model.bringRuns(calls(1000, 1), 3200);
        QCOMPARE(listed.model.rowCount(), 1000);
        QVERIFY(!listed.model.canFetchMore({}));
    }

    void nothingIsAskedPastTheServicesLimit() {
        Listed listed;
        listed.model.bringRuns(calls(static_cast<int>(limits::historyRows), 1), limits::historyRows);
        QVERIFY(!listed.model.canFetchMore({}));
    }

    void afterAnErrorItMayBeAskedAgain() {
        Listed listed;
        listed.model.bringRuns(calls(200, 1), 200);
        listed.model.fetchMore({});
        listed.model.giveUp();
        QVERIFY(listed.model.canFetchMore({}));
    }

    void matchesStandBelowTheirRuns() {
        Listed listed;
        listed.model.start(HistoryModel::Listing::Matches);
        std::vector<ExecRecord> found = commands(3, 2, 1);
        found.push_back(command(1, 9));
        listed.model.bringMatches(calls(3, 2), found, 200);
        QCOMPARE(listed.model.rowCount(), 2);
        QCOMPARE(listed.model.rowCount(listed.run(0)), 2);
        QCOMPARE(listed.text(listed.run(1)), QStringLiteral("(an older call)"));
        QVERIFY(!listed.model.canFetchMore(listed.run(0)));
        // The same filter a moment later.
        found.insert(found.begin(), command(4, 1));
        listed.model.bringMatches(calls(4, 2), found, 200);
        QCOMPARE(listed.model.rowCount(), 3);
        QCOMPARE(listed.text(listed.run(0)), QStringLiteral("make 4"));
        QCOMPARE(listed.model.rowCount(listed.run(1)), 2);
    }

    void runsThatGoOnAreLookedAtAgain() {
        Listed listed;
        std::vector<RunSummary> runs = calls(3, 1);
        runs[1].endedAt = 0;
        listed.model.bringRuns(runs, 200);
        QCOMPARE(listed.model.aliveUpTo(), std::size_t{2});
        QVERIFY(listed.model.growing().empty()); // nobody opened it
        listed.model.fetchMore(listed.run(1));
        std::vector<ExecRecord> execs = commands(2, 3, 1);
        execs[2].outcome = Verdict::Escalate;
        listed.model.bringExecs(runs[1].run, execs, 200);
        QCOMPARE(listed.model.growing().size(), std::size_t{1});
        QCOMPARE(listed.model.growing()[0].since, execs[2].at); // its end is not known yet
        execs[2].ended = true;
        listed.model.bringExecs(runs[1].run, {execs[2]}, 0);
        QCOMPARE(listed.model.growing()[0].since, execs[0].at);
        QCOMPARE(listed.model.rowCount(listed.run(1)), 3);
    }

    void tenThousandRowsAreShown() {
        HistoryModel model;
        QTreeView view;
        view.setUniformRowHeights(true);
        view.setModel(&model);
        view.resize(900, 600);
        view.show();
        model.bringRuns(calls(10000, 1), limits::historyRows);
        model.fetchMore(model.index(0, 0));
        model.bringExecs(call(10000).run, commands(10000, 10000, 1), limits::historyRows);
        QCOMPARE(model.rowCount(model.index(0, 0)), 10000);
        view.expand(model.index(0, 0));
        view.scrollToBottom();
        view.grab();
        const int runs = model.rowCount();
        model.bringRuns(calls(10100, 9900), 200);
        view.grab();
        QVERIFY(model.rowCount() > runs);
    }

    void anAgentsTextIsVisibleEverywhere() {
        Listed listed;
        RunSummary run = call(1);
        run.command = "echo \x1b[31m\n<b>";
        ExecRecord exec = command(1, 1);
        exec.argv = {"echo", "\xe2\x80\xae<img src=x>\n" + std::string(10000, 'x')};
        exec.judgement.reason = "\x1b]0;title\x07";
        listed.model.bringRuns({run}, 200);
        listed.model.bringExecs(run.run, {exec}, 200);
        const QModelIndex index = listed.model.index(0, 0, listed.run(0));
        QStringList texts{HistoryFacts::text(HistoryFacts::of(run, exec)), HistoryFacts::text(HistoryFacts::of(run))};
        for (int column = 0; column < HistoryModel::ColumnCount; ++column)
            texts << listed.text(index, column) << listed.text(listed.run(0), column);
        for (const QString& text : texts) {
            QVERIFY(!text.contains(QChar(0x1B)) && !text.contains(QChar(0x202E)) && !text.contains(QChar(7)));
            QVERIFY(text.size() < 16000);
        }
        QCOMPARE(index.data(Qt::ToolTipRole), QVariant());
    }

    void theExportIsAsciiAndReadable() {
        HistoryModel model;
        RunSummary run = call(1);
        run.command = "echo \xe2\x80\xae\x1b";
        model.bringRuns({run}, 200);
        ExecRecord exec = command(1, 1);
        exec.argv = {"echo", "\xf0\x9f\x98\x80\n", "\xff"};
        model.bringExecs(run.run, {exec}, 200);
        const QByteArray text = historyJson(model);
        for (const char c : text)
            QVERIFY(c == '\n' || (c >= 0x20 && c < 0x7F));
        const QList<QByteArray> lines = text.split('\n');
        QCOMPARE(lines.size(), 3);
        QCOMPARE(QJsonDocument::fromJson(lines[0]).object()[QStringLiteral("command")].toString(),
                 QString::fromStdString(run.command));
        const QJsonArray argv = QJsonDocument::fromJson(lines[1]).object()[QStringLiteral("argv")].toArray();
        QCOMPARE(argv[1].toString(), QString::fromStdString(exec.argv[1]));
        QCOMPARE(argv[2].toString(), QString(QChar(0xFFFD)));
    }
};

} // namespace exeat

QTEST_MAIN(exeat::TestHistoryModel)
#include "tst_historymodel.moc"
