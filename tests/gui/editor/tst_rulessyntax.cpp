#include "gui/editor/rulessyntax.h"

#include <QPalette>
#include <QtTest>

#include <KSyntaxHighlighting/Format>
using namespace exeat;
using KSyntaxHighlighting::Theme;

namespace {

QPalette ofBase(const QColor& base) {
    QPalette palette;
    palette.setColor(QPalette::Base, base);
    return palette;
}

} // namespace

class RulesSyntaxTest : public QObject {
    Q_OBJECT
    RulesSyntax m_syntax;
private slots:
    void theDefinitionIsOurs() {
        const auto definition = m_syntax.definition();
        QVERIFY(definition.isValid());
        QCOMPARE(definition.name(), QString("Exeat Rules"));
        QCOMPARE(definition.filePath(), QString(":/exeat/syntax/exeat-rules.xml"));
        QVERIFY(definition.extensions().contains("*.rules"));
        QVERIFY(definition.formats().size() > 10);
    }

    /** What it includes of others ("TODO" in comments) is there. */
    void includedDefinitionsAreFound() {
        QStringList names;
        for (const auto& one : m_syntax.definition().includedDefinitions())
            names << one.name();
        QVERIFY2(names.contains("Comments"), qPrintable(names.join(", ")));
    }

    void themes_data() {
        QTest::addColumn<QColor>("base");
        QTest::addColumn<bool>("isDark");
        QTest::newRow("white") << QColor(Qt::white) << false;
        QTest::newRow("cream") << QColor(0xfd, 0xf6, 0xe3) << false;
        QTest::newRow("grey of no theme") << QColor(0xee, 0xee, 0xea) << false;
        QTest::newRow("Breeze Dark") << QColor(0x23, 0x26, 0x29) << true;
        QTest::newRow("black") << QColor(Qt::black) << true;
        QTest::newRow("dark of no theme") << QColor(0x1b, 0x1c, 0x21) << true;
    }
    void themes() {
        QFETCH(QColor, base);
        QFETCH(bool, isDark);
        const auto theme = m_syntax.themeFor(ofBase(base));
        QVERIFY(theme.isValid());
        QCOMPARE(QColor(theme.editorColor(Theme::BackgroundColor)).lightness() < 128, isDark);
    }
};

QTEST_MAIN(RulesSyntaxTest)
#include "tst_rulessyntax.moc"
