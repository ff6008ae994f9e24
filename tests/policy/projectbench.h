#pragma once

#include "tests/policy/policybench.h"

namespace exeat::test {

/** A repository `w` with rules, a session in it, and a person who may trust it. */
class ProjectBench {
public:
    ProjectBench() {
        m_good = tree.makeRepository("w");
        restart();
    }
    bool isGood() const { return m_good; }

    void restart() {
        store.reset();
        store = createStore(tree.runtimePaths());
    }
    bool says(const QByteArray& text, const QString& file = projectFile) const { return tree.write(file, text); }
    bool saysNothing() const { return QDir(tree.path("w/.codex")).removeRecursively(); }

    /** Of `words[0]` in /usr/bin, called from the project by a session of the project, in the project. */
    Verdict verdict(const std::vector<std::string>& words) const {
        return verdictAt(words, {tree.at("w"), tree.at("w"), tree.at("w")});
    }
    /** The same for a session of places[0], in a call with workdir places[1], in the directory places[2]. */
    Verdict verdictAt(const std::vector<std::string>& words, const std::vector<std::string>& places) const {
        return judgedAt(words, places).verdict;
    }
    Judgement judgedAt(const std::vector<std::string>& words, const std::vector<std::string>& places) const {
        const auto snapshot = store->snapshot({places[0], {places[1], places[2]}, {}});
        // As the gate does it: links followed.
        return judged(snapshot, words, {snapshot.project, resolvedPath(places[1]), resolvedPath(places[2])});
    }

    TrustView view() const { return store->trustView(tree.at("w")).value_or(TrustView{}); }
    Result<void> accept() const { return store->acceptTrust(tree.at("w"), view().hash, "the test", 1); }
    TrustStatus status() const { return view().status; }

    TestTree tree;
    std::unique_ptr<PolicyStore> store;

private:
    bool m_good = false;
};

} // namespace exeat::test
