#pragma once

#include "service/sandbox/settings.h"
#include "shared/base/limits.h"
#include "shared/domain/danger.h"

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace exeat {

/** config.toml. What is wrong with it is in `problems`, in words with file and line. */
struct Config {
    CeilingSettings ceiling;
    std::set<std::string> elicitationAgents; ///< claimed names whose client may allow although a desktop is connected
    std::chrono::milliseconds shellTimeout = limits::defaultTimeout;
    std::chrono::minutes idleExit{10}; ///< 0 = never
    HeuristicSettings heuristics;
    std::vector<std::string> projectRootMarkers{".git"};
    std::vector<std::string> problems;
    bool operator==(const Config&) const = default;
};

/**
 * Unknown keys are problems and nothing else. Anything that cannot be read as it was meant makes the whole file count
 * as the strictest one: read-only, no network, no agent answers for itself.
 */
Config parseConfig(std::string_view text, const std::string& file, const std::string& home);

/** The file as it is now: looks at it on every call and reads it again when it changed. Main thread only. */
class ConfigFile {
public:
    ConfigFile(std::string file, std::string home) : m_file(std::move(file)), m_home(std::move(home)) {}
    const Config& current();

private:
    struct Stamp {
        std::uint64_t inode = 0;
        std::int64_t size = -1;
        std::int64_t seconds = 0;
        std::int64_t nanoseconds = 0;
        int failure = -1;
        bool operator==(const Stamp&) const = default;
    };
    Stamp look() const;
    std::string m_file;
    std::string m_home;
    Stamp m_seen;
    Config m_config;
};

} // namespace exeat
