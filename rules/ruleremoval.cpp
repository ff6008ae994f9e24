#include "rules/ruleremoval.h"

#include "rules/language/parser.h"
#include "rules/language/utf8.h"
#include "shared/base/text.h"

#include <algorithm>

namespace exeat::rules {
namespace {

std::unexpected<Error> refused(std::string why) {
    return fail(ErrorKind::Refused, std::move(why));
}

std::size_t startOfLine(std::string_view text, int line) {
    std::size_t at = 0;
    for (int current = 1; current < line; ++current)
        at = std::min(text.find('\n', at), text.size() - 1) + 1;
    return at;
}

std::size_t offsetOf(std::string_view text, Position position) {
    std::size_t at = startOfLine(text, position.line);
    for (int column = 1; column < position.column && at < text.size(); ++column)
        at += characterLength(text[at]);
    return at;
}

bool isPlainCall(const Statement& statement) {
    const auto* expression = std::get_if<ExpressionStatement>(&statement.node);
    return expression != nullptr && expression->value->as<CallExpression>() != nullptr;
}

std::string whatMakesIt(const Statement& statement) {
    if (std::holds_alternative<ForStatement>(statement.node))
        return "a loop";
    if (std::holds_alternative<DefStatement>(statement.node))
        return "a function";
    if (std::holds_alternative<IfStatement>(statement.node))
        return "a condition";
    return "a longer expression";
}

/** The statement at the top level that begins the line's rule, by its place in the body. */
Result<std::size_t> statementOf(const Block& body, int line, const std::string& place) {
    std::size_t found = body.size();
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body[i].at.line != line)
            continue;
        if (found != body.size())
            return refused(place + " holds several statements; put each on a line of its own and try again");
        found = i;
    }
    if (found != body.size() && isPlainCall(body[found]))
        return found;
    const auto behind =
        std::find_if(body.begin(), body.end(), [&](const Statement& statement) { return statement.at.line > line; });
    const std::string what = behind == body.begin() ? "something else" : whatMakesIt(*std::prev(behind));
    return refused("the rule of " + place + " is made by " + what + ", so it cannot be taken out by itself; edit the " +
                   "file by hand");
}

/** The whole line where nothing else is on it; else only what is needed. */
std::string without(std::string_view text, const Statement& statement) {
    const std::size_t begin = offsetOf(text, statement.at);
    std::size_t end = offsetOf(text, statement.end);
    static constexpr std::string_view blanks = " \t";
    const std::size_t next = std::min(text.find_first_not_of(blanks, end), text.size());
    if (next < text.size() && text[next] == ';')
        end = std::min(text.find_first_not_of(blanks, next + 1), text.size());
    const std::size_t lineEnd = std::min(text.find('\n', end), text.size());
    const std::string_view rest = text.substr(end, lineEnd - end);
    const bool alone =
        rest.find_first_not_of(" \t\r") == std::string_view::npos && begin == startOfLine(text, statement.at.line);
    if (alone)
        end = std::min(lineEnd + 1, text.size());
    return std::string(text.substr(0, begin)) + std::string(text.substr(end));
}

/** All that a file declares, lines left aside: those behind the statement have moved. */
RulesFile withoutLines(RulesFile file) {
    for (auto& rule : file.rules)
        rule.line = 0;
    for (auto& host : file.hostExecutables)
        host.line = 0;
    for (auto& network : file.networkRules)
        network.line = 0;
    return file;
}

} // namespace

Result<RulesFile> parsedOrRefused(std::string_view text, const RulesSource& source) {
    auto parsed = parseRules(text, source.file, source.layer, source.vocabulary);
    if (parsed)
        return std::move(*parsed);
    const RulesError& error = parsed.error();
    return refused(visible(source.file, 4096) + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) +
                   ": " + error.message);
}

Result<std::string> withoutRule(std::string_view text, int line, const RulesSource& source) {
    auto before = parsedOrRefused(text, source);
    if (!before)
        return refused("nothing was removed, because the file is broken: " + before.error().text +
                       "; mend it and try again");
    const std::string place = visible(source.file, 4096) + ":" + std::to_string(line);
    const auto isHere = [&](const PrefixRule& rule) { return rule.line == line; };
    const auto made = std::count_if(before->rules.begin(), before->rules.end(), isHere);
    if (made == 0)
        return fail(ErrorKind::Missing, "no prefix_rule begins at " + place + "; `exeat rules list` shows the lines");
    const auto program = parseProgram(text);
    if (!program)
        return refused("the file is broken");
    const auto statement = statementOf(program->body, line, place);
    if (!statement)
        return std::unexpected(statement.error());
    if (made > 1)
        return refused("several rules come from the one call at " + place + "; edit the file by hand");
    std::string shorter = without(text, program->body[*statement]);
    const auto after = parsedOrRefused(shorter, source);
    if (!after)
        return refused("nothing was removed, because the file would be broken without it: " + after.error().text);
    before->rules.erase(std::find_if(before->rules.begin(), before->rules.end(), isHere));
    const RulesFile left = withoutLines(std::move(*before));
    const RulesFile now = withoutLines(*after);
    if (left.rules != now.rules || left.hostExecutables != now.hostExecutables || left.networkRules != now.networkRules)
        return refused("nothing was removed, because the other rules of the file depend on " + place +
                       "; edit the file by hand");
    return shorter;
}

} // namespace exeat::rules
