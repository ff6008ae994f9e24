#include "service/gate/resolve/commandresolver.h"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

bool gainsPrivileges(const WalkedPath& walked) {
    if ((walked.facts.st_mode & S_ISUID) != 0 || (walked.facts.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
        return true;
    const std::string path = "/proc/self/fd/" + std::to_string(walked.file.get());
    return ::getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
}

/** DESIGN.md §3 wants `$0` as called; what an agent could flip between the judgement and the interpreter's open wins.
 */
ScriptBinding bindingOf(const UniqueFd& root, const WalkedPath& walked, const ResolveContext& context) {
    if (originOf(walked, context.everWritable, context.ofThisRun) == FileOrigin::Unplantable)
        return ScriptBinding::AsCalled;
    const WalkedPath real = walkPath(root, walked.realPath);
    if (real.obstacle || real.indirect || real.identity() != walked.identity())
        return ScriptBinding::ByContent;
    const FileOrigin origin = originOf(real, context.everWritable, context.ofThisRun);
    // Another name of the same file may lie where an agent writes.
    const bool otherNames = origin != FileOrigin::Unplantable && real.facts.st_nlink > 1;
    if (origin == FileOrigin::AgentWritable || otherNames)
        return ScriptBinding::ByContent;
    return walked.indirect ? ScriptBinding::ByRealPath : ScriptBinding::AsCalled;
}

/** The first obstacle found is the one that is told. */
void hinder(Resolution& resolution, std::string why) {
    if (resolution.obstacle.empty())
        resolution.obstacle = std::move(why);
}

/** A folder and its one path. */
struct OpenedFolder {
    UniqueFd fd;
    std::string realPath; ///< empty if it has none
};

bool hasOddPart(const std::string& path) {
    const std::string whole = path + "/";
    return path.size() > 1 && (whole.contains("//") || whole.contains("/./") || whole.contains("/../"));
}

OpenedFolder openFolder(const std::string& path) {
    if (!path.starts_with('/'))
        return {};
    if (!hasOddPart(path)) {
        // Without a link on the way a path is its own real path; that is usual, and asking the kernel is dear.
        open_how how{};
        how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
        how.resolve = RESOLVE_NO_SYMLINKS;
        UniqueFd fd(static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)));
        if (fd)
            return {std::move(fd), path};
    }
    OpenedFolder folder{UniqueFd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)), {}};
    std::array<char, PATH_MAX> real{};
    const ssize_t size =
        folder.fd ? ::readlink(("/proc/self/fd/" + std::to_string(folder.fd.get())).c_str(), real.data(), real.size())
                  : -1;
    if (size > 0 && static_cast<std::size_t>(size) < real.size())
        folder.realPath.assign(real.data(), static_cast<std::size_t>(size));
    return folder;
}

class Glance {
public:
    Glance(const UniqueFd& root, const ClaimedCommand& claim, const ResolveContext& context)
        : m_root(root), m_claim(claim), m_context(context) {}

    Resolution run() {
        m_result.command.argv = m_claim.argv;
        if (m_context.caller > 0) {
            if (auto view = PeerView::open(m_context.caller))
                m_result.view = std::move(*view);
        }
        if (!m_result.view && m_context.source == ClaimSource::Process)
            hinder("the calling process cannot be looked at, so what it sees cannot be compared");
        resolveWorkdir();
        resolveFile();
        return std::move(m_result);
    }

private:
    void hinder(std::string why) { gate::hinder(m_result, std::move(why)); }

    void resolveWorkdir() {
        Command& command = m_result.command;
        command.workdir = m_claim.workdir;
        OpenedFolder folder = openFolder(m_claim.workdir);
        struct stat facts = {};
        if (!folder.fd || ::fstat(folder.fd.get(), &facts) < 0)
            return hinder("its working directory does not exist outside the sandbox");
        if (folder.realPath.empty())
            return hinder("its working directory has no path outside the sandbox");
        command.workdir = std::move(folder.realPath);
        command.workdirIdentity = identityOf(facts);
        m_result.pins.push_back(std::move(folder.fd));
    }

    void resolveFile() {
        Command& command = m_result.command;
        if (m_claim.file.empty()) {
            m_result.fails = true;
            return hinder("it names no file");
        }
        m_result.execPath = m_claim.file;
        m_result.calledAs = m_claim.file.starts_with('/') ? m_claim.file : command.workdir + "/" + m_claim.file;
        command.file = m_result.calledAs;
        WalkedPath walked = walkPath(m_root, command.file);
        command.realPath = walked.realPath;
        command.names = walked.names;
        if (walked.obstacle && walked.obstacle->kind == ErrorKind::Refused)
            hinder(walked.obstacle->text);
        compareWithPeer(walked);
        if (walked.obstacle)
            return hinder("outside the sandbox, " + walked.obstacle->text);
        command.identity = command.runsAs = walked.identity();
        if (!S_ISREG(walked.facts.st_mode) || (walked.facts.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0) {
            m_result.fails = m_sameForPeer;
            return hinder("it is no program");
        }
        command.origin = originOf(walked, m_context.everWritable, m_context.ofThisRun);
        m_result.walked = std::move(walked);
    }

    /** The same path must be the same file on both sides of the sandbox's mounts. */
    void compareWithPeer(const WalkedPath& walked) {
        if (!m_result.view)
            return;
        const auto theirs = m_result.view->identityOf(m_result.command.file);
        if (!theirs) {
            m_result.fails = walked.obstacle && theirs.error().errnum == ENOENT;
            return hinder("inside the sandbox the file is not to be seen");
        }
        m_sameForPeer = !walked.obstacle && *theirs == walked.identity();
        if (m_sameForPeer)
            return;
        hinder("inside the sandbox another file is at this path than outside");
        // Rules that tighten go by any name, also by one that only the sandbox knows.
        for (const std::string& name : walkPath(m_result.view->root(), m_result.command.file).names) {
            if (std::ranges::find(m_result.command.names, name) == m_result.command.names.end())
                m_result.command.names.push_back(name);
        }
    }

    const UniqueFd& m_root;
    const ClaimedCommand& m_claim;
    const ResolveContext& m_context;
    bool m_sameForPeer = false;
    Resolution m_result;
};

void proveWorkdir(Resolution& resolution) {
    if (!resolution.view || resolution.command.workdirIdentity == FileIdentity{})
        return;
    const auto theirs = resolution.view->workdir();
    if (!theirs || *theirs != resolution.command.workdirIdentity)
        hinder(resolution, "its working directory is another one outside the sandbox than inside");
}

/**
 * Programs look beside the path by which they were called (Python for pyvenv.cfg), or act by its name (git-clone). What
 * an agent chose of it counts for nothing: the program runs by its own path, under its own name.
 */
void dropAgentsName(Resolution& resolution) {
    resolution.binding = ScriptBinding::ByRealPath;
    Command& command = resolution.command;
    if (!command.argv.empty())
        command.argv.front() = command.realPath;
}

void proveProgram(Resolution& resolution, const UniqueFd& root, const ResolveContext& context) {
    const WalkedPath& walked = *resolution.walked;
    Command& command = resolution.command;
    command.setUid = gainsPrivileges(walked);
    const bool agentsLink = walked.indirect && command.origin == FileOrigin::AgentWritable;
    auto program = loadedProgram(root, walked, command.origin, context.everWritable, context.ofThisRun);
    if (!program)
        return hinder(resolution, program.error().text);
    command.runsAs = program->binary;
    command.origin = program->origin;
    resolution.form = program->form;
    resolution.script = program->script;
    resolution.agentsInterpreter = program->agentsBinary;
    if (program->script)
        resolution.binding = bindingOf(root, walked, context);
    else if (agentsLink)
        dropAgentsName(resolution);
    if (resolution.binding != ScriptBinding::AsCalled)
        resolution.execPath = walked.realPath;
    if (program->pin)
        resolution.pins.push_back(std::move(program->pin));
}

} // namespace

Result<CommandResolver> CommandResolver::create() {
    auto root = openOwnRoot();
    if (!root)
        return std::unexpected(root.error());
    return CommandResolver(std::move(*root));
}

Resolution CommandResolver::glance(const ClaimedCommand& claim, const ResolveContext& context) const {
    return Glance(m_root, claim, context).run();
}

void CommandResolver::prove(Resolution& resolution, const ResolveContext& context) const {
    proveWorkdir(resolution);
    if (resolution.walked) {
        proveProgram(resolution, m_root, context);
        resolution.pins.push_back(std::move(resolution.walked->file));
    }
    resolution.walked.reset();
    resolution.view.reset();
}

} // namespace exeat::gate
