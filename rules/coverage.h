#pragma once

#include "shared/domain/policysnapshot.h"

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

/** Whether rules that went are missed by nobody, because others are at least as strict. Pure. */
namespace exeat::rules {

/** Wherever `before` asks or forbids, `now` does the same or more. False where that is not plain to see. */
bool isAtLeastAsStrict(const PrefixRule& now, const PrefixRule& before);

/** Whatever file the entry `before` keeps a name's rules from freeing, `now` does too. */
bool isAtLeastAsNarrow(const HostExecutable& now, const HostExecutable& before);

/** A set of rules, asked many times. Borrows them. */
class Coverage {
public:
    explicit Coverage(std::span<const PrefixRule> rules);
    /** One of them is at least as strict. */
    bool covers(const PrefixRule& before) const;

private:
    std::unordered_map<std::string_view, std::vector<const PrefixRule*>> m_byProgram;
};

} // namespace exeat::rules
