#pragma once

#include <optional>

class QTextBlock;
class QTextDocument;

namespace exeat {

/** Positions in the document of a bracket and its partner; -1 = it has none, or one of another kind. */
struct BracketPair {
    int bracket = -1;
    int partner = -1;
    bool operator==(const BracketPair&) const = default;
};

/** The bracket of the language right behind the position, else right before it. */
std::optional<BracketPair> bracketsAt(const QTextDocument& document, int position);

/** The bracket that is open at the position, looking back from there; -1 = none. */
int openBracketBefore(const QTextDocument& document, int position);

bool isOpening(const QTextBlock& block, int offset);

} // namespace exeat
