#pragma once

#include "service/sandbox/ceiling.h"
#include "shared/domain/approval.h"
#include "shared/domain/danger.h"
#include "shared/domain/ids.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace exeat {

/** What is asked about together, and all that a person is told of where it would happen. */
struct DangerousExec {
    RunId run;
    std::vector<std::string> argv;
    std::string workdir;
    SandboxGrant sandbox; ///< that it runs in
    std::vector<Danger> dangers;
};

/**
 * What a person allowed of the danger list, so that it is not asked again: for the rest of the run, of the session, or
 * for a time. The same argv in the same folder and sandbox; it is no rule, so it lets nothing out. What is behind a
 * wrapper or on another machine is not kept: there more than argv decides what is hit (xargs' input, a file that is
 * read, a host's settings). No clock of its own.
 */
class AcceptedDangers {
public:
    using Moment = std::chrono::steady_clock::time_point;

    /** `decision` allows; AllowFor holds until `now` plus its seconds, AllowSession for ever, any other for the run. */
    void accept(const DangerousExec& exec, const Decision& decision, Moment now);
    /** The decision that covers all of it, the first of several; nothing if there is none, or nothing dangerous. */
    std::optional<Decision> covering(const DangerousExec& exec, Moment now) const;
    void runEnded(const RunId& run);

private:
    struct Entry {
        std::vector<std::string> argv;
        std::string workdir;
        SandboxGrant sandbox;
        RunId run; ///< empty: of the session
        std::optional<Moment> until;
        Decision decision;
    };
    std::vector<Entry> m_entries;
};

} // namespace exeat
