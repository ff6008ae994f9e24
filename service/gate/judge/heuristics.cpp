#include "service/gate/judge/heuristics.h"

#include "shared/base/limits.h"
#include "shared/base/paths.h"
#include "shared/base/text.h"

#include <algorithm>
#include <utility>

namespace exeat::gate {

namespace {

constexpr std::size_t toldDangers = 3;

std::string sentence(const Danger& danger) {
    return "`" + visibleCommand(danger.command, 512) + "` " + danger.what +
           (danger.host.empty() ? std::string() : ", on the machine " + visible(danger.host, 128)) + " (" + danger.id +
           ")";
}

std::string reasonOf(const std::vector<Danger>& dangers) {
    std::string reason = "no rule speaks of this, but Exeat's danger list does: ";
    for (std::size_t i = 0; i < dangers.size() && i < toldDangers; ++i)
        reason += (i == 0 ? "" : "; ") + sentence(dangers[i]);
    if (dangers.size() > toldDangers)
        reason += "; and " + std::to_string(dangers.size() - toldDangers) + " more";
    return reason;
}

} // namespace

Heuristics::Heuristics(std::string_view script, HeuristicSettings settings)
    : m_settings(std::move(settings)), m_script(script, m_settings) {}

Judgement Heuristics::beforeStart() const {
    Judgement judgement;
    judgement.verdict = Verdict::Inside;
    if (!m_script.beforeStart().empty())
        askAbout(judgement, m_script.beforeStart());
    return judgement;
}

std::vector<Danger> Heuristics::dangersOf(const Command& command) const {
    if (!m_settings.enabled || command.argv.empty())
        return {};
    std::vector<Danger> found = m_script.at(command.argv);
    std::vector<Danger> own = danger::dangersOf(command.argv, m_settings);
    const std::string called(baseName(command.argv.front()));
    // DESIGN.md §4.1: a program goes by each of its names; /bin/rm is rm also where a link or argv[0] says otherwise.
    for (const std::string& name : command.names) {
        if (name == called || !own.empty())
            continue;
        std::vector<std::string> argv = command.argv;
        argv.front() = name;
        own = danger::dangersOf(argv, m_settings);
    }
    for (Danger& danger : own) {
        if (std::ranges::find(found, danger) == found.end())
            found.push_back(std::move(danger));
    }
    return found;
}

void askAbout(Judgement& judgement, std::vector<Danger> dangers) {
    judgement.verdict = Verdict::Ask;
    judgement.reason = visible(reasonOf(dangers), limits::messageBytes);
    judgement.dangers = std::move(dangers);
}

} // namespace exeat::gate
