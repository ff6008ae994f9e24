#include "service/app/policyadapter.h"

#include <algorithm>

namespace exeat {

PolicyAdapter::PolicyAdapter(PolicyStore& store, History& history, std::vector<std::string> roots, QObject* parent)
    : PolicyAccess(parent), m_store(store), m_history(history), m_roots(std::move(roots)) {
    connect(&store, &PolicyStore::changed, this, &PolicyAccess::changed);
}

PolicySnapshot PolicyAdapter::snapshot(const std::string& projectRoot, const std::vector<std::string>& directories,
                                       const std::vector<PrefixRule>& grants) {
    return m_store.snapshot({projectRoot, directories, grants});
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

Result<void> PolicyAdapter::addWritableRoot(const std::string& root) {
    if (std::ranges::find(m_roots, root) != m_roots.end())
        return {};
    if (auto recorded = m_history.addWritableRoot(root); !recorded)
        return fail(ErrorKind::Unavailable, "not started, because the folder that would be writable could not be "
                                            "recorded: " +
                                                recorded.error().text);
    m_roots.push_back(root);
    m_store.setAgentWritableRoots(m_roots);
    // A root of one session tells something about files of every session.
    emit changed();
    return {};
}

} // namespace exeat
