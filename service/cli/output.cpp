#include "service/cli/output.h"

#include "shared/base/text.h"

#include <QDateTime>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

namespace exeat {
namespace {

std::size_t columnsOf(std::string_view text) {
    // One column per character: right for all but wide and combining ones, where a table is only less pretty.
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string cut(std::string text, std::size_t columns) {
    if (columnsOf(text) <= columns)
        return text;
    std::size_t kept = 0;
    std::size_t at = 0;
    while (at < text.size() && kept + 1 < columns) {
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U)
            ++at;
        ++kept;
    }
    return text.substr(0, at) + "…";
}

} // namespace

void say(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void complain(std::string_view text) {
    const std::string line = "exeat: " + visible(text, 16384) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

std::string localTime(std::int64_t milliseconds) {
    if (milliseconds == 0)
        return "-";
    return QDateTime::fromMSecsSinceEpoch(milliseconds).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")).toStdString();
}

std::size_t terminalWidth() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
        return size.ws_col;
    const char* columns = std::getenv("COLUMNS"); // NOLINT(concurrency-mt-unsafe): one thread
    const long number = columns == nullptr ? 0 : std::strtol(columns, nullptr, 10);
    return number > 20 && number < 10000 ? static_cast<std::size_t>(number) : 100;
}

std::string table(const Row& heads, const std::vector<Row>& rows, std::size_t width) {
    std::vector<Row> all = {heads};
    all.insert(all.end(), rows.begin(), rows.end());
    std::vector<std::size_t> widths(heads.size(), 0);
    for (Row& row : all) {
        row.resize(heads.size());
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = visible(row[i], 1024);
            widths[i] = std::max(widths[i], columnsOf(row[i]));
        }
    }
    std::string text;
    for (const Row& row : all) {
        std::string line;
        for (std::size_t i = 0; i + 1 < row.size(); ++i)
            line += row[i] + std::string(widths[i] - columnsOf(row[i]) + 2, ' ');
        if (!row.empty())
            line += row.back();
        text += cut(line, width) + "\n";
    }
    return text;
}

std::string csvCell(std::string_view text) {
    std::string cell = toUtf8(text);
    const auto first = cell.find_first_not_of(" \t\r\n\v\f");
    const bool startsWithControl = !cell.empty() && (cell[0] == '\t' || cell[0] == '\r' || cell[0] == '\n');
    if (startsWithControl ||
        (first != std::string::npos && std::string_view("=+-@|%").find(cell[first]) != std::string_view::npos))
        cell.insert(0, "'");
    if (cell.find_first_of(",\"\r\n;\t'") == std::string::npos)
        return cell;
    std::string quoted = "\"";
    for (const char c : cell) {
        if (c == '"')
            quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

std::string csvLine(const Row& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
        line += (i > 0 ? "," : "") + csvCell(row[i]);
    return line + "\r\n";
}

} // namespace exeat
