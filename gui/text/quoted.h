#pragma once

#include "shared/base/text.h"

#include <QString>

namespace exeat {

/** Bytes of an agent for a label or a notification: see visible(). Still no markup and not to be used as such. */
inline QString quoted(std::string_view bytes, std::size_t limit = 4096) {
    return QString::fromStdString(visible(bytes, limit));
}
/** Nearer than std::quoted, which is found for a std::string wherever <iomanip> was read. */
inline QString quoted(const std::string& bytes, std::size_t limit = 4096) {
    return quoted(std::string_view(bytes), limit);
}

} // namespace exeat
