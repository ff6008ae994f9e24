#include "service/approvals/riskrating.h"

#include <QTest>

namespace exeat {

class TestRiskRating : public QObject {
    Q_OBJECT
private slots:
    void programs_data();
    void programs();
    void inASandbox_data();
    void inASandbox();
    void wideNetworkWarns();
    void fullAccessEqualsNoSandbox();
    void dangersStayInside();
    void nothingIsTakenAway();
    void hostileNamesAreMadeVisible();
};

void TestRiskRating::programs_data() {
    QTest::addColumn<QStringList>("argv");
    QTest::addColumn<FileOrigin>("origin");
    QTest::addColumn<bool>("equals");
    QTest::addColumn<bool>("warns");
    const auto root = FileOrigin::Unplantable;
    const auto row = [&](const char* name, QStringList argv, bool equals, bool warns) {
        QTest::newRow(name) << argv << root << equals << warns;
    };
    row("bash", {"bash", "-c", "id"}, true, true);
    row("dash by path", {"/bin/dash"}, true, true);
    row("python with version", {"python3.11", "-c", "1"}, true, true);
    row("perl", {"perl"}, true, true);
    row("awk", {"awk", "BEGIN{}"}, true, true);
    row("env", {"env", "ls"}, true, true);
    row("xargs", {"xargs", "rm"}, true, true);
    row("sudo", {"sudo", "true"}, true, true);
    row("make", {"make"}, true, true);
    row("npm", {"npm", "test"}, true, true);
    row("pip with version", {"pip3", "install", "x"}, true, true);
    row("go test", {"go", "test", "./..."}, true, true);
    row("go version", {"go", "version"}, false, false);
    row("git push", {"git", "push"}, false, true);
    row("git with -c", {"git", "-c", "alias.x=!sh", "x"}, true, true);
    row("git with -c joined", {"git", "-calias.x=!sh", "x"}, true, true);
    row("git bisect in a folder", {"git", "-C", "d", "bisect", "run", "sh"}, true, true);
    row("git config", {"git", "config", "alias.x", "!sh"}, true, true);
    row("git exec path", {"git", "--exec-path=/tmp", "x"}, true, true);
    row("git ext transport", {"git", "clone", "ext::sh -c id"}, true, true);
    row("systemd-run", {"systemd-run", "--user", "id"}, true, true);
    row("at", {"at", "now"}, true, true);
    row("docker", {"docker", "ps"}, true, true);
    row("tmux", {"tmux", "send-keys"}, true, true);
    row("find plain", {"find", "."}, false, false);
    row("find -exec", {"find", ".", "-exec", "sh", ";"}, true, true);
    row("find -delete", {"find", ".", "-delete"}, false, true);
    row("tar plain", {"tar", "cf", "a.tar", "d"}, false, false);
    row("tar checkpoint", {"tar", "--checkpoint-action=exec=sh", "cf", "a", "b"}, true, true);
    row("ssh plain", {"ssh", "host"}, false, true);
    row("ssh proxy", {"ssh", "-oProxyCommand=sh", "host"}, true, true);
    row("vim", {"vim"}, true, true);
    row("curl", {"curl", "http://x"}, false, true);
    row("rm", {"rm", "-rf", "/"}, false, true);
    row("exeat", {"exeat", "approvals", "answer", "1", "--once"}, true, true);
    row("ls", {"ls"}, false, false);
    row("cat", {"cat", "bash"}, false, false);
    row("bashful is not bash", {"bashful"}, false, false);
    row("nothing", {}, false, false);
    QTest::newRow("ls that an agent wrote") << QStringList{"ls"} << FileOrigin::AgentWritable << true << true;
    QTest::newRow("ls of the user") << QStringList{"ls"} << FileOrigin::UserOwned << false << false;
}

void TestRiskRating::programs() {
    QFETCH(QStringList, argv);
    QFETCH(FileOrigin, origin);
    QFETCH(bool, equals);
    QFETCH(bool, warns);
    Approval approval;
    for (const QString& word : argv)
        approval.command.argv.push_back(word.toStdString());
    approval.command.origin = origin;
    approval.command.file = "/somewhere/unrelated";
    rateRisk(approval);
    QCOMPARE(approval.equalsNoSandbox, equals);
    QCOMPARE(!approval.warnings.empty(), warns);
    const auto once = approval.warnings;
    rateRisk(approval);
    QCOMPARE(approval.warnings, once);
}

void TestRiskRating::inASandbox_data() {
    QTest::addColumn<RuleSandbox>("sandbox");
    QTest::addColumn<FileOrigin>("origin");
    QTest::addColumn<bool>("equals");
    QTest::addColumn<std::size_t>("warnings");
    QTest::newRow("outside") << RuleSandbox::None << FileOrigin::Unplantable << true << std::size_t{1};
    QTest::newRow("read-only") << RuleSandbox::ReadOnly << FileOrigin::Unplantable << false << std::size_t{0};
    QTest::newRow("workspace") << RuleSandbox::WorkspaceWrite << FileOrigin::Unplantable << false << std::size_t{0};
    QTest::newRow("network") << RuleSandbox::Network << FileOrigin::Unplantable << false << std::size_t{1};
    QTest::newRow("network, of an agent")
        << RuleSandbox::Network << FileOrigin::AgentWritable << false << std::size_t{2};
}

void TestRiskRating::inASandbox() {
    QFETCH(RuleSandbox, sandbox);
    QFETCH(FileOrigin, origin);
    Approval approval;
    approval.command.argv = {"bash", "-c", "id"};
    approval.command.origin = origin;
    approval.judgement.sandbox = sandbox;
    rateRisk(approval);
    QTEST(approval.equalsNoSandbox, "equals");
    QTEST(approval.warnings.size(), "warnings");
}

void TestRiskRating::wideNetworkWarns() {
    Approval approval;
    approval.kind = ApprovalKind::WiderSandbox;
    rateRisk(approval);
    QVERIFY(approval.warnings.empty());
    approval.network = NetworkAccess::On;
    approval.extraWritableRoots = {"/home/me"};
    rateRisk(approval);
    QCOMPARE(approval.warnings.size(), std::size_t{2});
    QVERIFY(!approval.equalsNoSandbox);
}

void TestRiskRating::fullAccessEqualsNoSandbox() {
    Approval approval;
    approval.kind = ApprovalKind::WiderSandbox;
    approval.mode = SandboxMode::FullAccess;
    rateRisk(approval);
    QVERIFY(approval.equalsNoSandbox);
}

void TestRiskRating::dangersStayInside() {
    Approval approval;
    approval.command.origin = FileOrigin::AgentWritable;
    approval.command.argv = {"bash", "-c", "rm -rf x"};
    approval.judgement.dangers = {{"rm-force", {"rm", "-rf", "x"}, "deletes", {}, {}}};
    approval.mode = SandboxMode::WorkspaceWrite;
    approval.extraWritableRoots = {"/home/me/project", "/tmp"};
    rateRisk(approval);
    QVERIFY(!approval.equalsNoSandbox);
    QCOMPARE(approval.warnings.size(), std::size_t{2});
    QVERIFY(approval.warnings.front().find("/home/me/project") != std::string::npos);
    approval.judgement.dangers.front().host = "far\x1b";
    approval.warnings.clear();
    approval.mode = SandboxMode::FullAccess;
    rateRisk(approval);
    QVERIFY(approval.equalsNoSandbox);
    QCOMPARE(approval.warnings.size(), std::size_t{2});
    QVERIFY(approval.warnings.back().find('\x1b') == std::string::npos);
}

void TestRiskRating::nothingIsTakenAway() {
    Approval approval;
    approval.command.origin = FileOrigin::Unplantable;
    approval.command.argv = {"ls"};
    approval.equalsNoSandbox = true;
    approval.warnings = {"known before"};
    rateRisk(approval);
    QVERIFY(approval.equalsNoSandbox);
    QCOMPARE(approval.warnings, std::vector<std::string>{"known before"});
}

void TestRiskRating::hostileNamesAreMadeVisible() {
    Approval approval;
    approval.command.realPath = "/tmp/\x1b[2Jevil";
    rateRisk(approval);
    QVERIFY(!approval.warnings.empty());
    for (const std::string& warning : approval.warnings)
        QVERIFY(warning.find('\x1b') == std::string::npos);
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestRiskRating)
#include "tst_riskrating.moc"
