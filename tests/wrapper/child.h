#pragma once

#include "shared/base/uniquefd.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace exeat::test {

/** How a child ended and what it wrote. */
struct Outcome {
    bool ended = false; ///< false: it hung and was killed
    int code = -1;
    int signal = 0;
    bool coreDumped = false;
    std::string out;
    std::string err;
    bool operator==(const Outcome&) const = default;
};

/** A program under test: standard output and error go to memory, so no reader can block it. */
class Child {
public:
    /** `prepare` runs in the child just before execve; only async-signal-safe calls there. */
    Child(const std::string& file, const std::vector<std::string>& argv, const std::vector<std::string>& environment,
          const std::function<void()>& prepare = {});
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t pid() const { return m_pid; }
    /** Waits at most 60 s. */
    Outcome wait();
    /** True once the child is stopped, waiting at most 10 s. */
    bool waitForStop() const;

private:
    pid_t m_pid = -1;
    UniqueFd m_out;
    UniqueFd m_err;
    bool m_reaped = false;
};

} // namespace exeat::test
