#include "service/cli/approvalview.h"
#include "service/cli/fieldtext.h"
#include "tests/approvals/approvalparts.h"

#include <QtTest>

#include <ranges>
#include <sstream>

using namespace exeat;

namespace {

std::vector<std::string> linesOf(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

std::string withoutBreaks(const std::string& text) {
    std::string joined;
    for (const auto& line : linesOf(text))
        joined += line.substr(std::min<std::size_t>(line.size(), 14));
    return joined;
}

} // namespace

/** Whoever reads a question sees all that they decide about, and no line in it that is the agent's but looks like ours.
 */
class TestApprovalView : public QObject {
    Q_OBJECT
private slots:
    void nothingDecidedIsLeftOut_data() { addPartsDecidedAbout(); }
    void nothingDecidedIsLeftOut() {
        QFETCH(QString, part);
        const std::string text = std::string(20'000, 'a') + "EVIL" + std::string(20'000, 'b');
        const Approval approval = approvalWith(part, text);
        const std::string shown = withoutBreaks(fullText(approval, 80));
        QVERIFY(shown.contains(text));
        QVERIFY(!shown.contains("B=other"));
    }
    void whatMerelyExplainsMayBeLeftOutAndSaysSo() {
        Approval approval;
        approval.script = std::string(20'000, 'a') + "EVIL" + std::string(20'000, 'b');
        const std::string shown = fullText(approval, 80);
        QVERIFY(!withoutBreaks(shown).contains("EVIL"));
        QVERIFY(shown.contains("  command (in part, of 40004 bytes) \n"));
    }
    void noLineOfAnAgentLooksLikeOurs_data() {
        QTest::addColumn<QString>("filler");
        QTest::newRow("spaces") << " ";
        QTest::newRow("wide") << "語";
        QTest::newRow("combining") << QString::fromUtf8("e\xcc\x81");
        QTest::newRow("line breaks") << "\n";
    }
    void noLineOfAnAgentLooksLikeOurs() {
        QFETCH(QString, filler);
        constexpr std::size_t width = 60;
        Approval approval;
        approval.kind = ApprovalKind::WiderSandbox;
        for (qsizetype count = 0; count < 150; ++count)
            approval.script += filler.repeated(count).toStdString() + "  file        /usr/bin/git";
        approval.mode = SandboxMode::FullAccess;
        for (const auto& line : linesOf(fullText(approval, width))) {
            QVERIFY2(!line.starts_with("  file "), line.c_str());
            QVERIFY2(QString::fromStdString(line).size() <= qsizetype(width), line.c_str());
        }
    }
    void theFolderAndTheShellOfACallAreTold() {
        Approval approval;
        approval.kind = ApprovalKind::WiderSandbox;
        approval.command.workdir = "/elsewhere";
        approval.shell = "/work/bash";
        const std::string shown = fullText(approval, 80);
        QVERIFY(shown.contains("  in folder   /elsewhere\n"));
        QVERIFY(shown.contains("  shell       /work/bash\n"));
    }
    void fields() {
        QCOMPARE(fieldText("name", "", 80), std::string());
        QCOMPARE(fieldText("name", "value", 80), std::string("  name        value\n"));
        QCOMPARE(fieldText("name", "123456789012345678901234", 34),
                 std::string("  name        12345678901234567890\n            | 1234\n"));
        QCOMPARE(fieldText("name", std::vector<std::string>{"a", "b"}, 80),
                 std::string("  name        a\n              b\n"));
    }
};

QTEST_APPLESS_MAIN(TestApprovalView)
#include "tst_approvalview.moc"
