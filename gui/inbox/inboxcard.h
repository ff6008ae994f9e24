#pragma once

#include "shared/domain/ids.h"

#include <QMetaType>
#include <QString>

#include <cstdint>
#include <string>

namespace exeat {

/** One open question as the inbox shows it: texts made visible and bounded once, not at each painting. */
struct InboxCard {
    ApprovalId id;
    std::string contentHash;
    std::int64_t askedAt = 0; ///< milliseconds since 1970 UTC
    QString verb;
    QString command;
    QString who;     ///< agent and project
    QString context; ///< what started it, and why it is asked
    QString warning; ///< the first of what must be read before it can be allowed; empty for what is ordinary
};

/** The questions of one agent in one project have one of these above them. */
struct InboxHeading {
    QString who;
    QString projectRoot;
    int count = 0;
};

} // namespace exeat

Q_DECLARE_METATYPE(exeat::InboxCard)
Q_DECLARE_METATYPE(exeat::InboxHeading)
