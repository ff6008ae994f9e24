#include "rules/policy.h"
#include "tests/rules/conformance.h"

#include <QtTest>

using namespace exeat;

/** Every section of the language, as programs with their checks and their errors beside the line (data/conformance). */
class ConformanceTest : public QObject {
    Q_OBJECT
private slots:
    void programs_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("errorLine");
        QTest::addColumn<QString>("words");
        const auto files = QDir(TEST_DATA "/conformance").entryInfoList({"*.rules"}, QDir::Files);
        QVERIFY(files.size() >= 5);
        for (const auto& file : files) {
            for (const auto& one : conformance::casesOf(file.filePath().toStdString(), file.fileName().toStdString()))
                QTest::newRow(one.name.c_str())
                    << QString::fromStdString(one.text) << one.errorLine << QString::fromStdString(one.words);
        }
    }
    void programs() {
        QFETCH(QString, text);
        QFETCH(int, errorLine);
        QFETCH(QString, words);
        const auto ran = rules::parseRules(text.toStdString(), "a.rules", Layer::User, rules::Vocabulary::Codex);
        if (errorLine == 0) {
            QVERIFY2(ran, ran ? "" : rules::errorText(ran.error()).c_str());
            return;
        }
        QVERIFY2(!ran, "the program runs through");
        QVERIFY2(QString::fromStdString(ran.error().message).contains(words), ran.error().message.c_str());
        QCOMPARE(ran.error().line, errorLine);
        QVERIFY(ran.error().column >= 1);
    }
};

QTEST_APPLESS_MAIN(ConformanceTest)
#include "tst_conformance.moc"
