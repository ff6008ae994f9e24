#include "rules/policy.h"

#include <optional>

/** The splitting of the Rust crate `shlex`, after its documentation and the observations in codex.md §1.5. */
namespace exeat::rules {
namespace {

class Splitter {
public:
    explicit Splitter(std::string_view line) : m_rest(line) {}

    Result<std::vector<std::string>> all() {
        std::vector<std::string> words;
        while (skipToWord()) {
            std::string word;
            if (!takeWord(word))
                return fail(ErrorKind::Invalid, "a quote is not closed, or a backslash ends the text");
            words.push_back(std::move(word));
        }
        return words;
    }

private:
    static bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

    std::optional<char> take() {
        if (m_rest.empty())
            return std::nullopt;
        const char c = m_rest.front();
        m_rest.remove_prefix(1);
        return c;
    }

    /** False at the end. A `#` is a comment only where a word would begin. */
    bool skipToWord() {
        while (!m_rest.empty()) {
            if (isBlank(m_rest.front())) {
                m_rest.remove_prefix(1);
            } else if (m_rest.front() == '#') {
                const auto end = m_rest.find('\n');
                m_rest.remove_prefix(end == std::string_view::npos ? m_rest.size() : end);
            } else {
                return true;
            }
        }
        return false;
    }

    bool takeWord(std::string& word) {
        while (!m_rest.empty() && !isBlank(m_rest.front())) {
            const char c = *take();
            if (c == '\'') {
                if (!takeSingleQuoted(word))
                    return false;
            } else if (c == '"') {
                if (!takeDoubleQuoted(word))
                    return false;
            } else if (c == '\\') {
                const auto next = take();
                if (!next)
                    return false;
                if (*next != '\n')
                    word += *next;
            } else {
                word += c;
            }
        }
        return true;
    }

    bool takeSingleQuoted(std::string& word) {
        const auto end = m_rest.find('\'');
        if (end == std::string_view::npos)
            return false;
        word += m_rest.substr(0, end);
        m_rest.remove_prefix(end + 1);
        return true;
    }

    bool takeDoubleQuoted(std::string& word) {
        while (const auto c = take()) {
            if (*c == '"')
                return true;
            if (*c != '\\') {
                word += *c;
                continue;
            }
            const auto next = take();
            if (!next)
                return false;
            if (*next == '\n')
                continue;
            if (*next != '$' && *next != '`' && *next != '"' && *next != '\\')
                word += '\\';
            word += *next;
        }
        return false;
    }

    std::string_view m_rest;
};

} // namespace

Result<std::vector<std::string>> splitWords(std::string_view line) {
    return Splitter(line).all();
}

} // namespace exeat::rules
