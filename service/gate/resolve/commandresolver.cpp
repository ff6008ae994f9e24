#include "service/gate/resolve/commandresolver.h"

#include "service/gate/resolve/peerview.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fcntl.h>
#include <limits.h>
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

enum class Depth { Glance, Proof };

/** One resolution; the first obstacle found is the one that is told. */
class Resolving {
public:
    Resolving(const UniqueFd& root, const ClaimedCommand& claim, const ResolveContext& context, Depth depth)
        : m_root(root), m_claim(claim), m_context(context), m_depth(depth) {}

    Resolution run() {
        m_result.command.argv = m_claim.argv;
        m_result.command.setup = m_claim.setup;
        if (m_context.caller > 0) {
            if (auto view = PeerView::open(m_context.caller))
                m_view = std::move(*view);
        }
        if (!m_view)
            hinder("the calling process cannot be looked at, so what it sees cannot be compared");
        resolveWorkdir();
        resolveFile();
        return std::move(m_result);
    }

private:
    void hinder(std::string why) {
        if (m_result.obstacle.empty())
            m_result.obstacle = std::move(why);
    }

    void resolveWorkdir() {
        Command& command = m_result.command;
        command.workdir = m_claim.workdir;
        UniqueFd folder(
            m_claim.workdir.starts_with('/') ? ::open(m_claim.workdir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC) : -1);
        struct stat facts = {};
        std::array<char, PATH_MAX> real{};
        if (!folder || ::fstat(folder.get(), &facts) < 0)
            return hinder("its working directory does not exist outside the sandbox");
        const ssize_t size =
            ::readlink(("/proc/self/fd/" + std::to_string(folder.get())).c_str(), real.data(), real.size());
        if (size <= 0 || static_cast<std::size_t>(size) >= real.size())
            return hinder("its working directory has no path outside the sandbox");
        command.workdir.assign(real.data(), static_cast<std::size_t>(size));
        command.workdirIdentity = identityOf(facts);
        m_result.pins.push_back(std::move(folder));
        if (m_view && m_depth == Depth::Proof)
            compareWorkdir();
    }

    void compareWorkdir() {
        const auto theirs = m_view->workdir();
        if (!theirs || *theirs != m_result.command.workdirIdentity)
            hinder("its working directory is another one outside the sandbox than inside");
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
        if (m_depth == Depth::Proof) {
            command.setUid = gainsPrivileges(walked);
            resolveProgram(walked);
        }
        m_result.pins.push_back(std::move(walked.file));
    }

    void resolveProgram(const WalkedPath& walked) {
        auto program =
            loadedProgram(m_root, walked, m_result.command.origin, m_context.everWritable, m_context.ofThisRun);
        if (!program)
            return hinder(program.error().text);
        m_result.command.runsAs = program->binary;
        m_result.command.origin = program->origin;
        m_result.form = program->form;
        m_result.script = program->script;
        m_result.agentsInterpreter = program->agentsBinary;
        if (program->script)
            m_result.binding = bindingOf(m_root, walked, m_context);
        if (m_result.binding != ScriptBinding::AsCalled)
            m_result.execPath = walked.realPath;
        if (program->pin)
            m_result.pins.push_back(std::move(program->pin));
    }

    /** The same path must be the same file on both sides of the sandbox's mounts. */
    void compareWithPeer(const WalkedPath& walked) {
        if (!m_view)
            return;
        const auto theirs = m_view->identityOf(m_result.command.file);
        if (!theirs) {
            m_result.fails = walked.obstacle && theirs.error().errnum == ENOENT;
            return hinder("inside the sandbox the file is not to be seen");
        }
        m_sameForPeer = !walked.obstacle && *theirs == walked.identity();
        if (m_sameForPeer)
            return;
        hinder("inside the sandbox another file is at this path than outside");
        // Rules that tighten go by any name, also by one that only the sandbox knows.
        for (const std::string& name : walkPath(m_view->root(), m_result.command.file).names) {
            if (std::ranges::find(m_result.command.names, name) == m_result.command.names.end())
                m_result.command.names.push_back(name);
        }
    }

    const UniqueFd& m_root;
    const ClaimedCommand& m_claim;
    const ResolveContext& m_context;
    const Depth m_depth;
    std::optional<PeerView> m_view;
    bool m_sameForPeer = false;
    Resolution m_result;
};

} // namespace

Result<CommandResolver> CommandResolver::create() {
    auto root = openOwnRoot();
    if (!root)
        return std::unexpected(root.error());
    return CommandResolver(std::move(*root));
}

Resolution CommandResolver::resolve(const ClaimedCommand& claim, const ResolveContext& context) const {
    return Resolving(m_root, claim, context, Depth::Proof).run();
}

Resolution CommandResolver::glance(const ClaimedCommand& claim, const ResolveContext& context) const {
    return Resolving(m_root, claim, context, Depth::Glance).run();
}

} // namespace exeat::gate
