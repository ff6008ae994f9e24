#include "service/run/grantrule.h"

#include "shared/base/filechunks.h"
#include "shared/domain/lastinganswer.h"
#include "shared/qt/sha256.h"

#include <algorithm>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>

namespace exeat {

std::optional<PrefixRule> grantFor(const Command& command, RuleDecision decision, const std::string& sha256,
                                   GrantNames names) {
    if (command.argv.empty() || command.file.empty())
        return std::nullopt;
    const std::string called = std::filesystem::path(command.argv.front()).filename().string();
    if (decision == RuleDecision::Allow && std::ranges::find(command.names, called) == command.names.end())
        return std::nullopt;
    PrefixRule rule;
    rule.layer = Layer::Session;
    rule.file = "session";
    rule.decision = decision;
    rule.exact = true;
    const bool byName = command.origin == FileOrigin::Unplantable && names == GrantNames::ProgramName;
    const std::string name = std::filesystem::path(command.file).filename().string();
    rule.pattern.push_back({{byName || decision == RuleDecision::Forbidden ? name : command.realPath}});
    for (std::size_t i = 1; i < command.argv.size(); ++i)
        rule.pattern.push_back({{command.argv[i]}});
    if (command.origin != FileOrigin::Unplantable && decision == RuleDecision::Allow) {
        if (sha256.empty())
            return std::nullopt;
        rule.confirmedPath = command.realPath;
        rule.confirmedSha256 = sha256;
    }
    return rule;
}

std::optional<PrefixRule> lastingAllowFor(const Command& command, const Judgement& judgement, GrantNames names) {
    const bool ofUser = command.origin == FileOrigin::UserOwned;
    if (command.origin == FileOrigin::AgentWritable)
        return std::nullopt;
    Command named = command;
    named.origin = FileOrigin::Unplantable; // its content is confirmed
    auto rule = grantFor(named, RuleDecision::Allow, {}, names);
    if (!rule)
        return std::nullopt;
    if (ofUser) {
        rule->pattern.front() = {{command.realPath}};
        rule->confirmedOnly = true;
    }
    rule->layer = Layer::User;
    rule->sandbox = judgement.sandbox;
    rule->passEnvironment = shownVariables(command, judgement);
    rule->answersPrompts = !promptsThatAsk(judgement).empty();
    return rule;
}

Result<std::string> hashJudged(const Command& command) {
    static constexpr std::size_t most = std::size_t{256} << 20;
    const auto file = openRegular(command.realPath, O_NOFOLLOW);
    if (!file)
        return std::unexpected(file.error());
    struct stat facts{};
    if (::fstat(file->get(), &facts) < 0)
        return failErrno("cannot look at " + command.realPath);
    if (facts.st_size > static_cast<off_t>(most))
        return fail(ErrorKind::Limit, command.realPath + " is too large to be compared");
    if (facts.st_dev != command.identity.device || facts.st_ino != command.identity.inode)
        return fail(ErrorKind::Refused, command.realPath + " is no longer the file that was judged");
    return sha256OfOpen(*file, command.realPath, most);
}

} // namespace exeat
