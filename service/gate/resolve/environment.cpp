#include "service/gate/resolve/environment.h"

#include "shared/base/limits.h"
#include "shared/domain/outsidevariables.h"
#include "shared/wire/execframe.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace exeat::gate {

namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

Variables variablesOf(const std::vector<std::string>& environment) {
    Variables variables;
    for (const std::string& entry : environment) {
        const auto equals = entry.find('=');
        if (equals != std::string::npos && equals > 0)
            variables.try_emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
    return variables;
}

/** What shells and we ourselves change all the time: no news for a person. */
bool isNoise(std::string_view name) {
    static constexpr std::array<std::string_view, 11> ours = {"PWD",
                                                              "OLDPWD",
                                                              "SHLVL",
                                                              "_",
                                                              "EXEC_WRAPPER",
                                                              "BASH_EXEC_WRAPPER",
                                                              "CODEX_ESCALATE_SOCKET",
                                                              "EXEAT_EXEC_PROTOCOL",
                                                              "CODEX_SANDBOX_NETWORK_DISABLED",
                                                              "COLUMNS",
                                                              "LINES"};
    return std::ranges::find(ours, name) != ours.end();
}

class Builder {
public:
    Builder(const EnvironmentSources& sources, const std::vector<std::string>& passed)
        : m_out(variablesOf(sources.login)), m_login(m_out), m_run(variablesOf(sources.run)),
          m_claimed(variablesOf(sources.claimed)), m_passed(passed) {}

    OutsideEnvironment build(const std::string& workdir) {
        for (const auto& [name, value] : m_login) {
            if (mayFollow(name) && !m_claimed.contains(name))
                m_out.erase(name);
        }
        for (const auto& [name, value] : m_claimed)
            follow(name, value);
        m_out["PWD"] = workdir;
        m_out.erase("OLDPWD");
        OutsideEnvironment result{{}, std::move(m_dropped)};
        for (const auto& [name, value] : m_out)
            result.complete.push_back(name + "=" + value);
        return result;
    }

private:
    bool named(std::string_view name) const {
        return !steersLoader(name) && std::ranges::find(m_passed, name) != m_passed.end();
    }
    bool mayFollow(std::string_view name) const { return mayFollowOutside(name) || named(name); }

    void follow(const std::string& name, const std::string& value) {
        if (named(name) || (mayFollowOutside(name) && isHarmlessOutside(name, value)))
            m_out[name] = value;
        else
            drop(name, value);
    }

    void drop(const std::string& name, const std::string& value) {
        const auto same = [&](const Variables& in) {
            const auto found = in.find(name);
            return found != in.end() && found->second == value;
        };
        if (isNoise(name) || same(m_login) || same(m_run) || m_dropped.size() >= limits::droppedVariables)
            return;
        m_dropped.push_back((name + "=" + value).substr(0, limits::droppedVariableBytes));
    }

    Variables m_out;
    Variables m_login;
    Variables m_run;
    Variables m_claimed;
    const std::vector<std::string>& m_passed;
    std::vector<std::string> m_dropped;
};

} // namespace

OutsideEnvironment outsideEnvironment(const EnvironmentSources& sources, const std::vector<std::string>& passed,
                                      const std::string& workdir) {
    return Builder(sources, passed).build(workdir);
}

const std::string* findVariable(const std::vector<std::string>& environment, const std::string& name) {
    const auto found =
        std::ranges::find_if(environment, [&](const std::string& entry) { return entry.starts_with(name + "="); });
    return found == environment.end() ? nullptr : &*found;
}

void setVariable(std::vector<std::string>& environment, const std::string& name, const std::string& value) {
    std::erase_if(environment, [&](const std::string& entry) { return entry.starts_with(name + "="); });
    environment.push_back(name + "=" + value);
}

void setInterceptor(std::vector<std::string>& environment, const std::string& helper) {
    setVariable(environment, EXECFRAME_PROTOCOL_VARIABLE, EXECFRAME_PROTOCOL_VALUE);
    setVariable(environment, "EXEC_WRAPPER", helper);
    setVariable(environment, "BASH_EXEC_WRAPPER", helper);
}

void setEscalateSocket(std::vector<std::string>& environment, int number) {
    setVariable(environment, EXECFRAME_SOCKET_VARIABLE, std::to_string(number));
}

} // namespace exeat::gate
