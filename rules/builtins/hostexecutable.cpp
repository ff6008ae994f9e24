#include "rules/builtins/declarations.h"
#include "rules/evaluate/evaluation.h"
#include "rules/matching.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"

#include <set>

/** host_executable(), codex.md §1.3, with our own `~/` (DESIGN.md §5). */
namespace exeat::rules {
namespace {

constexpr std::size_t name = 0;
constexpr std::size_t paths = 1;

std::string quoted(std::string_view text) {
    return "`" + visible(text, 128) + "`";
}

Raisable<std::string> programName(Evaluation& evaluation, const NativeCall& call) {
    const std::string& text = call[name].as<StringObject>().text;
    if (text.empty())
        return evaluation.raiseAt(call.position(name), "the name of a host_executable cannot be empty");
    if (text == "." || text == ".." || text.find('/') != std::string::npos)
        return evaluation.raiseAt(call.position(name),
                                  "the name of a host_executable must be a bare file name, not " + quoted(text));
    return kept(evaluation, text);
}

/** Lexically normal; `~/` stays in front, since only the user's own process knows the home folder. */
Raisable<std::string> programPath(Evaluation& evaluation, const NativeCall& call, std::size_t index, Value value,
                                  Vocabulary vocabulary) {
    const Position at = call.position(paths, std::span(&index, 1));
    if (!value.is(Kind::String))
        return evaluation.raiseAt(at,
                                  "the paths of a host_executable must be strings, not " + std::string(value.type()));
    const std::string& text = value.as<StringObject>().text;
    const bool inHome = text.starts_with("~/");
    if (inHome && vocabulary == Vocabulary::Codex)
        return evaluation.raiseAt(at, "the paths of a host_executable must be absolute, not " + quoted(text) +
                                          "; a path in the home folder is Exeat's own word, so move the call to "
                                          "$XDG_CONFIG_HOME/exeat/rules");
    if (!inHome && !text.starts_with('/'))
        return evaluation.raiseAt(at, "the paths of a host_executable must be absolute, not " + quoted(text));
    return kept(evaluation, inHome ? '~' + normalPath(text.substr(1)) : normalPath(text));
}

Raisable<HostExecutable> hostOf(Evaluation& evaluation, const NativeCall& call, Vocabulary vocabulary) {
    const auto program = programName(evaluation, call);
    if (!program)
        return std::unexpected(program.error());
    HostExecutable host;
    host.name = *program;
    host.line = call.at.line;
    std::set<std::string> seen;
    const auto& items = call[paths].as<ListObject>().items;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (auto spent = evaluation.spend(); !spent)
            return std::unexpected(spent.error());
        auto path = programPath(evaluation, call, i, items[i], vocabulary);
        if (!path)
            return std::unexpected(path.error());
        if (path->substr(path->rfind('/') + 1) != *program)
            return evaluation.raiseAt(call.position(paths, std::span(&i, 1)),
                                      "the path " + quoted(*path) + " must end in the name " + quoted(*program));
        if (seen.insert(*path).second)
            host.paths.push_back(std::move(*path));
    }
    return host;
}

} // namespace

Native hostExecutableBuiltin(Declarations& into, Vocabulary vocabulary) {
    Native native{
        "host_executable",
        {{"name", types::string, Need::Required, ByName::Also}, {"paths", types::list, Need::Required, ByName::Also}},
        Rest::None,
        {}};
    native.run = [&into, vocabulary](Evaluation& evaluation, const NativeCall& call) -> Outcome {
        auto host = hostOf(evaluation, call, vocabulary);
        if (!host)
            return std::unexpected(host.error());
        // The last declaration of a name replaces the others (codex.md §1.3).
        std::erase_if(into.hosts, [&](const HostExecutable& earlier) { return earlier.name == host->name; });
        if (into.hosts.size() >= limits::rulesHosts)
            return evaluation.raise("one file may name " + std::to_string(limits::rulesHosts) +
                                    " programs by host_executable; split it");
        into.hosts.push_back(std::move(*host));
        return Value::none();
    };
    return native;
}

} // namespace exeat::rules
