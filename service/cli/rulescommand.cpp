#include "service/cli/commands.h"
#include "service/cli/jsonoutput.h"
#include "service/cli/linthere.h"
#include "service/cli/onerequest.h"
#include "service/cli/output.h"
#include "service/cli/ruleseditcommand.h"
#include "service/cli/rulesjson.h"
#include "service/cli/rulesview.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/base/uniquefd.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>

namespace exeat {
namespace {

/** How a verb that looks at rules begins: its options, and the folder it is about. */
class Look {
public:
    explicit Look(const QString& description) {
        m_parser.setApplicationDescription(description);
        m_parser.addOptions({m_workdir, m_json});
    }
    void add(const QCommandLineOption& option) { m_parser.addOption(option); }

    /** A value is the exit code to leave with. `wrongWords` tells of the other words, if they are wrong. */
    std::optional<int> begin(const Arguments& arguments, const QString& usage,
                             const std::function<std::string()>& wrongWords) {
        if (const auto code = parse(m_parser, arguments, usage))
            return code;
        std::string wrong = wrongWords();
        if (wrong.empty()) {
            auto folder = existingFolder(m_parser.value(m_workdir));
            if (folder) {
                m_folder = std::move(*folder);
                return std::nullopt;
            }
            wrong = folder.error().text;
        }
        complain(wrong);
        return exitUsage;
    }

    const std::string& folder() const { return m_folder; }
    QStringList words() const { return m_parser.positionalArguments(); }
    bool isSet(const QCommandLineOption& option) const { return m_parser.isSet(option); }
    bool namesFolder() const { return isSet(m_workdir); }
    bool asJson() const { return isSet(m_json); }

private:
    QCommandLineParser m_parser;
    QCommandLineOption m_workdir{QStringLiteral("workdir"), QStringLiteral("The folder it is about; default: here."),
                                 QStringLiteral("DIR"), QStringLiteral(".")};
    QCommandLineOption m_json{QStringLiteral("json"), QStringLiteral("Print one JSON object.")};
    std::string m_folder;
};

std::string searchPath() {
    const char* path = std::getenv("PATH"); // NOLINT(concurrency-mt-unsafe): read only
    return path == nullptr ? std::string() : path;
}

template<class T>
void print(const T& found, const Look& look, std::string (*text)(const T&)) {
    look.asJson() ? sayJson(toJson(found)) : say(text(found));
}

/** Prints the reply of type T either way. */
template<class T>
int show(const wire::ControlRequest& request, const Look& look, std::string (*text)(const T&),
         const std::function<void(const T&)>& seen = {}) {
    return askOnce(request, [&](const wire::ControlReply& reply) {
        const auto* found = std::get_if<T>(&reply);
        if (found == nullptr)
            return false;
        print(*found, look, text);
        if (seen)
            seen(*found);
        return true;
    });
}

int listCommand(const Arguments& arguments) {
    Look look(QStringLiteral("All rules that hold for a folder, lowest layer first: each file, whether it is good, and "
                             "each rule with its line."));
    const auto code =
        look.begin(arguments, QStringLiteral("rules list [--workdir DIR] [--json]"), [&]() -> std::string {
            const bool none = look.words().isEmpty() && !arguments.hasRest;
            return none ? "" : "rules list takes no words; --workdir names a folder";
        });
    if (code)
        return *code;
    return show<wire::RulesListing>(wire::ListRules{1, look.folder()}, look, listingText);
}

int explainCommand(const Arguments& arguments) {
    Look look(
        QStringLiteral("What would happen to a command, and why: each rule that has to do with its program, whether it "
                       "matches and counts, the verdict. Nothing is run."));
    const QCommandLineOption line(QStringLiteral("line"),
                                  QStringLiteral("The one word behind `--` is a line of Bash: each of its commands."));
    look.add(line);
    const auto code = look.begin(
        arguments, QStringLiteral("rules explain [--workdir DIR] [--json] -- COMMAND… | --line -- 'LINE'"),
        [&]() -> std::string {
            if (!look.words().isEmpty() || arguments.rest.empty())
                return "give the command behind `--`: exeat rules explain -- git push --force";
            if (look.isSet(line) && arguments.rest.size() != 1)
                return "give the line as one word, in quotes: exeat rules explain --line -- 'make && make install'";
            return {};
        });
    if (code)
        return *code;
    wire::ExplainCommand request;
    request.request = 1;
    if (look.isSet(line))
        request.script = arguments.rest.front();
    else
        request.argv = arguments.rest;
    request.workdir = look.folder();
    request.searchPath = searchPath();
    return show<wire::Explanation>(request, look, explanationText);
}

Result<std::vector<wire::RulesText>> textsOf(const QStringList& files) {
    std::vector<wire::RulesText> texts;
    std::size_t bytes = 0;
    for (const QString& name : files) {
        const std::string file = name.toLocal8Bit().toStdString();
        auto text = readFile(file, limits::rulesFileBytes);
        if (!text)
            return std::unexpected(text.error());
        bytes += text->size();
        if (bytes > limits::checkedBytes)
            return fail(ErrorKind::Limit, "these files are too large to be checked together; check fewer at once");
        std::error_code error;
        texts.push_back({std::filesystem::absolute(file, error).lexically_normal().string(), std::move(*text)});
    }
    return texts;
}

bool isClean(const wire::RulesFindings& found) {
    return found.leftOut == 0 && std::ranges::all_of(found.findings, [](const RulesFinding& finding) {
               return finding.severity == Severity::Hint;
           });
}

int lintCommand(const Arguments& arguments) {
    Look look(
        QStringLiteral("Finds rules that never match, say what others say already, equal no sandbox, or do not count; "
                       "in the files, or in all that hold for a folder. Exit code 1 if there is more than hints."));
    const auto code =
        look.begin(arguments, QStringLiteral("rules lint [FILE… | --workdir DIR] [--json]"), [&]() -> std::string {
            const bool both = !look.words().isEmpty() && look.namesFolder();
            return both || arguments.hasRest ? "rules lint takes files, or --workdir and no files" : "";
        });
    if (code)
        return *code;
    auto texts = textsOf(look.words());
    if (!texts) {
        complain(texts.error().text);
        return exitFailure;
    }
    if (saysInsideRun()) {
        const wire::RulesFindings found = lintHere(*texts);
        print(found, look, findingsText);
        complain("checked without the service: whether a bare name is proof enough for an allow was not looked at");
        return isClean(found) ? 0 : exitFailure;
    }
    wire::CheckRulesText request{1, std::move(*texts), look.folder(), searchPath()};
    bool clean = true;
    const int done = show<wire::RulesFindings>(request, look, findingsText,
                                               [&](const wire::RulesFindings& found) { clean = isClean(found); });
    return done == 0 && !clean ? exitFailure : done;
}

struct Verb {
    QLatin1String name;
    const char* summary;
    int (*run)(const Arguments&);
};
constexpr Verb verbs[] = {
    {QLatin1String("list"), "all rules that hold for a folder, with their files and lines", listCommand},
    {QLatin1String("explain"), "what would happen to a command, rule by rule", explainCommand},
    {QLatin1String("lint"), "rules that are wrong, pointless or dangerous", lintCommand},
    {QLatin1String("add"), "add a rule to a file", rulesAddCommand},
    {QLatin1String("remove"), "take a rule out of its file", rulesRemoveCommand},
};

std::string helpText() {
    std::string text = "Usage: exeat rules VERB …\n\n";
    for (const Verb& verb : verbs)
        text += "  " + std::string(verb.name.data()) +
                std::string(10U - static_cast<std::size_t>(verb.name.size()), ' ') + verb.summary + "\n";
    return text + "\n`exeat rules VERB --help` says more.\n";
}

} // namespace

int rulesCommand(const Arguments& arguments) {
    Arguments left = arguments;
    const QString word = left.options.isEmpty() ? QString() : left.options.takeFirst();
    if (word == QLatin1String("--help") || word == QLatin1String("-h")) {
        say(helpText());
        return 0;
    }
    const auto* const found = std::ranges::find(verbs, word, &Verb::name);
    if (found != std::end(verbs))
        return found->run(left);
    complain(word.isEmpty() ? "rules needs a verb" : "rules knows no '" + word.toStdString() + "'");
    std::fputs(helpText().c_str(), stderr);
    return exitUsage;
}

} // namespace exeat
