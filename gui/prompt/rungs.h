#pragma once

#include "shared/domain/approval.h"
#include "shared/domain/policysnapshot.h"

#include <cstddef>
#include <vector>

namespace exeat {

/** One width in which a command can be allowed for good. */
struct Rung {
    PrefixRule rule;
    std::size_t words = 0; ///< of the argv that it fixes; 1: the program, whatever follows
    bool operator==(const Rung&) const = default;
};

/**
 * The rules that cover more than exactly this argv, narrowest first, by the rule's words one by one down to the
 * program. Empty where only the exact answer, or none, can last: what an agent or the user could have written is never
 * allowed by its name. Pure.
 */
std::vector<Rung> widerRungs(const Approval& approval);

/** Of `argvs`, how many the rung's rule covers by its words. */
std::size_t coveredBy(const Rung& rung, const std::vector<std::vector<std::string>>& argvs);

} // namespace exeat
