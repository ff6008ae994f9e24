#pragma once

#include "shared/base/limits.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace exeat {

/** Output of a run, bounded: the first half of the limit and the last. Bytes, never cut inside a UTF-8 character. */
class OutputBuffer {
public:
    explicit OutputBuffer(std::size_t limit = limits::outputBytes) : m_limit(limit) {}

    void append(std::string_view bytes);
    /** Head, a line saying how many bytes are missing if any, tail. */
    std::string text() const;
    std::uint64_t dropped() const;
    /** Nothing follows: gives room back that was only for growing. */
    void finish();
    std::size_t heldBytes() const { return m_head.capacity() + m_tail.capacity(); }

private:
    std::string_view tail() const;
    std::string_view head() const;

    std::size_t m_limit;
    std::string m_head;
    std::string m_tail; ///< at most twice its share, so that trimming is rare
    std::uint64_t m_total = 0;
};

} // namespace exeat
