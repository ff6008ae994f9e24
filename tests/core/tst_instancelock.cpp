#include "service/app/instancelock.h"
#include "shared/base/limits.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace exeat;
using namespace std::chrono_literals;

class TestInstanceLock : public QObject {
    Q_OBJECT
private slots:
    void fiftyAtOnceMakeOne() {
        const QTemporaryDir folder;
        const std::string lock = folder.filePath("lock").toStdString();
        const std::string path = folder.filePath("s").toStdString();
        auto gate = makePipe();
        auto winners = makePipe();
        QVERIFY(gate && winners);
        std::vector<pid_t> children;
        for (int i = 0; i < 50; ++i) {
            const pid_t pid = ::fork();
            if (pid == 0) {
                gate->write.reset();
                char go = 0;
                (void)!::read(gate->read.get(), &go, 1); // end of file: all at once
                ::_exit(oneStart(lock, path, winners->write.get()));
            }
            children.push_back(pid);
        }
        gate->write.reset();
        winners->write.reset();
        int losers = 0;
        char winner = 0;
        QCOMPARE(::read(winners->read.get(), &winner, 1), 1);
        pid_t serving = 0;
        // The winner stays until all others have ended; it is the only one left.
        for (int ended = 0; ended < 49; ++ended) {
            int status = 0;
            const pid_t pid = ::wait(&status);
            std::erase(children, pid);
            losers += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1 : 0;
        }
        QCOMPARE(losers, 49);
        QCOMPARE(children.size(), 1U);
        serving = children.front();
        QCOMPARE(::waitpid(serving, nullptr, WNOHANG), 0);
        ::kill(serving, SIGKILL);
        ::waitpid(serving, nullptr, 0);
        // Killed: the next start is the service, though the socket still lies there.
        auto next = InstanceLock::take(lock, [&] { return somebodyListens(path); }, 1s);
        QVERIFY(next.has_value() && next->has_value());
    }
    void aHolderThatNeverListensIsAnError() {
        const QTemporaryDir folder;
        const std::string lock = folder.filePath("lock").toStdString();
        auto held = InstanceLock::take(lock, [] { return false; }, 1s);
        QVERIFY(held.has_value() && held->has_value());
        const auto second = InstanceLock::take(lock, [] { return false; }, 50ms);
        QVERIFY(!second.has_value());
        QVERIFY(second.error().text.find("does not listen") != std::string::npos);
    }
    void aLinkIsNotFollowed() {
        const QTemporaryDir folder;
        const std::string lock = folder.filePath("lock").toStdString();
        QCOMPARE(::symlink("/tmp/somewhere-else", lock.c_str()), 0);
        QVERIFY(!InstanceLock::take(lock, [] { return false; }, 50ms).has_value());
    }

private:
    static int oneStart(const std::string& lock, const std::string& path, int winners) {
        auto taken = InstanceLock::take(lock, [&] { return somebodyListens(path); }, 20s);
        if (!taken)
            return 2;
        if (!*taken)
            return 0;
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(socket, 64) != 0 || ::write(winners, "w", 1) != 1)
            return 3;
        for (;;)
            ::pause();
    }
};

QTEST_GUILESS_MAIN(TestInstanceLock)
#include "tst_instancelock.moc"
