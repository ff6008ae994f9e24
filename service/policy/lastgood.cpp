#include "service/policy/lastgood.h"

#include "service/policy/replacefile.h"
#include "shared/base/limits.h"
#include "shared/base/uniquefd.h"
#include "shared/qt/sha256.h"
#include "shared/wire/codec.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <sys/stat.h>

namespace exeat {
namespace {

struct KeptText {
    std::string path;
    std::string text;
};

/** Which folder it is stands in it as well: a name is a hash. */
struct KeptFolder {
    std::string path;
    std::uint32_t layer = 0;
    std::vector<KeptText> texts;
};

constexpr std::size_t keptBytes = limits::rulesFilesPerFolder * (limits::rulesFileBytes + 8192);

/** Of names: what is of a project, and may be forgotten. */
constexpr auto projectPrefix = "project-";

std::uint32_t numberOf(Layer layer) {
    return static_cast<std::uint32_t>(layer);
}

} // namespace

RulesTexts LastGood::load(const LayerFolder& rules) const {
    const auto bytes = readFile(fileOf(rules), keptBytes);
    KeptFolder kept;
    if (!bytes)
        return {};
    wire::Reader reader(*bytes);
    if (!reader.get(kept) || !reader.atEnd() || kept.path != rules.path || kept.layer != numberOf(rules.layer))
        return {};
    RulesTexts texts;
    for (KeptText& one : kept.texts)
        texts.emplace(std::move(one.path), std::move(one.text));
    return texts;
}

Result<void> LastGood::save(const LayerFolder& rules, const RulesTexts& texts) const {
    if (::mkdir(m_folder.c_str(), 0700) < 0 && errno != EEXIST)
        return failErrno("cannot make " + m_folder);
    KeptFolder kept{rules.path, numberOf(rules.layer), {}};
    for (const auto& [path, text] : texts)
        kept.texts.push_back({path, text});
    wire::Writer writer;
    writer.put(kept);
    if (rules.layer == Layer::Project)
        forgetOldest();
    return replaceFile(fileOf(rules), writer.take(), 0600);
}

std::string LastGood::fileOf(const LayerFolder& rules) const {
    const std::string key = rules.path + '\n' + std::to_string(numberOf(rules.layer));
    return m_folder + '/' + (rules.layer == Layer::Project ? projectPrefix : "") + sha256Hex(key);
}

void LastGood::forgetOldest() const {
    std::error_code error;
    std::vector<std::filesystem::directory_entry> files;
    for (const auto& entry : std::filesystem::directory_iterator(m_folder, error)) {
        if (entry.path().filename().string().starts_with(projectPrefix))
            files.push_back(entry);
    }
    if (files.size() < limits::rulesFolders)
        return;
    const auto oldest = std::ranges::min_element(
        files, {}, [&](const std::filesystem::directory_entry& entry) { return entry.last_write_time(error); });
    std::filesystem::remove(*oldest, error); // a file too many does no harm
}

} // namespace exeat
