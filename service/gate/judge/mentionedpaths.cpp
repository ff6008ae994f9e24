#include "service/gate/judge/mentionedpaths.h"

#include "service/gate/resolve/pathwalk.h"
#include "shared/base/limits.h"

#include <algorithm>

#include <sys/stat.h>

namespace exeat::gate {
namespace {

using namespace std::chrono_literals;

/** A package upgrade gives a path a new inode. */
constexpr auto rememberedFor = 500ms;

} // namespace

MentionedPaths::MentionedPaths(std::vector<std::string> paths, Time now) {
    m_paths.reserve(paths.size());
    for (std::string& path : paths) {
        const auto place = static_cast<Place>(m_paths.size());
        m_byName.emplace(path.substr(path.rfind('/') + 1), place);
        m_paths.push_back({std::move(path), {}, now});
        look(place);
    }
}

void MentionedPaths::look(Place place) {
    Mentioned& mentioned = m_paths[place];
    struct stat facts = {};
    const bool exists = ::stat(mentioned.path.c_str(), &facts) == 0;
    const FileIdentity identity = exists ? identityOf(facts) : FileIdentity{};
    if (identity == mentioned.identity)
        return;
    m_byIdentity.erase({mentioned.identity, place});
    mentioned.identity = identity;
    if (exists)
        m_byIdentity.emplace(identity, place);
}

void MentionedPaths::lookAround(Time now) {
    const std::size_t looks = std::min(m_paths.size(), limits::statsPerExec);
    for (std::size_t i = 0; i < looks && now - m_paths[m_next].turn >= rememberedFor; ++i) {
        m_paths[m_next].turn = now;
        look(m_next);
        m_next = static_cast<Place>((m_next + 1) % m_paths.size());
    }
}

std::vector<MentionedPaths::Place> MentionedPaths::suspects(const FileIdentity& file,
                                                            const std::vector<std::string>& names) const {
    std::vector<Place> places;
    for (const std::string& name : names) {
        for (auto [at, end] = m_byName.equal_range(name); at != end && places.size() < limits::statsPerExec; ++at)
            places.push_back(at->second);
    }
    for (auto at = m_byIdentity.lower_bound({file, 0}); at != m_byIdentity.end() && at->first == file; ++at)
        places.push_back(at->second);
    std::ranges::sort(places);
    const auto repeated = std::ranges::unique(places);
    places.erase(repeated.begin(), repeated.end());
    return places;
}

std::vector<std::string> MentionedPaths::equalTo(const FileIdentity& file, const std::vector<std::string>& names,
                                                 Time now) {
    lookAround(now);
    std::vector<std::string> equal;
    for (const Place place : suspects(file, names)) {
        look(place); // always: an inode number that was freed meanwhile can belong to another file now
        if (m_paths[place].identity == file)
            equal.push_back(m_paths[place].path);
    }
    return equal;
}

} // namespace exeat::gate
