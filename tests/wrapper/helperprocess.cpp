#include "tests/wrapper/helperprocess.h"

#include <QByteArray>
#include <QtGlobal>

#include <fcntl.h>

namespace exeat::test {

std::string helper() {
    return qgetenv("EXEAT_BIN").toStdString() + "/exeat-exec";
}

std::vector<std::string> environmentFor(int socket, bool binary) {
    std::vector<std::string> result{"PATH=/usr/bin:/bin", "CODEX_ESCALATE_SOCKET=" + std::to_string(socket)};
    if (binary)
        result.emplace_back("EXEAT_EXEC_PROTOCOL=1");
    return result;
}

void inherit(int fd) {
    ::fcntl(fd, F_SETFD, 0);
}

Child startHelper(const FakeGate& gate, const Start& start) {
    const int fd = gate.helperEnd();
    auto environment = environmentFor(fd, start.binary);
    environment.insert(environment.end(), start.more.begin(), start.more.end());
    std::vector<std::string> argv{"exeat-exec"};
    argv.insert(argv.end(), start.arguments.begin(), start.arguments.end());
    return Child(helper(), argv, environment, [fd, prepare = start.prepare] {
        inherit(fd);
        if (prepare)
            prepare();
    });
}

Outcome runHelper(const FakeGate& gate, const Start& start) {
    auto child = startHelper(gate, start);
    return child.wait();
}

} // namespace exeat::test
