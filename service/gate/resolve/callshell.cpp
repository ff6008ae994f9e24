#include "service/gate/resolve/callshell.h"

#include "service/gate/resolve/pathwalk.h"
#include "shared/base/limits.h"
#include "shared/base/uniquefd.h"

#include <sys/stat.h>

namespace exeat::gate {

namespace {

/** Of the program that a process runs; nothing while it ends. */
FileIdentity imageOf(pid_t pid) {
    struct stat facts = {};
    return ::stat(("/proc/" + std::to_string(pid) + "/exe").c_str(), &facts) == 0 ? identityOf(facts) : FileIdentity{};
}

} // namespace

CallShell::CallShell(std::vector<std::string> argv) {
    struct stat facts = {};
    if (!argv.empty() && ::stat(argv.front().c_str(), &facts) == 0)
        m_program = identityOf(facts);
    for (const std::string& word : argv)
        m_commandLine.append(word).append(1, '\0');
}

/** A fork keeps the image and the command line until it execs; a script cannot change either of them. */
bool CallShell::isShell(pid_t pid) const {
    const FileIdentity image = imageOf(pid);
    if (image == FileIdentity{})
        return true; // it ends, and its child will have the parent of an orphan in a moment
    if (image != m_program)
        return false;
    const auto line = readFile("/proc/" + std::to_string(pid) + "/cmdline", m_commandLine.size() + 1);
    return line && *line == m_commandLine;
}

bool CallShell::isCaller(pid_t caller, const ProcessFacts& facts, pid_t above) const {
    if (facts.parent == 0)
        return true; // nobody knows, so it is asked
    if (isShell(caller))
        return true; // it asks before it execs (wrapper/bash/askinplace.h), whatever its parent has become
    if (const auto found = m_programs.find(caller); found != m_programs.end() && found->second == facts.startTime)
        return false;
    // Directly below the run's first process stand the shell, which may exec in place, and orphans: `(rm -rf x &)`.
    return facts.parent == above || isShell(facts.parent);
}

void CallShell::becomesProgram(pid_t caller, const ProcessFacts& facts) {
    if (m_programs.size() >= 2 * limits::processesPerSandbox)
        forgetEnded();
    m_programs.insert_or_assign(caller, facts.startTime);
}

/** Those alive are fewer than limits::processesPerSandbox, so this is worth its while. */
void CallShell::forgetEnded() {
    std::erase_if(m_programs, [](const auto& program) {
        const ProcessFacts facts = processFacts(program.first);
        return facts.parent == 0 || facts.startTime != program.second;
    });
    if (m_programs.size() >= 2 * limits::processesPerSandbox)
        m_programs.clear(); // without a sandbox nothing bounds them; then some are asked about too often
}

} // namespace exeat::gate
