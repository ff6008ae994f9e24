#pragma once

#include "service/gate/runs/insidestarter.h"

namespace exeat::gate {

/** Shells in sandboxes that are kept ready. */
class PoolStarter : public InsideStarter {
public:
    PoolStarter(const std::string& bwrapPath, const std::string& selfPath) : m_pool(bwrapPath, selfPath) {}
    Result<InsideRun> start(InsideStart start) override { return m_pool.start(std::move(start)); }
    int changesFd() const override { return m_pool.changesFd(); }
    std::vector<LostProtection> takeLost() override { return m_pool.takeLost(); }
    std::vector<int> processes() const override { return m_pool.processes(); }
    std::optional<std::chrono::steady_clock::time_point> tidy() override { return m_pool.tidy(); }

private:
    SandboxPool m_pool;
};

} // namespace exeat::gate
