#include "rules/matching.h"
#include "rules/policy.h"
#include "service/cli/commands.h"
#include "service/cli/execpolicyarguments.h"
#include "service/cli/jsonoutput.h"
#include "service/cli/output.h"
#include "service/cli/rulesplace.h"
#include "service/cli/words.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/base/uniquefd.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <unistd.h>

/** `exeat execpolicy check`: what `codex execpolicy check` prints (codex.md §1.6), with errors that say where. */
namespace exeat {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* usage =
    "Usage: exeat execpolicy check [--pretty] [--resolve-host-executables] -r FILE [-r FILE …] [--] COMMAND…\n";
constexpr const char* help =
    "\nWhat the rules files alone say of a command, as `codex execpolicy check` prints it: one JSON object. Asks no\n"
    "service and looks at no other rules. Exit code: 0 evaluated, whatever the decision; 1 a rules file cannot be\n"
    "read or is wrong; 2 usage.\n\n"
    "Options, before the first word of the command:\n"
    "  -r, --rules FILE            A rules file; may be repeated.\n"
    "  --pretty                    Indent the JSON.\n"
    "  --resolve-host-executables  Let a program's path fall back to the rules for its name, within "
    "host_executable().\n"
    "  -h, --help                  Show this help.\n\n"
    "What Exeat would really do with a command, all rules that hold included: `exeat rules explain`.\n";

struct Loaded {
    std::vector<PrefixRule> rules;
    std::vector<HostExecutable> hosts;
};

void printError(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
}

/** Not readFile(): a person may well name a pipe, `-r <(…)`. */
Result<std::string> textOf(const std::string& file) {
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd)
        return failErrno("cannot read " + file);
    return readAll(fd, file, limits::rulesFileBytes);
}

/** Exeat's own words where they count: in its folders. Everywhere else a file is Codex's. */
rules::Vocabulary vocabularyOf(const std::string& file) {
    std::error_code error;
    const auto real = std::filesystem::weakly_canonical(file, error).string();
    return rulesPlaceOf(real) == RulesPlaceKind::Exeat ? rules::Vocabulary::Exeat : rules::Vocabulary::Codex;
}

bool load(const std::string& file, Loaded& into) {
    const auto text = textOf(file);
    if (!text) {
        complain(text.error().text);
        return false;
    }
    auto parsed = rules::parseRules(*text, file, Layer::User, vocabularyOf(file));
    if (!parsed) {
        printError(rules::errorText(parsed.error()));
        return false;
    }
    into.rules.insert(into.rules.end(), parsed->rules.begin(), parsed->rules.end());
    into.hosts.insert(into.hosts.end(), parsed->hostExecutables.begin(), parsed->hostExecutables.end());
    return true;
}

/** As Codex takes them: HOME, else the user database; both from here if they are relative. */
rules::LookupPlaces places() {
    rules::LookupPlaces places;
    std::array<char, PATH_MAX> folder{};
    if (::getcwd(folder.data(), folder.size()) != nullptr)
        places.workdir = folder.data();
    const char* home = std::getenv("HOME"); // NOLINT(concurrency-mt-unsafe): one thread
    if (home == nullptr || *home == '\0') {
        const passwd* entry = ::getpwuid(::getuid()); // NOLINT(concurrency-mt-unsafe): one thread
        home = entry == nullptr ? "" : entry->pw_dir;
    }
    const bool relative = *home != '\0' && *home != '/';
    places.home = relative ? places.workdir + '/' + home : home;
    return places;
}

Json reportOf(const std::vector<rules::LookupMatch>& matches) {
    Json report;
    report["matchedRules"] = Json::array();
    auto strictest = RuleDecision::Allow;
    for (const auto& match : matches) {
        Json one;
        one["matchedPrefix"] = match.matchedPrefix;
        one["decision"] = word(match.rule->decision);
        if (!match.resolvedProgram.empty())
            one["resolvedProgram"] = match.resolvedProgram;
        if (!match.rule->justification.empty())
            one["justification"] = match.rule->justification;
        report["matchedRules"].push_back({{"prefixRuleMatch", std::move(one)}});
        strictest = std::max(strictest, match.rule->decision);
    }
    if (!matches.empty())
        report["decision"] = word(strictest);
    return report;
}

int check(const ExecpolicyCheck& asked) {
    Loaded loaded;
    for (const std::string& file : asked.files) {
        if (!load(file, loaded))
            return exitFailure;
    }
    std::optional<rules::LookupPlaces> resolve;
    if (asked.lookup == ProgramLookup::ByPath)
        resolve = places();
    const Json report = reportOf(rules::codexLookup(loaded.rules, loaded.hosts, asked.command, resolve));
    sayJson(report, asked.form == ReportForm::Indented ? JsonForm::Indented : JsonForm::Line);
    return 0;
}

} // namespace

int execpolicyCommand(const Arguments& arguments) {
    std::span<const std::string> words = arguments.words;
    if (!words.empty() && (words.front() == "--help" || words.front() == "-h")) {
        say(std::string(usage) + help);
        return 0;
    }
    if (words.empty() || words.front() != "check") {
        complain("execpolicy knows `check` only");
        printError(usage);
        return exitUsage;
    }
    const auto asked = parseExecpolicyCheck(words.subspan(1));
    if (!asked) {
        complain(asked.error().text);
        printError(usage);
        return exitUsage;
    }
    if (asked->helpAsked) {
        say(std::string(usage) + help);
        return 0;
    }
    return check(*asked);
}

} // namespace exeat
