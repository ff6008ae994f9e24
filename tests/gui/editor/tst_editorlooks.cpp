#include "tests/gui/editor/editwindow.h"

#include <QDir>

#include <set>

using namespace exeat;

namespace {

const QString sample = R"(# Rules for this project. NOTE: more are welcome
GIT = ["git", "/usr/bin/git"]

def deny(program, *words, why = "not here"):
    for word in words:
        prefix_rule(
            pattern = [program, word],
            decision = "forbidden",
            justification = f"{why}: {word}\n",
            match = [r"git\s"],
        )

deny("git", "push", "reset")
prefix_rule(pattern = GIT + ["status"], decision = "allow", exact = True)
prefix_rule(pattern = ["npm", "publish"], decision = "prompt")
host_executable(name = "git", paths = ["/usr/bin/git"])
prefix_rul(pattern = ["ls"], decision = "alow")
while x: import os
y = 0x1F + 1.5 - 3 # )";

} // namespace

/** Pictures for a person to look at, in build/<preset>/screenshots/, and what a program can tell of them. */
class EditorLooksTest : public QObject {
    Q_OBJECT
private slots:
    void pictures_data() {
        QTest::addColumn<bool>("isDark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void pictures() {
        QFETCH(bool, isDark);
        const QPalette before = QApplication::palette();
        QApplication::setPalette(somePalette(isDark));
        EditWindow window(sample + QChar(0x202e) + "hidden\n");
        QVERIFY(window.isShown());
        window.edit.setDiagnostics({{17, 1, 10, Severity::Error, "there is no prefix_rul; prefix_rule is meant"},
                                    {17, 41, 6, Severity::Error, "a decision is allow, prompt or forbidden"},
                                    {14, 23, 3, Severity::Note, "a list"},
                                    {15, 13, 0, Severity::Warning, "a prompt for all that npm publishes"}});
        auto cursor = window.edit.textCursor();
        cursor.setPosition(static_cast<int>(sample.indexOf("(\n            pattern")));
        window.edit.setTextCursor(cursor);
        const QImage image = window.edit.grab().toImage();
        QApplication::setPalette(before);

        QVERIFY(QDir().mkpath(SCREENSHOT_FOLDER));
        QVERIFY(image.save(SCREENSHOT_FOLDER "/rulesedit-" + QString(QTest::currentDataTag()) + ".png"));
        const QRgb base = somePalette(isDark).color(QPalette::Base).rgb();
        std::set<QRgb> seen;
        int ground = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) {
                seen.insert(image.pixel(x, y));
                ground += image.pixel(x, y) == base ? 1 : 0;
            }
        QVERIFY(ground > image.width() * image.height() / 2);
        QVERIFY(seen.size() > 50);
    }
};

QTEST_MAIN(EditorLooksTest)
#include "tst_editorlooks.moc"
