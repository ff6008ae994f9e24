#include "service/run/sandboxrequest.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace exeat;

class TestSandboxRequest : public QObject {
    Q_OBJECT
private slots:
    void saysWhatIsAskedAndWhatIsThere() {
        SandboxFit fit;
        fit.granted = {SandboxMode::ReadOnly, NetworkAccess::Off, {}, {}};
        fit.excess =
            SandboxExcess{{SandboxMode::WorkspaceWrite, NetworkAccess::Off, {"/p"}, {}}, {}, "writing below /p", false};
        RunRequest request;
        request.script = "touch x";
        request.justification = "I want";
        request.workdir = "/p/sub";
        const auto approval = widerSandboxApproval(fit, request, RunId{"r"}, {});
        QCOMPARE(approval.kind, ApprovalKind::WiderSandbox);
        QCOMPARE(approval.mode, SandboxMode::WorkspaceWrite);
        QCOMPARE(approval.network, NetworkAccess::Off);
        QCOMPARE(approval.script, std::string("touch x"));
        QCOMPARE(approval.command.workdir, std::string("/p/sub"));
        QCOMPARE(approval.agentJustification, std::string("I want"));
        QVERIFY(!approval.equalsNoSandbox);
        const auto words = refusedSandbox(fit, {AnswerKind::Deny, AnswerSource::CommandLine, {}, "not now"});
        QVERIFY(words.find("writing below /p") != std::string::npos);
        QVERIFY(words.find("not now") != std::string::npos);
        QVERIFY(words.find("read-only without network") != std::string::npos);
    }
    void fullAccessIsCalledByItsName() {
        SandboxFit fit;
        fit.excess = SandboxExcess{{SandboxMode::FullAccess, NetworkAccess::On, {}, {}}, {}, "no sandbox", true};
        const auto approval = widerSandboxApproval(fit, {}, RunId{"r"}, {});
        QVERIFY(approval.equalsNoSandbox);
        QVERIFY(!approval.warnings.empty());
    }
    void branches() {
        const QTemporaryDir folder;
        const std::string root = folder.path().toStdString();
        QVERIFY(branchOf(root).empty());
        std::filesystem::create_directories(root + "/repo/.git");
        std::ofstream(root + "/repo/.git/HEAD") << "ref: refs/heads/feature/x\n";
        QCOMPARE(branchOf(root + "/repo"), std::string("feature/x"));
        std::filesystem::create_directories(root + "/tree");
        std::ofstream(root + "/tree/.git") << "gitdir: ../repo/.git\n";
        QCOMPARE(branchOf(root + "/tree"), std::string("feature/x"));
        std::ofstream(root + "/repo/.git/HEAD") << "0123456789abcdef\n";
        QVERIFY(branchOf(root + "/repo").empty());
    }
};

QTEST_GUILESS_MAIN(TestSandboxRequest)
#include "tst_sandboxrequest.moc"
