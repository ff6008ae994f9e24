#include "rules/script/ansiescape.h"

#include <utility>

namespace exeat::script {
namespace {

/** What `\a` and its like stand for in $'…'; 0 for those that are read otherwise. */
constexpr char ansiEscape(int c) {
    switch (c) {
    case 'a':
        return '\a';
    case 'b':
        return '\b';
    case 'e':
    case 'E':
        return '\x1b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'v':
        return '\v';
    case '\\':
    case '\'':
    case '"':
    case '?':
        return static_cast<char>(c);
    default:
        return 0;
    }
}

constexpr int digitValue(int c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

class EscapeReader {
public:
    explicit EscapeReader(std::string_view text) : m_text(text) { read(); }
    AnsiEscape result() && { return {m_at, std::move(m_value)}; }

private:
    int at(std::size_t i) const { return i < m_text.size() ? static_cast<unsigned char>(m_text[i]) : -1; }

    unsigned digits(int base, std::size_t most) {
        unsigned value = 0;
        for (std::size_t n = 0; n < most && at(m_at) >= 0 && digitValue(at(m_at)) < base; ++n)
            value = value * static_cast<unsigned>(base) + static_cast<unsigned>(digitValue(at(m_at++)));
        return value;
    }

    void read() {
        const int c = at(0);
        if (const char simple = ansiEscape(c)) {
            m_at = 1;
            m_value = std::string(1, simple);
        } else if (c >= '0' && c <= '7') {
            byte(digits(8, 3));
        } else if (c == 'x') {
            m_at = 1;
            const bool braced = at(1) == '{';
            if (braced)
                m_at = 2;
            const std::size_t from = m_at;
            const unsigned value = digits(16, braced ? 8 : 2);
            if (m_at == from) {
                m_at = 1;
                m_value = "\\x";
                return;
            }
            if (braced && at(m_at) == '}')
                ++m_at;
            byte(value);
        } else if (c == 'u' || c == 'U') {
            m_at = 1;
            const unsigned value = digits(16, c == 'u' ? 4 : 8);
            if (m_at == 1)
                m_value = std::string("\\") + static_cast<char>(c);
            else if (value < 0x80)
                byte(value);
        } else if (c == 'c' && at(1) >= 0) {
            m_at = 2;
            byte(static_cast<unsigned>(at(1)) & 0x1FU);
        } else {
            m_at = c < 0 ? 0 : 1;
            m_value = c < 0 ? "\\" : std::string("\\") + static_cast<char>(c);
        }
    }
    void byte(unsigned value) { m_value = std::string(1, static_cast<char>(value & 0xFFU)); }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::optional<std::string> m_value;
};

} // namespace

AnsiEscape readAnsiEscape(std::string_view text) {
    return EscapeReader(text).result();
}

} // namespace exeat::script
