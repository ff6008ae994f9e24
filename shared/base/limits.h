#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/** Every bound on what a peer can make us hold, with its reason. DESIGN.md §10. */
namespace exeat::limits {

using namespace std::chrono_literals;

/** One frame of any of our sockets. argv plus environment of the kernel (6 MiB at the default stack) must fit. */
inline constexpr std::size_t frameBytes = std::size_t{8} << 20;
/** Descriptors of one message to the kernel (SCM_MAX_FD, unix(7)). */
inline constexpr std::size_t fdsPerMessage = 253;
/** Descriptors that an escalated program may inherit; more than any shell script opens by hand. */
inline constexpr std::size_t inheritedFds = 1024;
/** Elements of one list in a message: argv entries can be 1 byte each, and no list of ours is longer. */
inline constexpr std::size_t listItems = std::size_t{4} << 20;
/** Output kept per run, half as head and half as tail. DESIGN.md §10. */
inline constexpr std::size_t outputBytes = std::size_t{1} << 20;
/** The script of one call: the kernel's limit of a single argument (MAX_ARG_STRLEN, 128 KiB) minus room. */
inline constexpr std::size_t commandBytes = 120 * 1024;
/** Runs of one session that may be alive together; 200 at once is the load the tests drive. */
inline constexpr std::size_t runsPerSession = 512;
/** Agents connected at once. */
inline constexpr std::size_t sessions = 128;
/** Questions open at once; beyond it the answer is Deny with these words. */
inline constexpr std::size_t pendingApprovals = 1024;
/** Of these, of one session: a loop must not take the room of the other agents. */
inline constexpr std::size_t pendingApprovalsPerSession = 256;
/** Exec requests of one run waiting for an answer; a fork bomb of helpers must not fill memory. */
inline constexpr std::size_t pendingExecsPerRun = 2048;
/** Processes of one session's sandbox (RLIMIT_NPROC in its user namespace). */
inline constexpr std::size_t processesPerSandbox = 8192;
/** Open files that a process inside may have at least, where the user has so few that half of them were less. */
inline constexpr unsigned long openFilesInside = 1024;
/** Sandboxes kept ready per session, one for each policy in use; the least used one goes first. */
inline constexpr std::size_t readySandboxes = 4;
/** Plans made for one run while others change what it plans with, each some 0.3 ms. Two services that share /tmp need
 *  a second one; where both start runs all the time, every third meets the other's, and a service that is put aside in
 *  the middle keeps its places for milliseconds. A process that renames in a loop would have us plan for ever. */
inline constexpr int planAttempts = 64;
/** Folders in which one gate watches protected names: a project's, its parents' and /tmp are a handful, and a user on a
 *  small machine has 8192 inotify watches for everything. */
inline constexpr std::size_t watchedFolders = 256;
/** One .rules file. The longest seen in the wild is under 100 KiB. */
inline constexpr std::size_t rulesFileBytes = std::size_t{1} << 20;
/** .rules files of one folder; each of the user's may take rulesSteps of the service's time. */
inline constexpr std::size_t rulesFilesPerFolder = 64;
/** .rules files of one folder, together: 10 000 rules with examples and reasons are half of it. Read in 0.2 s. */
inline constexpr std::size_t rulesFolderBytes = std::size_t{4} << 20;
/** Rules of one snapshot. A folder that does not fit any more is left out, and nothing runs there. */
inline constexpr std::size_t rulesPerSnapshot = 20000;
/** Folders from the project's root downwards whose rules are looked for. */
inline constexpr std::size_t rulesLevels = 64;
/** Brackets, blocks and suffixes inside each other in a .rules file; the parser recurses a few frames for each. Nobody
 *  writes ten by hand, and 200 fit eight times over into the main thread's stack, sanitizers included. */
inline constexpr std::size_t rulesDepth = 200;
/** Expressions inside expressions and values inside values while a .rules file runs, calls included: 2 KiB of stack
 *  each at worst. */
inline constexpr std::size_t rulesEvaluationDepth = 1000;
/** Calls of functions inside each other in a .rules file: as many as Codex 0.169 lets pass, measured. */
inline constexpr std::size_t rulesCalls = 49;
/** Expressions that one .rules file may evaluate, work of builtins counted in: 50 ms here. 5000 generated rules
 *  take a twentieth of it. */
inline constexpr std::size_t rulesSteps = 2'000'000;
/** What all files of one rules folder of a project may spend, their bytes counted in as steps: with its two folders a
 *  directory takes what one file of the user may. An agent makes directories by the dozen, and the service serves
 * others meanwhile. 5000 generated rules take half of it. */
inline constexpr std::size_t rulesFolderWork = rulesSteps / 2;
/** Processor time of the service that one session may have for reading rules of projects, half of it for its own
 *  project alone. The other half is some twenty directories that take all that they may, hundreds of those that people
 *  write. It comes back at a fiftieth of a processor. */
inline constexpr auto sessionRulesWork = 2s;
inline constexpr int sessionRulesShare = 50;
/** And all sessions together, coming back at a tenth. Here, too, half is for the sessions' own projects alone: who goes
 *  through others must not make them wait. */
inline constexpr auto allRulesWork = 6s;
inline constexpr int allRulesShare = 10;
/** What one record of them on the disk is taken to cost there: to wait for a disk takes no processor's time. */
inline constexpr auto rulesRecordWork = 2ms;
/** Rules that wait for that time are tried again so often. */
inline constexpr auto rulesRetry = 1s;
/** Directories of one session whose rules are kept together; an agent can make any number of them. */
inline constexpr std::size_t sessionDirectories = 256;
/** And those above them whose rules hold there, too; all are looked at together. Deep ones are up to rulesLevels. */
inline constexpr std::size_t sessionLevels = 512;
/** Memory that one .rules file may ever ask for while it runs; nothing is given back before it ends. */
inline constexpr std::size_t rulesMemory = std::size_t{64} << 20;
/** Bits of one whole number in a .rules file; Codex refuses to shift farther than about this, too. */
inline constexpr std::size_t rulesIntegerBits = 100'000;
/** Rules that one .rules file may declare, alternatives of the program counted singly: each is tried on each exec, and
 *  compared with each of the file's last version. */
inline constexpr std::size_t rulesPerFile = 5000;
/** Rules of all files of one folder. */
inline constexpr std::size_t rulesPerFolder = 20000;
/** And their bytes, as those of one snapshot, which must reach a gate in one frame. Few lines can declare gigabytes. */
inline constexpr std::size_t rulesWeight = frameBytes - (std::size_t{1} << 20);
/** Of these, what one directory of a project may take, with what was removed from its files and still holds: an agent
 *  makes directories, and one of them must not take the room of the others. Nobody writes a tenth of it by hand. */
inline constexpr std::size_t rulesPerDirectory = rulesPerSnapshot / 2;
inline constexpr std::size_t rulesDirectoryWeight = rulesWeight / 2;
/** Directories whose rules are not in it that one snapshot names; beyond it nothing runs in that session. */
inline constexpr std::size_t missingDirectories = sessionDirectories;
/** Bytes of one message of fail(), and of a value shown in an error. */
inline constexpr std::size_t rulesMessageBytes = 2048;
/** Arguments of one call and parameters of one function in a .rules file: names among them are compared pairwise. */
inline constexpr std::size_t rulesArguments = 255;
inline constexpr std::size_t rulesParameters = 255;
/** match or not_match entries of one rule: each is tried against all of the rule, so their product must stay small. */
inline constexpr std::size_t rulesExamples = 1000;
/** Exceptions of one rule, and host_executable and network_rule calls of one file: all of them are walked at each use.
 */
inline constexpr std::size_t rulesExceptions = 100;
inline constexpr std::size_t rulesHosts = 1000;
/** Texts of rules that are checked together: they travel in one frame. */
inline constexpr std::size_t checkedBytes = frameBytes / 2;
/** Words that a check of rules compares with each other: 0.1 s. Hundreds of rules for one program fit. */
inline constexpr std::size_t lintWork = 5'000'000;
/** Commands of one line that are explained together: each is resolved and tried against all rules. */
inline constexpr std::size_t explainedCommands = 100;
/** Questions about rules of one connection that wait for their answer: an editor sends the next with the last answered.
 */
inline constexpr int rulesQuestions = 4;
/** Tightening rules that were removed from a project's files and still hold; beyond it nothing runs there. */
inline constexpr std::size_t retainedRules = rulesPerDirectory / 2;
/** A Bash script that is read for what it would start: the longest text that one argument can hold (MAX_ARG_STRLEN). */
inline constexpr std::size_t scriptBytes = 128 * 1024;
/** Constructs inside each other in a script, texts of eval, trap and `…` included; the reader recurses some ten frames
 *  for each. Nobody writes ten. */
inline constexpr std::size_t scriptDepth = 100;
/** Characters that reading one script may look at, nested texts and looks ahead counted in: 20 ms here. */
inline constexpr std::size_t scriptSteps = 4'000'000;
/** Simple commands of one script that are kept. */
inline constexpr std::size_t scriptCommands = 20'000;
/** How much is kept of an expansion as it is written; for people only. */
inline constexpr std::size_t scriptPartBytes = 256;
/** Contents of one project's rules that a person accepted: as many branches as one goes back and forth between. */
inline constexpr std::size_t acceptedContents = 16;
/** What is remembered of one project, and of all; the texts of a project's files are a few kilobytes. */
inline constexpr std::size_t trustRecordBytes = std::size_t{16} << 20;
inline constexpr std::size_t trustBytes = std::size_t{64} << 20;
/** Bytes of a change's meaning that a person is shown before accepting it; nobody reads more. */
inline constexpr std::size_t trustShownBytes = std::size_t{1} << 20;
/** Projects that are remembered. An agent can make any number, so none pushes another one out. */
inline constexpr std::size_t trustRecords = 1024;
/** A project whose folder was not there for so long is forgotten where room is needed. An agent can move a folder away
 *  for a moment, not for a month. */
inline constexpr auto trustGone = 24h * 30;
/** Shells, `find -exec` and `env -S` inside each other that the danger list sees through. */
inline constexpr std::size_t dangerDepth = 16;
/** Dangers of one command: a person reads them all. */
inline constexpr std::size_t dangersPerCommand = 16;
/** Of the paths of all folders that agents ever could write; they travel in every policy, in one frame. */
inline constexpr std::size_t recordedRootsBytes = std::size_t{2} << 20;
/** Commands of the danger list that a person allowed a session or its runs; beyond it the oldest are asked again. */
inline constexpr std::size_t acceptedDangers = 1024;
/** Flows of one script (`curl … | sh`) that are kept. */
inline constexpr std::size_t dangersPerScript = 256;
/** Rules folders that are remembered, those of living sessions not counted; the least recently used go first. And
 *  watches on them: what has none is looked at at each use only. */
inline constexpr std::size_t rulesFolders = 2048;
/** Parts of one dotted key of a TOML file: each is a table in the next, and toml++ destroys them by recursion. With its
 *  256 nested values they make 4000 tables at most, which fit into the stack several times over. */
inline constexpr std::size_t tomlKeyParts = 16;
/** config.toml, agents' configuration files read by doctor. */
inline constexpr std::size_t configFileBytes = std::size_t{4} << 20;
/** Symbolic links followed in one path, as the kernel (path_resolution(7)). */
inline constexpr int symlinkHops = 40;
/** `#!` interpreters in a chain, as the kernel (BINPRM recursion). */
inline constexpr int interpreterHops = 5;
/** One line of JSON-RPC on stdio. */
inline constexpr std::size_t jsonLineBytes = std::size_t{4} << 20;
/** Nesting of JSON that we answer to; nlohmann parses without recursion but prints with it. */
inline constexpr int jsonDepth = 64;
/** Unfinished requests of one MCP connection. */
inline constexpr std::size_t requestsPerConnection = 1024;
/** A control connection may queue this much unread before it is dropped. */
inline constexpr std::size_t unreadBytes = std::size_t{32} << 20;
/** Message of a person to the agent, justification of the agent to a person. */
inline constexpr std::size_t messageBytes = 4096;

/** Bytes of unfinished or unanswered claims of one run; past it a new claim is refused. 2048 times 8 MiB is too much.
 */
inline constexpr std::size_t claimBytesPerRun = std::size_t{64} << 20;
/** Folders for which a gate waits for a policy at once; further execs wait for their turn. */
inline constexpr std::size_t pendingDirectories = 64;
/** Variables that stayed behind, and bytes of each, as a prompt and the history show them. */
inline constexpr std::size_t droppedVariables = 64;
inline constexpr std::size_t droppedVariableBytes = 256;
/** Programs in an exec chain, and of each the bytes and words of its command line: for people, not for decisions. */
inline constexpr std::size_t chainLinks = 16;
inline constexpr std::size_t chainLinkBytes = 512;
inline constexpr std::size_t chainLinkWords = 32;
/** argv of one exec as history keeps it. */
inline constexpr std::size_t recordedArgvBytes = 32 * 1024;
/** Folders of ssh-agent, tmux, … in /tmp that a run does not see. Any agent can make more; sockets are out of reach
 * anyway. */
inline constexpr std::size_t hiddenTemporaryFolders = 64;
/** Answered execs whose records wait for a quiet moment; each holds a few descriptors. */
inline constexpr std::size_t unrecordedExecs = 32;
/** Records of one batch to the service, and their bytes; well below a frame. */
inline constexpr std::size_t recordsPerBatch = 200;
inline constexpr std::size_t recordBatchBytes = std::size_t{1} << 20;
/** Paths of rules that one exec looks at again while others wait: half a millisecond. */
inline constexpr std::size_t statsPerExec = 512;
/** A file whose content a person confirmed is hashed while others wait, so it is bounded: 0.2 s. */
inline constexpr std::size_t hashedFileBytes = std::size_t{64} << 20;
/** Files that a person confirmed; each was a decision of its own. */
inline constexpr std::size_t confirmedFiles = 1024;

/** A run that was cancelled or handed back while a question is open waits this long for its answer. DESIGN.md §7. */
inline constexpr auto parkedRun = 30min;
/** A finished result is kept for a lost answer to be fetched again. */
inline constexpr auto finishedRun = 5min;
/** Finished results kept per session meanwhile, the oldest go first: all that may run together can be fetched. */
inline constexpr std::size_t keptRuns = runsPerSession;
/** And their bytes: a few dozen of the largest outputs, whatever an agent prints. */
inline constexpr std::size_t keptRunBytes = std::size_t{32} << 20;
/** Words of a refused or asked command in a result, and bytes of each; the agent knows what it called. */
inline constexpr std::size_t noticeWords = 50;
inline constexpr std::size_t noticeWordBytes = 800;
/** Approvals that come within this are asked together. DESIGN.md §7. */
inline constexpr auto approvalGather = 100ms;
/** Clients cut a call at 60 s; the answer "still running" must be there before. mcp.md fact 3. */
inline constexpr auto clientCall = 50s;
/** A gate collects records of execs inside for this long: with the writer's share they reach the disk within 100 ms.
 *  DESIGN.md §9. */
inline constexpr auto historyBatch = 50ms;
/** The writer waits this long for batches of other gates. */
inline constexpr auto historyGather = 10ms;
/** Records of one transaction: the service's own writes wait for it, a tenth of a second at most. */
inline constexpr std::size_t historyTransaction = 500;
/** A gate waits this long for the policy of a folder, then it denies. */
inline constexpr auto directoryPolicy = 10s;
/** What is left of a run is killed again and again for at most this long; only a program of another user survives. */
inline constexpr auto treeEnd = 5s;
/** And of those, what we may not signal (below sudo) gets this to end by itself before the run is said to have left it.
 */
inline constexpr auto foreignEnd = 2s;
/** Time for a started service to answer before a client says so. */
inline constexpr auto serviceStart = 10s;
/** The first bytes of a connection to any of our sockets. */
inline constexpr auto handshake = 10s;
/** A login shell that prints the login environment; a profile that hangs must not hang us. */
inline constexpr auto loginShell = 3s;
/** Default life of a command without timeout_ms. */
inline constexpr auto defaultTimeout = 120s;
/** input_required rounds before a handle is returned; clients stop at 10. mcp.md fact 4. */
inline constexpr int approvalRounds = 8;
/** "For 10m": a permission for a time, at most a day; longer is a rule. */
inline constexpr auto longestGrant = 24h;

/** Records of execs that wait for the history's writer; beyond it they are dropped and counted aloud. */
inline constexpr std::size_t historyQueue = 16384;
/** History kept: older records and what is beyond the size go first. */
inline constexpr std::size_t historyBytes = std::size_t{256} << 20;
inline constexpr auto historyAge = 24h * 90;
/** Rows of one answer of control.sock; more is asked for in pages by `since`. */
inline constexpr std::uint32_t historyRows = 10000;
/** Connections to control.sock. */
inline constexpr std::size_t controlConnections = 64;

} // namespace exeat::limits
