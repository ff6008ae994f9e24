#include "service/gate/sandbox/sandboxpool.h"

namespace exeat::gate {

struct SandboxPool::Private {};

SandboxPool::SandboxPool(std::string, std::string) {}

SandboxPool::~SandboxPool() = default;

Result<InsideRun> SandboxPool::start(InsideStart) {
    return fail(ErrorKind::Missing, "This exeat-gate was built without its sandbox; only full access can run.");
}

int zygoteMain(int) {
    return 1;
}

} // namespace exeat::gate
