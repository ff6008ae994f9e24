#include "service/gate/sandbox/nameguard.h"

#include "service/gate/sandbox/paths.h"
#include "shared/base/limits.h"
#include "shared/base/scopeexit.h"
#include "shared/base/text.h"

#include <algorithm>
#include <cstring>

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

constexpr std::uint32_t events = IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR;

/**
 * What a run gains by a change of the name. A shown file is only seen no more, and a root that lies in no other becomes
 * read-only; the folders of agents and servers in /tmp come and go, and what is in them is out of reach anyway.
 */
bool matters(const MountStep& step, const std::vector<MountStep>& steps) {
    if (step.kind == MountKind::Show)
        return false;
    if (step.kind != MountKind::Writable)
        return true;
    const std::string parent = parentOf(step.path);
    return std::ranges::any_of(
        steps, [&](const auto& root) { return root.kind == MountKind::Writable && isInside(parent, root.path); });
}

bool isHide(const MountStep& step) {
    return step.kind == MountKind::HideFolder || step.kind == MountKind::HideFile;
}

std::string lossOf(const std::string& path) {
    return visible(path) +
           " was moved, replaced or removed from outside of this run, which had it protected. From that moment the run "
           "could have put something of its own there, so it was ended at once. Look at what is there now, then run "
           "the command again.";
}

Error watchFailure(const std::string& parent, int errnum) {
    const std::string what = "What a run must not change in " + visible(parent) +
                             " cannot be watched, so nothing was "
                             "run: ";
    if (errnum == ENOSPC)
        return {ErrorKind::Limit,
                what + "all inotify watches of this user are taken. Close programs that watch many files, or as root: "
                       "sysctl -w fs.inotify.max_user_watches=524288",
                errnum};
    if (errnum == EACCES)
        return {ErrorKind::Refused, what + "the folder cannot be read. Give yourself the right to read it (chmod u+r).",
                errnum};
    return systemError(what + "inotify_add_watch", errnum);
}

} // namespace

Result<void> NameGuard::prepare() {
    if (m_inotify)
        return {};
    m_inotify.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (m_inotify)
        return {};
    if (errno != EMFILE)
        return failErrno("What a run must not change cannot be watched, so nothing was run: inotify_init1");
    return fail(ErrorKind::Limit,
                "What a run must not change cannot be watched, so nothing was run: all inotify instances of this user "
                "are taken. Close programs that watch files, or as root: sysctl -w fs.inotify.max_user_instances=1024");
}

Result<NameGuard::Id> NameGuard::watch(const std::vector<MountStep>& steps) {
    std::map<std::string, std::vector<const MountStep*>> byParent;
    for (const auto& step : steps) {
        if (matters(step, steps))
            byParent[parentOf(step.path)].push_back(&step);
    }
    if (byParent.empty())
        return ++m_last;
    if (auto ready = prepare(); !ready)
        return std::unexpected(ready.error());
    readEvents(); // of what was before this guard, and of a placeholder that was ours
    const Id id = ++m_last;
    ScopeExit undo([&] { release(id); });
    for (const auto& [parent, names] : byParent) {
        if (auto added = add(id, parent, names); !added)
            return std::unexpected(added.error());
    }
    undo.dismiss();
    return id;
}

Result<void> NameGuard::add(Id id, const std::string& parent, std::vector<const MountStep*> steps) {
    auto folder = openExact(parent);
    struct stat status{};
    if (!folder || ::fstat(folder->get(), &status) < 0)
        return std::unexpected(changedMeanwhile(parent));
    // The very folder that was opened, wherever its path leads by now.
    const std::string descriptor = "/proc/self/fd/" + std::to_string(folder->get());
    if ((status.st_mode & S_ISVTX) != 0)
        std::erase_if(steps, [](const MountStep* step) { return isHide(*step); });
    if (steps.empty() || ::access(descriptor.c_str(), W_OK) < 0)
        return {};
    const auto watch = watchFolder(parent, descriptor, {status.st_dev, status.st_ino});
    if (!watch)
        return std::unexpected(watch.error());
    for (const MountStep* step : steps) {
        const std::string name = nameOf(step->path);
        // Registered first: what changes after this look is told.
        m_folders.at(*watch).users[name].push_back(id);
        m_guards[id].push_back({*watch, step->path});
        struct stat now{};
        if (::fstatat(folder->get(), name.c_str(), &now, AT_SYMLINK_NOFOLLOW) < 0 ||
            FileIdentity{now.st_dev, now.st_ino} != step->file)
            return std::unexpected(changedMeanwhile(step->path));
    }
    return {};
}

Result<int> NameGuard::watchFolder(const std::string& parent, const std::string& descriptor, Key key) {
    if (const auto known = m_watches.find(key); known != m_watches.end())
        return known->second;
    if (m_folders.size() >= limits::watchedFolders)
        return fail(ErrorKind::Limit, "Commands of this session protect names in " +
                                          std::to_string(limits::watchedFolders) +
                                          " folders already, and no more are watched at once, so nothing was run. Wait "
                                          "for a command to end, or make fewer folders writable.");
    const int watch = ::inotify_add_watch(m_inotify.get(), descriptor.c_str(), events);
    if (watch < 0)
        return std::unexpected(watchFailure(parent, errno));
    m_watches.emplace(key, watch);
    m_folders.emplace(watch, Folder{key, {}});
    return watch;
}

void NameGuard::release(Id id) {
    const auto guard = m_guards.extract(id);
    if (guard.empty())
        return;
    for (const auto& place : guard.mapped()) {
        const auto folder = m_folders.find(place.watch);
        if (folder == m_folders.end())
            continue;
        auto& names = folder->second.users;
        if (const auto users = names.find(nameOf(place.path)); users != names.end()) {
            std::erase(users->second, id);
            if (users->second.empty())
                names.erase(users);
        }
        if (!names.empty())
            continue;
        ::inotify_rm_watch(m_inotify.get(), place.watch);
        m_watches.erase(folder->second.key);
        m_folders.erase(folder);
    }
}

std::vector<LostProtection> NameGuard::take() {
    if (m_inotify)
        readEvents();
    return std::exchange(m_lost, {});
}

/** As much as is there now: who floods the folders must not keep us here. */
void NameGuard::readEvents() {
    int waiting = 0;
    ::ioctl(m_inotify.get(), FIONREAD, &waiting);
    alignas(inotify_event) char bytes[65536];
    while (waiting > 0) {
        const ssize_t got = ::read(m_inotify.get(), bytes, sizeof bytes);
        if (got <= 0)
            return;
        waiting -= static_cast<int>(got);
        for (ssize_t at = 0; at < got;) {
            inotify_event event{};
            std::memcpy(&event, bytes + at, sizeof event);
            const char* name = bytes + at + sizeof event;
            at += static_cast<ssize_t>(sizeof event + event.len);
            if ((event.mask & IN_Q_OVERFLOW) != 0)
                loseAll("So many names were changed at once in the folders of this run that it is not known whether "
                        "one of those that it has protected was among them. It was ended; run the command again.");
            else if ((event.mask & IN_IGNORED) != 0)
                folderGone(event.wd);
            else if (event.len > 0)
                changed(event.wd, {name, ::strnlen(name, event.len)});
        }
    }
}

void NameGuard::changed(int watch, std::string_view name) {
    const auto folder = m_folders.find(watch);
    if (folder == m_folders.end())
        return;
    const auto users = folder->second.users.find(name);
    if (users == folder->second.users.end())
        return;
    const std::vector<Id> guards = users->second;
    for (const Id id : guards) {
        const auto& places = m_guards.at(id);
        const auto place = std::ranges::find_if(
            places, [&](const Place& one) { return one.watch == watch && nameOf(one.path) == name; });
        lose(id, lossOf(place->path));
    }
}

/** The folder was removed, or its file system: nothing of it is told any more. */
void NameGuard::folderGone(int watch) {
    const auto folder = m_folders.find(watch);
    if (folder == m_folders.end())
        return; // we let go of it
    const auto names = folder->second.users;
    for (const auto& [name, users] : names)
        changed(watch, name);
}

void NameGuard::lose(Id id, const std::string& why) {
    release(id);
    m_lost.push_back({id, why});
}

void NameGuard::loseAll(const std::string& why) {
    while (!m_guards.empty())
        lose(m_guards.begin()->first, why);
}

} // namespace exeat::gate
