#include "service/explain/programsearch.h"

#include <algorithm>
#include <array>

#include <sys/stat.h>
#include <unistd.h>

namespace exeat {
namespace {

bool isProgram(const std::string& path) {
    struct stat facts{};
    return ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

} // namespace

std::string findProgram(const std::string& word, std::string_view searchPath, const std::string& workdir) {
    if (word.empty())
        return {};
    const auto from = [&](const std::string& path) { return path.starts_with('/') ? path : workdir + '/' + path; };
    if (word.find('/') != std::string::npos)
        return isProgram(from(word)) ? word : std::string();
    for (;;) {
        const auto end = std::min(searchPath.find(':'), searchPath.size());
        const std::string folder(searchPath.substr(0, end));
        const std::string path = from(folder.empty() ? word : folder + '/' + word);
        if (isProgram(path))
            return path;
        if (end == searchPath.size())
            return {};
        searchPath.remove_prefix(end + 1);
    }
}

bool isShellBuiltin(std::string_view word) {
    // GNU Bash 5.2, `compgen -b`, sorted bytewise.
    static constexpr auto builtins = std::to_array<std::string_view>(
        {".",       ":",       "[",       "alias",    "bg",      "bind",     "break",     "builtin",  "caller",
         "cd",      "command", "compgen", "complete", "compopt", "continue", "declare",   "dirs",     "disown",
         "echo",    "enable",  "eval",    "exec",     "exit",    "export",   "false",     "fc",       "fg",
         "getopts", "hash",    "help",    "history",  "jobs",    "kill",     "let",       "local",    "logout",
         "mapfile", "popd",    "printf",  "pushd",    "pwd",     "read",     "readarray", "readonly", "return",
         "set",     "shift",   "shopt",   "source",   "suspend", "test",     "times",     "trap",     "true",
         "type",    "typeset", "ulimit",  "umask",    "unalias", "unset",    "wait"});
    static_assert(std::ranges::is_sorted(builtins));
    return std::ranges::binary_search(builtins, word);
}

} // namespace exeat
