#include "service/cli/trustview.h"

#include "service/cli/json.h"
#include "service/cli/output.h"
#include "shared/base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace exeat {
namespace {

using nlohmann::json;

constexpr std::size_t shownPath = 4096;

// Stable, because scripts read them.
std::string word(TrustState state) {
    switch (state) {
    case TrustState::NotTrusted:
        return "not-trusted";
    case TrustState::Changed:
        return "changed";
    case TrustState::Trusted:
        return "trusted";
    }
    return "unknown";
}

std::string word(RuleChangeKind kind) {
    switch (kind) {
    case RuleChangeKind::Adds:
        return "adds";
    case RuleChangeKind::Drops:
        return "drops";
    case RuleChangeKind::Changes:
        return "changes";
    }
    return "unknown";
}

std::string word(RuleChangeEffect effect) {
    switch (effect) {
    case RuleChangeEffect::Nothing:
        return "nothing";
    case RuleChangeEffect::Tightens:
        return "tightens";
    case RuleChangeEffect::Loosens:
        return "loosens";
    }
    return "unknown";
}

std::string counted(std::uint64_t number, const char* one, const char* more) {
    return std::to_string(number) + ' ' + (number == 1 ? one : more);
}

std::string waitingWords(const TrustStatus& status) {
    std::string text;
    if (status.loosening > 0)
        text = counted(status.loosening, "loosens", "loosen");
    if (status.held > 0)
        text += (text.empty() ? "" : ", ") + counted(status.held, "removed", "removed");
    return text.empty() ? "nothing" : text;
}

std::string stateText(const TrustView& view) {
    switch (view.status.state) {
    case TrustState::Trusted:
        return "You accepted exactly this content.";
    case TrustState::Changed:
        return "You accepted another content of this project, not this one.";
    case TrustState::NotTrusted:
        break;
    }
    return "You never accepted a content of this project.";
}

std::string changesText(const TrustView& view) {
    if (view.changes.empty())
        return view.status.state == TrustState::Trusted ? "" : "Its rules say nothing that was not in force.\n";
    std::string text = view.status.state == TrustState::Changed
                           ? "\nFrom what you accepted last to what lies there now (! = loosens):\n"
                           : "\nWhat lies there (! = loosens):\n";
    for (const RuleChange& change : view.changes)
        text += std::string(change.effect == RuleChangeEffect::Loosens ? "  ! " : "    ") + change.text + "\n        " +
                visible(change.file, shownPath) + ':' + std::to_string(change.line) + '\n';
    return text;
}

/** One sentence each. */
std::string meanwhileText(const TrustStatus& status) {
    if (!status.waits())
        return status.state == TrustState::Trusted ? "What they allow counts in this project.\n"
                                                   : "What they ask and forbid holds; nothing waits for you.\n";
    std::string text = "Meanwhile what they ask and forbid holds";
    if (status.loosening > 0)
        text += ", and " +
                counted(status.loosening, "declaration that would loosen does", "declarations that would loosen do") +
                " not count";
    text += ".\n";
    if (status.held > 0)
        text += counted(status.held, "rule that was removed still holds", "rules that were removed still hold") + ".\n";
    return text;
}

} // namespace

std::string listText(const std::vector<TrustStatus>& projects, const std::vector<FileConfirmation>& files) {
    std::string text;
    std::vector<Row> rows;
    for (const TrustStatus& project : projects)
        rows.push_back({word(project.state), waitingWords(project), project.directory});
    text += rows.empty() ? "No project with rules of its own was seen yet.\n"
                         : table({"STATE", "WAITS", "PROJECT"}, rows, terminalWidth());
    rows.clear();
    for (const FileConfirmation& file : files)
        rows.push_back({localTime(file.at), file.sha256.substr(0, 12), file.path});
    return text + (rows.empty() ? "" : "\n" + table({"CONFIRMED", "CONTENT", "FILE"}, rows, terminalWidth()));
}

std::string fullText(const TrustView& view) {
    const std::string shown = visible(view.status.directory, shownPath);
    std::string text =
        "Rules of " + shown + "\n" + stateText(view) + '\n' + changesText(view) + '\n' + meanwhileText(view.status);
    for (const std::string& problem : view.problems)
        text += "PROBLEM: " + visible(problem, shownPath) + '\n';
    for (const Acceptance& acceptance : view.accepted)
        text += "Accepted " + localTime(acceptance.at) + " by " + visible(acceptance.who, 512) + ", content " +
                visible(acceptance.hash.substr(0, 12), 64) + '\n';
    return text + "Content " + visible(view.hash, 128) + '\n';
}

bool canBeAccepted(const TrustView& view) {
    return view.problems.empty() && view.status.state != TrustState::Trusted;
}

json toJson(const TrustStatus& status) {
    return {{"directory", toUtf8(status.directory)},
            {"state", word(status.state)},
            {"loosening", status.loosening},
            {"held", status.held},
            {"waits", status.waits()}};
}

json toJson(const FileConfirmation& file) {
    return {{"file", toUtf8(file.path)}, {"content", file.sha256}, {"at", file.at}, {"by", toUtf8(file.who)}};
}

json toJson(const TrustView& view) {
    json changes = json::array();
    for (const RuleChange& change : view.changes)
        changes.push_back({{"kind", word(change.kind)},
                           {"effect", word(change.effect)},
                           {"text", toUtf8(change.text)},
                           {"file", toUtf8(change.file)},
                           {"line", change.line}});
    json accepted = json::array();
    for (const Acceptance& acceptance : view.accepted)
        accepted.push_back({{"content", acceptance.hash}, {"at", acceptance.at}, {"by", toUtf8(acceptance.who)}});
    json result = toJson(view.status);
    result["content"] = view.hash;
    result["changes"] = std::move(changes);
    result["accepted"] = std::move(accepted);
    result["problems"] = wordsToJson(view.problems);
    return result;
}

} // namespace exeat
