#include "service/gate/runs/poolstarter.h"
#include "service/gate/supervisor.h"
#include "shared/base/filelimit.h"
#include "shared/base/process.h"

#include <charconv>
#include <cstdio>
#include <string_view>

#include <fcntl.h>
#include <sys/prctl.h>

namespace {

int descriptorIn(std::string_view word) {
    int fd = -1;
    const auto end = std::from_chars(word.data(), word.data() + word.size(), fd);
    const bool whole = end.ec == std::errc() && end.ptr == word.data() + word.size();
    return whole && fd > 2 && ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? fd : -1;
}

} // namespace

int main(int argc, char** argv) {
    using namespace exeat;
    if (argc == 3 && std::string_view(argv[1]) == "--zygote" && descriptorIn(argv[2]) >= 0)
        return gate::zygoteMain(descriptorIn(argv[2]));
    forbidTracing();
    const int service = argc == 2 ? descriptorIn(argv[1]) : -1;
    if (service < 0) {
        std::fputs("exeat-gate is started by exeatd: exeat-gate DESCRIPTOR\n", stderr);
        return 2;
    }
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    raiseFileLimit(); // every waiting program holds a descriptor here
    const auto self = executablePath(::getpid());
    auto supervisor = gate::Supervisor::create(UniqueFd(service), [&](const wire::GateConfig& config) {
        return std::make_unique<gate::PoolStarter>(config.bwrapPath, self.value_or("/proc/self/exe"));
    });
    if (!supervisor) {
        std::fprintf(stderr, "exeat-gate: %s\n", supervisor.error().text.c_str());
        return 1;
    }
    (*supervisor)->run();
    return 0;
}
