#pragma once

#include "shared/base/limits.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace exeat {

/** Bytes of a stream as lines; a line beyond limits::jsonLineBytes is thrown away as it comes and reported once. */
class LineBuffer {
public:
    struct Nothing {};
    struct TooLong {};
    using Taken = std::variant<Nothing, std::string, TooLong>;

    void feed(std::string_view bytes) { m_bytes.append(bytes); }
    /** The next line without its newline (and without a carriage return before it); empty lines are skipped. */
    Taken take();
    bool empty() const { return m_bytes.empty(); }

private:
    std::string m_bytes;
    std::size_t m_start = 0;   ///< of the next line
    std::size_t m_scanned = 0; ///< no newline before this
    bool m_discarding = false;
};

} // namespace exeat
