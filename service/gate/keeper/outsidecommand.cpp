#include "service/gate/keeper/outsidecommand.h"

#include "service/gate/intercept/codexjson.h"
#include "service/gate/intercept/helperanswers.h"
#include "service/gate/judge/contenthash.h"
#include "service/gate/keeper/processtree.h"
#include "service/gate/keeper/sealedcopy.h"
#include "service/gate/resolve/environment.h"
#include "service/gate/resolve/pathwalk.h"
#include "service/gate/sandbox/privileges.h"
#include "shared/base/limits.h"
#include "shared/wire/execframe.h"

#include <algorithm>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/wait.h>

namespace exeat::gate {

namespace {

Result<FileIdentity> identityAt(const std::string& path) {
    struct stat facts = {};
    if (::stat(path.c_str(), &facts) < 0)
        return failErrno("cannot look at " + path);
    return identityOf(facts);
}

/** Numbers beyond any shell's; the kernel's own bound is the limit of open files. */
constexpr int highestNumber = 65535;

/** Where the copy of a script lies, as Bash numbers process substitutions; above it if that is taken. */
constexpr int scriptNumber = 63;

} // namespace

OutsideCommand::OutsideCommand(StartOutside start, UniqueFd stream, std::vector<UniqueFd> pins,
                               std::optional<RoomPass> room)
    : m_start(std::move(start)), m_stream(std::move(stream)), m_pins(std::move(pins)) {
    if (!room)
        return;
    m_plan.room = RoomDoor{std::move(room->init), m_start.writable, m_start.command.workdir,
                           m_start.sandbox == RuleSandbox::Network ? NetworkAccess::On : NetworkAccess::Off};
    m_escalateSocket = std::move(room->escalateSocket);
}

void OutsideCommand::begin() {
    if (!m_start.helperKnows && !m_stream.sendFramed(answers::escalate(m_start.protocol)))
        fail("the helper is gone");
}

void OutsideCommand::fail(std::string refusal) {
    m_ended = OutsideEnded{m_start.exec, {126, 0}, std::move(refusal)};
}

void OutsideCommand::readable() {
    const auto got = m_stream.readSome(m_pid == 0 ? PeerFds::Taken : PeerFds::Refused);
    for (;;) {
        auto payload = m_stream.take();
        if (!payload || (!*payload && !got)) {
            // Gone or malformed: nobody stands for the command any more.
            if (m_pid == 0)
                return fail("the helper went away before it said what to inherit");
            m_abandoned = true;
            killBelow({m_pid});
            return;
        }
        if (!*payload || m_ended)
            return;
        takeFrame(**payload);
    }
}

void OutsideCommand::takeFrame(const std::string& payload) {
    if (m_pid != 0)
        return forwardSignal(payload);
    const bool setupFirst = m_start.protocol == HelperProtocol::Binary && !m_hasSetup;
    if (const auto taken = setupFirst ? takeSetup(payload) : takeDescriptors(payload); !taken)
        fail(taken.error().text);
}

Result<void> OutsideCommand::takeSetup(const std::string& payload) {
    auto setup = parseSetup(payload);
    if (!setup)
        return std::unexpected(setup.error());
    m_plan.setup = std::move(*setup);
    m_hasSetup = true;
    return {};
}

Result<void> OutsideCommand::takeDescriptors(const std::string& payload) {
    std::vector<int> numbers;
    bool more = false;
    if (m_start.protocol == HelperProtocol::Json) {
        auto parsed = codex::parseDescriptors(payload);
        if (!parsed)
            return std::unexpected(parsed.error());
        numbers = std::move(*parsed);
    } else {
        execframe_descriptors frame;
        if (execframe_decode_descriptors({payload.data(), payload.size()}, &frame) != EXECFRAME_OK)
            return exeat::fail(ErrorKind::Invalid, "the helper's list of descriptors is malformed");
        numbers.assign(frame.numbers, frame.numbers + frame.count);
        more = frame.more;
        if (!numbers.empty() && !m_plan.fds.empty() && numbers.front() <= m_plan.fds.back().number)
            return exeat::fail(ErrorKind::Invalid, "the helper's descriptors are out of order");
    }
    if (numbers.size() > m_stream.heldFds() || m_plan.fds.size() + numbers.size() > limits::inheritedFds)
        return exeat::fail(ErrorKind::Invalid, "the helper's descriptors do not fit their list");
    for (const int number : numbers) {
        if (number > highestNumber)
            return exeat::fail(ErrorKind::Limit, "the helper names a descriptor beyond any limit");
        m_plan.fds.push_back({number, m_stream.takeFd()});
    }
    if (more)
        return {};
    if (m_stream.heldFds() > 0)
        return exeat::fail(ErrorKind::Invalid, "the helper sent descriptors that it does not name");
    start();
    return {};
}

void OutsideCommand::start() {
    const Command& command = m_start.command;
    if (!m_start.obstacle.empty())
        return refuse(m_start.obstacle);
    const auto program = programPath();
    if (!program)
        return refuse(program.error().text);
    m_plan.path = *program;
    m_plan.argv = command.argv;
    if (m_start.form == ExecForm::ShellText) {
        m_plan.path = textShell;
        m_plan.argv = {"bash", *program};
        if (command.argv.size() > 1)
            m_plan.argv.insert(m_plan.argv.end(), command.argv.begin() + 1, command.argv.end());
        if (program->starts_with('-'))
            m_plan.argv.insert(m_plan.argv.begin() + 1, "--");
    }
    m_plan.environment = command.environment;
    if (m_plan.room) {
        dropFolders();
        placeEscalateSocket();
    }
    // What nobody but root can exchange is started as it is; it may be set-uid, which a tracer would take away.
    // In a room it is not set-uid in any case.
    m_plan.checkpoint =
        command.origin == FileOrigin::Unplantable && !m_plan.room ? Checkpoint::None : Checkpoint::AtExec;
    if (const auto checked = checkJustBefore(); !checked)
        return refuse(checked.error().text);
    const auto pid = launch(m_plan);
    if (!pid) {
        m_pid = -1;
        return refuse(pid.error().text);
    }
    m_pid = *pid;
    m_atCheckpoint = m_plan.checkpoint == Checkpoint::AtExec;
    if (!m_atCheckpoint)
        m_plan.fds.clear();
}

/** By them the caller's mounts would be in reach in the room. */
void OutsideCommand::dropFolders() {
    std::erase_if(m_plan.fds, [](const PlacedFd& placed) {
        struct stat facts = {};
        return ::fstat(placed.fd.get(), &facts) < 0 || S_ISDIR(facts.st_mode);
    });
}

void OutsideCommand::placeEscalateSocket() {
    const int number = freeNumber(m_start.socketNumber);
    m_plan.fds.push_back({number, std::move(m_escalateSocket)});
    setEscalateSocket(m_plan.environment, number);
}

int OutsideCommand::freeNumber(int from) const {
    while (std::ranges::find(m_plan.fds, from, &PlacedFd::number) != m_plan.fds.end())
        ++from;
    return from;
}

/**
 * A copy lies at a number of its own in the new program, where the kernel reads the `#!` line and the interpreter the
 * rest: argv is what the kernel makes of it.
 */
Result<std::string> OutsideCommand::programPath() {
    if (m_start.binding != ScriptBinding::ByContent)
        return m_start.execPath;
    const auto pin = std::ranges::find_if(m_pins, [&](const UniqueFd& fd) {
        struct stat facts = {};
        return ::fstat(fd.get(), &facts) == 0 && identityOf(facts) == m_start.command.identity;
    });
    if (pin == m_pins.end())
        return exeat::fail(ErrorKind::Refused, "the judged file is not held any more");
    auto copy = sealedCopy(*pin);
    if (!copy)
        return std::unexpected(copy.error());
    const auto hash = contentHash("/proc/self/fd/" + std::to_string(copy->get()));
    if (!hash || m_start.sha256.empty() || *hash != m_start.sha256)
        return exeat::fail(ErrorKind::Refused, "the content of the file is not what was judged");
    const int number = freeNumber(scriptNumber);
    m_plan.fds.push_back({number, std::move(*copy)});
    return "/proc/self/fd/" + std::to_string(number);
}

const std::string& OutsideCommand::checkedPath() const {
    return m_start.binding == ScriptBinding::AsCalled ? m_start.command.file : m_start.command.realPath;
}

Result<void> OutsideCommand::checkJustBefore() {
    const Command& command = m_start.command;
    m_plan.workdir = UniqueFd(::open(command.workdir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    struct stat facts = {};
    if (!m_plan.workdir || ::fstat(m_plan.workdir.get(), &facts) < 0 || identityOf(facts) != command.workdirIdentity)
        return exeat::fail(ErrorKind::Refused, "its working directory is not the one that was judged");
    if (m_start.binding == ScriptBinding::ByContent)
        return {};
    const auto file = identityAt(checkedPath());
    if (!file || *file != command.identity)
        return exeat::fail(ErrorKind::Refused, "the file is not the one that was judged");
    return m_start.script ? checkContent(checkedPath()) : Result<void>();
}

Result<void> OutsideCommand::checkAtExec() const {
    const std::string running = "/proc/" + std::to_string(m_pid) + "/exe";
    const auto binary = identityAt(running);
    if (!binary || *binary != m_start.command.runsAs)
        return exeat::fail(ErrorKind::Refused, "another program started than the one that was judged");
    if (!m_start.script)
        return checkContent(running);
    if (!m_start.interpreterSha256.empty()) {
        // Nobody can write a program while it runs (ETXTBSY), so this holds from now on.
        const auto hash = contentHash(running);
        if (!hash || *hash != m_start.interpreterSha256)
            return exeat::fail(ErrorKind::Refused, "the interpreter of the script is not the one that was judged");
    }
    if (m_start.binding == ScriptBinding::ByContent)
        return {};
    const auto script = identityAt(checkedPath());
    if (!script || *script != m_start.command.identity)
        return exeat::fail(ErrorKind::Refused, "the script is not the one that was judged");
    return checkContent(checkedPath());
}

Result<void> OutsideCommand::checkContent(const std::string& path) const {
    if (m_start.sha256.empty())
        return {};
    const auto hash = contentHash(path);
    if (!hash || *hash != m_start.sha256)
        return exeat::fail(ErrorKind::Refused, "the content of the file is not what was confirmed");
    return {};
}

/** The helper has its answer already, so the words go where the command's own complaints would go. */
void OutsideCommand::refuse(const std::string& why) {
    m_refusal = why;
    const auto messenger = launchMessage(m_plan,
                                         "exeat: " + m_start.command.file + " was not run " +
                                             std::string(placeOf(m_start.sandbox)) + ": " + why + "\n",
                                         126);
    m_plan.fds.clear();
    if (!messenger)
        return finish({126, 0});
    m_pid = *messenger;
    m_atCheckpoint = false;
}

void OutsideCommand::forwardSignal(const std::string& payload) {
    std::uint8_t signal = 0;
    if (m_start.protocol == HelperProtocol::Json ||
        execframe_decode_signal({payload.data(), payload.size()}, &signal) != EXECFRAME_OK) {
        killBelow({m_pid}); // a helper that talks nonsense stands for nobody
        return;
    }
    // Every command leads a group of its own here; it is signalled as a whole only if the caller led one inside.
    ::kill(m_plan.setup.ownProcessGroup ? -m_pid : m_pid, signal);
}

void OutsideCommand::changed(int status) {
    if (WIFSTOPPED(status)) {
        if (!m_atCheckpoint) {
            (void)m_stream.sendFramed(answers::stopped(m_start.protocol, WSTOPSIG(status)));
            return;
        }
        const auto checked =
            WSTOPSIG(status) == SIGTRAP
                ? checkAtExec()
                : Result<void>(exeat::fail(ErrorKind::Refused, "it was stopped before its first instruction"));
        if (!checked) {
            ::kill(m_pid, SIGKILL);
            m_refusal = checked.error().text;
            return;
        }
        m_atCheckpoint = false;
        m_plan.fds.clear();
        m_pins.clear();
        if (m_plan.room)
            standInFront(std::to_string(m_pid));
        return passCheckpoint(m_pid, m_plan.setup);
    }
    if (m_atCheckpoint && !m_refusal.empty())
        return refuse(m_refusal);
    if (WIFSIGNALED(status))
        finish({0, WTERMSIG(status)});
    else if (WIFEXITED(status))
        finish({WEXITSTATUS(status), 0});
}

void OutsideCommand::finish(ExitStatus status) {
    (void)m_stream.sendFramed(answers::exit(m_start.protocol, status));
    m_ended = OutsideEnded{m_start.exec, status, m_refusal};
}

} // namespace exeat::gate
