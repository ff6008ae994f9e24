#include "service/cli/mcp/linebuffer.h"

namespace exeat {

LineBuffer::Taken LineBuffer::take() {
    for (;;) {
        const std::size_t newline = m_bytes.find('\n', m_scanned);
        if (newline == std::string::npos) {
            m_bytes.erase(0, m_start);
            m_start = 0;
            m_scanned = m_bytes.size();
            if (m_discarding || m_bytes.size() <= limits::jsonLineBytes) {
                if (m_discarding)
                    m_bytes.clear(), m_scanned = 0;
                return Nothing{};
            }
            m_discarding = true;
            m_bytes.clear();
            m_scanned = 0;
            return TooLong{};
        }
        std::string line = m_bytes.substr(m_start, newline - m_start);
        m_start = m_scanned = newline + 1;
        if (std::exchange(m_discarding, false))
            continue;
        if (line.ends_with('\r'))
            line.pop_back();
        if (line.size() > limits::jsonLineBytes)
            return TooLong{};
        if (!line.empty())
            return line;
    }
}

} // namespace exeat
