#pragma once

#include "rules/danger/arguments.h"
#include "rules/danger/danger.h"
#include "rules/danger/dangertable.h"
#include "rules/danger/wrappers.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace exeat::danger {

/** Goes down into one command or script and collects what the list knows. */
class DangerFinder {
public:
    /** Both outlive it. `steps` of reading scripts are shared by finders for one answer. */
    DangerFinder(const HeuristicSettings& settings, std::size_t& steps) : m_settings(settings), m_steps(steps) {}

    void command(Arguments words);
    /** All commands of a script, and what flows between them. */
    void script(std::string_view text);
    /** If the settings want to know of it. */
    void add(std::string_view id, std::vector<std::string> command);

    const std::vector<Danger>& found() const { return m_found; }
    /** More was found than is kept. */
    bool overflown() const { return m_overflown; }

private:
    void follow(Arguments words);
    void check(std::string_view program, Arguments words);
    void checkRows(const Invocation& invocation, std::string_view subcommand, Arguments words);
    void gitAliases(const CommandLine& global);
    void shell(Arguments arguments);
    void find(Arguments arguments);
    bool envSplit(Arguments arguments);
    void envWords(const std::string& text, Arguments rest);

    const HeuristicSettings& m_settings;
    std::vector<Danger> m_found;
    std::string m_host; ///< of the commands that are looked at now
    std::size_t m_depth = 0;
    std::size_t& m_steps;
    bool m_overflown = false;
};

} // namespace exeat::danger
