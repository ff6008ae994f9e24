#pragma once

#include "service/policy/rulesreader.h"
#include "shared/base/error.h"
#include "shared/domain/policysnapshot.h"
#include "shared/domain/trust.h"

#include <QObject>

#include <set>
#include <string>
#include <vector>

namespace exeat {

/** The rules as runs need them; the policy store of exeatd behind it. Main thread only. */
class PolicyAccess : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /** All rules for a session, `reader`; `directories` are the working directories beyond the project. */
    virtual PolicySnapshot snapshot(RulesReader& reader, const std::string& projectRoot,
                                    const std::vector<std::string>& directories,
                                    const std::vector<PrefixRule>& grants) = 0;
    /** What of these places' rules waits for a person, in words; of snapshots made before. */
    virtual std::vector<std::string> waiting(const std::vector<std::string>& places) const = 0;
    /** Writes a person's "always" into the user's own rules. */
    virtual Result<void> addRule(const PrefixRule& rule) = 0;
    /** Rules that name this file count for this content from now on (DESIGN.md §4.2). */
    virtual Result<void> confirmFile(const FileConfirmation& file) = 0;
    /** A session may write here from now on: what lies below proves nothing any more (DESIGN.md §4.2). Recorded. */
    virtual Result<void> addWritableRoot(const std::string& root) = 0;
    /** It was added, or lies below one that was. */
    virtual bool knowsWritableRoot(const std::string& root) const = 0;

signals:
    /** The next snapshot differs where one of `owners` (PrefixRule::owner) counts; the empty one does everywhere. */
    void changed(const std::set<std::string>& owners);
};

} // namespace exeat
