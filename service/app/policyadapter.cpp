#include "service/app/policyadapter.h"

#include "shared/base/limits.h"
#include "shared/base/paths.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

namespace exeat {

PolicyAdapter::PolicyAdapter(PolicyStore& store, History& history, std::vector<std::string> roots, QObject* parent)
    : PolicyAccess(parent), m_store(store), m_history(history), m_roots(std::move(roots)) {
    connect(&store, &PolicyStore::changed, this, &PolicyAccess::changed);
}

PolicySnapshot PolicyAdapter::snapshot(RulesReader& reader, const std::string& projectRoot,
                                       const std::vector<std::string>& directories,
                                       const std::vector<PrefixRule>& grants) {
    return m_store.snapshot({projectRoot, directories, grants, &reader});
}

Result<void> PolicyAdapter::addRule(const PrefixRule& rule) {
    std::vector<std::string> example;
    for (const auto& token : rule.pattern) {
        if (token.anyOf.empty())
            return fail(ErrorKind::Invalid, "a rule with an empty word");
        example.push_back(token.anyOf.front());
    }
    return m_store.addRule(rule.layer, rule, {example});
}

/** What lies nowhere any more tells nothing about files; only that is forgotten, and not while there is room. */
bool PolicyAdapter::makeRoomFor(const std::string& root) {
    const auto fits = [&] {
        return std::accumulate(m_roots.begin(), m_roots.end(), root.size(), [](std::size_t sum, const auto& known) {
                   return sum + known.size();
               }) <= limits::recordedRootsBytes;
    };
    if (fits())
        return true;
    std::erase_if(m_roots, [](const std::string& known) {
        std::error_code error;
        return !std::filesystem::exists(known, error) && !error;
    });
    return fits();
}

bool PolicyAdapter::knowsWritableRoot(const std::string& root) const {
    return std::ranges::any_of(m_roots, [&](const std::string& known) { return isWithin(root, known); });
}

Result<void> PolicyAdapter::addWritableRoot(const std::string& root) {
    if (knowsWritableRoot(root))
        return {};
    if (!makeRoomFor(root))
        return fail(ErrorKind::Limit, "not started, because agents have had " + std::to_string(m_roots.size()) +
                                          " writable folders, and all are remembered; name a folder that holds them "
                                          "in writable_roots of config.toml, or start agents higher up");
    if (auto recorded = m_history.addWritableRoot(root); !recorded)
        return fail(ErrorKind::Unavailable, "not started, because the folder that would be writable could not be "
                                            "recorded: " +
                                                recorded.error().text);
    m_roots.push_back(root);
    m_store.setAgentWritableRoots(m_roots);
    return {};
}

} // namespace exeat
