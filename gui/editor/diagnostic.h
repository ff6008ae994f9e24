#pragma once

#include <QString>

namespace exeat {

enum class Severity { Note, Warning, Error };

/** What is wrong at a place of a text. Lines and columns are 1-based and count characters, as rules/policy.h has them.
 */
struct Diagnostic {
    int line = 0;   ///< 0, or more than there are = the last one
    int column = 0; ///< 0 = the line as a whole
    int length = 0; ///< characters, never beyond the line; 0 = the word that begins there
    Severity severity = Severity::Error;
    QString text; ///< may be hostile: plain text
    bool operator==(const Diagnostic&) const = default;
};

} // namespace exeat
