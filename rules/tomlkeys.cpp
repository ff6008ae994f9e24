#include "rules/tomlkeys.h"

#include <algorithm>

namespace exeat::rules {
namespace {

/** Knows of TOML 1.0 where strings and comments begin and end, as far as the text is valid. */
class KeyScanner {
public:
    explicit KeyScanner(std::string_view text) : m_rest(text) {}

    std::size_t longest() {
        while (!m_rest.empty())
            step();
        return m_longest;
    }

private:
    void step() {
        const char c = m_rest.front();
        switch (c) {
        case '"':
        case '\'':
            skipString(c);
            return;
        case '#':
            m_rest.remove_prefix(std::min(m_rest.find('\n'), m_rest.size()));
            return;
        case '.':
            m_longest = std::max(m_longest, ++m_parts);
            break;
        case '=':
        case ',':
        case '[':
        case ']':
        case '{':
        case '}':
        case '\n':
            m_parts = 1;
            break;
        default:
            break;
        }
        m_rest.remove_prefix(1);
    }

    void skipString(char quote) {
        const std::string_view three = quote == '"' ? R"(""")" : "'''";
        const bool isLong = m_rest.starts_with(three);
        const std::string_view end = isLong ? three : three.substr(0, 1);
        m_rest.remove_prefix(end.size());
        while (!m_rest.empty() && !m_rest.starts_with(end)) {
            if (m_rest.front() == '\n' && !isLong)
                return; // no valid string
            const bool escape = m_rest.front() == '\\' && quote == '"';
            m_rest.remove_prefix(std::min<std::size_t>(escape ? 2 : 1, m_rest.size()));
        }
        m_rest.remove_prefix(std::min(end.size(), m_rest.size()));
        // Two more may be the string's own last characters.
        for (int more = 0; isLong && more < 2 && m_rest.starts_with(quote); ++more)
            m_rest.remove_prefix(1);
    }

    std::string_view m_rest;
    std::size_t m_parts = 1;
    std::size_t m_longest = 1;
};

} // namespace

std::size_t longestKey(std::string_view toml) {
    return KeyScanner(toml).longest();
}

} // namespace exeat::rules
