#pragma once

#include <string>
#include <vector>

namespace exeat::gate {

/** What follows a command out, and what stays behind. DESIGN.md §4.6. All entries are NAME=value. */
struct OutsideEnvironment {
    std::vector<std::string> complete; ///< for execve
    std::vector<std::string> dropped;  ///< differed from the login's and the run's own, bounded, for people
};

struct EnvironmentSources {
    const std::vector<std::string>& login;   ///< the service's, trusted
    const std::vector<std::string>& run;     ///< what Bash of this run was started with
    const std::vector<std::string>& claimed; ///< what the caller says it has
};

/**
 * The login environment; the caller's LANG, LC_*, TERM, TZ, COLUMNS, LINES, NO_COLOR, CI, and what `passed` names,
 * replace the login's, also by being absent. What steers the dynamic loader never follows, whoever names it. PWD
 * becomes `workdir`.
 */
OutsideEnvironment outsideEnvironment(const EnvironmentSources& sources, const std::vector<std::string>& passed,
                                      const std::string& workdir);

/** The entry NAME=value of a list, or null. The first one counts, as in getenv(3). */
const std::string* findVariable(const std::vector<std::string>& environment, const std::string& name);

/** `environment` with NAME=value in place of every NAME. */
void setVariable(std::vector<std::string>& environment, const std::string& name, const std::string& value);

/** What makes a patched shell ask us by `helper` (its path) before it starts a program; the socket's number apart. */
void setInterceptor(std::vector<std::string>& environment, const std::string& helper);

/** Where the escalate socket lies. */
void setEscalateSocket(std::vector<std::string>& environment, int number);

} // namespace exeat::gate
