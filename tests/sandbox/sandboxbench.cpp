#include "tests/sandbox/sandboxbench.h"

#include "tests/sandbox/rootanduser.h"

#include <QCoreApplication>
#include <QTemporaryDir>
#include <QtTest>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exeat::test {

namespace {

bool readable(int fd, int milliseconds) {
    pollfd entry{fd, POLLIN, 0};
    return ::poll(&entry, 1, milliseconds) == 1;
}

} // namespace

std::string programFolder() {
    return QCoreApplication::applicationDirPath().toStdString();
}

Bench::Bench() : m_folder(QStringLiteral("/tmp/exeat-sandbox-XXXXXX")), m_base(m_folder.path().toStdString()) {
    for (const auto& folder : {workspace(), outside()})
        ::mkdir(folder.c_str(), 0755);
    qputenv("XDG_STATE_HOME", QByteArray::fromStdString(m_base + "/state"));
    newPool();
}

void Bench::newPool() {
    m_pool = std::make_unique<gate::SandboxPool>("/usr/bin/bwrap", programFolder() + "/exeat-zygote-test");
}

SandboxSpec Bench::spec() const {
    return {SandboxMode::WorkspaceWrite,
            NetworkAccess::Off,
            {workspace()},
            {".git", ".codex", ".exeat", ".agents", ".aws"},
            {},
            {"/run", stateFolder()}};
}

std::unique_ptr<gate::SandboxPool> Bench::strangersPool() const {
    const QByteArray ours = qgetenv("XDG_STATE_HOME");
    qputenv("XDG_STATE_HOME", QByteArray::fromStdString(m_base + "/strangers-state"));
    auto pool = std::make_unique<gate::SandboxPool>("/usr/bin/bwrap", programFolder() + "/exeat-zygote-test");
    qputenv("XDG_STATE_HOME", ours);
    return pool;
}

Result<Started> Bench::start(const SandboxSpec& spec, const std::string& script, std::vector<std::pair<int, int>> fds) {
    return startIn(*m_pool, spec, script, std::move(fds));
}

Result<Started> Bench::startIn(gate::SandboxPool& pool, const SandboxSpec& spec, const std::string& script,
                               std::vector<std::pair<int, int>> fds) const {
    auto output = makePipe();
    if (!output)
        return std::unexpected(output.error());
    gate::InsideStart start;
    start.spec = spec;
    start.argv = {"/bin/bash", "-c", script};
    start.environment = {
        "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME=" + workspace(), "LC_ALL=C",
        "PROBE=" + programFolder() + "/exeat-sandbox-probe", "WS=" + workspace(),   "OUT=" + outside()};
    start.workdir = spec.mode == SandboxMode::ReadOnly ? "/" : workspace();
    start.input = UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    start.error = UniqueFd(::fcntl(output->write.get(), F_DUPFD_CLOEXEC, 3));
    start.output = std::move(output->write);
    for (const auto& [fd, number] : fds)
        start.inherited.push_back({number, UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 3))});
    auto run = pool.start(std::move(start));
    if (!run)
        return std::unexpected(run.error());
    return Started{std::move(*run), std::move(output->read)};
}

Outcome Bench::finish(Started started) {
    Outcome outcome;
    char chunk[4096];
    while (readable(started.output.get(), 20'000)) {
        const ssize_t got = ::read(started.output.get(), chunk, sizeof chunk);
        if (got <= 0)
            break;
        outcome.output.append(chunk, static_cast<std::size_t>(got));
    }
    gate::ShellEnd end{};
    if (readable(started.run.status.get(), 10'000) && ::read(started.run.status.get(), &end, sizeof end) == sizeof end)
        outcome.status = ExitStatus{end.code, end.signal};
    if (!readable(started.run.pidfd.get(), 10'000))
        outcome.error = "the run did not end";
    return outcome;
}

Outcome Bench::run(const SandboxSpec& spec, const std::string& script) {
    auto started = start(spec, script);
    if (!started)
        return {{}, {}, started.error().text};
    auto outcome = finish(std::move(*started));
    m_pool->settle();
    return outcome;
}

int runAsRootAndUser(QObject& test, int argc, char** argv) {
    return runAsRootAndUser(test, argc, argv,
                            {QStringLiteral("exeat-zygote-test"), QStringLiteral("exeat-sandbox-probe")});
}

} // namespace exeat::test
