#include "shared/base/filelimit.h"

#include <optional>

namespace exeat {

namespace {

std::optional<rlimit> beforeRaising; // a fact of the process, as the limit itself

} // namespace

void raiseFileLimit() {
    const rlimit before = originalFileLimit();
    rlimit raised = before;
    raised.rlim_cur = raised.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0)
        beforeRaising = before;
}

rlimit originalFileLimit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit); // cannot fail: a known resource, our own memory
    return beforeRaising.value_or(limit);
}

} // namespace exeat
