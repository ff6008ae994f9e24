#include "service/gate/resolve/interpreter.h"

#include "shared/base/limits.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

/** BINPRM_BUF_SIZE of the kernel: it looks no further for a magic number or an interpreter. */
constexpr std::size_t headBytes = 256;

/** The first bytes; empty if the file may be executed but not read. Only for regular files, so it cannot block. */
std::string readHead(const UniqueFd& file) {
    UniqueFd readable(
        ::open(("/proc/self/fd/" + std::to_string(file.get())).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!readable)
        return {};
    std::array<char, headBytes> bytes{};
    const ssize_t got = ::pread(readable.get(), bytes.data(), bytes.size(), 0);
    return got > 0 ? std::string(bytes.data(), static_cast<std::size_t>(got)) : std::string();
}

/** The path behind `#!`, empty if there is none. */
std::string interpreterIn(std::string_view head) {
    head.remove_prefix(2);
    head = head.substr(0, std::min(head.find('\n'), head.size()));
    const auto begin = head.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    head.remove_prefix(begin);
    return std::string(head.substr(0, std::min(head.find_first_of(std::string_view(" \t\0", 3)), head.size())));
}

/** As Bash decides on ENOEXEC: no NUL in the first line means text. */
bool looksLikeText(std::string_view head) {
    return head.substr(0, std::min(head.find('\n'), head.size())).find('\0') == std::string_view::npos;
}

} // namespace

Result<LoadedProgram> loadedProgram(const UniqueFd& root, const WalkedPath& walked, FileOrigin origin,
                                    const WritableRoots& everWritable, const WritableRoots& ofThisRun) {
    LoadedProgram program{ExecForm::Direct, walked.identity(), origin, {}, false, false};
    std::string head = readHead(walked.file);
    for (int hop = 0; hop <= limits::interpreterHops; ++hop) {
        const bool shebang = head.starts_with("#!");
        // Unreadable, or a binary format. Others that binfmt_misc knows look like text here and are refused by the
        // check of what really started.
        if (head.empty() || (!shebang && (head.starts_with("\x7f"
                                                           "ELF") ||
                                          !looksLikeText(head))))
            return program;
        if (program.agentsBinary)
            return fail(ErrorKind::Refused, "the interpreter of the script is a script that an agent could change");
        if (!shebang && hop > 0)
            return fail(ErrorKind::Refused, "the interpreter of the script is no program");
        const std::string next = shebang ? interpreterIn(head) : std::string(textShell);
        if (next.empty())
            return fail(ErrorKind::Refused, "the script names no interpreter");
        if (!next.starts_with('/'))
            return fail(ErrorKind::Refused, "the script's interpreter depends on the working directory");
        WalkedPath interpreter = walkPath(root, next);
        if (interpreter.obstacle)
            return fail(ErrorKind::Refused, "the interpreter of the script: " + interpreter.obstacle->text);
        program.binary = interpreter.identity();
        program.script = true;
        const FileOrigin interpreterOrigin = originOf(interpreter, everWritable, ofThisRun);
        program.origin = std::max(program.origin, interpreterOrigin);
        program.agentsBinary = program.agentsBinary || interpreterOrigin == FileOrigin::AgentWritable;
        head = readHead(interpreter.file);
        program.pin = std::move(interpreter.file);
        if (!shebang) {
            program.form = ExecForm::ShellText;
            return program;
        }
    }
    return fail(ErrorKind::Refused, "the script's interpreters are scripts themselves, too many in a row");
}

} // namespace exeat::gate
