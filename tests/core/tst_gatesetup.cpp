#include "service/run/gatesetup.h"

#include <QTest>

#include <algorithm>

using namespace exeat;

class TestGateSetup : public QObject {
    Q_OBJECT
private slots:
    void outside_data();
    void outside();
};

/** What an agent's own environment may say in a call that runs outside. */
void TestGateSetup::outside_data() {
    QTest::addColumn<QString>("callers");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value"); // "-" = not there
    QTest::newRow("locale") << "LANG=fr_FR.UTF-8" << "LANG" << "fr_FR.UTF-8";
    QTest::newRow("locale with a modifier") << "LC_ALL=de_DE@euro" << "LC_ALL" << "de_DE@euro";
    QTest::newRow("locale that is a path") << "LANG=/tmp/x" << "LANG" << "de";
    QTest::newRow("relative path") << "LANG=../../tmp/x" << "LANG" << "de";
    QTest::newRow("part of the locale that is a path") << "LC_MESSAGES=x/y" << "LC_MESSAGES" << "-";
    QTest::newRow("any LC_ name") << "LC_X=/tmp/x" << "LC_X" << "-";
    QTest::newRow("pattern of a path") << "LC_ALL=%p" << "LC_ALL" << "-";
    QTest::newRow("terminal") << "TERM=xterm-256color" << "TERM" << "xterm-256color";
    QTest::newRow("terminal that is a path") << "TERM=/tmp/x" << "TERM" << "-";
    QTest::newRow("zone") << "TZ=Europe/Berlin" << "TZ" << "Europe/Berlin";
    QTest::newRow("zone of the system's files") << "TZ=:/usr/share/zoneinfo/UTC" << "TZ" << ":/usr/share/zoneinfo/UTC";
    QTest::newRow("zone that is a file") << "TZ=:/tmp/x" << "TZ" << "-";
    QTest::newRow("zone that climbs") << "TZ=/usr/share/zoneinfo/../../../tmp/x" << "TZ" << "-";
    QTest::newRow("translations") << "LANGUAGE=de:fr" << "LANGUAGE" << "-";
    QTest::newRow("programs") << "PATH=/evil" << "PATH" << "/bin";
    QTest::newRow("no value") << "LANG" << "LANG" << "de";
    QTest::newRow("empty value") << "LANG=" << "LANG" << "";
}

void TestGateSetup::outside() {
    QFETCH(QString, callers);
    QFETCH(QString, name);
    QFETCH(QString, value);
    LoginFacts login;
    login.environment = {"PATH=/bin", "LANG=de"};
    const auto found = outsideEnvironment(login, {callers.toStdString()});
    const std::string start = name.toStdString() + '=';
    QCOMPARE(std::ranges::count_if(found, [&](const auto& one) { return one.starts_with(start); }),
             std::ptrdiff_t{value == "-" ? 0 : 1});
    const auto entry = std::ranges::find_if(found, [&](const auto& one) { return one.starts_with(start); });
    if (entry != found.end())
        QCOMPARE(QString::fromStdString(entry->substr(start.size())), value);
}

QTEST_GUILESS_MAIN(TestGateSetup)
#include "tst_gatesetup.moc"
