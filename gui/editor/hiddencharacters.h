#pragma once

#include "gui/editor/diagnostic.h"

#include <QList>

class QTextDocument;

namespace exeat {

/**
 * A warning for each line with characters that cannot be seen or that change the order of what is shown (Unicode TR 36;
 * shared/base/text.h says which): an editor cannot show them as escapes without changing the text. At most `most`.
 */
QList<Diagnostic> hiddenCharacters(const QTextDocument& document, int most);

} // namespace exeat
