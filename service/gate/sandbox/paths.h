#pragma once

#include <string>
#include <string_view>

/** Absolute paths as text. */
namespace exeat::gate {

/** `folder` itself, too. */
inline bool isInside(std::string_view path, std::string_view folder) {
    return path == folder || (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

inline std::string below(const std::string& folder, const std::string& name) {
    return folder == "/" ? "/" + name : folder + "/" + name;
}

inline std::string parentOf(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

inline std::string nameOf(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

} // namespace exeat::gate
