#include "service/sandbox/namedfolder.h"

#include <filesystem>
#include <vector>

namespace exeat {
namespace {

/** As many as the kernel follows (path_resolution(7)). */
constexpr int mostLinks = 40;

/** The parts of a path still to be walked, the next one last. */
class Parts {
public:
    explicit Parts(const std::filesystem::path& path) { prepend(path); }

    void prepend(const std::filesystem::path& path) {
        std::vector<std::string> parts;
        for (const auto& part : path.relative_path()) {
            if (!part.empty() && part != ".")
                parts.push_back(part.string());
        }
        m_parts.insert(m_parts.end(), parts.rbegin(), parts.rend());
    }
    bool isEmpty() const { return m_parts.empty(); }
    std::string take() {
        std::string part = std::move(m_parts.back());
        m_parts.pop_back();
        return part;
    }

private:
    std::vector<std::string> m_parts;
};

} // namespace

std::optional<std::string> namedFolder(const std::string& path,
                                       const std::function<bool(const std::string& folder)>& isAgentWritable) {
    std::error_code error;
    std::filesystem::path at = "/";
    Parts parts{std::filesystem::path(path)};
    for (int links = 0; !parts.isEmpty();) {
        const std::string part = parts.take();
        if (part == "..") {
            at = at.parent_path();
            continue;
        }
        const auto next = at / part;
        if (!std::filesystem::is_symlink(std::filesystem::symlink_status(next, error))) {
            at = next;
            continue;
        }
        const auto target = std::filesystem::read_symlink(next, error);
        if (error || ++links > mostLinks || isAgentWritable(at.string()))
            return std::nullopt;
        if (target.is_absolute())
            at = "/";
        parts.prepend(target);
    }
    if (!path.starts_with('/') || !std::filesystem::is_directory(std::filesystem::symlink_status(at, error)))
        return std::nullopt;
    return at.string();
}

} // namespace exeat
