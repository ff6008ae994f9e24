#pragma once

#include <utility>

namespace exeat {

/** Runs a callable at the end of the scope unless dismissed. */
template<class F>
class ScopeExit {
public:
    explicit ScopeExit(F action) : m_action(std::move(action)) {}
    ScopeExit(const ScopeExit&) = delete;
    ScopeExit& operator=(const ScopeExit&) = delete;
    ~ScopeExit() {
        if (m_armed)
            m_action();
    }
    void dismiss() { m_armed = false; }

private:
    F m_action;
    bool m_armed = true;
};

} // namespace exeat
