#pragma once

#include "rules/script/script.h"
#include "shared/domain/danger.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/**
 * The danger list (DESIGN.md §4.3): commands that a person is asked about although no rule speaks of them. It looks at
 * what an agent itself wrote, through shells and wrappers, and never at what a program starts by itself. A guard
 * against accidents, no boundary. Pure; thread-safe; bounded by limits::script… and limits::danger….
 */
namespace exeat::danger {

/** One entry of the list. */
struct DangerEntry {
    std::string_view id;      ///< stable: settings name it
    std::string_view what;    ///< as Danger::what
    std::string_view instead; ///< as Danger::instead
};
std::span<const DangerEntry> dangerList();

/** Why `id` is none of the list, with the one that was perhaps meant; empty: it is. */
std::string unknownDanger(std::string_view id);

/**
 * Everything of the list that starting `argv` would do, as far as argv itself tells: wrappers (`env`, `sudo`, `xargs`,
 * `find -exec`, `ssh`, …) are seen through, and so are scripts behind `sh -c`. Empty: nothing. More than
 * limits::dangersPerCommand: the last one's command is all of argv.
 */
std::vector<Danger> dangersOf(const std::vector<std::string>& argv, const HeuristicSettings& settings);

/** What only the whole script of a call shows: what flows into a shell, where builtins write, functions. */
class ScriptDangers {
public:
    ScriptDangers(std::string_view script, const HeuristicSettings& settings);

    /** Of what no exec shows: to be asked before the script starts. */
    const std::vector<Danger>& beforeStart() const { return m_beforeStart; }
    /** Of what the script's own shell is about to exec: `sh` at the end of `curl … | sh`. */
    std::vector<Danger> at(const std::vector<std::string>& argv) const;

private:
    struct Place {
        Danger danger;
        std::vector<script::Word> words; ///< of the command that is exec'ed
        bool needsInput = false;         ///< only if that reads a program from its input
    };
    std::vector<Danger> m_beforeStart;
    std::vector<Place> m_places;
};

} // namespace exeat::danger
