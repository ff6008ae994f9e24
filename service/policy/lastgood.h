#pragma once

#include "service/policy/layerfolders.h"
#include "shared/base/error.h"

#include <map>
#include <string>

namespace exeat {

/** Texts of rules files by their path. */
using RulesTexts = std::map<std::string, std::string>;

/**
 * The last good texts of each rules folder on disk, so that a file that is broken when the service starts keeps them in
 * force, too (DESIGN.md §5). One file (0600, replaced atomically) a folder, in a folder of ours that no sandbox shows.
 */
class LastGood {
public:
    /** `folder`: absolute, made when first needed. */
    explicit LastGood(std::string folder) : m_folder(std::move(folder)) {}

    /** Nothing if there is none, or it cannot be read: then a broken file has no good version. */
    RulesTexts load(const LayerFolder& rules) const;
    /**
     * In place of what was kept of this folder. Of projects' folders, which an agent can make, limits::rulesFolders are
     * kept, and the one kept longest ago is forgotten: what of it must not go, TrustStore has. The others stay.
     */
    Result<void> save(const LayerFolder& rules, const RulesTexts& texts) const;

private:
    std::string fileOf(const LayerFolder& rules) const;
    void forgetOldest() const;

    std::string m_folder;
};

} // namespace exeat
