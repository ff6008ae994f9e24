#pragma once

#include <QTextCursor>

class QTextDocument;

namespace exeat {

struct Diagnostic;

/**
 * What a diagnostic underlines, as a selection that moves with the text; never more than its line, never nothing if the
 * line has text. Any numbers will do: they may be of another version of the text.
 */
QTextCursor rangeOf(QTextDocument& document, const Diagnostic& diagnostic);

} // namespace exeat
