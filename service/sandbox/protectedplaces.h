#pragma once

#include "service/sandbox/profile.h"
#include "shared/domain/command.h"

#include <set>
#include <string>

namespace exeat {

/**
 * Where a profile's protected and hidden paths lie at the moment this is made; for one decision, not to be kept. They
 * are told by device and inode, so that each costs one stat(2), however many folders are asked about.
 */
class ProtectedPlaces {
public:
    explicit ProtectedPlaces(SandboxProfile profile);

    /**
     * Whether `folder` (a real path) lies in or below what the profile keeps read-only or hidden, below any root. One
     * that does not exist (any more) counts as such.
     */
    bool contain(const std::string& folder) const;

private:
    SandboxProfile m_profile;
    std::set<FileIdentity> m_identities; ///< of the paths that exist
};

} // namespace exeat
