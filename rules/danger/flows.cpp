#include "rules/danger/flows.h"

#include "rules/danger/predicates.h"
#include "rules/danger/wrappers.h"
#include "shared/base/limits.h"

#include <algorithm>
#include <ranges>

namespace exeat::danger {
namespace {

/** One command of the script as far as flows go. */
struct Station {
    std::vector<Argument> words;
    std::size_t wrappers = 0; ///< words in front of the program
    std::string program;      ///< behind all wrappers; empty: not known
    InterpreterCall call;     ///< of an interpreter; places count from the first word
    bool interpreter = false;
    bool downloader = false;
};

Station stationOf(const script::SimpleCommand& command) {
    Station station;
    station.words = argumentsOf(command.words);
    const Arguments inner = behindWrappers(station.words);
    if (inner.empty() || !inner.front().literal)
        return station;
    station.wrappers = station.words.size() - inner.size();
    station.program = programName(inner.front().text);
    station.downloader = isDownloader(station.program);
    station.interpreter = isInterpreter(station.program);
    if (!station.interpreter)
        return station;
    station.call = interpreterCall(station.program, inner.subspan(1));
    for (auto* place : {&station.call.code, &station.call.file}) {
        if (*place)
            **place += station.wrappers + 1;
    }
    return station;
}

class FlowFinder {
public:
    explicit FlowFinder(const script::Script& script) : m_script(script) {
        for (const script::SimpleCommand& command : script.commands)
            m_stations.push_back(stationOf(command));
    }

    std::vector<Flow> find() {
        for (const script::Pipeline& pipeline : m_script.pipelines)
            throughPipeline(pipeline);
        for (std::size_t i = 0; i < m_stations.size(); ++i) {
            throughWords(i);
            throughRedirections(i);
        }
        for (const script::RedirectedBlock& block : m_script.blocks)
            ontoDevices(block.redirections, {"{ … }"});
        for (const script::FunctionDefinition& function :
             m_script.functions | std::views::take(limits::dangersPerScript))
            multiplying(function);
        return std::move(m_flows);
    }

private:
    bool readsInput(std::size_t command) const { return m_stations[command].call.readsInput; }
    /** Only its expansion tells: `$SHELL`, `bash $options`. */
    bool mayReadInput(std::size_t command) const {
        const Station& station = m_stations[command];
        if (station.program.empty())
            return !station.words.empty();
        return station.call.file && !station.words[*station.call.file].literal;
    }
    bool isNamed(std::size_t command, std::string_view name) const {
        const auto& words = m_stations[command].words;
        return !words.empty() && words.front().literal && words.front().text == name;
    }
    std::optional<std::size_t> downloadIn(const script::CommandRange& range) const {
        for (std::size_t i = range.first; i < std::min(range.end, m_stations.size()); ++i) {
            if (m_stations[i].downloader)
                return i;
        }
        return std::nullopt;
    }

    void add(std::string_view id, std::vector<std::string> command, std::optional<std::size_t> at,
             bool needsInput = false) {
        if (m_flows.size() < limits::dangersPerScript)
            m_flows.push_back({id, std::move(command), {}, at, needsInput});
    }
    void addText(std::string text, std::size_t at) {
        if (m_flows.size() < limits::dangersPerScript)
            m_flows.push_back({{}, {}, std::move(text), at, false});
    }

    void throughPipeline(const script::Pipeline& pipeline) {
        std::optional<std::size_t> download;
        for (std::size_t stage = 0; stage < pipeline.stages.size(); ++stage) {
            const script::CommandRange& range = pipeline.stages[stage];
            for (std::size_t i = range.first; i < range.end; ++i) {
                if (download && (readsInput(i) || mayReadInput(i)))
                    add("download-run", pipe(*download, i), i, !readsInput(i));
                if (stage > 0 && readsInput(i) && isShell(m_stations[i].program))
                    fromText(pipeline.stages[stage - 1], i);
            }
            if (!download)
                download = downloadIn(range);
        }
    }

    std::vector<std::string> pipe(std::size_t from, std::size_t to) const {
        std::vector<std::string> words = textsOf(m_stations[from].words);
        words.emplace_back("|");
        const std::vector<std::string> into = textsOf(m_stations[to].words);
        words.insert(words.end(), into.begin(), into.end());
        return words;
    }

    /** `echo 'rm -rf x' | sh`, `cat <<E | sh`. */
    void fromText(const script::CommandRange& stage, std::size_t shell) {
        for (std::size_t i = stage.first; i < stage.end; ++i) {
            if (isNamed(i, "echo") || isNamed(i, "printf"))
                addText(joined(Arguments(m_stations[i].words).subspan(1)), shell);
            if (isNamed(i, "cat"))
                fromHereText(i, shell);
        }
    }
    void fromHereText(std::size_t from, std::size_t shell) {
        for (const script::Redirection& redirection : m_script.commands[from].redirections) {
            if (redirection.kind == script::RedirectionKind::Text && redirection.fd <= 0)
                addText(redirection.target.text(), shell);
        }
    }

    /** bash <(curl …), bash -c "$(curl …)", eval "$(curl …)", source <(curl …) */
    void throughWords(std::size_t i) {
        const Station& station = m_stations[i];
        const bool evaluates = isNamed(i, "eval") || isNamed(i, "source") || isNamed(i, ".");
        const auto& words = m_script.commands[i].words;
        for (std::size_t at = 0; at < words.size(); ++at) {
            for (const script::WordPart& part : words[at].parts) {
                const auto download = downloadIn(part.commands);
                if (!download)
                    continue;
                if (evaluates)
                    add("download-run", textsOf(station.words), *download);
                else if (station.call.code == at || (station.call.file == at && part.kind == script::PartKind::Pipe))
                    add("download-run", textsOf(station.words), i);
            }
        }
    }

    void throughRedirections(std::size_t i) {
        const script::SimpleCommand& command = m_script.commands[i];
        ontoDevices(command.redirections, textsOf(m_stations[i].words));
        if (!readsInput(i))
            return;
        for (const script::Redirection& redirection : command.redirections) {
            for (const script::WordPart& part : redirection.target.parts) {
                if (downloadIn(part.commands))
                    add("download-run", textsOf(m_stations[i].words), i);
            }
        }
        if (isShell(m_stations[i].program))
            fromHereText(i, i);
    }

    void ontoDevices(const std::vector<script::Redirection>& redirections, std::vector<std::string> words) {
        for (const script::Redirection& redirection : redirections) {
            if (redirection.kind != script::RedirectionKind::Output || !isDevice(redirection.target.text()))
                continue;
            words.emplace_back(">");
            words.push_back(redirection.target.text());
            return add("write-device", std::move(words), std::nullopt);
        }
    }

    /** A function that starts itself more than once at the same time, and is called. */
    void multiplying(const script::FunctionDefinition& function) {
        std::size_t calls = 0;
        bool together = false;
        bool called = false;
        for (std::size_t i = 0; i < m_stations.size(); ++i) {
            if (!isNamed(i, function.name))
                continue;
            const bool inside = function.body.contains(i);
            calls += inside ? 1 : 0;
            called |= !inside;
            together |= inside && m_script.commands[i].background;
        }
        for (const script::Pipeline& pipeline : m_script.pipelines)
            together |= function.body.contains(pipeline.stages.front().first);
        if (calls > 1 && together && called)
            add("fork-bomb", {function.name}, std::nullopt);
    }

    const script::Script& m_script;
    std::vector<Station> m_stations;
    std::vector<Flow> m_flows;
};

} // namespace

std::vector<Flow> flowsOf(const script::Script& script) {
    return FlowFinder(script).find();
}

bool runsItsInput(const std::vector<std::string>& argv) {
    const std::vector<Argument> words = argumentsOf(argv);
    const Arguments inner = behindWrappers(words);
    if (inner.empty())
        return false;
    const std::string program = programName(inner.front().text);
    return isInterpreter(program) && interpreterCall(program, inner.subspan(1)).readsInput;
}

} // namespace exeat::danger
