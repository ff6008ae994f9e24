#include "service/cli/typedword.h"

#include "service/cli/output.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace exeat {

TypedWord::TypedWord(QObject* parent)
    : QObject(parent), m_terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {}

void TypedWord::ask(const std::string& word, const std::string& purpose, std::function<void()> onWord,
                    std::function<void()> onOther) {
    m_word = word;
    m_onWord = std::move(onWord);
    m_onOther = std::move(onOther);
    // Whatever was typed before the question was on the screen was not an answer to it.
    ::tcflush(m_terminal.get(), TCIFLUSH);
    say("\nType " + word + " and Enter to " + purpose + ": ");
    m_typed = std::make_unique<QSocketNotifier>(m_terminal.get(), QSocketNotifier::Read);
    connect(m_typed.get(), &QSocketNotifier::activated, this, [this] { read(); });
}

void TypedWord::read() {
    char buffer[256];
    const ssize_t got = ::read(m_terminal.get(), buffer, sizeof buffer); // one line: the terminal is canonical
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    m_typed->setEnabled(false);
    std::string line(buffer, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
        line.pop_back();
    (line == m_word ? m_onWord : m_onOther)();
}

std::string typableWord(const std::string& name, const std::string& otherwise) {
    static constexpr auto misleading = std::to_array<std::string_view>(
        {"no", "n", "not", "deny", "cancel", "abort", "stop", "quit", "exit", "refuse"});
    const bool typable = !name.empty() && std::ranges::find(misleading, std::string_view(name)) == misleading.end() &&
                         name.size() <= 40 && std::ranges::all_of(name, [](char c) {
                             return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                    c == '-' || c == '_' || c == '.' || c == '+';
                         });
    return typable ? name : otherwise;
}

} // namespace exeat
