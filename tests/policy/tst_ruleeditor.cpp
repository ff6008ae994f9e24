#include "service/policy/ruleeditor.h"
#include "tests/policy/testtree.h"

#include <QtTest>

#include <sys/stat.h>

using namespace exeat;

namespace {

const QString file = QStringLiteral("rules/a.rules");

Result<void> always(const EditPlan&) {
    return {};
}

} // namespace

class RuleEditorTest : public QObject {
    Q_OBJECT
private slots:
    void init() { m_tree = std::make_unique<TestTree>(); }

    void adds_data() {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<bool>("loosens");
        const QByteArray allow = "prefix_rule(pattern=[\"a\"], decision=\"allow\")";
        const QByteArray forbid = "prefix_rule(pattern=[\"a\"], decision=\"forbidden\")";
        QTest::newRow("behind others") << QByteArray("# mine\nprefix_rule(['b'])   # x\n") << allow
                                       << QByteArray("# mine\nprefix_rule(['b'])   # x\n" + allow + "\n") << true;
        QTest::newRow("no line end") << QByteArray("x = 1") << forbid << QByteArray("x = 1\n" + forbid + "\n") << false;
        QTest::newRow("an empty file") << QByteArray() << forbid << QByteArray(forbid + "\n") << false;
        QTest::newRow("CR LF stays") << QByteArray("x = 1\r\n") << forbid << QByteArray("x = 1\r\n" + forbid + "\n")
                                     << false;
    }
    void adds() {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, after);
        QFETCH(bool, loosens);
        QVERIFY(m_tree->write(file, before));
        const auto plan = RulesEditor::plan(addition(line));
        QVERIFY2(plan.has_value(), plan ? "" : plan.error().text.c_str());
        QCOMPARE(plan->effect == EditEffect::Loosens, loosens);
        QCOMPARE(plan->addedLines.back(), line.toStdString());
        QVERIFY(!plan->contentHash.empty());
        QCOMPARE(read(), before); // a plan changes nothing
        QVERIFY(editor().carryOut(addition(line), always).has_value());
        QCOMPARE(read(), after);
        // Once is enough.
        const auto again = RulesEditor::plan(addition(line));
        QVERIFY(again && again->addedLines.empty() && again->removedLines.empty());
        QVERIFY(editor().carryOut(addition(line), always).has_value());
        QCOMPARE(read(), after);
    }

    void removes_data() {
        QTest::addColumn<QByteArray>("decision");
        QTest::addColumn<bool>("loosens");
        QTest::newRow("an allow") << QByteArray("allow") << false;
        QTest::newRow("a prompt") << QByteArray("prompt") << true;
        QTest::newRow("a forbidden") << QByteArray("forbidden") << true;
    }
    void removes() {
        QFETCH(QByteArray, decision);
        QFETCH(bool, loosens);
        const QByteArray rule = "prefix_rule(\n    ['a'],\n    '" + decision + "',\n)\n";
        QVERIFY(m_tree->write(file, "# head\n" + rule + "prefix_rule(['b'])\n"));
        QVERIFY(::chmod(m_tree->at(file).c_str(), 0640) == 0);
        const auto plan = RulesEditor::plan(removal(2));
        QVERIFY(plan.has_value());
        QCOMPARE(plan->effect == EditEffect::Loosens, loosens);
        QCOMPARE(plan->removedLines.size(), std::size_t{4});
        QVERIFY(plan->addedLines.empty());
        QVERIFY(editor().carryOut(removal(2), always).has_value());
        QCOMPARE(read(), QByteArray("# head\nprefix_rule(['b'])\n"));
        struct stat facts{};
        QVERIFY(::stat(m_tree->at(file).c_str(), &facts) == 0);
        QCOMPARE(facts.st_mode & 07777U, 0640U);
    }

    void aNewFile() {
        RulesEdit edit = addition("prefix_rule(pattern=[\"a\"])");
        edit.source.file = m_tree->at("new/.exeat/rules/b.rules");
        edit.header = "# head\n";
        edit.mode = 0644;
        edit.folderMode = 0755;
        const auto plan = RulesEditor::plan(edit);
        QVERIFY(plan.has_value());
        QCOMPARE(plan->addedLines.size(), std::size_t{2});
        QVERIFY(!QFile::exists(m_tree->path("new")));
        QVERIFY(editor().carryOut(edit, always).has_value());
        QFile made(m_tree->path("new/.exeat/rules/b.rules"));
        QVERIFY(made.open(QIODevice::ReadOnly));
        QCOMPARE(made.readAll(), QByteArray("# head\nprefix_rule(pattern=[\"a\"])\n"));
        QCOMPARE(QDir(m_tree->path("new/.exeat/rules")).entryList(QDir::Files | QDir::Hidden), QStringList{"b.rules"});
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("why");
        const QByteArray good = "prefix_rule(pattern=[\"a\"])";
        QTest::newRow("a broken file") << QByteArray("x(\n") << good << QByteArray("a.rules:1:");
        QTest::newRow("a broken rule") << QByteArray("x = 1\n") << QByteArray("prefix_rule(pattern=[])")
                                       << QByteArray("a.rules:2:");
        QTest::newRow("it would mean something else")
            << QByteArray("def prefix_rule(pattern): pass\n") << good << QByteArray("would mean something else");
    }
    void refuses() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, why);
        QVERIFY(m_tree->write(file, text));
        const auto done = editor().carryOut(addition(line), always);
        QVERIFY(!done);
        QVERIFY2(done.error().text.find(why.toStdString()) != std::string::npos, done.error().text.c_str());
        QCOMPARE(read(), text);
    }

    void refusesPlaces() {
        QVERIFY(m_tree->write("rules/target", "prefix_rule(['a'], 'prompt')\n"));
        QVERIFY(QFile::link(m_tree->path("rules/target"), m_tree->path("rules/link.rules")));
        QVERIFY(m_tree->makeFolder("rules/folder.rules"));
        QVERIFY(::mkfifo(m_tree->at("rules/pipe.rules").c_str(), 0600) == 0);
        for (const char* name : {"rules/link.rules", "rules/folder.rules", "rules/pipe.rules", "rules/target",
                                 "rules/.rules", "rules/none.rules"}) {
            RulesEdit edit = removal(1);
            edit.source.file = m_tree->at(QString::fromLatin1(name));
            QVERIFY2(!editor().carryOut(edit, always), name);
        }
        RulesEdit relative = addition("prefix_rule(pattern=[\"a\"])");
        relative.source.file = "a.rules";
        QVERIFY(!editor().carryOut(relative, always));
        RulesEdit link = addition("prefix_rule(pattern=[\"b\"])");
        link.source.file = m_tree->at("rules/link.rules");
        QVERIFY(!editor().carryOut(link, always));
        QCOMPARE(QFile(m_tree->path("rules/target")).size(), 29);
    }

    void whoDecidesSeesWhatWillBeDone() {
        QVERIFY(m_tree->write(file, "x = 1\n"));
        const RulesEdit edit = addition("prefix_rule(pattern=[\"a\"])");
        const auto before = RulesEditor::plan(edit);
        QVERIFY(before.has_value());
        // Somebody edits the file while a person thinks.
        QVERIFY(m_tree->write(file, "x = 2\n"));
        std::string seen;
        const auto done = editor().carryOut(edit, [&](const EditPlan& plan) -> Result<void> {
            seen = plan.contentHash;
            return fail(ErrorKind::Refused, "no");
        });
        QVERIFY(!done && done.error().text == "no");
        QVERIFY(!seen.empty() && seen != before->contentHash);
        QCOMPARE(read(), QByteArray("x = 2\n"));
    }

private:
    RulesEditor editor() const { return RulesEditor(m_tree->at("")); }
    RulesEdit addition(const QByteArray& line) const {
        RulesEdit edit;
        edit.source = {m_tree->at(file), Layer::User, Vocabulary::Exeat};
        edit.addedLine = line.toStdString();
        return edit;
    }
    RulesEdit removal(int line) const {
        RulesEdit edit;
        edit.source = {m_tree->at(file), Layer::User, Vocabulary::Exeat};
        edit.removedLine = line;
        return edit;
    }
    QByteArray read() const {
        QFile written(m_tree->path(file));
        return written.open(QIODevice::ReadOnly) ? written.readAll() : QByteArray("(none)");
    }

    std::unique_ptr<TestTree> m_tree;
};

QTEST_GUILESS_MAIN(RuleEditorTest)
#include "tst_ruleeditor.moc"
