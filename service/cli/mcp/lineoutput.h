#pragma once

#include "shared/base/error.h"

#include <string>
#include <string_view>

namespace exeat {

/**
 * Lines to standard output without ever blocking and without changing the flags of a descriptor that other programs
 * share: sockets are written with MSG_DONTWAIT, pipes in pieces that the kernel says it has room for (pipe(7)).
 */
class LineOutput {
public:
    explicit LineOutput(int fd);

    void add(std::string_view line);
    bool wantsToWrite() const { return m_start < m_bytes.size(); }
    std::size_t queuedBytes() const { return m_bytes.size() - m_start; }
    /** Writes what is taken now. An error: nobody reads any more. */
    Result<void> flush();

private:
    ssize_t writeSome(std::string_view bytes) const;

    int m_fd; ///< not owned
    bool m_isSocket = false;
    std::string m_bytes;
    std::size_t m_start = 0;
};

} // namespace exeat
