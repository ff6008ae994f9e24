#pragma once

#include <string_view>

namespace exeat {

/** Where a command runs that a rule lets out; `sandbox=` of a rule. DESIGN.md §4.7. */
enum class RuleSandbox {
    None,           ///< outside
    ReadOnly,       ///< writes nothing, no network
    WorkspaceWrite, ///< writes the workspace, no network
    Network,        ///< writes what the session writes, with the network
};

/** What a command has where it is called. The default has the least. */
struct CallerReach {
    bool writesWorkspace = false;
    bool hasNetwork = false;
    bool sessionWrites = false; ///< the session that it belongs to writes its workspace: that is what Network gives
    bool operator==(const CallerReach&) const = default;
};

/** What two rules both give. */
constexpr RuleSandbox narrower(RuleSandbox a, RuleSandbox b, const CallerReach& caller) {
    if (a == b || b == RuleSandbox::None)
        return a;
    if (a == RuleSandbox::None)
        return b;
    // One of them has no network. Both write the workspace, or one of them does not.
    const bool writes = a != RuleSandbox::ReadOnly && b != RuleSandbox::ReadOnly && caller.sessionWrites;
    return writes ? RuleSandbox::WorkspaceWrite : RuleSandbox::ReadOnly;
}

/** It gives more than the caller has, so that to run there is a loosening. */
constexpr bool isWider(RuleSandbox sandbox, const CallerReach& than) {
    switch (sandbox) {
    case RuleSandbox::ReadOnly:
        return false; // nobody has less
    case RuleSandbox::WorkspaceWrite:
        return !than.writesWorkspace;
    case RuleSandbox::Network:
        return !than.hasNetwork || (than.sessionWrites && !than.writesWorkspace);
    case RuleSandbox::None:
        break;
    }
    return true;
}

/** Behind "runs" or "run". */
constexpr std::string_view placeOf(RuleSandbox sandbox) {
    switch (sandbox) {
    case RuleSandbox::None:
        break;
    case RuleSandbox::ReadOnly:
        return "inside a read-only sandbox without network";
    case RuleSandbox::WorkspaceWrite:
        return "inside a sandbox that may write the workspace, without network";
    case RuleSandbox::Network:
        return "inside the sandbox, but with the network";
    }
    return "outside the sandbox";
}

} // namespace exeat
