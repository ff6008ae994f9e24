#pragma once

#include "shared/domain/approval.h"
#include "shared/domain/command.h"
#include "shared/domain/exitstatus.h"
#include "shared/domain/ids.h"
#include "shared/domain/verdict.h"

#include <cstdint>
#include <string>
#include <vector>

namespace exeat {

/** One exec as history keeps it. Times are milliseconds since 1970 UTC. */
struct ExecRecord {
    RunId run;
    ExecId exec;
    std::int64_t at = 0;
    std::string file;
    std::string realPath;
    std::vector<std::string> argv;
    std::string workdir;
    std::vector<ChainLink> chain;
    FileOrigin origin = FileOrigin::AgentWritable;
    Judgement judgement;             ///< what the rules said
    Verdict outcome = Verdict::Deny; ///< what was done
    AnswerSource decidedBy = AnswerSource::Rule;
    std::string decidedWho;
    std::vector<std::string> droppedEnvironment; ///< names only
    bool ended = false;                          ///< exit status known (escalated commands)
    ExitStatus status;
    std::int64_t durationMilliseconds = 0;
    bool operator==(const ExecRecord&) const = default;
};

/** What `exeat history` asks for. Empty fields do not filter. */
struct HistoryQuery {
    RunId run;
    std::int64_t since = 0; ///< milliseconds since 1970 UTC
    bool byOutcome = false;
    Verdict outcome = Verdict::Deny; ///< with byOutcome
    bool askedOnly = false;
    std::string text; ///< substring of file or argv
    std::uint32_t most = 200;
    bool operator==(const HistoryQuery&) const = default;
};

} // namespace exeat
