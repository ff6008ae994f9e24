#include "service/gate/sandbox/sandboxpool.h"

#include "service/gate/sandbox/readysandbox.h"
#include "service/gate/sandbox/runleases.h"
#include "service/gate/sandbox/whilechanged.h"
#include "shared/base/process.h"

#include <algorithm>
#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

constexpr auto answerTime = std::chrono::seconds(5);

/** $XDG_STATE_HOME/exeat, shared by all gates of the user; must outlive a reboot, so not in the runtime folder. */
std::string placeholderFolder() {
    if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && state[0] == '/')
        return std::string(state) + "/exeat/placeholders";
    const char* home = std::getenv("HOME");
    if (home == nullptr || home[0] != '/') {
        const passwd* user = ::getpwuid(::getuid());
        home = user != nullptr ? user->pw_dir : "/";
    }
    return std::string(home) + "/.local/state/exeat/placeholders";
}

} // namespace

struct SandboxPool::Private {
    std::string bwrapPath;
    std::string selfPath;
    std::string placeholders = placeholderFolder();
    RunLeases leases{placeholders};
    std::vector<std::unique_ptr<ReadySandbox>> sandboxes; // after leases: runs end before their placeholders go

    Result<ReadySandbox*> sandboxFor(NetworkAccess network, ReadySandbox::Deadline deadline) {
        std::erase_if(sandboxes, [](const auto& sandbox) { return !sandbox->isAlive(); });
        const auto ready =
            std::ranges::find_if(sandboxes, [&](const auto& sandbox) { return sandbox->network() == network; });
        if (ready != sandboxes.end())
            return ready->get();
        auto built = ReadySandbox::build(bwrapPath, selfPath, network, deadline);
        if (!built)
            return std::unexpected(built.error());
        return sandboxes.emplace_back(std::move(*built)).get();
    }

    /** With a plan of its own. */
    Result<InsideRun> attempt(ReadySandbox& sandbox, const InsideStart& start, ReadySandbox::Deadline deadline) {
        auto lease = leases.begin(start.spec);
        if (!lease)
            return std::unexpected(lease.error());
        const auto guard = lease->holdings.guard;
        auto run = sandbox.start(start, lease->steps, deadline);
        if (!run) {
            leases.abandon(std::move(*lease));
            return run;
        }
        if (auto watched = leases.endWith(std::move(*lease), run->pidfd); !watched) {
            killProcess(run->pidfd);
            return std::unexpected(watched.error());
        }
        run->guard = guard;
        return run;
    }
};

SandboxPool::SandboxPool(std::string bwrapPath, std::string selfPath) : d(new Private) {
    d->bwrapPath = std::move(bwrapPath);
    d->selfPath = std::move(selfPath);
}

SandboxPool::~SandboxPool() = default;

Result<InsideRun> SandboxPool::start(InsideStart start) {
    if (start.spec.mode == SandboxMode::FullAccess)
        return fail(ErrorKind::Refused, "a run without a sandbox is not started here");
    const auto deadline = std::chrono::steady_clock::now() + answerTime;
    auto sandbox = d->sandboxFor(start.spec.network, deadline);
    if (!sandbox)
        return std::unexpected(sandbox.error());
    start.spec.hiddenPaths.push_back(d->placeholders);
    return whileChanged([&] { return d->attempt(**sandbox, start, deadline); });
}

int SandboxPool::changesFd() const {
    return d->leases.guard().fd();
}

std::vector<LostProtection> SandboxPool::takeLost() {
    return d->leases.guard().take();
}

std::vector<int> SandboxPool::processes() const {
    std::vector<int> pids;
    for (const auto& sandbox : d->sandboxes)
        pids.push_back(sandbox->pid());
    return pids;
}

std::optional<std::chrono::steady_clock::time_point> SandboxPool::tidy() {
    return d->leases.tidy();
}

void SandboxPool::settle() {
    d->leases.settle();
}

} // namespace exeat::gate
