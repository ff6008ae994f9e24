#pragma once

#include "service/policy/policypicture.h"
#include "shared/qt/runtimepaths.h"

#include <QThreadPool>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace exeat {

/** What control.sock needs to tell of rules and to edit them. Functions are called on the main thread. */
struct RulesAccess {
    /** What holds for a call in this folder (absolute) of a session that was started there. */
    std::function<PolicyPicture(const std::string& directory)> picture = [](const std::string&) {
        return PolicyPicture{};
    };
    /** What such a session may write. */
    std::function<std::vector<std::string>(const std::string& directory)> writableRoots = [](const std::string&) {
        return std::vector<std::string>{};
    };
    /** The nearest folder with a project marker, or the directory itself. */
    std::function<std::string(const std::string& directory)> projectRoot = [](const std::string& directory) {
        return directory;
    };
    std::function<HeuristicSettings()> heuristics = [] { return HeuristicSettings{}; };
    RuntimePaths paths = {};
    /** Does what takes longer than a moment: one job at a time, so that a flood of them leaves a processor free. */
    std::shared_ptr<QThreadPool> worker = makeWorker();

    static std::shared_ptr<QThreadPool> makeWorker() {
        auto pool = std::make_shared<QThreadPool>();
        pool->setMaxThreadCount(1);
        pool->setStackSize(8U << 20U); // what limits::rulesDepth is made for
        return pool;
    }
};

} // namespace exeat
