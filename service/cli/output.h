#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace exeat {

/** Writes to standard output; text must be safe for a terminal already (visible()). */
void say(std::string_view text);
/** "exeat: …" and a newline to standard error; made visible here. */
void complain(std::string_view text);

/** "2026-11-21 19:30:05" in the local time zone; "-" for 0. */
std::string localTime(std::int64_t milliseconds);
/** Columns of the terminal, $COLUMNS, or 100 where there is none. */
std::size_t terminalWidth();

using Row = std::vector<std::string>;
/** Columns padded to their longest cell; the last one is cut so that no line is wider than `width`. Cells are made
 *  visible here. */
std::string table(const Row& heads, const std::vector<Row>& rows, std::size_t width);

/**
 * One cell of CSV (RFC 4180): quoted where needed, and led by ' where a spreadsheet would take it for a formula (first
 * of = + - @ tab return, also behind white space). Not valid UTF-8 becomes U+FFFD.
 */
std::string csvCell(std::string_view text);
std::string csvLine(const Row& row);

} // namespace exeat
