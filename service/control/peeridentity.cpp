#include "service/control/peeridentity.h"

#include "shared/base/process.h"
#include "shared/base/text.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace exeat {
namespace {

// Linux 6.5, asm-generic/socket.h; Debian 12's headers are older. The kernel takes it at connect(2), without a race.
constexpr int peerPidfdOption = 77;

Result<UniqueFd> pidfdOf(int socket, pid_t pid) {
    int fd = -1;
    socklen_t size = sizeof fd;
    if (::getsockopt(socket, SOL_SOCKET, peerPidfdOption, &fd, &size) == 0 && fd >= 0)
        return UniqueFd(fd);
    return openPidfd(pid);
}

bool isAlive(const UniqueFd& pidfd) {
    pollfd entry{pidfd.get(), POLLIN, 0};
    return ::poll(&entry, 1, 0) == 0; // readable once it has ended
}

bool isSameFile(const std::string& left, const std::string& right) {
    struct stat a{};
    struct stat b{};
    return ::stat(left.c_str(), &a) == 0 && ::stat(right.c_str(), &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/** tty_nr of proc_pid_stat(5); majors of Documentation/admin-guide/devices.txt. */
std::string terminalName(int number) {
    const auto device = static_cast<dev_t>(static_cast<unsigned>(number));
    const unsigned majorNumber = (static_cast<unsigned>(device) >> 8) & 0xFFFU;
    const unsigned minorNumber =
        (static_cast<unsigned>(device) & 0xFFU) | ((static_cast<unsigned>(device) >> 12) & 0xFFF00U);
    if (majorNumber >= 136 && majorNumber <= 143)
        return "pts/" + std::to_string((majorNumber - 136) * 256 + minorNumber);
    if (majorNumber == 4 && minorNumber < 64)
        return "tty" + std::to_string(minorNumber);
    return "terminal " + std::to_string(majorNumber) + ":" + std::to_string(minorNumber);
}

} // namespace

Result<PeerIdentity> PeerIdentity::of(int socket) {
    ucred peer{0, static_cast<uid_t>(-1), static_cast<gid_t>(-1)};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        return failErrno("the kernel does not say who is connected");
    if (peer.uid != ::getuid())
        return fail(ErrorKind::Refused, "this service belongs to another user");
    PeerIdentity identity;
    identity.m_pid = peer.pid;
    auto pidfd = pidfdOf(socket, peer.pid);
    if (!pidfd)
        return std::unexpected(pidfd.error());
    identity.m_pidfd = std::move(*pidfd);
    const auto facts = processFacts(peer.pid);
    if (!facts || !isAlive(identity.m_pidfd))
        return fail(ErrorKind::Unavailable, "the process that connected is gone");
    identity.m_startTime = facts->startTime;
    return identity;
}

bool PeerIdentity::isSame() const {
    const auto facts = processFacts(m_pid);
    return facts && facts->startTime == m_startTime && isAlive(m_pidfd);
}

PeerTerminal PeerIdentity::terminal() const {
    const auto facts = processFacts(m_pid);
    return facts && facts->terminal != 0 ? PeerTerminal::Present : PeerTerminal::Missing;
}

PeerProgram PeerIdentity::program(const std::string& programFolder) const {
    const std::string running = "/proc/" + std::to_string(m_pid) + "/exe";
    if (isSameFile(running, programFolder + "/exeat"))
        return PeerProgram::OurCommandLine;
    if (isSameFile(running, programFolder + "/exeat-desktop"))
        return PeerProgram::OurDesktop;
    return PeerProgram::Unknown;
}

std::string PeerIdentity::describe() const {
    std::string text = "pid " + std::to_string(m_pid);
    if (const auto path = executablePath(m_pid))
        text += " " + visible(*path, 512);
    const auto facts = processFacts(m_pid);
    if (facts && facts->terminal != 0)
        text += " on " + terminalName(facts->terminal);
    return text;
}

} // namespace exeat
