#include "service/explain/replacement.h"

#include "rules/ruleremoval.h"
#include "shared/base/text.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

namespace exeat {
namespace {

std::string folderOf(const std::string& file) {
    return file.substr(0, file.rfind('/'));
}

/** Where files stand in the order of rules. */
class FileOrder {
public:
    explicit FileOrder(const std::vector<FolderStatus>& folders) {
        for (std::size_t i = 0; i < folders.size(); ++i)
            m_folders.emplace(std::pair(folders[i].folder.layer, folders[i].folder.path), i);
    }
    /** Rules of no folder (answers of a session) stand behind all others. */
    std::pair<std::size_t, std::string> operator()(Layer layer, const std::string& file) const {
        const auto found = m_folders.find({layer, folderOf(file)});
        return {found == m_folders.end() ? m_folders.size() : found->second, file};
    }

private:
    std::map<std::pair<Layer, std::string>, std::size_t> m_folders;
};

/** Why every allow would be asked, were this file a good one. */
std::string brokenNoteWithout(const PolicyPicture& picture, const std::string& file) {
    const std::string& note = picture.snapshot.brokenNote;
    std::vector<const FileStatus*> broken;
    for (const auto& folder : picture.folders) {
        for (const auto& one : folder.files) {
            if (one.state == RulesFileState::Broken)
                broken.push_back(&one);
        }
    }
    const auto ours = std::ranges::find(broken, file, &FileStatus::path);
    if (ours == broken.end() || note != (*ours)->problem)
        return note;
    broken.erase(ours);
    return broken.empty() ? std::string() : broken.front()->problem;
}

} // namespace

Result<PolicySnapshot> withReplacedFile(PolicyPicture picture, const std::string& file, const std::string& text) {
    const auto found = std::ranges::find_if(
        picture.folders, [&](const FolderStatus& status) { return status.folder.path == folderOf(file); });
    if (found == picture.folders.end() || !file.ends_with(".rules"))
        return fail(ErrorKind::Missing,
                    visible(file, 1024) + " lies in no rules folder that holds here; `exeat rules list` shows them");
    const LayerFolder& folder = found->folder;
    auto parsed = rules::parsedOrRefused(text, {file, folder.layer, folder.vocabulary});
    if (!parsed)
        return std::unexpected(parsed.error());
    const std::string note = brokenNoteWithout(picture, file);
    PolicySnapshot snapshot = std::move(picture.snapshot);
    snapshot.brokenNote = note;
    std::erase_if(snapshot.rules, [&](const PrefixRule& rule) { return rule.file == file; });
    std::erase_if(snapshot.hostExecutables, [&](const HostExecutable& host) { return host.file == file; });
    const bool loosens = loosensByItself(folder.layer);
    const FileOrder order(picture.folders);
    const auto place = order(folder.layer, file);
    const auto isBehind = [&](const PrefixRule& rule) { return place < order(rule.layer, rule.file); };
    for (auto& rule : parsed->rules) {
        rule.loosens = loosens;
        rule.owner = folder.owner;
    }
    snapshot.rules.insert(std::ranges::find_if(snapshot.rules, isBehind),
                          std::make_move_iterator(parsed->rules.begin()), std::make_move_iterator(parsed->rules.end()));
    const auto hostIsBehind = [&](const HostExecutable& host) {
        const auto status = std::ranges::find_if(
            picture.folders, [&](const FolderStatus& one) { return one.folder.path == folderOf(host.file); });
        return status != picture.folders.end() && place < order(status->folder.layer, host.file);
    };
    for (auto& host : parsed->hostExecutables) {
        host.loosens = loosens;
        host.owner = folder.owner;
        for (auto& path : host.paths) {
            if (path.starts_with("~/"))
                path.replace(0, 1, picture.home);
        }
    }
    snapshot.hostExecutables.insert(std::ranges::find_if(snapshot.hostExecutables, hostIsBehind),
                                    std::make_move_iterator(parsed->hostExecutables.begin()),
                                    std::make_move_iterator(parsed->hostExecutables.end()));
    return snapshot;
}

} // namespace exeat
