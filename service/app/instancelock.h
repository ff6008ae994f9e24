#pragma once

#include "shared/base/error.h"
#include "shared/base/uniquefd.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace exeat {

/** The one running exeatd of this user: an flock(2) that the kernel gives back however the holder ends. */
class InstanceLock {
public:
    /**
     * The lock; or nothing when another service holds it and `listens` has become true. Looks again and again until
     * `patience` is over, then an error: the holder neither listens nor ends. Blocks; before the event loop only.
     */
    static Result<std::optional<InstanceLock>> take(const std::string& file, const std::function<bool()>& listens,
                                                    std::chrono::milliseconds patience);

private:
    explicit InstanceLock(UniqueFd fd) : m_fd(std::move(fd)) {}
    UniqueFd m_fd;
};

/** Whether somebody accepts connections at the path of a stream socket. */
bool somebodyListens(const std::string& path);

} // namespace exeat
