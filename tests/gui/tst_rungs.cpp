#include "gui/prompt/rungs.h"
#include "tests/gui/fakeservice.h"

#include <QtTest>

using namespace exeat;
using exeat::test::gitPush;

namespace {

std::vector<std::size_t> widths(const Approval& approval) {
    std::vector<std::size_t> widths;
    for (const Rung& rung : widerRungs(approval))
        widths.push_back(rung.words);
    return widths;
}

} // namespace

class TestRungs : public QObject {
    Q_OBJECT
private slots:
    void fromTheCommandUpToTheProgram() {
        const auto rungs = widerRungs(gitPush());
        QCOMPARE(widths(gitPush()), (std::vector<std::size_t>{3, 2, 1}));
        QVERIFY(rungs.back().rule.pattern == std::vector<PatternToken>{{{"git"}}});
        QVERIFY(std::ranges::all_of(rungs, [](const Rung& rung) {
            return rung.rule.decision == RuleDecision::Allow && !rung.rule.exact && rung.rule.answersPrompts;
        }));
    }

    void aPathIsTheProgramsName() {
        Approval approval = gitPush();
        approval.command.argv.front() = "/usr/bin/git";
        QVERIFY(widerRungs(approval).back().rule.pattern == std::vector<PatternToken>{{{"git"}}});
    }

    /** Where a name proves nothing, or an answer cannot last, there is no rung. */
    void noneWhereItWouldLoosenMore_data() {
        QTest::addColumn<QString>("what");
        for (const char* what : {"agent's file", "user's file", "another name", "wider sandbox", "danger", "no words"})
            QTest::newRow(what) << QString::fromLatin1(what);
    }
    void noneWhereItWouldLoosenMore() {
        QFETCH(QString, what);
        Approval approval = gitPush();
        if (what == "agent's file")
            approval.command.origin = FileOrigin::AgentWritable;
        else if (what == "user's file")
            approval.command.origin = FileOrigin::UserOwned;
        else if (what == "another name")
            approval.command.argv.front() = "git-push";
        else if (what == "wider sandbox")
            approval.kind = ApprovalKind::WiderSandbox;
        else if (what == "danger")
            approval.judgement.dangers.push_back({"rm-force", {"rm"}, "deletes", {}, {}});
        else
            approval.command.argv.clear();
        QVERIFY(widerRungs(approval).empty());
    }

    void manyWordsMakeFewRungs() {
        Approval approval = gitPush();
        approval.command.argv.resize(500, "x");
        QCOMPARE(widths(approval).size(), std::size_t{6});
    }

    void countsWhatItCovers() {
        const Rung rung = widerRungs(gitPush())[1]; // git push
        QCOMPARE(coveredBy(rung, {{"git", "push"}, {"/x/git", "push", "-f"}, {"git", "pull"}, {"git"}, {}}),
                 std::size_t{2});
    }
};

QTEST_APPLESS_MAIN(TestRungs)
#include "tst_rungs.moc"
