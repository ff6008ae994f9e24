#include "service/gate/judge/policystate.h"

#include "shared/base/limits.h"
#include "shared/base/paths.h"

#include <sys/stat.h>

namespace exeat::gate {

namespace {

std::string_view basenameOf(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

/** As shells do it: the name that was looked for, or the path as it was written. Nothing is told by an empty argv. */
bool calledByOwnName(const Resolution& resolution) {
    const Command& command = resolution.command;
    if (command.argv.empty())
        return false;
    const std::string& name = command.argv.front();
    if (name.find('/') == std::string::npos)
        return name == basenameOf(resolution.calledAs);
    const std::string path = name.starts_with('/') ? name : command.workdir + "/" + name;
    return path == resolution.calledAs || path == command.realPath;
}

} // namespace

PolicyState::PolicyState(PolicySnapshot snapshot)
    : m_index(std::move(snapshot)), m_everWritable(m_index.snapshot().agentWritableRoots),
      m_directories(m_index.snapshot().directories.begin(), m_index.snapshot().directories.end()),
      m_mentioned(rules::mentionedPaths(m_index.snapshot()), std::chrono::steady_clock::now()) {
    for (const PrefixRule& rule : m_index.snapshot().rules) {
        if (!rule.confirmedPath.empty())
            m_confirmedPaths.insert(rule.confirmedPath);
    }
    for (const ConfirmedFile& file : m_index.snapshot().confirmedFiles)
        m_confirmedPaths.insert(file.path);
}

/** The user's own, in no agent's reach, itself and what loads it; and small enough to be compared at each exec. */
bool PolicyState::isConfirmable(const Resolution& resolution) const {
    const Command& command = resolution.command;
    struct stat facts = {};
    return resolution.obstacle.empty() && !resolution.agentsInterpreter && command.origin == FileOrigin::UserOwned &&
           isWithin(command.realPath, m_index.snapshot().home) && ::stat(command.realPath.c_str(), &facts) == 0 &&
           facts.st_size <= static_cast<off_t>(limits::hashedFileBytes);
}

Judged PolicyState::judge(const Resolution& resolution, NameTrust trust, const CallPlace& call) {
    const Command& command = resolution.command;
    Judged judged;
    rules::ProgramFacts facts;
    facts.calledAs = resolution.calledAs;
    facts.realPath = command.realPath;
    facts.names = command.names;
    facts.calledByOwnName = calledByOwnName(resolution);
    // A name that it only claims may tighten: busybox as `rm` is rm.
    if (!facts.calledByOwnName && !command.argv.empty())
        facts.names.emplace_back(basenameOf(command.argv.front()));
    facts.namesOnlyByPath = trust == NameTrust::PathsOnly;
    if (command.identity != FileIdentity{})
        facts.equalPaths = m_mentioned.equalTo(command.identity, command.names, std::chrono::steady_clock::now());
    facts.reach = call.reach;
    facts.places = {m_index.snapshot().project, call.directory};
    // One that does not exist outside is a mere claim, and nothing runs outside from there.
    if (command.workdirIdentity != FileIdentity{})
        facts.places.push_back(command.workdir);
    facts.confirmable = isConfirmable(resolution);
    facts.unplantable = resolution.obstacle.empty() && command.origin == FileOrigin::Unplantable;
    // A confirmed script says nothing of an interpreter that an agent can exchange.
    if (resolution.obstacle.empty() && !resolution.agentsInterpreter && m_confirmedPaths.contains(command.realPath)) {
        if (auto hash = m_hashes.of(command.realPath))
            judged.sha256 = facts.sha256 = std::move(*hash);
    }
    judged.judgement = rules::judge(m_index, facts, command.argv);
    judged.facts = std::move(facts);
    Judgement& judgement = judged.judgement;
    const bool wantsOut = judgement.verdict == Verdict::Escalate || judgement.verdict == Verdict::Ask;
    if (!wantsOut || resolution.obstacle.empty())
        return judged;
    if (resolution.fails) {
        judgement.verdict = Verdict::Inside;
        return judged;
    }
    judgement.verdict = Verdict::Deny;
    judgement.reason = (judgement.reason.empty() ? std::string() : judgement.reason + " ") +
                       "It cannot run outside the sandbox: " + resolution.obstacle +
                       ". Call the program by its ordinary path, from a folder that exists outside.";
    return judged;
}

} // namespace exeat::gate
