#include "service/session/sessionregistry.h"
#include "shared/base/limits.h"
#include "shared/wire/codec.h"
#include "tests/core/doubles.h"
#include "tests/core/processtree.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>

using namespace exeat;

namespace {

struct Registry {
    FakeLedger ledger;
    PeerGuard guard{[] { return std::vector<pid_t>{}; }};
    SessionRegistry sessions{ledger, guard, [] { return std::vector<std::string>{".git"}; }};
};

wire::ShimHello hello(const std::string& workdir = "/") {
    wire::ShimHello hello;
    hello.version = wire::protocolVersion;
    hello.workdir = workdir;
    return hello;
}

} // namespace

class TestSessionRegistry : public QObject {
    Q_OBJECT
private slots:
    void descendantsOfOursAreRefused() {
        Registry r;
        const LiveProcess child([] { return ::getpid(); });
        const auto opened = r.sessions.open(child.pid(), hello());
        QVERIFY(!opened.has_value());
        QCOMPARE(opened.error().kind, ErrorKind::Refused);
        QVERIFY(r.sessions.agents().empty());
        QVERIFY(r.ledger.said.empty());
    }
    void aSessionBeginsAndEnds() {
        Registry r;
        QSignalSpy closed(&r.sessions, &SessionRegistry::closed);
        const auto id = r.sessions.open(::getppid(), hello());
        QVERIFY2(id.has_value(), id ? "" : id.error().text.c_str());
        QCOMPARE(id->value.size(), 32U);
        r.sessions.setClient(*id, "evil\x1b[2J", "1");
        QCOMPARE(r.sessions.find(*id)->claimedName, std::string("evil\\e[2J"));
        QCOMPARE(r.sessions.find(*id)->shimPid, ::getppid());
        QVERIFY(r.sessions.find(*id)->shimStart > 0);
        r.sessions.close(*id);
        r.sessions.close(*id);
        QCOMPARE(closed.size(), 1);
        QVERIFY(r.sessions.find(*id) == nullptr);
        QCOMPARE(r.ledger.said.front(), std::string("session opened"));
        QCOMPARE(r.ledger.said.back(), std::string("session closed"));
    }
    void theShimsEndEndsIt() {
        // Nobody outside our own tree can be killed by a test, so a child plays the service and its brother the shim.
        auto* shim = new LiveProcess([] { return ::getpid(); });
        const LiveProcess service([&] {
            Registry r;
            bool closed = false;
            QObject::connect(&r.sessions, &SessionRegistry::closed, &r.sessions, [&] { closed = true; });
            if (!r.sessions.open(shim->pid(), hello()))
                return -1;
            ::kill(shim->pid(), SIGKILL);
            return QTest::qWaitFor([&] { return closed; }, 5000) ? ::getpid() : -1;
        });
        delete shim;
        QCOMPARE(service.said(), service.pid());
    }
    void whatCannotBeWrittenIsNotOpened() {
        Registry r;
        r.ledger.failing = "session opened";
        QVERIFY(!r.sessions.open(::getppid(), hello()).has_value());
        QVERIFY(r.sessions.agents().empty());
    }
    void badHellos() {
        Registry r;
        auto other = hello();
        other.version = 99;
        QVERIFY(!r.sessions.open(::getppid(), other).has_value());
        QVERIFY(!r.sessions.open(::getppid(), hello("relative")).has_value());
        QVERIFY(!r.sessions.open(::getppid(), hello("")).has_value());
    }
    void oneMoreThanTheLimitIsRefused() {
        Registry r;
        for (std::size_t i = 0; i < limits::sessions; ++i)
            QVERIFY(r.sessions.open(::getppid(), hello()).has_value());
        const auto more = r.sessions.open(::getppid(), hello());
        QVERIFY(!more.has_value());
        QCOMPARE(more.error().kind, ErrorKind::Limit);
    }
    void projects() {
        const QTemporaryDir folder;
        const std::string root = std::filesystem::canonical(folder.path().toStdString()).string();
        std::filesystem::create_directories(root + "/a/.git");
        std::filesystem::create_directories(root + "/a/b/c");
        std::filesystem::create_directory_symlink(root + "/a/b", root + "/link");
        QCOMPARE(projectRootOf(root + "/a/b/c", {".git"}), root + "/a");
        QCOMPARE(projectRootOf(root + "/link/c", {".git"}), root + "/a");
        QCOMPARE(projectRootOf(root + "/a/b/c", {"nothing-has-this"}), root + "/a/b/c");
    }
};

QTEST_GUILESS_MAIN(TestSessionRegistry)
#include "tst_sessionregistry.moc"
