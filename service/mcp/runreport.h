#pragma once

#include "service/mcp/json.h"
#include "service/run/run.h"

#include <string>
#include <vector>

/** A run as the answer of a tool: text for the peer's readers (codex.md §5), structuredContent with all we know. */
namespace exeat::mcp {

/** What a tool says, before the revision's form is given to it. */
struct ToolResult {
    std::string text;
    Json structured; ///< null = none
    bool isError = false;
};

/** Arguments that cannot be served, a handle that is gone: words for the model, not a protocol error (mcp.md §3.5). */
ToolResult errorResult(const std::string& text);

/**
 * A finished run. An exit code that is not 0, a refused exec, a time-out are results; an error is what never ran
 * (Failed), and Lost, whose outcome nobody knows. Output is valid UTF-8 and cut so that the line fits a frame.
 */
ToolResult reportFinished(const RunResult& result);

/** Why a call ends before its run does. */
enum class Unfinished { StillRunning, QuestionOpen, NobodyToAsk };

/** The handle: output so far, what is asked, and how to go on. */
ToolResult reportUnfinished(const RunResult& soFar, Unfinished why, const std::vector<Approval>& open);

} // namespace exeat::mcp
