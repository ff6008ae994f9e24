#include "service/gate/sandbox/mountplan.h"

#include "service/gate/sandbox/gitfolders.h"
#include "service/gate/sandbox/paths.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <map>
#include <set>

#include <sys/stat.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

std::deque<std::string> components(std::string_view path) {
    std::deque<std::string> parts;
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto part = path.substr(0, slash);
        if (!part.empty() && part != ".")
            parts.emplace_back(part);
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    }
    return parts;
}

Result<std::string> linkTarget(const std::string& path) {
    std::string target(4096, '\0');
    const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    if (size < 0 && (errno == ENOENT || errno == EINVAL))
        return std::unexpected(changedMeanwhile(path));
    if (size <= 0 || static_cast<std::size_t>(size) == target.size())
        return failErrno("cannot read the symbolic link " + visible(path));
    target.resize(static_cast<std::size_t>(size));
    return target;
}

class Planner {
public:
    Planner(const SandboxSpec& spec, const MakePlaceholder& makePlaceholder)
        : m_spec(spec), m_makePlaceholder(makePlaceholder) {
        if (spec.mode == SandboxMode::WorkspaceWrite)
            m_roots = spec.writableRoots;
    }

    Result<std::vector<MountStep>> plan();

private:
    enum class Missing { Skip, Folder, File };
    struct Purpose {
        MountKind kind;
        Missing missing;
    };

    Result<void> addRoot(const std::string& root);
    Result<void> addProtected(const std::string& root);
    Result<void> addName(const std::string& root, const std::string& name, Missing missing);
    Result<void> walk(const std::string& path, Purpose purpose) { return walk("/", path, purpose); }
    Result<void> walk(std::string base, const std::string& path, Purpose purpose);
    void addShown(const std::string& link);
    void finish(const std::string& path, MountKind kind, const struct stat& status);
    Result<void> addMissing(const std::string& path, PlaceholderKind kind);
    Result<std::vector<MountStep>> ordered() const;
    bool isWritable(const std::string& folder) const {
        return std::ranges::any_of(m_roots, [&](const auto& root) { return isInside(folder, root); });
    }
    void add(MountKind kind, const std::string& path, const struct stat& status) {
        MountStep step{kind, path, {status.st_dev, status.st_ino}, {}, {}};
        auto [place, isNew] = (kind == MountKind::Writable ? m_writable : m_steps).try_emplace(path, step);
        if (!isNew && place->second.kind < kind)
            place->second = step;
    }

    const SandboxSpec& m_spec;
    const MakePlaceholder& m_makePlaceholder;
    std::vector<std::string> m_roots;
    std::set<std::string> m_passed; ///< real folders on the way that no agent can replace: most ways share them
    std::map<std::string, MountStep> m_writable;
    std::map<std::string, MountStep> m_steps;
    std::vector<MountStep> m_shown;
};

Result<std::vector<MountStep>> Planner::plan() {
    for (const auto& root : m_roots) {
        if (auto done = addRoot(root); !done)
            return std::unexpected(done.error());
    }
    for (const auto& [root, step] : m_writable) {
        if (auto done = addProtected(root); !done)
            return std::unexpected(done.error());
    }
    for (const auto& path : m_spec.readOnlyPaths) {
        const auto missing = path.ends_with('/') ? Missing::Folder : Missing::File;
        if (auto done = walk(path, {MountKind::ReadOnly, missing}); !done)
            return std::unexpected(done.error());
    }
    for (const auto& path : m_spec.hiddenPaths) {
        if (auto done = walk(path, {MountKind::HideFolder, Missing::Skip}); !done)
            return std::unexpected(done.error());
    }
    for (const auto& link : m_spec.shownLinks)
        addShown(link);
    return ordered();
}

/** What is no link, leads nowhere or to what is seen anyway needs nothing; what an agent could have put there gets
 * none. */
void Planner::addShown(const std::string& link) {
    struct stat status{};
    if (::lstat(link.c_str(), &status) < 0 || !S_ISLNK(status.st_mode) || isWritable(parentOf(link)))
        return;
    std::error_code error;
    const std::string target = std::filesystem::canonical(link, error).string();
    const bool isHidden =
        std::ranges::any_of(m_spec.hiddenPaths, [&](const auto& folder) { return isInside(target, folder); });
    struct stat file{};
    if (error || !isHidden || ::lstat(target.c_str(), &file) < 0 || !S_ISREG(file.st_mode))
        return;
    m_shown.push_back({MountKind::Show, link, {status.st_dev, status.st_ino}, target, {file.st_dev, file.st_ino}});
}

Result<void> Planner::addRoot(const std::string& root) {
    if (root.size() < 2 || root[0] != '/' || root.ends_with('/') || isInside(root, "/proc") || isInside(root, "/dev"))
        return fail(ErrorKind::Refused, visible(root) + " cannot be a writable folder of the sandbox. Choose a folder "
                                                        "of your own, such as the project.");
    auto fd = openExact(root);
    if (!fd && (fd.error().errnum == ENOENT || fd.error().errnum == ENOTDIR))
        return {}; // it has vanished: nothing to write to
    struct stat status{};
    if (!fd || ::fstat(fd->get(), &status) < 0 || !S_ISDIR(status.st_mode))
        return fail(ErrorKind::Refused, visible(root) + " is no longer the folder that was to be writable: a symbolic "
                                                        "link or a file is in its place. Put the folder back or name "
                                                        "its real path.");
    return walk(root, {MountKind::Writable, Missing::Skip});
}

Result<void> Planner::addProtected(const std::string& root) {
    for (const auto& name : m_spec.protectedNames) {
        if (auto done = addName(root, name, Missing::Folder); !done)
            return done;
        if (name != ".git")
            continue;
        const auto folders = gitFoldersElsewhere(root);
        if (!folders)
            return std::unexpected(folders.error());
        for (const auto& folder : *folders) {
            if (auto done = walk(folder, {MountKind::ReadOnly, Missing::Folder}); !done)
                return done;
        }
    }
    // Where everybody may write, one agent would end the runs of all others by making and removing such a file.
    struct stat folder{};
    if (::lstat(root.c_str(), &folder) < 0 || (folder.st_mode & S_ISVTX) != 0)
        return {};
    for (const auto& name : m_spec.existingNames) {
        if (auto done = addName(root, name, Missing::Skip); !done)
            return done;
    }
    return {};
}

Result<void> Planner::addName(const std::string& root, const std::string& name, Missing missing) {
    if (name.empty() || name == "." || name == ".." || name.contains('/'))
        return fail(ErrorKind::Invalid, "a protected name is one name, not " + visible(name));
    return walk(root, name, {MountKind::ReadOnly, missing});
}

/** From `base` down, whose own way is held already, so that everything an agent could swap on the way is held as well.
 */
Result<void> Planner::walk(std::string base, const std::string& path, Purpose purpose) {
    auto parts = components(path);
    for (int links = 0; !parts.empty();) {
        const std::string part = parts.front();
        parts.pop_front();
        if (part == "..") {
            base = parentOf(base);
            continue;
        }
        const std::string here = below(base, part);
        const bool replaceable = isWritable(base);
        const bool last = parts.empty();
        if (!last && m_passed.contains(here)) {
            base = here;
            continue;
        }
        struct stat status{};
        if (::lstat(here.c_str(), &status) < 0) {
            if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
                return failErrno("cannot look at " + visible(here));
            if (!replaceable || purpose.missing == Missing::Skip)
                return {};
            const bool folder = !last || purpose.missing == Missing::Folder;
            return addMissing(here, folder ? PlaceholderKind::Folder : PlaceholderKind::File);
        }
        if (S_ISLNK(status.st_mode)) {
            if (purpose.kind == MountKind::HideFolder && replaceable)
                return {}; // an agent's link: it would hide what it likes from this run
            auto target = linkTarget(here);
            if (!target)
                return std::unexpected(target.error());
            if (++links > limits::symlinkHops)
                return fail(ErrorKind::Refused, "the symbolic links at " + visible(here) +
                                                    " lead nowhere, so it cannot be protected. Remove them.");
            if (replaceable)
                add(MountKind::Link, here, status);
            if (target->starts_with('/'))
                base = "/";
            auto more = components(*target);
            parts.insert(parts.begin(), more.begin(), more.end());
            continue;
        }
        if (last) {
            finish(here, purpose.kind, status);
            return {};
        }
        if (!S_ISDIR(status.st_mode)) {
            // A file stands where a folder would have to be made first.
            if (replaceable && purpose.kind == MountKind::ReadOnly)
                add(MountKind::ReadOnly, here, status);
            return {};
        }
        if (replaceable)
            add(MountKind::Pin, here, status);
        else
            m_passed.insert(here);
        base = here;
    }
    // The last step led upwards: what is meant is a folder that was passed before.
    struct stat status{};
    if (::lstat(base.c_str(), &status) < 0)
        return std::unexpected(changedMeanwhile(base));
    finish(base, purpose.kind, status);
    return {};
}

void Planner::finish(const std::string& path, MountKind kind, const struct stat& status) {
    if (kind == MountKind::HideFolder)
        add(S_ISDIR(status.st_mode) ? MountKind::HideFolder : MountKind::HideFile, path, status);
    else if (kind == MountKind::Writable || isWritable(path))
        add(kind, path, status);
}

Result<void> Planner::addMissing(const std::string& path, PlaceholderKind kind) {
    auto made = m_makePlaceholder(path, kind);
    if (!made)
        return std::unexpected(made.error());
    if (!*made)
        return {};
    struct stat status{};
    if (::lstat(path.c_str(), &status) < 0 || S_ISLNK(status.st_mode))
        return std::unexpected(changedMeanwhile(path));
    add(MountKind::ReadOnly, path, status);
    return {};
}

Result<std::vector<MountStep>> Planner::ordered() const {
    std::vector<MountStep> steps = m_shown; // while what they show is not hidden yet
    for (const auto& [path, step] : m_writable)
        steps.push_back(step);
    std::string hidden;
    std::string readOnly;
    std::vector<MountStep> hides;
    // Not the map's order: "/a.b" sorts between "/a" and "/a/b".
    std::vector<MountStep> rest;
    for (const auto& [path, step] : m_steps)
        rest.push_back(step);
    std::ranges::sort(rest, [](const MountStep& a, const MountStep& b) {
        return std::ranges::lexicographical_compare(components(a.path), components(b.path));
    });
    for (const auto& step : rest) {
        if (!hidden.empty() && isInside(step.path, hidden))
            continue;
        if (step.kind >= MountKind::HideFolder) {
            hidden = step.path;
            hides.push_back(step);
            continue;
        }
        if (!readOnly.empty() && isInside(step.path, readOnly))
            continue;
        if (step.kind == MountKind::ReadOnly)
            readOnly = step.path;
        const bool isRoot = m_writable.contains(step.path);
        if (step.kind != MountKind::Pin || !isRoot)
            steps.push_back(step);
    }
    steps.insert(steps.end(), hides.begin(), hides.end());
    return steps;
}

} // namespace

Error changedMeanwhile(const std::string& path) {
    return {ErrorKind::Changed,
            visible(path) + " was replaced again and again while it was being protected, so nothing was run. Find out "
                            "what replaces it, or try again.",
            0};
}

Result<std::vector<MountStep>> planMounts(const SandboxSpec& spec, const MakePlaceholder& makePlaceholder) {
    return Planner(spec, makePlaceholder).plan();
}

} // namespace exeat::gate
