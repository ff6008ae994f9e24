#include "tests/gate/gatedriver.h"

#include "service/gate/keeper/processtree.h"
#include "shared/base/process.h"
#include "shared/wire/codec.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace exeat;

namespace {

std::string binary(const char* name) {
    const char* folder = std::getenv("EXEAT_BIN");
    return (folder != nullptr ? std::string(folder) : std::string("bin")) + "/" + name;
}

} // namespace

std::string helperPath() {
    return binary("exeat-exec");
}

GateDriver::GateDriver() {
    auto pair = makeSocketPair(SOCK_STREAM);
    const std::string gate = binary("exeat-gate");
    m_answerer = [](const wire::ExecRequest& request) {
        return wire::ExecAnswer{request.run, request.exec, Verdict::Escalate, {}, {}};
    };
    m_pid = ::fork();
    if (m_pid == 0) {
        const std::string number = std::to_string(::dup(pair->theirs.get()));
        ::execl(gate.c_str(), gate.c_str(), number.c_str(), nullptr);
        ::_exit(127);
    }
    m_channel.emplace(std::move(pair->ours));
    wire::GateConfig config;
    config.version = wire::protocolVersion;
    config.bashPath = "/bin/bash";
    config.execHelperPath = helperPath();
    config.bwrapPath = "/usr/bin/bwrap";
    config.sandboxedEnvironment = {"PATH=/usr/bin:/bin", "HOME=/root", "LOGIN_MARK=sandboxed"};
    config.loginEnvironment = {"PATH=/usr/bin:/bin", "HOME=/root", "LANG=C.UTF-8", "LOGIN_MARK=yes"};
    send(config);
}

GateDriver::~GateDriver() {
    m_channel.reset();
    ::waitpid(m_pid, nullptr, 0);
}

void GateDriver::send(const wire::ToGate& message, std::vector<UniqueFd> fds) {
    m_channel->send(wire::encode(message), std::move(fds));
    (void)m_channel->flush();
}

void GateDriver::setPolicy(PolicySnapshot snapshot) {
    snapshot.version = m_snapshot.version + 1;
    m_snapshot = std::move(snapshot);
    send(wire::SetPolicy{m_snapshot});
}

SandboxSpec GateDriver::fullAccess() {
    SandboxSpec spec;
    spec.mode = SandboxMode::FullAccess;
    return spec;
}

RunId GateDriver::startRun(const std::string& script, std::vector<std::string> environment, const std::string& workdir,
                           SandboxSpec sandbox) {
    const RunId run{"run" + std::to_string(++m_lastRun)};
    auto in = makePipe();
    auto out = makePipe();
    wire::StartRun start;
    start.run = run;
    start.script = script;
    start.workdir = workdir;
    start.environment = std::move(environment);
    start.environment.emplace_back("PATH=/usr/bin:/bin");
    start.sandbox = std::move(sandbox);
    start.workspace = m_workspace;
    start.heuristics = m_heuristics;
    std::vector<UniqueFd> fds;
    fds.push_back(std::move(in->read));
    fds.push_back(std::move(*out->write.duplicate()));
    fds.push_back(std::move(out->write));
    m_runs[run].read = std::move(out->read);
    send(start, std::move(fds));
    return run;
}

void GateDriver::receive() {
    if (!m_channel)
        return;
    const auto got = m_channel->receive();
    for (auto payload = m_channel->take(); payload && *payload; payload = m_channel->take()) {
        const auto message = wire::decodeFromGate(**payload);
        if (!message)
            continue;
        if (const auto* request = std::get_if<wire::ExecRequest>(&*message)) {
            m_requests.push_back(*request);
            if (const auto answer = m_answerer(*request); answer.exec)
                send(answer);
        } else if (const auto* gone = std::get_if<wire::ExecWithdrawn>(&*message)) {
            m_withdrawn.push_back(*gone);
        } else if (const auto* batch = std::get_if<wire::ExecRecords>(&*message)) {
            m_records.insert(m_records.end(), batch->records.begin(), batch->records.end());
        } else if (const auto* needed = std::get_if<wire::NeedDirectory>(&*message)) {
            PolicySnapshot wider = m_snapshot;
            wider.directories.push_back(needed->directory);
            setPolicy(std::move(wider));
        } else if (const auto* ended = std::get_if<wire::RunEnded>(&*message)) {
            m_runs[ended->run].ended = true;
            m_runs[ended->run].status = ended->status;
            m_runs[ended->run].unprotected = ended->unprotected;
        } else if (const auto* refused = std::get_if<wire::RunRefused>(&*message)) {
            m_runs[refused->run].ended = true;
            m_refusal = refused->text;
        }
    }
    if (!got)
        m_channel.reset();
}

void GateDriver::readOutputs() {
    for (auto& [id, run] : m_runs) {
        pollfd one{run.read.get(), POLLIN, 0};
        while (run.read && ::poll(&one, 1, 0) > 0) {
            char bytes[65536];
            const ssize_t size = ::read(run.read.get(), bytes, sizeof bytes);
            if (size <= 0) {
                run.read.reset();
                break;
            }
            run.text.append(bytes, static_cast<std::size_t>(size));
        }
    }
}

bool GateDriver::pumpUntil(const std::function<bool()>& done, int milliseconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (!done()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::vector<pollfd> fds;
        if (m_channel) {
            (void)m_channel->flush();
            fds.push_back(
                {m_channel->fd(), static_cast<short>(m_channel->wantsToWrite() ? POLLIN | POLLOUT : POLLIN), 0});
        }
        for (const auto& [id, run] : m_runs) {
            if (run.read)
                fds.push_back({run.read.get(), POLLIN, 0});
        }
        ::poll(fds.data(), fds.size(), 20);
        receive();
        readOutputs();
    }
    return true;
}

bool GateDriver::runToEnd(const RunId& run, int milliseconds) {
    const bool ended = pumpUntil([&] { return m_runs[run].ended; }, milliseconds);
    readOutputs();
    return ended;
}

PrefixRule rule(const std::string& word, RuleDecision decision) {
    PrefixRule made;
    made.layer = Layer::User;
    made.file = "/test.rules";
    made.line = 1;
    made.pattern = {{{word}}};
    made.decision = decision;
    return made;
}

PolicySnapshot policyOf(std::vector<PrefixRule> rules) {
    PolicySnapshot snapshot;
    snapshot.rules = std::move(rules);
    snapshot.directories = {"/"};
    return snapshot;
}

void writeProgram(const std::string& path, const std::string& text) {
    const std::string fresh = path + ".new";
    std::ofstream(fresh) << text;
    ::chmod(fresh.c_str(), 0755);
    ::rename(fresh.c_str(), path.c_str());
}

std::vector<pid_t> processesWith(const std::string& mark) {
    std::vector<pid_t> found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const pid_t pid = std::atoi(entry.path().filename().c_str());
        if (pid <= 0 || pid == ::getpid())
            continue;
        const auto words = readFile(entry.path().string() + "/cmdline", 1 << 20);
        if (words && words->find(mark) != std::string::npos)
            found.push_back(pid);
    }
    return found;
}

std::size_t descendants(pid_t pid) {
    return gate::descendantsOf(pid).size();
}
