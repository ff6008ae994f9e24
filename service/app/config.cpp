#include "service/app/config.h"

#include "rules/danger/danger.h"
#include "rules/tomlkeys.h"
#include "service/sandbox/profile.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/base/uniquefd.h"

#include <toml++/toml.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include <sys/stat.h>

namespace exeat {
namespace {

Config strictest(std::vector<std::string> problems) {
    Config config;
    config.ceiling.user.mode = SandboxMode::ReadOnly;
    config.ceiling.user.network = NetworkAccess::Off;
    problems.front() += "; until this is mended, commands run read-only, without network";
    config.ceiling.note = problems.front();
    config.problems = std::move(problems);
    return config;
}

std::string quotedList(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "\"" : ", \"") + word + '"';
    return text;
}

/** Walks one file; `wrong` holds what makes it count for nothing, `odd` what is merely unknown. */
class ConfigReader {
public:
    ConfigReader(const std::string& file, const std::string& home) : m_file(file), m_home(home) {}

    using Keys = std::map<std::string_view, std::function<void(const toml::node&)>>;

    void table(const toml::node& node, std::string_view name, const Keys& keys) {
        const toml::table* entries = node.as_table();
        if (entries == nullptr) {
            bad(node, std::string(name) + " must be a table");
            return;
        }
        for (const auto& [key, value] : *entries) {
            if (const auto known = keys.find(key.str()); known != keys.end())
                known->second(value);
            else
                odd.push_back(where(value) + "unknown key \"" + visible(key.str(), 128) + "\" is ignored");
        }
    }

    template<class T>
    std::optional<T> value(const toml::node& node, const char* what) {
        if (const auto read = node.value_exact<T>())
            return read;
        bad(node, std::string("must be ") + what);
        return std::nullopt;
    }

    std::vector<std::string> strings(const toml::node& node) {
        std::vector<std::string> list;
        const toml::array* items = node.as_array();
        if (items == nullptr) {
            bad(node, "must be a list of texts");
            return list;
        }
        for (const auto& item : *items) {
            if (const auto text = value<std::string>(item, "a list of texts"))
                list.push_back(*text);
        }
        return list;
    }

    std::string folder(const toml::node& node, std::string path) {
        if (path == "~" || path.starts_with("~/"))
            path = m_home + path.substr(1);
        while (path.size() > 1 && path.back() == '/')
            path.pop_back();
        if (path.empty() || path.front() != '/')
            bad(node, "\"" + visible(path, 256) + "\" must be an absolute path");
        return path;
    }

    void sandbox(const toml::node& node, SandboxSettings& into, Keys more) {
        more.insert({
            {"mode",
             [&](const toml::node& v) {
                 if (const auto mode = value<std::string>(v, "a text"))
                     into.mode = modeOf(v, *mode);
             }},
            {"network",
             [&](const toml::node& v) {
                 if (const auto on = value<bool>(v, "true or false"))
                     into.network = *on ? NetworkAccess::On : NetworkAccess::Off;
             }},
            {"writable_roots",
             [&](const toml::node& v) {
                 for (const auto& root : strings(v))
                     into.writableRoots.push_back(folder(v, root));
             }},
            {"exclude_tmp", [&](const toml::node& v) { into.excludeTmp = value<bool>(v, "true or false"); }},
            {"exclude_tmpdir", [&](const toml::node& v) { into.excludeTmpdir = value<bool>(v, "true or false"); }},
        });
        table(node, "sandbox", more);
    }

    /** Not of an agent's table: what counts by a claimed name may only narrow. */
    Keys unprotectedNames(SandboxSettings& into) {
        return {{"unprotected_names", [this, &into](const toml::node& v) {
                     for (auto& name : strings(v)) {
                         if (std::ranges::find(openableNames(), name) == openableNames().end())
                             bad(v, "\"" + visible(name, 128) + "\" cannot be opened; unprotected_names may hold " +
                                        quotedList(openableNames()));
                         into.unprotectedNames.push_back(std::move(name));
                     }
                 }}};
    }

    /** `[sandbox.project."/path"]`, `[sandbox.agent."name"]`. */
    void named(const toml::node& node, std::map<std::string, SandboxSettings>& into,
               const std::function<std::string(const toml::node&, std::string)>& keyOf,
               const std::function<Keys(SandboxSettings&)>& moreOf) {
        const toml::table* entries = node.as_table();
        if (entries == nullptr) {
            bad(node, "must be a table");
            return;
        }
        for (const auto& [key, value] : *entries) {
            SandboxSettings& settings = into[keyOf(value, std::string(key.str()))];
            sandbox(value, settings, moreOf(settings));
        }
    }

    void heuristics(const toml::node& node, HeuristicSettings& into) {
        table(node, "heuristics",
              {{"enabled", [&](const toml::node& v) { into.enabled = value<bool>(v, "true or false").value_or(true); }},
               {"off", [&](const toml::node& v) {
                    into.off = strings(v);
                    for (const std::string& id : into.off) {
                        if (const std::string why = danger::unknownDanger(id); !why.empty())
                            bad(v, why);
                    }
                }}});
    }

    std::optional<std::int64_t> number(const toml::node& node, std::int64_t least, std::int64_t most) {
        const auto read = value<std::int64_t>(node, "a whole number");
        if (read && (*read < least || *read > most)) {
            bad(node, "must be between " + std::to_string(least) + " and " + std::to_string(most));
            return std::nullopt;
        }
        return read;
    }

    void bad(const toml::node& node, const std::string& what) { wrong.push_back(where(node) + what); }

    std::vector<std::string> wrong;
    std::vector<std::string> odd;

private:
    std::string where(const toml::node& node) const {
        return m_file + ':' + std::to_string(node.source().begin.line) + ": ";
    }
    std::optional<SandboxMode> modeOf(const toml::node& node, const std::string& text) {
        if (text == "read-only")
            return SandboxMode::ReadOnly;
        if (text == "workspace-write")
            return SandboxMode::WorkspaceWrite;
        if (text == "danger-full-access")
            return SandboxMode::FullAccess;
        bad(node, "mode must be \"read-only\", \"workspace-write\" or \"danger-full-access\"");
        return std::nullopt;
    }
    const std::string& m_file;
    const std::string& m_home;
};

} // namespace

Config parseConfig(std::string_view text, const std::string& file, const std::string& home) {
    if (rules::longestKey(text) > limits::tomlKeyParts) // toml++ would overflow its stack over it
        return strictest({file + ": a key with too many parts"});
    toml::table root;
    try {
        root = toml::parse(text, file);
    } catch (const toml::parse_error& error) {
        return strictest(
            {file + ':' + std::to_string(error.source().begin.line) + ": " + visible(error.description(), 512)});
    }
    Config config;
    ConfigReader reader(file, home);
    ConfigReader::Keys sandboxTables = reader.unprotectedNames(config.ceiling.user);
    sandboxTables.insert({
        {"project",
         [&](const toml::node& v) {
             reader.named(
                 v, config.ceiling.projects,
                 [&](const toml::node& node, std::string key) { return reader.folder(node, std::move(key)); },
                 [&](SandboxSettings& project) { return reader.unprotectedNames(project); });
         }},
        {"agent",
         [&](const toml::node& v) {
             reader.named(
                 v, config.ceiling.agents, [](const toml::node&, std::string key) { return key; },
                 [](SandboxSettings&) { return ConfigReader::Keys(); });
         }},
    });
    reader.table(
        root, "config.toml",
        {{"sandbox", [&](const toml::node& v) { reader.sandbox(v, config.ceiling.user, sandboxTables); }},
         {"approvals",
          [&](const toml::node& v) {
              reader.table(v, "approvals", {{"elicitation_agents", [&](const toml::node& list) {
                                                 for (auto& name : reader.strings(list))
                                                     config.elicitationAgents.insert(std::move(name));
                                             }}});
          }},
         {"shell",
          [&](const toml::node& v) {
              reader.table(v, "shell", {{"timeout_ms", [&](const toml::node& n) {
                                             if (const auto ms = reader.number(n, 1, 86'400'000))
                                                 config.shellTimeout = std::chrono::milliseconds(*ms);
                                         }}});
          }},
         {"service",
          [&](const toml::node& v) {
              reader.table(v, "service", {{"idle_exit_minutes", [&](const toml::node& n) {
                                               if (const auto minutes = reader.number(n, 0, 525'600))
                                                   config.idleExit = std::chrono::minutes(*minutes);
                                           }}});
          }},
         {"heuristics", [&](const toml::node& v) { reader.heuristics(v, config.heuristics); }},
         {"project_root_markers", [&](const toml::node& v) { config.projectRootMarkers = reader.strings(v); }}});
    if (!reader.wrong.empty())
        return strictest(std::move(reader.wrong));
    config.problems = std::move(reader.odd);
    return config;
}

ConfigFile::Stamp ConfigFile::look() const {
    struct stat facts{};
    if (::stat(m_file.c_str(), &facts) < 0)
        return {.failure = errno};
    return {facts.st_ino, facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, 0};
}

const Config& ConfigFile::current() {
    const Stamp now = look();
    if (now == m_seen)
        return m_config;
    m_seen = now;
    if (now.failure == ENOENT || now.failure == ENOTDIR) {
        m_config = {};
    } else if (auto text = readFile(m_file, limits::configFileBytes)) {
        m_config = parseConfig(*text, m_file, m_home);
    } else {
        m_config = strictest({text.error().text});
    }
    return m_config;
}

} // namespace exeat
