#pragma once

#include "rules/danger/danger.h"
#include "shared/domain/command.h"
#include "shared/domain/verdict.h"

#include <string_view>

namespace exeat::gate {

/**
 * The danger list for one call (DESIGN.md §4.3). Only for what the rules leave inside: whatever a rule says of a
 * command comes first. Whether the call's own shell starts it is for CallShell to tell.
 */
class Heuristics {
public:
    Heuristics(std::string_view script, HeuristicSettings settings);

    /** What no exec will show: Ask with all of it, or no danger and Inside. */
    Judgement beforeStart() const;
    /** The dangers of a program that the shell is about to start; empty = none. */
    std::vector<Danger> dangersOf(const Command& command) const;

private:
    HeuristicSettings m_settings;
    danger::ScriptDangers m_script;
};

/** What a rule left inside, asked about because of `dangers`. */
void askAbout(Judgement& judgement, std::vector<Danger> dangers);

} // namespace exeat::gate
