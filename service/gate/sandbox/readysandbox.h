#pragma once

#include "service/gate/sandbox/sandboxpool.h"
#include "service/gate/sandbox/zygoteprotocol.h"
#include "shared/wire/frame.h"

#include <chrono>
#include <memory>
#include <string>

namespace exeat::gate {

/** One built sandbox: bubblewrap, and the zygote in it. Ends, with every run in it, when this object does. */
class ReadySandbox {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    /** Blocks until the zygote is ready. Missing: no bubblewrap or no user namespaces; the text names the cure. */
    static Result<std::unique_ptr<ReadySandbox>> build(const std::string& bwrapPath, const std::string& zygotePath,
                                                       NetworkAccess network, Deadline deadline);
    ReadySandbox(const ReadySandbox&) = delete;
    ReadySandbox& operator=(const ReadySandbox&) = delete;
    ~ReadySandbox();

    NetworkAccess network() const { return m_network; }
    bool isAlive() const;
    /** Of bubblewrap, a child of this process. */
    int pid() const { return m_pid; }

    /**
     * The zygote gets copies of the descriptors. Changed: a file is not what `steps` says; a new plan may fit.
     * Unavailable with isAlive() false afterwards: the sandbox is lost, nothing runs.
     */
    Result<InsideRun> start(const InsideStart& start, std::vector<MountStep> steps, Deadline deadline);

private:
    ReadySandbox(NetworkAccess network, int pid, UniqueFd pidfd, UniqueFd socket, UniqueFd complaints)
        : m_network(network), m_pid(pid), m_pidfd(std::move(pidfd)), m_channel(std::move(socket)),
          m_complaints(std::move(complaints)) {}
    Result<void> awaitReady(Deadline deadline);
    Result<void> send(const std::string& payload, std::vector<UniqueFd> fds, Deadline deadline);
    Result<FromZygote> receive(Deadline deadline);
    Error whyItFailed() const;
    void kill();

    NetworkAccess m_network;
    int m_pid;
    UniqueFd m_pidfd;
    wire::FdChannel m_channel;
    UniqueFd m_complaints; ///< read end of bubblewrap's standard error, non-blocking
};

} // namespace exeat::gate
