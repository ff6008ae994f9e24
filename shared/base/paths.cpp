#include "shared/base/paths.h"

namespace exeat {

bool isWithin(std::string_view path, std::string_view ancestor) {
    if (path.empty() || ancestor.empty())
        return false;
    return path == ancestor || ancestor == "/" ||
           (path.size() > ancestor.size() && path.starts_with(ancestor) && path[ancestor.size()] == '/');
}

} // namespace exeat
