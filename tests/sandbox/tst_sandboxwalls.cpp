#include "tests/sandbox/sandboxbench.h"

#include <QTcpServer>
#include <QtTest>

#include <cstddef>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace exeat;
using exeat::test::Bench;

namespace {

/** A listening socket of the world outside; '@' in first place is an abstract name. */
UniqueFd listenAt(std::string path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::size_t size = std::min(path.size(), sizeof address.sun_path);
    std::memcpy(address.sun_path, path.data(), size);
    if (path[0] == '@')
        address.sun_path[0] = '\0';
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
    sockaddr* generic = nullptr;
    void* any = &address;
    generic = static_cast<sockaddr*>(any);
    return ::bind(fd.get(), generic, length) == 0 && ::listen(fd.get(), 5) == 0 ? std::move(fd) : UniqueFd();
}

} // namespace

/** What a run must not reach beside files: other processes, sockets, the kernel. */
class TestSandboxWalls : public QObject {
    Q_OBJECT

private slots:
    void calls_data();
    void calls();
#ifdef __x86_64__ // other processors have no second way into the kernel
    void foreignArchitecture_data();
    void foreignArchitecture();
#endif
    void outsideSockets_data();
    void outsideSockets();
    void outsideProcesses();
    void firstProcess();
    void setUidHasNoEffect();
    void network_data();
    void network();
    void programsStillWork_data();
    void programsStillWork();
};

void TestSandboxWalls::calls_data() {
    QTest::addColumn<QString>("probe");
    QTest::addColumn<QString>("answer");
    const auto row = [](const char* probe, const char* answer) { QTest::newRow(probe) << probe << answer; };
    row("ptrace 1", "EPERM");
    row("vmread 1", "EPERM");
    row("userns", "EPERM");
    row("clonens", "EPERM");
    row("clone3", "ENOSYS");
    row("mount /mnt", "EPERM");
    row("umount /proc", "EPERM");
    row("uring", "EPERM");
    row("bpf", "EPERM");
    row("keyctl", "EPERM");
    row("tiocsti 0", "EPERM");
    row("tiocsti 1", "EPERM"); // in the upper half of the register, which the kernel does not read
    row("listener", "EPERM");
    row("fcntl 1024", "EPERM"); // F_SETLEASE
    row("fcntl 1025", "ok");    // F_GETLEASE
    row("fcntl 1040", "EPERM"); // F_SETDELEG
    row("personality 0xffffffff", "ok");
    row("personality 0x0040000", "ok");
    row("personality 0x0400000", "EPERM");
    row("personality 0x80400000", "EPERM");
    row("socket 1", "EPERM");
    row("socket 0x100000001", "EPERM");
    row("socket 2", "ok");
    row("socket 10", "ok");
    row("socket 17", "EPERM");
    row("socket 40", "EPERM");
    row("socket 38", "EPERM");
    row("netlink 0", "ok");
    row("netlink 15", "EPERM");
    row("pair 1", "ok");
    row("pair 5", "ok");
    row("pair 2", "EPERM");
    row("pair 3", "EPERM");
    row("pair 2050", "EPERM"); // SOCK_DGRAM | SOCK_NONBLOCK
}

void TestSandboxWalls::calls() {
    QFETCH(QString, probe);
    QFETCH(QString, answer);
    Bench bench;
    QCOMPARE(bench.run(bench.spec(), "$PROBE " + probe.toStdString()).output, answer.toStdString() + "\n");
}

#ifdef __x86_64__
void TestSandboxWalls::foreignArchitecture_data() {
    QTest::addColumn<QString>("probe");
    QTest::newRow("x32") << "x32";
    QTest::newRow("i386") << "i386";
}

void TestSandboxWalls::foreignArchitecture() {
    QFETCH(QString, probe);
    Bench bench;
    const auto outcome = bench.run(bench.spec(), "$PROBE " + probe.toStdString() + " 2>/dev/null; echo $?");
    // Ended by SIGSYS, or by SIGSEGV on a kernel without that entry.
    QVERIFY2(outcome.output.ends_with("159\n") || outcome.output.ends_with("139\n"), outcome.output.c_str());
}
#endif

void TestSandboxWalls::outsideSockets_data() {
    QTest::addColumn<bool>("network");
    QTest::newRow("network off") << false;
    QTest::newRow("network on") << true;
}

void TestSandboxWalls::outsideSockets() {
    QFETCH(bool, network);
    Bench bench;
    auto spec = bench.spec();
    spec.network = network ? NetworkAccess::On : NetworkAccess::Off;
    const std::string abstract = "@exeat-test-" + std::to_string(::getpid());
    for (const std::string& path : {bench.workspace() + "/agent.sock", bench.outside() + "/X0", abstract}) {
        const UniqueFd listening = listenAt(path);
        QVERIFY2(bool(listening), path.c_str());
        QCOMPARE(bench.run(spec, "$PROBE connect " + path).output, std::string("EPERM\n"));
    }
}

void TestSandboxWalls::outsideProcesses() {
    Bench bench;
    const std::string us = std::to_string(::getpid());
    const auto outcome =
        bench.run(bench.spec(), "ls -d /proc/[0-9]* | wc -l; kill -0 " + us + " && echo hole; kill -9 -1");
    QVERIFY2(!outcome.output.contains("hole"), outcome.output.c_str());
    // The first process, the shell, ls and wc, as far as they are there already.
    const int seen = std::atoi(outcome.output.c_str());
    QVERIFY2(seen >= 2 && seen <= 5, (outcome.error + outcome.output).c_str());
}

void TestSandboxWalls::firstProcess() {
    Bench bench;
    const auto outcome =
        bench.run(bench.spec(),
                  "kill -9 1 2>/dev/null; kill -STOP 1 2>/dev/null; cat /proc/1/environ "
                  "/proc/1/maps /proc/1/mem; ls /proc/1/root; for f in /proc/1/fd/*; do echo x > $f; done; echo alive");
    QVERIFY2(outcome.output.ends_with("alive\n"), outcome.output.c_str());
    QVERIFY2(QString::fromStdString(outcome.output).count(QStringLiteral("ermission denied")) == 5,
             outcome.output.c_str());
}

void TestSandboxWalls::setUidHasNoEffect() {
    Bench bench;
    const auto outcome = bench.run(bench.spec(), "sudo -n id -u; su -c 'id -u' </dev/null; echo end");
    QVERIFY2(outcome.output.ends_with("end\n"), outcome.output.c_str());
    if (::getuid() != 0)
        QVERIFY2(!outcome.output.starts_with("0\n") && !outcome.output.contains("\n0\n"), outcome.output.c_str());
}

void TestSandboxWalls::network_data() {
    QTest::addColumn<bool>("network");
    QTest::addColumn<QString>("answer");
    QTest::newRow("off") << false << "own\n";
    QTest::newRow("on") << true << "own\nhost\n";
}

void TestSandboxWalls::network() {
    QFETCH(bool, network);
    QFETCH(QString, answer);
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    Bench bench;
    auto spec = bench.spec();
    spec.network = network ? NetworkAccess::On : NetworkAccess::Off;
    const auto outcome =
        bench.run(spec, "python3 -c 'import socket\ns=socket.socket(); s.bind((\"127.0.0.1\",0)); s.listen()\n"
                        "c=socket.create_connection(s.getsockname()); print(\"own\",flush=True)'; "
                        "(: < /dev/tcp/127.0.0.1/" +
                            std::to_string(server.serverPort()) + ") 2>/dev/null && echo host");
    QCOMPARE(outcome.output, answer.toStdString());
}

void TestSandboxWalls::programsStillWork_data() {
    QTest::addColumn<QString>("script");
    QTest::newRow("git") << "export HOME=/; git init -q sub && cd sub && git status --short";
    QTest::newRow("python")
        << "python3 -c 'import subprocess,threading,multiprocessing as m\n"
           "subprocess.check_call([\"true\"]); m.Lock(); p=m.Process(target=print); p.start(); p.join()'";
    QTest::newRow("node") << "node -e 'require(\"child_process\").execSync(\"true\"); "
                             "require(\"fs\").promises.readFile(\"/etc/passwd\").then(()=>process.exit(0))'";
    QTest::newRow("getent") << "getent passwd root";
    QTest::newRow("id") << "[ \"$(id -u)\" = \"$(stat -c %u $WS)\" ]";
    QTest::newRow("make") << "printf 'a:\\n\\ttrue\\n' > Makefile && make -s a";
}

void TestSandboxWalls::programsStillWork() {
    QFETCH(QString, script);
    Bench bench;
    const auto outcome = bench.run(bench.spec(), script.toStdString());
    QVERIFY2(outcome.ok(), (outcome.error + outcome.output).c_str());
}

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    TestSandboxWalls test;
    return test::runAsRootAndUser(test, argc, argv);
}

#include "tst_sandboxwalls.moc"
