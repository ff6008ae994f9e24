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

namespace exeat {
namespace {

struct LookOptions {
    QCommandLineOption workdir{QStringLiteral("workdir"), QStringLiteral("The folder it is about; default: here."),
                               QStringLiteral("DIR"), QStringLiteral(".")};
    QCommandLineOption json{QStringLiteral("json"), QStringLiteral("Print one JSON object.")};
};

std::string searchPath() {
    const char* path = std::getenv("PATH"); // NOLINT(concurrency-mt-unsafe): read only
    return path == nullptr ? std::string() : path;
}

template<class T>
void print(const T& found, const QCommandLineParser& parser, const LookOptions& options,
           std::string (*text)(const T&)) {
    parser.isSet(options.json) ? sayJson(toJson(found)) : say(text(found));
}

/** Prints the reply of type T either way. */
template<class T>
int show(const wire::ControlRequest& request, const QCommandLineParser& parser, const LookOptions& options,
         std::string (*text)(const T&), const std::function<void(const T&)>& seen = {}) {
    return askOnce(request, [&](const wire::ControlReply& reply) {
        const auto* found = std::get_if<T>(&reply);
        if (found == nullptr)
            return false;
        print(*found, parser, options, text);
        if (seen)
            seen(*found);
        return true;
    });
}

int usageError(const std::string& why) {
    complain(why);
    return exitUsage;
}

int listCommand(const Arguments& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("All rules that hold for a folder, lowest layer first: each file, whether it is good, and each "
                       "rule with its line."));
    const LookOptions options;
    parser.addOptions({options.workdir, options.json});
    if (const auto code = parse(parser, arguments, QStringLiteral("rules list [--workdir DIR] [--json]")))
        return *code;
    if (!parser.positionalArguments().isEmpty() || arguments.hasRest)
        return usageError("rules list takes no words; --workdir names a folder");
    const auto folder = existingFolder(parser.value(options.workdir));
    if (!folder)
        return usageError(folder.error().text);
    return show<wire::RulesListing>(wire::ListRules{1, *folder}, parser, options, listingText);
}

int explainCommand(const Arguments& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("What would happen to a command, and why: each rule that has to do with its program, whether it "
                       "matches and counts, the verdict. Nothing is run."));
    const LookOptions options;
    const QCommandLineOption line(QStringLiteral("line"),
                                  QStringLiteral("The one word behind `--` is a line of Bash: each of its commands."));
    parser.addOptions({options.workdir, options.json, line});
    if (const auto code = parse(
            parser, arguments, QStringLiteral("rules explain [--workdir DIR] [--json] -- COMMAND… | --line -- 'LINE'")))
        return *code;
    if (!parser.positionalArguments().isEmpty() || arguments.rest.empty())
        return usageError("give the command behind `--`: exeat rules explain -- git push --force");
    if (parser.isSet(line) && arguments.rest.size() != 1)
        return usageError("give the line as one word, in quotes: exeat rules explain --line -- 'make && make install'");
    const auto folder = existingFolder(parser.value(options.workdir));
    if (!folder)
        return usageError(folder.error().text);
    wire::ExplainCommand request;
    request.request = 1;
    if (parser.isSet(line))
        request.script = arguments.rest.front();
    else
        request.argv = arguments.rest;
    request.workdir = *folder;
    request.searchPath = searchPath();
    return show<wire::Explanation>(request, parser, options, explanationText);
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
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Finds rules that never match, say what others say already, equal no sandbox, or do not count; "
                       "in the files, or in all that hold for a folder. Exit code 1 if there is more than hints."));
    const LookOptions options;
    parser.addOptions({options.workdir, options.json});
    if (const auto code = parse(parser, arguments, QStringLiteral("rules lint [FILE… | --workdir DIR] [--json]")))
        return *code;
    const QStringList files = parser.positionalArguments();
    if (arguments.hasRest || (!files.isEmpty() && parser.isSet(options.workdir)))
        return usageError("rules lint takes files, or --workdir and no files");
    const auto folder = existingFolder(parser.value(options.workdir));
    if (!folder)
        return usageError(folder.error().text);
    auto texts = textsOf(files);
    if (!texts) {
        complain(texts.error().text);
        return exitFailure;
    }
    if (saysInsideRun()) {
        const wire::RulesFindings found = lintHere(*texts);
        print(found, parser, options, findingsText);
        complain("checked without the service: whether a bare name is proof enough for an allow was not looked at");
        return isClean(found) ? 0 : exitFailure;
    }
    wire::CheckRulesText request{1, std::move(*texts), *folder, searchPath()};
    bool clean = true;
    const int code = show<wire::RulesFindings>(request, parser, options, findingsText,
                                               [&](const wire::RulesFindings& found) { clean = isClean(found); });
    return code == 0 && !clean ? exitFailure : code;
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
