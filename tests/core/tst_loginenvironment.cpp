#include "service/app/foreignsandbox.h"
#include "service/app/loginenvironment.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>

using namespace exeat;
using namespace std::chrono_literals;

namespace {

struct Heard {
    std::vector<std::string> environment;
    QString problem;
    int times = 0;
};

Heard ask(const LoginUser& user, std::chrono::milliseconds patience) {
    Heard heard;
    LoginEnvironment login(user, patience);
    QObject::connect(&login, &LoginEnvironment::ready, &login, [&](const auto& environment, const QString& problem) {
        heard = {environment, problem, heard.times + 1};
    });
    login.start();
    (void)QTest::qWaitFor([&] { return heard.times > 0; }, 10000);
    return heard;
}

bool has(const std::vector<std::string>& list, const std::string& one) {
    return std::ranges::find(list, one) != list.end();
}

} // namespace

class TestLoginEnvironment : public QObject {
    Q_OBJECT
private slots:
    void profilesCount() {
        const auto heard = withProfile("export FROM_PROFILE='a b'\necho noise\n", 10s);
        QCOMPARE(heard.times, 1);
        QVERIFY2(heard.problem.isEmpty(), qPrintable(heard.problem));
        QVERIFY(has(heard.environment, "FROM_PROFILE=a b"));
    }
    void aClientsEnvironmentDoesNot() {
        qputenv("EXEAT_TEST_LEAK", "1");
        const auto heard = withProfile("", 10s);
        QVERIFY(!has(heard.environment, "EXEAT_TEST_LEAK=1"));
    }
    void aHangingProfileCostsItsTimeOnly() {
        QElapsedTimer timer;
        timer.start();
        const auto heard = withProfile("sleep 1000\n", 300ms);
        QVERIFY(timer.elapsed() < 5000);
        QVERIFY(!heard.problem.isEmpty());
        QVERIFY(std::ranges::any_of(heard.environment, [](const auto& one) { return one.starts_with("PATH="); }));
    }
    void aFailingProfileCostsNothing() {
        const auto heard = withProfile("exit 3\n", 10s);
        QVERIFY(!heard.problem.isEmpty());
        QVERIFY(std::ranges::any_of(heard.environment, [](const auto& one) { return one.starts_with("HOME="); }));
    }
    void aMissingOrUnknownShell_data() {
        QTest::addColumn<std::string>("shell");
        QTest::newRow("nologin") << std::string("/usr/sbin/nologin");
        QTest::newRow("missing") << std::string("/nowhere/bash");
        QTest::newRow("relative") << std::string("bash");
    }
    void aMissingOrUnknownShell() {
        QFETCH(std::string, shell);
        const auto heard = ask({"u", "/nowhere", shell}, 5s);
        QCOMPARE(heard.times, 1);
        QVERIFY(!heard.problem.isEmpty());
        QVERIFY(has(heard.environment, "HOME=/nowhere"));
    }
    void etcEnvironment() {
        QCOMPARE(parseEtcEnvironment("# c\nA=1\n export B=\"two words\"\nC='x'\nno line\nD-E=1\n=x\n"),
                 (std::vector<std::string>{"A=1", "B=two words", "C=x"}));
    }
    void foreignSandboxes() {
        QVERIFY(foreignSandbox("Name:\tx\nNoNewPrivs:\t0\nSeccomp:\t2\n", nullptr).empty());
        QVERIFY(!foreignSandbox("Name:\tx\nNoNewPrivs:\t1\nSeccomp:\t2\n", nullptr).empty());
        QVERIFY(!foreignSandbox("Name:\tx\nNoNewPrivs:\t0\n", "seatbelt").empty());
    }

private:
    static Heard withProfile(const std::string& profile, std::chrono::milliseconds patience) {
        const QTemporaryDir home;
        std::ofstream(home.filePath(".bash_profile").toStdString()) << profile;
        return ask({"u", home.path().toStdString(), "/bin/bash"}, patience);
    }
};

QTEST_GUILESS_MAIN(TestLoginEnvironment)
#include "tst_loginenvironment.moc"
