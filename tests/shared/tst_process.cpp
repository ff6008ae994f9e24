#include "shared/base/process.h"

#include <QtTest>

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace exeat;

namespace {

/** A child that waits until its pipe ends, named by prctl. */
struct Child {
    pid_t pid = -1;
    UniqueFd keepAlive;
    UniqueFd ready;

    explicit Child(const char* name) {
        auto life = makePipe();
        auto started = makePipe();
        pid = ::fork();
        if (pid == 0) {
            ::prctl(PR_SET_NAME, name);
            life->write.reset();
            char byte = 1;
            if (::write(started->write.get(), &byte, 1) != 1 || ::read(life->read.get(), &byte, 1) != 0)
                ::_exit(1);
            ::_exit(0);
        }
        keepAlive = std::move(life->write);
        char byte = 0;
        if (::read(started->read.get(), &byte, 1) != 1)
            qFatal("the child did not start");
    }
    void end() {
        keepAlive.reset();
        ::waitpid(pid, nullptr, 0);
    }
};

} // namespace

class ProcessTest : public QObject {
    Q_OBJECT
private slots:
    void factsOfAChildWithAHostileName_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("plain") << QByteArray("plain");
        QTest::newRow("looks like the end") << QByteArray("x) R 1 1 1");
        QTest::newRow("newline and blanks") << QByteArray(" \n) (");
    }
    void factsOfAChildWithAHostileName() {
        QFETCH(QByteArray, name);
        Child child(name.constData());
        const auto facts = processFacts(child.pid);
        QVERIFY(facts);
        QCOMPARE(facts->pid, child.pid);
        QCOMPARE(facts->parent, ::getpid());
        QCOMPARE(facts->session, ::getsid(0));
        QVERIFY(facts->startTime > 0);
        QCOMPARE(processFacts(child.pid)->startTime, facts->startTime);
        const auto children = childProcesses();
        QVERIFY(std::find(children.begin(), children.end(), child.pid) != children.end());
        const auto chain = ancestry(child.pid);
        QVERIFY(chain.size() >= 2);
        QCOMPARE(chain[1].pid, ::getpid());
        child.end();
        QVERIFY(!processFacts(child.pid));
        QVERIFY(ancestry(child.pid).empty());
    }

    void pidfdTellsTheEnd() {
        Child child("pidfd");
        const auto fd = openPidfd(child.pid);
        QVERIFY(fd);
        pollfd entry{fd->get(), POLLIN, 0};
        QCOMPARE(::poll(&entry, 1, 0), 0);
        child.keepAlive.reset();
        QCOMPARE(::poll(&entry, 1, 10'000), 1);
        ::waitpid(child.pid, nullptr, 0);
        QVERIFY(!openPidfd(child.pid));
    }

    void pathOfAProgram() {
        QCOMPARE(executablePath(::getpid()).value_or(""), QFile::symLinkTarget("/proc/self/exe").toStdString());
        QVERIFY(!executablePath(-1));
    }

    void forbiddingTracing() {
        forbidTracing();
        QCOMPARE(::prctl(PR_GET_DUMPABLE), 0);
    }
};

QTEST_APPLESS_MAIN(ProcessTest)
#include "tst_process.moc"
