#include "service/session/peerguard.h"
#include "tests/core/processtree.h"

#include <QTest>

#include <algorithm>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>

using namespace exeat;

namespace {

bool holds(const std::vector<ProcessKey>& tree, pid_t pid) {
    return std::ranges::any_of(tree, [&](const auto& key) { return key.pid == pid; });
}

/** Becomes the leader of a session with a new terminal. */
void leadTerminal() {
    ::setsid();
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
    ::grantpt(master);
    ::unlockpt(master);
    const int slave = ::open(::ptsname(master), O_RDWR);
    ::ioctl(slave, TIOCSCTTY, 0);
}

} // namespace

class TestPeerGuard : public QObject {
    Q_OBJECT
private slots:
    void everythingBelowUsIsOfARun() {
        const PeerGuard guard([] { return std::vector<pid_t>{}; });
        const LiveProcess child([] { return ::getpid(); });
        QCOMPARE(guard.standingOf(child.pid()), PeerStanding::DescendsFromRun);
        QCOMPARE(guard.standingOf(::getppid()), PeerStanding::Free);
    }
    void agentsChildrenShare() {
        // The real thing is asked from outside its tree: a child plays the service, so that we are not above the agent.
        const LiveProcess agent([] { return sleeper(); });
        const LiveProcess other([] { return ::getpid(); });
        const LiveProcess service([&] {
            PeerGuard guard([] { return std::vector<pid_t>{}; });
            std::vector<ProcessKey> tree;
            for (const auto& facts : ancestry(agent.pid()))
                tree.push_back({facts.pid, facts.startTime});
            tree.resize(1); // the agent alone
            guard.remember(SessionId{"s"}, tree);
            const bool below = guard.standingOf(agent.said()) == PeerStanding::SharesAgent;
            const bool itself = guard.standingOf(agent.pid()) == PeerStanding::SharesAgent;
            const bool beside = guard.standingOf(other.pid()) == PeerStanding::Free;
            guard.forget(SessionId{"s"});
            const bool after = guard.standingOf(agent.said()) == PeerStanding::Free;
            return below && itself && beside && after ? ::getpid() : -1;
        });
        QCOMPARE(service.said(), service.pid());
    }
    void belowAGateIsOfARun() {
        const LiveProcess gate([] { return sleeper(); });
        const LiveProcess other([] { return ::getpid(); });
        const LiveProcess service([&] {
            const PeerGuard guard([&] { return std::vector<pid_t>{gate.pid()}; });
            return guard.standingOf(gate.said()) == PeerStanding::DescendsFromRun &&
                           guard.standingOf(other.pid()) == PeerStanding::Free
                       ? ::getpid()
                       : -1;
        });
        QCOMPARE(service.said(), service.pid());
    }
    void goneIsNotFree() {
        pid_t pid = 0;
        {
            const LiveProcess ended([] { return ::getpid(); });
            pid = ended.pid();
        }
        const PeerGuard guard([] { return std::vector<pid_t>{}; });
        QCOMPARE(guard.standingOf(pid), PeerStanding::DescendsFromRun);
    }
    void aUsedAgainPidIsAnotherProcess() {
        const LiveProcess other([] { return ::getpid(); });
        const LiveProcess service([&] {
            PeerGuard guard([] { return std::vector<pid_t>{}; });
            guard.remember(SessionId{"s"}, {{other.pid(), 1}});
            return guard.standingOf(other.pid()) == PeerStanding::Free ? ::getpid() : -1;
        });
        QCOMPARE(service.said(), service.pid());
    }
    void anAgentThatLeadsATerminalIsTheLast() {
        const LiveProcess agent([] {
            leadTerminal();
            return sleeper();
        });
        const auto tree = agentTree(agent.said());
        QVERIFY(holds(tree, agent.said()));
        QVERIFY(holds(tree, agent.pid()));
        QVERIFY(!holds(tree, ::getpid()));
    }
    void anInteractiveShellIsNotTheAgent_data() {
        QTest::addColumn<bool>("interactive");
        QTest::newRow("typed in") << true;
        QTest::newRow("with -c") << false;
    }
    void anInteractiveShellIsNotTheAgent() {
        QFETCH(bool, interactive);
        // bash on a terminal of its own starts a background sleep: the shim. It reads what is typed from the master.
        const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
        QVERIFY(master >= 0 && ::grantpt(master) == 0 && ::unlockpt(master) == 0);
        const std::string slaveName = ::ptsname(master);
        const pid_t shell = ::fork();
        if (shell == 0) {
            ::setsid();
            const int slave = ::open(slaveName.c_str(), O_RDWR);
            for (int fd = 0; fd < 3; ++fd)
                ::dup2(slave, fd);
            if (interactive)
                ::execl("/bin/bash", "bash", "--norc", "-i", nullptr);
            else
                ::execl("/bin/bash", "bash", "-c", "sleep 100 & wait", nullptr);
            ::_exit(1);
        }
        const UniqueFd typed(master);
        if (interactive)
            QCOMPARE(::write(typed.get(), "sleep 100 &\n", 12), 12);
        pid_t shim = 0;
        const std::string children = "/proc/" + std::to_string(shell) + "/task/" + std::to_string(shell) + "/children";
        const auto sleeps = [&] {
            shim = static_cast<pid_t>(std::atoi(readFile(children, 4096).value_or("0").c_str()));
            return shim > 0 && executablePath(shim).value_or("").ends_with("sleep");
        };
        QTRY_VERIFY(sleeps());
        const auto tree = agentTree(shim);
        ::kill(shim, SIGKILL);
        ::kill(shell, SIGKILL);
        ::waitpid(shell, nullptr, 0);
        QVERIFY(holds(tree, shim));
        QCOMPARE(holds(tree, shell), !interactive);
        QVERIFY(!holds(tree, ::getpid()));
    }
};

QTEST_GUILESS_MAIN(TestPeerGuard)
#include "tst_peerguard.moc"
