#include "gui/editor/brackets.h"

#include "gui/editor/ruleshighlighter.h"

#include <QString>
#include <QTextBlock>
#include <QTextDocument>

namespace exeat {

namespace {

// Looked at with each move of the cursor: what is farther away has no partner.
constexpr int farthest = 100'000; // characters

const QString opening = "([{";
const QString closing = ")]}";

bool isBracket(const QTextBlock& block, int offset, const QString& kinds) {
    return offset >= 0 && offset < block.length() - 1 && kinds.contains(block.text().at(offset)) &&
           RulesHighlighter::isOperator(block, offset);
}

bool isPair(QChar one, QChar other) {
    const auto kind = opening.indexOf(one);
    return kind >= 0 ? closing.indexOf(other) == kind : opening.indexOf(other) == closing.indexOf(one);
}

/** The first bracket from `position` on (step 1) or back (-1) that is not closed on the way. */
int unmatched(const QTextDocument& document, int position, int step) {
    auto block = document.findBlock(position);
    int offset = position - block.position();
    int depth = 0;
    for (int seen = 0; block.isValid() && seen < farthest;) {
        const QString text = block.text();
        for (; offset >= 0 && offset < text.size() && seen < farthest; offset += step, ++seen) {
            const QChar character = text.at(offset);
            if (!opening.contains(character) && !closing.contains(character))
                continue;
            if (!RulesHighlighter::isOperator(block, offset))
                continue;
            depth += opening.contains(character) == (step > 0) ? 1 : -1;
            if (depth < 0)
                return block.position() + offset;
        }
        ++seen;
        block = step > 0 ? block.next() : block.previous();
        offset = step > 0 ? 0 : block.length() - 2;
    }
    return -1;
}

} // namespace

bool isOpening(const QTextBlock& block, int offset) {
    return isBracket(block, offset, opening);
}

int openBracketBefore(const QTextDocument& document, int position) {
    const auto block = document.findBlock(position);
    if (position > block.position())
        return unmatched(document, position - 1, -1);
    const auto previous = block.previous();
    return previous.isValid() ? unmatched(document, previous.position() + previous.length() - 2, -1) : -1;
}

std::optional<BracketPair> bracketsAt(const QTextDocument& document, int position) {
    const auto block = document.findBlock(position);
    for (const int offset : {position - block.position(), position - block.position() - 1}) {
        const bool opens = isBracket(block, offset, opening);
        if (!opens && !isBracket(block, offset, closing))
            continue;
        const int bracket = block.position() + offset;
        int partner = opens ? unmatched(document, bracket + 1, 1) : openBracketBefore(document, bracket);
        if (partner >= 0 && !isPair(document.characterAt(bracket), document.characterAt(partner)))
            partner = -1;
        return BracketPair{bracket, partner};
    }
    return std::nullopt;
}

} // namespace exeat
