#include "service/sandbox/ceiling.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace exeat {
namespace {

bool covers(const std::string& folder, const std::string& path) {
    if (folder == "/" || folder == path)
        return true;
    return path.starts_with(folder + '/');
}

/** A root below another stays one of its own: what is protected directly below it hangs on that. */
void addRoot(std::vector<std::string>& roots, const std::string& root) {
    if (std::ranges::find(roots, root) == roots.end())
        roots.push_back(root);
}

bool covers(const std::vector<std::string>& roots, const std::string& path) {
    return std::ranges::any_of(roots, [&](const auto& root) { return covers(root, path); });
}

void addReal(std::vector<std::string>& roots, const CeilingFacts& facts, const std::string& folder) {
    if (folder.empty() || folder.front() != '/')
        return;
    if (const auto real = facts.realFolder(folder))
        addRoot(roots, *real);
}

/** The session's project; nothing if it is gone, or a link of anybody's leads to another folder in its place. */
std::optional<std::string> projectOf(const CeilingFacts& facts) {
    const auto real = facts.realFolder(facts.projectRoot);
    return real == facts.projectRoot ? real : std::nullopt;
}

void addNote(SandboxGrant& grant, const std::string& note) {
    grant.note += (grant.note.empty() ? "" : " ") + note;
}

struct Effective {
    SandboxMode mode = SandboxMode::WorkspaceWrite;
    NetworkAccess network = NetworkAccess::Off;
    std::vector<std::string> roots;
    bool excludeTmp = false;
    bool excludeTmpdir = false;
};

void override(Effective& effective, const SandboxSettings& settings) {
    effective.mode = settings.mode.value_or(effective.mode);
    effective.network = settings.network.value_or(effective.network);
    effective.roots.insert(effective.roots.end(), settings.writableRoots.begin(), settings.writableRoots.end());
    effective.excludeTmp = settings.excludeTmp.value_or(effective.excludeTmp);
    effective.excludeTmpdir = settings.excludeTmpdir.value_or(effective.excludeTmpdir);
}

void narrow(Effective& effective, const SandboxSettings& settings) {
    effective.mode = std::min(effective.mode, settings.mode.value_or(effective.mode));
    effective.network = std::min(effective.network, settings.network.value_or(effective.network));
    effective.excludeTmp = effective.excludeTmp || settings.excludeTmp.value_or(false);
    effective.excludeTmpdir = effective.excludeTmpdir || settings.excludeTmpdir.value_or(false);
}

/**
 * The user's word on exactly this project may widen. Where there is none, that on a folder around it narrows: which
 * folder is a project's root hangs on a marker, and an agent can make one (`mkdir sub/.git`) in any folder it writes.
 */
void applyProjects(Effective& effective, const CeilingSettings& settings, const CeilingFacts& facts) {
    if (const auto exact = settings.projects.find(facts.projectRoot); exact != settings.projects.end())
        return override(effective, exact->second);
    for (const auto& [folder, project] : settings.projects) {
        if (covers(folder, facts.projectRoot) || covers(facts.realFolder(folder).value_or(folder), facts.projectRoot))
            narrow(effective, project);
    }
}

Effective effectiveOf(const CeilingSettings& settings, const CeilingFacts& facts) {
    Effective effective;
    override(effective, settings.user);
    applyProjects(effective, settings, facts);
    if (const auto agent = settings.agents.find(facts.agentName); agent != settings.agents.end())
        narrow(effective, agent->second);
    return effective;
}

void addNamedRoots(SandboxGrant& grant, const Effective& effective, const CeilingFacts& facts) {
    for (const auto& root : effective.roots) {
        if (!root.starts_with('/'))
            continue;
        if (const auto real = facts.namedFolder(root))
            addRoot(grant.writableRoots, *real);
        else if (facts.realFolder(root))
            addNote(grant, root + ", of writable_roots in config.toml, is not writable in the sandbox, because a "
                                  "symbolic link on the way to it lies where agents may write. Remove that link, or "
                                  "write the folder's real path into config.toml.");
    }
}

void addProject(SandboxGrant& grant, const CeilingFacts& facts) {
    const auto project = projectOf(facts);
    if (!project) {
        if (facts.realFolder(facts.projectRoot))
            addNote(grant, facts.projectRoot + " is not writable in the sandbox, because a symbolic link has taken its "
                                               "place, or that of a folder that holds it, since the agent was started. "
                                               "See who put it there, then start the agent again.");
        return;
    }
    const bool isNamed = std::ranges::any_of(
        grant.writableRoots, [&](const auto& root) { return covers(root, *project) && facts.isProtected(root); });
    if (facts.isProtected(*project) && !isNamed)
        addNote(grant, *project + " is not writable in the sandbox, because what lies there is read or run later by "
                                  "programs of yours, or holds rules and settings. Start the agent inside a project's "
                                  "folder, or put the folder into writable_roots of [sandbox] in config.toml.");
    else if (!covers(grant.writableRoots, *project) && isTooWide(*project, facts.home))
        addNote(grant, *project +
                           " is not writable in the sandbox, because it is not a project: it is your home, a folder "
                           "that holds it, or one of the system's. Start the agent inside a project's folder, or "
                           "put the folder into writable_roots of [sandbox] in config.toml.");
    else
        addRoot(grant.writableRoots, *project);
}

/** The folders of workspace-write, with the reason if what should be is not among them. */
SandboxGrant workspaceOf(const Effective& effective, const CeilingFacts& facts) {
    SandboxGrant grant{SandboxMode::WorkspaceWrite, effective.network, {}, {}};
    addNamedRoots(grant, effective, facts);
    addProject(grant, facts);
    if (const auto tmp = facts.namedFolder("/tmp"); tmp && !effective.excludeTmp)
        addRoot(grant.writableRoots, *tmp);
    if (effective.excludeTmpdir || !facts.tmpdir.starts_with('/'))
        return grant;
    if (const auto tmpdir = facts.namedFolder(facts.tmpdir);
        tmpdir && !isTooWide(*tmpdir, facts.home) && !facts.isProtected(*tmpdir))
        addRoot(grant.writableRoots, *tmpdir);
    return grant;
}

struct Wish {
    SandboxMode mode;
    NetworkAccess network;
    std::vector<std::string> roots; ///< only those beyond what is granted
};

/** Takes from `granted` what the client does not want; returns what the client wants beyond it. */
Wish narrowByClient(SandboxGrant& granted, const ClientSandbox& client, const CeilingFacts& facts) {
    Wish wish{client.mode, client.network, {}};
    const SandboxGrant ceiling = granted;
    granted.mode = std::min(granted.mode, client.mode);
    granted.network = std::min(granted.network, client.network);
    if (client.mode == SandboxMode::FullAccess)
        return wish;
    granted.writableRoots.clear();
    if (client.mode == SandboxMode::ReadOnly)
        return wish;
    std::vector<std::string> wanted;
    addReal(wanted, facts, client.workdir);
    for (const auto& root : client.writableRoots)
        addReal(wanted, facts, root);
    if (!client.excludeTmp)
        addReal(wanted, facts, "/tmp");
    if (!client.excludeTmpdir && facts.realFolder(facts.tmpdir) && !isTooWide(facts.tmpdir, facts.home))
        addReal(wanted, facts, facts.tmpdir);
    const auto temporary = [&](const std::string& root) {
        return root == facts.realFolder("/tmp") || root == facts.realFolder(facts.tmpdir);
    };
    for (const auto& root : wanted) {
        for (const auto& one : ceiling.writableRoots) {
            if (covers(root, one))
                addRoot(granted.writableRoots, one);
        }
        if (ceiling.mode == SandboxMode::FullAccess || covers(ceiling.writableRoots, root)) {
            // Less may not become more: a folder that is read-only below the ceiling's root is no root of its own.
            const bool named = std::ranges::any_of(
                ceiling.writableRoots, [&](const auto& one) { return covers(one, root) && facts.isProtected(one); });
            if (!facts.isProtected(root) || named)
                addRoot(granted.writableRoots, root);
            continue;
        }
        // The temporary folders are in every client's default; that the user took them away is not worth a question.
        if (!temporary(root))
            wish.roots.push_back(root);
    }
    if (ceiling.mode == SandboxMode::ReadOnly)
        granted.writableRoots.clear();
    return wish;
}

std::string wordsFor(const SandboxGrant& granted, const SandboxExcess& excess) {
    std::string words;
    const auto add = [&](const std::string& more) { words += (words.empty() ? "" : "; ") + more; };
    if (excess.wanted.mode == SandboxMode::FullAccess)
        return "running the whole command without a sandbox";
    if (excess.wanted.mode > granted.mode) {
        std::string where;
        for (const auto& root : excess.wanted.writableRoots)
            where += (where.empty() ? "" : ", ") + root;
        add("writing below " + where);
    } else {
        for (const auto& root : excess.extraRoots)
            add("writing below " + root);
    }
    if (excess.wanted.network > granted.network)
        add("network access");
    return words;
}

/** Where not even the workspace holds the project, it is asked for by name and rated as any folder beyond. */
void wishForProject(Wish& wish, const Effective& effective, const CeilingFacts& facts) {
    const auto project = projectOf(facts);
    if (project && !covers(workspaceOf(effective, facts).writableRoots, *project))
        addRoot(wish.roots, *project);
}

void raise(Wish& wish, SandboxPermissions permissions) {
    switch (permissions) {
    case SandboxPermissions::UseDefault:
        break;
    case SandboxPermissions::WorkspaceWrite:
        wish.mode = std::max(wish.mode, SandboxMode::WorkspaceWrite);
        break;
    case SandboxPermissions::Network:
        wish.network = NetworkAccess::On;
        break;
    case SandboxPermissions::RequireEscalated:
        wish.mode = SandboxMode::FullAccess;
        break;
    }
}

/** Whoever may write there chooses what programs outside do: their code, their settings, the login's. */
bool reachesOutside(const std::string& root, const CeilingFacts& facts) {
    const std::string home = facts.realFolder(facts.home).value_or(facts.home);
    const bool inHome = root.size() > home.size() && covers(home, root);
    const bool hidden = inHome && (root[home.size() + 1] == '.' || covers(home + "/bin", root));
    return hidden || isTooWide(root, home) || covers("/opt", root) || facts.isProtected(root);
}

SandboxGrant personsChoice(const Effective& effective, const CeilingFacts& facts, const RunRequest& request) {
    Effective chosen = effective;
    chosen.mode = request.personMode.value_or(effective.mode);
    chosen.network = request.personNetwork.value_or(effective.network);
    if (chosen.mode == SandboxMode::WorkspaceWrite)
        return workspaceOf(chosen, facts);
    return {chosen.mode, chosen.mode == SandboxMode::FullAccess ? NetworkAccess::On : chosen.network, {}, {}};
}

} // namespace

bool isTooWide(const std::string& folder, const std::string& home) {
    static constexpr auto system =
        std::to_array<std::string_view>({"/etc", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/boot", "/dev", "/proc",
                                         "/sys", "/run", "/var/lib", "/var/spool", "/var/log"});
    static constexpr auto exactly = std::to_array<std::string_view>({"/var", "/home", "/opt", "/srv", "/mnt"});
    if (folder.empty() || covers(folder, home))
        return true;
    return std::ranges::any_of(system, [&](auto one) { return covers(std::string(one), folder); }) ||
           std::ranges::find(exactly, std::string_view(folder)) != exactly.end();
}

SandboxGrant ceilingOf(const CeilingSettings& settings, const CeilingFacts& facts) {
    const Effective effective = effectiveOf(settings, facts);
    switch (effective.mode) {
    case SandboxMode::ReadOnly:
        return {SandboxMode::ReadOnly, effective.network, {}, settings.note};
    case SandboxMode::WorkspaceWrite:
        return workspaceOf(effective, facts);
    case SandboxMode::FullAccess:
        return {SandboxMode::FullAccess, NetworkAccess::On, {}, {}};
    }
    return {};
}

SandboxFit fitSandbox(const CeilingSettings& settings, const CeilingFacts& facts, const RunRequest& request) {
    const Effective effective = effectiveOf(settings, facts);
    if (request.personMode || request.personNetwork)
        return {personsChoice(effective, facts, request), std::nullopt};
    SandboxFit fit{ceilingOf(settings, facts), std::nullopt};
    Wish wish{fit.granted.mode, fit.granted.network, {}};
    if (request.clientSandbox)
        wish = narrowByClient(fit.granted, *request.clientSandbox, facts);
    raise(wish, request.permissions);
    // A person who reads "your whole home" may still say yes.
    if (request.permissions == SandboxPermissions::WorkspaceWrite && wish.mode != SandboxMode::FullAccess)
        wishForProject(wish, effective, facts);
    const bool more = wish.mode > fit.granted.mode || wish.network > fit.granted.network || !wish.roots.empty();
    if (!more)
        return fit;

    SandboxExcess excess;
    excess.wanted = {std::max(wish.mode, fit.granted.mode),
                     std::max(wish.network, fit.granted.network),
                     fit.granted.writableRoots,
                     {}};
    if (excess.wanted.mode == SandboxMode::FullAccess) {
        excess.wanted.network = NetworkAccess::On;
        excess.wanted.writableRoots.clear();
    } else if (excess.wanted.mode == SandboxMode::WorkspaceWrite) {
        if (fit.granted.mode < SandboxMode::WorkspaceWrite) {
            Effective workspace = effective;
            for (const auto& root : workspaceOf(workspace, facts).writableRoots)
                addRoot(excess.wanted.writableRoots, root);
        }
        for (const auto& root : wish.roots) {
            addRoot(excess.wanted.writableRoots, root);
            excess.extraRoots.push_back(root);
        }
    }
    excess.words = wordsFor(fit.granted, excess);
    excess.equalsNoSandbox =
        excess.wanted.mode == SandboxMode::FullAccess ||
        std::ranges::any_of(excess.extraRoots, [&](const auto& root) { return reachesOutside(root, facts); });
    fit.excess = std::move(excess);
    return fit;
}

SandboxGrant ruleWorkspace(const CeilingSettings& settings, const CeilingFacts& facts, const SandboxGrant& granted) {
    SandboxGrant workspace =
        granted.mode == SandboxMode::WorkspaceWrite ? granted : workspaceOf(effectiveOf(settings, facts), facts);
    workspace.network = NetworkAccess::On;
    return workspace;
}

std::vector<std::string> unprotectedNames(const CeilingSettings& settings, const std::string& projectRoot) {
    std::vector<std::string> names = settings.user.unprotectedNames;
    if (const auto project = settings.projects.find(projectRoot); project != settings.projects.end())
        names.insert(names.end(), project->second.unprotectedNames.begin(), project->second.unprotectedNames.end());
    return names;
}

SandboxSpec specOf(const SandboxGrant& grant, const SandboxProfile& profile) {
    SandboxSpec spec;
    spec.mode = grant.mode;
    spec.network = grant.network;
    if (grant.mode == SandboxMode::FullAccess)
        return spec;
    if (grant.mode == SandboxMode::WorkspaceWrite)
        spec.writableRoots = grant.writableRoots;
    spec.protectedNames = profile.protectedNames;
    spec.existingNames = profile.existingNames;
    spec.readOnlyPaths = profile.readOnlyPaths;
    spec.hiddenPaths = profile.hiddenPaths;
    // systemd-resolved keeps it in /run; without it no name is found.
    if (grant.network == NetworkAccess::On)
        spec.shownLinks = {"/etc/resolv.conf"};
    return spec;
}

} // namespace exeat
