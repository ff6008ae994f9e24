#pragma once

#include "shared/base/uniquefd.h"

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace exeat {

/** SIGTERM, SIGINT and SIGHUP as an event. Made before any thread starts, so that all inherit the mask. */
class Signals : public QObject {
    Q_OBJECT
public:
    static Result<std::unique_ptr<Signals>> create();

signals:
    void endAsked();

private:
    explicit Signals(UniqueFd fd);
    UniqueFd m_fd;
    QSocketNotifier m_readable;
};

} // namespace exeat
