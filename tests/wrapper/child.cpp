#include "tests/wrapper/child.h"

#include <array>
#include <chrono>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exeat::test {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (const auto& string : strings)
        result.push_back(const_cast<char*>(string.c_str())); // execve writes to none of them
    result.push_back(nullptr);
    return result;
}

std::string contentOf(int fd) {
    std::string result;
    std::array<char, 65536> part{};
    ::lseek(fd, 0, SEEK_SET);
    for (ssize_t n = 0; (n = ::read(fd, part.data(), part.size())) > 0;)
        result.append(part.data(), static_cast<std::size_t>(n));
    return result;
}

/** waitpid with WNOHANG until it answers or the time is over; 0 then. */
pid_t waitFor(pid_t pid, int& status, int options, std::chrono::seconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
        const auto got = ::waitpid(pid, &status, options | WNOHANG);
        if (got != 0)
            return got;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return 0;
}

} // namespace

Child::Child(const std::string& file, const std::vector<std::string>& argv, const std::vector<std::string>& environment,
             const std::function<void()>& prepare)
    : m_out(::memfd_create("out", MFD_CLOEXEC)), m_err(::memfd_create("err", MFD_CLOEXEC)) {
    auto arguments = pointers(argv);
    auto variables = pointers(environment);
    ::fcntl(m_out.get(), F_SETFL, O_APPEND);
    ::fcntl(m_err.get(), F_SETFL, O_APPEND);
    m_pid = ::fork();
    if (m_pid != 0)
        return;
    ::signal(SIGPIPE, SIG_DFL);
    ::dup2(m_out.get(), 1);
    ::dup2(m_err.get(), 2);
    if (prepare)
        prepare();
    ::execve(file.c_str(), arguments.data(), variables.data());
    ::_exit(99);
}

Child::~Child() {
    if (m_reaped)
        return;
    ::kill(m_pid, SIGKILL);
    ::waitpid(m_pid, nullptr, 0);
}

Outcome Child::wait() {
    Outcome result;
    int status = 0;
    m_reaped = waitFor(m_pid, status, 0, std::chrono::seconds(60)) == m_pid;
    result.ended = m_reaped;
    if (m_reaped && WIFEXITED(status))
        result.code = WEXITSTATUS(status);
    if (m_reaped && WIFSIGNALED(status)) {
        result.signal = WTERMSIG(status);
        result.coreDumped = WCOREDUMP(status);
    }
    result.out = contentOf(m_out.get());
    result.err = contentOf(m_err.get());
    return result;
}

bool Child::waitForStop() const {
    int status = 0;
    return waitFor(m_pid, status, WUNTRACED, std::chrono::seconds(10)) == m_pid && WIFSTOPPED(status);
}

} // namespace exeat::test
