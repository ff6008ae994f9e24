#include "service/run/outputbuffer.h"

#include <algorithm>

namespace exeat {
namespace {

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
}

/** Bytes of an unfinished UTF-8 character at the end. */
std::size_t unfinishedEnd(std::string_view bytes) {
    std::size_t back = 1;
    while (back <= 3 && back < bytes.size() && continues(bytes[bytes.size() - back]))
        ++back;
    if (bytes.empty() || back > bytes.size())
        return 0;
    const auto lead = static_cast<unsigned char>(bytes[bytes.size() - back]);
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return length > back ? back : 0;
}

} // namespace

void OutputBuffer::append(std::string_view bytes) {
    m_total += bytes.size();
    const std::size_t share = m_limit / 2;
    const std::size_t first = std::min(bytes.size(), share - std::min(share, m_head.size()));
    m_head += bytes.substr(0, first);
    bytes.remove_prefix(first);
    if (bytes.empty())
        return;
    if (bytes.size() >= share) {
        m_tail = bytes.substr(bytes.size() - share);
        return;
    }
    m_tail += bytes;
    if (m_tail.size() > 2 * share)
        m_tail.erase(0, m_tail.size() - share);
}

std::string_view OutputBuffer::head() const {
    std::string_view head = m_head;
    head.remove_suffix(unfinishedEnd(head));
    return head;
}

std::string_view OutputBuffer::tail() const {
    std::string_view tail = m_tail;
    tail.remove_prefix(tail.size() - std::min(tail.size(), m_limit / 2));
    for (int i = 0; i < 3 && !tail.empty() && continues(tail.front()); ++i)
        tail.remove_prefix(1);
    return tail;
}

std::uint64_t OutputBuffer::dropped() const {
    if (m_total <= m_head.size() + std::min(m_tail.size(), m_limit / 2))
        return 0;
    return m_total - head().size() - tail().size();
}

void OutputBuffer::finish() {
    m_tail.erase(0, m_tail.size() - std::min(m_tail.size(), m_limit / 2));
    m_head.shrink_to_fit();
    m_tail.shrink_to_fit();
}

std::string OutputBuffer::text() const {
    if (dropped() == 0)
        return m_head + m_tail;
    std::string text(head());
    text += "\n[exeat: " + std::to_string(dropped()) + " bytes of output are left out here]\n";
    text += tail();
    return text;
}

} // namespace exeat
