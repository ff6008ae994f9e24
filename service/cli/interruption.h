#pragma once

#include "shared/base/uniquefd.h"

#include <QSocketNotifier>

#include <functional>
#include <memory>

namespace exeat {

/** Ctrl-C, hang-up and SIGTERM as a call from the event loop, by signalfd(2). One at a time in a process. */
class Interruption {
public:
    explicit Interruption(std::function<void()> action);

private:
    UniqueFd m_fd;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace exeat
