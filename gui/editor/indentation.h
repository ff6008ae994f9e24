#pragma once

class QTextCursor;

/** What the keys of an editor for rules do with indentation, each as one step of undo. The document is highlighted. */
namespace exeat {

inline constexpr int indentWidth = 4;

/** Enter: as deep as this line, deeper behind a bracket that opens or a colon. Between ( and ) the ) gets its own line.
 */
void breakLine(QTextCursor& cursor);

/** Tab: spaces up to the next stop; selected lines move in. */
void indent(QTextCursor& cursor);

/** Shift+Tab: the line, or all selected ones, move out. */
void unindent(QTextCursor& cursor);

/** A bracket that closes; at the beginning of a line it stands as deep as the line of its partner. */
void closeBracket(QTextCursor& cursor, char16_t bracket);

} // namespace exeat
