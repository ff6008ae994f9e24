#include "service/gate/sandbox/bwrapargs.h"

#include "service/gate/sandbox/zygoteprotocol.h"

namespace exeat::gate {

std::vector<std::string> bwrapArguments(const std::string& bwrapPath, NetworkAccess network,
                                        const std::string& zygotePath, int zygoteFd) {
    std::vector<std::string> argv{bwrapPath, "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"};
    if (network == NetworkAccess::Off)
        argv.emplace_back("--unshare-net");
    // uid 0: else bubblewrap ends in a second user namespace, whose capabilities do not reach the mounts.
    for (const char* word :
         {"--uid", "0", "--gid", "0", "--as-pid-1", "--die-with-parent", "--new-session", "--ro-bind", "/", "/",
          "--dev", "/dev", "--tmpfs", emptyThings, "--remount-ro", "/dev", "--proc", "/proc", "--chdir", "/",
          // Inside the new user namespace only: the zygote mounts for each run, then gives all up.
          "--cap-add", "ALL", "--"})
        argv.emplace_back(word);
    argv.push_back(zygotePath);
    argv.emplace_back("--zygote");
    argv.push_back(std::to_string(zygoteFd));
    return argv;
}

} // namespace exeat::gate
