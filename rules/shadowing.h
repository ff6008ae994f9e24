#pragma once

#include "shared/domain/policysnapshot.h"

#include <cstddef>
#include <span>
#include <vector>

/** Which rules change nothing because another one says it already. */
namespace exeat::rules {

enum class ShadowKind { Duplicate, Broader };

struct Shadow {
    std::size_t rule = 0; ///< place of the pointless one
    std::size_t by = 0;
    ShadowKind kind = ShadowKind::Broader;
};

struct Shadows {
    std::vector<Shadow> found; ///< at most one of a rule
    bool complete = true;      ///< false: limits::lintWork was used up
};

/** `rules` in the order of the layers. A rule is told of if everywhere it holds the other one makes it pointless. */
Shadows shadowsAmong(std::span<const PrefixRule> rules);

/** Whether every command that `narrow`'s pattern matches is matched by `broad`'s, exceptions left aside. */
bool coversPattern(const PrefixRule& broad, const PrefixRule& narrow);

} // namespace exeat::rules
