#pragma once

#include "tests/wrapper/child.h"
#include "tests/wrapper/fakegate.h"

#include <functional>
#include <string>
#include <vector>

namespace exeat::test {

/** The real exeat-exec of this build. */
std::string helper();
/** The least that the helper needs; `binary` says which protocol the server takes. */
std::vector<std::string> environmentFor(int socket, bool binary = true);
/** In a child before execve: the socket survives it, in this child only. */
void inherit(int fd);

struct Start {
    std::vector<std::string> arguments; ///< FILE ARGV0 …
    bool binary = true;
    std::vector<std::string> more = {}; ///< environment
    std::function<void()> prepare = {};
};

Child startHelper(const FakeGate& gate, const Start& start);
Outcome runHelper(const FakeGate& gate, const Start& start);

} // namespace exeat::test
