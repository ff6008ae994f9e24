#include "service/policy/ruleeditor.h"

#include "rules/meaning.h"
#include "service/policy/replacefile.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/base/uniquefd.h"
#include "shared/qt/sha256.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exeat {
namespace {

struct FoundFile {
    std::string text;
    mode_t mode = 0600;
};

/** Nothing: there is no such file. */
Result<std::optional<FoundFile>> findFile(const std::string& path) {
    const std::string shown = visible(path, 4096);
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!fd && (errno == ENOENT || errno == ENOTDIR))
        return std::nullopt;
    if (!fd && errno == ELOOP)
        return fail(ErrorKind::Refused, shown + " is a symbolic link; name the file that it leads to");
    struct stat facts{};
    if (!fd || ::fstat(fd.get(), &facts) < 0)
        return failErrno("cannot open " + path);
    if (!S_ISREG(facts.st_mode))
        return fail(ErrorKind::Refused, shown + " is no regular file; put a regular file there and try again");
    if (facts.st_uid != ::getuid())
        return fail(ErrorKind::Refused, shown + " belongs to another user; edit it as that user");
    auto text = readAll(fd, path, limits::rulesFileBytes);
    if (!text)
        return std::unexpected(text.error());
    return FoundFile{std::move(*text), facts.st_mode & 07777U};
}

std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/** Equal lines at both ends are left aside. */
void setLines(EditPlan& plan, std::string_view before, std::string_view after) {
    auto old = linesOf(before);
    auto now = linesOf(after);
    const auto same = std::ranges::mismatch(old, now);
    old.erase(old.begin(), same.in1);
    now.erase(now.begin(), same.in2);
    while (!old.empty() && !now.empty() && old.back() == now.back()) {
        old.pop_back();
        now.pop_back();
    }
    plan.removedLines.assign(old.begin(), old.end());
    plan.addedLines.assign(now.begin(), now.end());
}

EditEffect effectOf(const rules::RulesFile& before, const rules::RulesFile& after) {
    const auto changes = rules::meaningOfChange(before, after);
    return std::ranges::find(changes, RuleChangeEffect::Loosens, &RuleChange::effect) == changes.end()
               ? EditEffect::Tightens
               : EditEffect::Loosens;
}

std::string hashOf(const EditPlan& plan, std::string_view before) {
    std::string all;
    for (const std::string_view part : {std::string_view(plan.file), before, std::string_view(plan.after)})
        (all += std::to_string(part.size()) + ':') += part; // with lengths, so that nothing moves over unnoticed
    return sha256Hex(all);
}

/** The rules are as before, and one more. */
Result<void> checkAddition(const RulesEdit& edit, const rules::RulesFile& before, const std::string& text) {
    const auto after = rules::parsedOrRefused(text, edit.source);
    if (!after)
        return fail(ErrorKind::Refused,
                    "the rule was not added, because the file would be broken: " + after.error().text);
    const bool same = after->rules.size() == before.rules.size() + 1 &&
                      std::equal(before.rules.begin(), before.rules.end(), after->rules.begin()) &&
                      after->hostExecutables == before.hostExecutables;
    if (!same)
        return fail(ErrorKind::Refused, "the rule was not added, because at the end of " +
                                            visible(edit.source.file, 4096) +
                                            " it would mean something else; edit the file by hand");
    return {};
}

Result<std::string> withLine(const RulesEdit& edit, const std::string& before) {
    const auto parsed = rules::parsedOrRefused(before, edit.source);
    if (!parsed)
        return fail(ErrorKind::Refused, "the rule was not added, because the file is broken: " + parsed.error().text +
                                            "; mend it and try again");
    const auto lines = linesOf(before);
    if (std::ranges::find(lines, std::string_view(edit.addedLine)) != lines.end())
        return before;
    std::string after = before;
    if (!after.empty() && after.back() != '\n')
        after += '\n';
    after += edit.addedLine + '\n';
    if (after.size() > limits::rulesFileBytes)
        return fail(ErrorKind::Limit, visible(edit.source.file, 4096) + " would be too large; use another file");
    if (auto good = checkAddition(edit, *parsed, after); !good)
        return std::unexpected(good.error());
    return after;
}

Result<void> checkPath(const std::string& file) {
    if (!file.starts_with('/') || !file.ends_with(".rules") || file.ends_with("/.rules") ||
        file.find('\0') != std::string::npos)
        return fail(ErrorKind::Invalid, visible(file, 1024) + " is not the absolute path of a file NAME.rules");
    return {};
}

Result<void> makeFolders(const std::string& folder, mode_t mode) {
    if (::mkdir(folder.c_str(), mode) == 0 || errno == EEXIST)
        return {};
    if (errno != ENOENT || folder.rfind('/') == 0)
        return failErrno("cannot make " + folder);
    if (auto above = makeFolders(folder.substr(0, folder.rfind('/')), mode); !above)
        return above;
    return ::mkdir(folder.c_str(), mode) == 0 || errno == EEXIST ? Result<void>() : failErrno("cannot make " + folder);
}

} // namespace

Result<EditPlan> RulesEditor::plan(const RulesEdit& edit) {
    if (auto good = checkPath(edit.source.file); !good)
        return std::unexpected(good.error());
    const auto found = findFile(edit.source.file);
    if (!found)
        return std::unexpected(found.error());
    const bool removes = edit.addedLine.empty();
    if (removes && !*found)
        return fail(ErrorKind::Missing, "there is no file " + visible(edit.source.file, 4096) +
                                            "; name it by the path that `exeat rules list` shows");
    const std::string before = *found ? (*found)->text : std::string();
    const std::string start = *found ? before : edit.header;
    auto after = removes ? rules::withoutRule(before, edit.removedLine, edit.source) : withLine(edit, start);
    if (!after)
        return std::unexpected(after.error());
    EditPlan plan;
    plan.file = edit.source.file;
    plan.after = std::move(*after);
    plan.mode = *found ? (*found)->mode : edit.mode;
    setLines(plan, before, plan.after);
    const auto old = rules::parsedOrRefused(before, edit.source);
    const auto now = rules::parsedOrRefused(plan.after, edit.source);
    if (old && now)
        plan.effect = effectOf(*old, *now);
    plan.contentHash = hashOf(plan, before);
    return plan;
}

Result<void> RulesEditor::carryOut(const RulesEdit& edit,
                                   const std::function<Result<void>(const EditPlan&)>& mayDo) const {
    const UniqueFd lock(::open(m_lockFile.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock || ::flock(lock.get(), LOCK_EX) < 0)
        return failErrno("cannot lock " + m_lockFile);
    const auto planned = plan(edit);
    if (!planned)
        return std::unexpected(planned.error());
    if (auto agreed = mayDo(*planned); !agreed)
        return agreed;
    if (planned->removedLines.empty() && planned->addedLines.empty())
        return {};
    if (edit.folderMode) {
        if (auto made = makeFolders(planned->file.substr(0, planned->file.rfind('/')), *edit.folderMode); !made)
            return made;
    }
    return replaceFile(planned->file, planned->after, planned->mode);
}

} // namespace exeat
