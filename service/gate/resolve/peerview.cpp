#include "service/gate/resolve/peerview.h"

#include "service/gate/resolve/pathwalk.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace exeat::gate {

Result<PeerView> PeerView::open(pid_t pid) {
    PeerView view;
    view.m_folder = "/proc/" + std::to_string(pid);
    view.m_root = UniqueFd(::open((view.m_folder + "/root").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!view.m_root)
        return failErrno("cannot see the root folder of the calling process");
    return view;
}

Result<FileIdentity> PeerView::workdir() const {
    struct stat facts = {};
    if (::stat((m_folder + "/cwd").c_str(), &facts) < 0)
        return failErrno("cannot see the working directory of the calling process");
    return gate::identityOf(facts);
}

Result<FileIdentity> PeerView::identityOf(const std::string& path) const {
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    UniqueFd file(static_cast<int>(::syscall(SYS_openat2, m_root.get(), path.c_str(), &how, sizeof how)));
    struct stat facts = {};
    if (!file || ::fstat(file.get(), &facts) < 0)
        return failErrno("the calling process does not see " + path);
    return gate::identityOf(facts);
}

} // namespace exeat::gate
