#include "service/gate/resolve/pathwalk.h"

#include "shared/base/limits.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

bool onProcfs(int fd) {
    struct statfs facts = {};
    return ::fstatfs(fd, &facts) < 0 || facts.f_type == PROC_SUPER_MAGIC;
}

bool onlyRootCanChange(const struct stat& facts) {
    if (facts.st_uid != 0)
        return false;
    // The mode of a link is always 0777 and means nothing; its folder protects it.
    return S_ISLNK(facts.st_mode) || (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

void remember(std::vector<std::string>& names, std::string_view name) {
    if (!name.empty() && name != "." && name != ".." && std::ranges::find(names, name) == names.end())
        names.emplace_back(name);
}

/** The walk while it goes on: `m_stack` is the way from the root to the folder we are in, without any link. */
class Walk {
public:
    Walk(const UniqueFd& root, WalkedPath& out) : m_root(root), m_out(out) {}

    void run(const std::string& path) {
        queueComponents(path);
        if (!enterRoot())
            return;
        while (!m_todo.empty()) {
            const std::string component = std::move(m_todo.front());
            m_todo.pop_front();
            if (!step(component))
                return;
        }
        // The path ended in a folder ("/", "a/.."): nothing that could be executed.
        m_out.obstacle = Error{ErrorKind::Invalid, here() + " is a folder", EACCES};
    }

private:
    struct Level {
        UniqueFd owned; ///< none for the root, which is the caller's
        int fd;
        std::string path; ///< without a slash at its end; empty for the root
    };

    bool stop(int errnum) {
        m_out.obstacle = systemError("cannot follow " + m_out.realPath, errnum);
        return false;
    }

    void queueComponents(std::string_view path) {
        std::deque<std::string> front;
        while (!path.empty()) {
            const auto end = std::min(path.find('/'), path.size());
            if (end > 0)
                front.emplace_back(path.substr(0, end));
            path.remove_prefix(std::min(end + 1, path.size()));
        }
        m_todo.insert(m_todo.begin(), std::make_move_iterator(front.begin()), std::make_move_iterator(front.end()));
    }

    std::string here() const { return m_stack.empty() || m_stack.back().path.empty() ? "/" : m_stack.back().path; }

    bool enterRoot() {
        struct stat facts = {};
        if (::fstat(m_root.get(), &facts) < 0)
            return stop(errno);
        m_stack.clear();
        return enter({UniqueFd(), m_root.get(), ""}, facts);
    }

    /** A device number stands for one mounted file system, so each is looked at once in a row. */
    bool leadsToProcfs(int fd, const struct stat& facts) {
        if (m_harmless == facts.st_dev)
            return false;
        if (onProcfs(fd))
            return true;
        m_harmless = facts.st_dev;
        return false;
    }

    bool enter(Level level, const struct stat& facts) {
        if (leadsToProcfs(level.fd, facts)) {
            m_out.realPath = level.path;
            m_out.obstacle =
                Error{ErrorKind::Refused, "the path leads through /proc, which means another file outside", 0};
            return false;
        }
        m_out.rootOnly = m_out.rootOnly && onlyRootCanChange(facts);
        m_out.folders.push_back({level.path.empty() ? "/" : level.path, identityOf(facts)});
        m_stack.push_back(std::move(level));
        return true;
    }

    bool step(const std::string& component) {
        if (component == ".")
            return true;
        if (component == "..") {
            m_out.indirect = true;
            if (m_stack.size() > 1)
                m_stack.pop_back();
            return true;
        }
        if (m_out.folders.size() > PATH_MAX)
            return stop(ELOOP);
        m_out.realPath = m_stack.back().path + "/" + component;
        UniqueFd next(::openat(m_stack.back().fd, component.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        const int fd = next.get();
        struct stat facts = {};
        if (!next || ::fstat(fd, &facts) < 0)
            return stop(errno);
        if (S_ISLNK(facts.st_mode))
            return followLink(next, facts, component);
        if (S_ISDIR(facts.st_mode))
            return enter({std::move(next), fd, m_out.realPath}, facts);
        return finish(std::move(next), facts, component);
    }

    bool followLink(const UniqueFd& link, const struct stat& facts, const std::string& component) {
        m_out.indirect = true;
        if (++m_hops > limits::symlinkHops)
            return stop(ELOOP);
        std::array<char, PATH_MAX + 1> target{};
        const ssize_t size = ::readlinkat(link.get(), "", target.data(), target.size());
        if (size < 0)
            return stop(errno);
        if (size > PATH_MAX)
            return stop(ENAMETOOLONG);
        if (size == 0)
            return stop(ENOENT);
        m_out.rootOnly = m_out.rootOnly && onlyRootCanChange(facts);
        const std::string_view text(target.data(), static_cast<std::size_t>(size));
        // Only a link that stands for the file itself lends it a name; a link among the folders does not.
        if (m_todo.empty()) {
            remember(m_out.names, component);
            remember(m_out.names, text.substr(text.rfind('/') + 1));
        }
        queueComponents(text);
        return !text.starts_with('/') || enterRoot();
    }

    bool finish(UniqueFd file, const struct stat& facts, const std::string& component) {
        if (!m_todo.empty())
            return stop(ENOTDIR);
        if (leadsToProcfs(file.get(), facts))
            return stop(EACCES);
        remember(m_out.names, component);
        m_out.rootOnly = m_out.rootOnly && onlyRootCanChange(facts);
        m_out.facts = facts;
        m_out.file = std::move(file);
        return false;
    }

    const UniqueFd& m_root;
    WalkedPath& m_out;
    std::vector<Level> m_stack;
    std::deque<std::string> m_todo;
    std::optional<dev_t> m_harmless; ///< of the last folder that was found not to be procfs
    int m_hops = 0;
};

} // namespace

FileIdentity identityOf(const struct stat& facts) {
    return {facts.st_dev, facts.st_ino};
}

FileIdentity WalkedPath::identity() const {
    return identityOf(facts);
}

WalkedPath walkPath(const UniqueFd& root, const std::string& path) {
    WalkedPath out;
    out.realPath = path;
    remember(out.names, std::string_view(path).substr(path.rfind('/') + 1));
    if (!path.starts_with('/') || path.size() > PATH_MAX || path.find('\0') != std::string::npos) {
        out.obstacle = Error{ErrorKind::Invalid, "not an absolute path of a file", ENOENT};
        return out;
    }
    Walk(root, out).run(path);
    return out;
}

Result<UniqueFd> openOwnRoot() {
    UniqueFd root(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root)
        return failErrno("cannot open /");
    return root;
}

} // namespace exeat::gate
