#pragma once

#include "service/gate/sandbox/sandboxpool.h"
#include "service/gate/sandbox/shellend.h"
#include "shared/domain/exitstatus.h"

#include <QTemporaryDir>

#include <optional>
#include <string>

namespace exeat::test {

/** A run that was started, its output end still open. */
struct Started {
    gate::InsideRun run;
    UniqueFd output;
};

/** What a run said and how it ended. `error` instead, if it was not started. */
struct Outcome {
    std::string output; ///< standard output and error
    std::optional<ExitStatus> status;
    std::string error;
    bool ok() const { return status == ExitStatus{}; }
};

/** A project to work in, a folder beside it, and a pool with the real zygote. */
class Bench {
public:
    Bench();

    std::string workspace() const { return m_base + "/ws"; }
    std::string outside() const { return m_base + "/outside"; }
    std::string stateFolder() const { return m_base + "/state/exeat"; }
    SandboxSpec spec() const;
    SandboxSpec readOnly() const { return {SandboxMode::ReadOnly, NetworkAccess::Off, {}, {}, {}, {}}; }
    gate::SandboxPool& pool() { return *m_pool; }
    void newPool();
    void dropPool() { m_pool.reset(); }
    /** A second service with a state folder of its own; its runs begin in the same project. */
    std::unique_ptr<gate::SandboxPool> strangersPool() const;

    Result<Started> start(const SandboxSpec& spec, const std::string& script,
                          std::vector<std::pair<int, int>> fds = {});
    Result<Started> startIn(gate::SandboxPool& pool, const SandboxSpec& spec, const std::string& script,
                            std::vector<std::pair<int, int>> fds = {}) const;
    Outcome run(const SandboxSpec& spec, const std::string& script);
    /** Fails the wait after ten seconds. */
    static Outcome finish(Started started);

private:
    QTemporaryDir m_folder;
    std::string m_base;
    std::unique_ptr<gate::SandboxPool> m_pool;
};

std::string programFolder();

/** Runs a test object; as root then once more, in a process of the user exeattest. */
int runAsRootAndUser(QObject& test, int argc, char** argv);

} // namespace exeat::test
