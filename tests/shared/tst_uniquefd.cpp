#include "shared/base/uniquefd.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace exeat;

namespace {

bool isOpen(int fd) {
    return ::fcntl(fd, F_GETFD) >= 0;
}
bool isCloseOnExec(int fd) {
    return (::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0;
}

} // namespace

class UniqueFdTest : public QObject {
    Q_OBJECT
private slots:
    void closesOnce() {
        auto pipe = makePipe();
        QVERIFY(pipe);
        const int number = pipe->read.get();
        {
            UniqueFd moved = std::move(pipe->read);
            QVERIFY(!pipe->read);
            QCOMPARE(moved.get(), number);
            QVERIFY(isOpen(number));
        }
        QVERIFY(!isOpen(number));
        pipe->write.reset();
        QVERIFY(!pipe->write);
    }

    void releaseGivesItAway() {
        auto pipe = makePipe();
        const int number = pipe->read.release();
        pipe->read.reset();
        QVERIFY(isOpen(number));
        const UniqueFd owner(number);
    }

    void assigningClosesTheOldOne() {
        auto first = makePipe();
        auto second = makePipe();
        const int old = first->read.get();
        const int kept = second->read.get();
        first->read = std::move(second->read);
        QVERIFY(!isOpen(old));
        QVERIFY(isOpen(kept));
    }

    void everyNewOneIsCloseOnExec() {
        const auto pipe = makePipe();
        const auto sockets = makeSocketPair(SOCK_STREAM);
        QVERIFY(pipe && sockets);
        const auto copy = pipe->read.duplicate();
        QVERIFY(copy);
        for (const int fd :
             {pipe->read.get(), pipe->write.get(), sockets->ours.get(), sockets->theirs.get(), copy->get()})
            QVERIFY(isCloseOnExec(fd));
        QVERIFY(copy->get() > 2);
    }

    void errorsAreValues() {
        QVERIFY(!UniqueFd().duplicate());
        QVERIFY(!setNonBlocking(UniqueFd()));
        QVERIFY(!writeAll(-1, "x"));
        const auto missing = readFile("/nonexistent/file", 10);
        QVERIFY(!missing);
        QCOMPARE(missing.error().errnum, ENOENT);
    }

    void nonBlockingReadsDoNotWait() {
        const auto pipe = makePipe();
        QVERIFY(setNonBlocking(pipe->read));
        char byte = 0;
        QCOMPARE(::read(pipe->read.get(), &byte, 1), ssize_t{-1});
        QCOMPARE(errno, EAGAIN);
    }

    void readsUpToTheLimitAndNotOnePast() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("f").toStdString();
        {
            const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
            QVERIFY(writeAll(fd.get(), std::string(100'000, 'x')));
        }
        const auto whole = readFile(path, 100'000);
        QVERIFY(whole);
        QCOMPARE(whole->size(), std::size_t{100'000});
        const auto past = readFile(path, 99'999);
        QVERIFY(!past);
        QCOMPARE(past.error().kind, ErrorKind::Limit);
    }
};

QTEST_APPLESS_MAIN(UniqueFdTest)
#include "tst_uniquefd.moc"
