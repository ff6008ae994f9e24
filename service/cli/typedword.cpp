#include "service/cli/typedword.h"

#include "service/cli/output.h"

#include <algorithm>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace exeat {

UniqueFd openTerminal() {
    return UniqueFd(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
}

void TypedWord::ask(const std::string& word, const std::string& purpose) {
    m_word = word;
    ::tcflush(m_terminal.get(), TCIFLUSH);
    say("\nType " + word + " and Enter " + purpose + ": ");
    m_readable = std::make_unique<QSocketNotifier>(m_terminal.get(), QSocketNotifier::Read);
    connect(m_readable.get(), &QSocketNotifier::activated, this, &TypedWord::read);
}

void TypedWord::read() {
    char buffer[256];
    const ssize_t got = ::read(m_terminal.get(), buffer, sizeof buffer); // one line: the terminal is canonical
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    m_readable->setEnabled(false);
    std::string line(buffer, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
        line.pop_back();
    if (line == m_word)
        emit right();
    else
        emit wrong();
}

} // namespace exeat
