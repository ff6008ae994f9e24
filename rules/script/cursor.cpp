#include "rules/script/reader.h"
#include "shared/base/limits.h"

#include <algorithm>
#include <utility>

namespace exeat::script {
namespace {

constexpr bool isBlank(int c) {
    return c == ' ' || c == '\t';
}

} // namespace

bool ScriptReader::Level::tooDeep() const {
    return m_reader.m_reading.depth > limits::scriptDepth;
}

int ScriptReader::peek(std::size_t ahead) const {
    std::size_t at = m_at;
    for (;; ++at) {
        while (at + 1 < m_text.size() && m_text[at] == '\\' && m_text[at + 1] == '\n')
            at += 2;
        if (at >= m_text.size())
            return endOfText;
        if (ahead-- == 0)
            return static_cast<unsigned char>(m_text[at]);
    }
}

bool ScriptReader::advance(std::size_t characters) {
    const std::size_t before = m_at;
    for (; characters > 0 && m_at < m_text.size(); --characters) {
        while (m_at + 1 < m_text.size() && m_text[m_at] == '\\' && m_text[m_at + 1] == '\n')
            m_at += 2;
        m_at = std::min(m_at + 1, m_text.size());
    }
    // Stand on a character, so that raw() and peek() agree.
    while (m_at + 1 < m_text.size() && m_text[m_at] == '\\' && m_text[m_at + 1] == '\n')
        m_at += 2;
    return spend(m_at - before);
}

bool ScriptReader::advanceRaw(std::size_t bytes) {
    m_at = std::min(m_at + bytes, m_text.size());
    return spend(bytes);
}

bool ScriptReader::spend(std::size_t steps) {
    m_reading.steps += steps;
    return m_reading.steps <= limits::scriptSteps || wrong("it takes too long to read");
}

bool ScriptReader::wrong(std::string_view why) {
    if (m_script.problem.empty()) {
        m_script.problem = why;
        m_script.problemAt = std::min(m_at, m_text.size());
    }
    return false;
}

ScriptReader::Mark ScriptReader::mark() const {
    return {m_at, m_script.commands.size(), m_script.pipelines.size(), m_script.blocks.size(),
            m_script.functions.size()};
}

void ScriptReader::returnTo(const Mark& mark) {
    m_at = mark.at;
    m_script.commands.resize(mark.commands);
    m_script.pipelines.resize(mark.pipelines);
    m_script.blocks.resize(mark.blocks);
    m_script.functions.resize(mark.functions);
}

bool ScriptReader::expect(int character, std::string_view what) {
    return peek() == character ? advance() : wrong(std::string(what) + " is missing");
}

bool ScriptReader::skipBlanks() {
    while (isBlank(peek())) {
        if (!advance())
            return false;
    }
    return true;
}

bool ScriptReader::skipSpace() {
    for (;;) {
        if (!skipBlanks())
            return false;
        if (peek() == '#') {
            const auto end = std::min(m_text.find('\n', m_at), m_text.size());
            if (!advanceRaw(end - m_at))
                return false;
        }
        if (peek() != '\n')
            return true;
        if (!newline())
            return false;
    }
}

bool ScriptReader::newline() {
    if (!advanceRaw())
        return false;
    for (const PendingHere& here : std::exchange(m_pending, {})) {
        if (!readHere(here))
            return false;
    }
    return advance(0);
}

} // namespace exeat::script
