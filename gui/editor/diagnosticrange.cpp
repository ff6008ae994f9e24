#include "gui/editor/diagnosticrange.h"

#include "gui/editor/diagnostic.h"

#include <QTextBlock>
#include <QTextDocument>

#include <algorithm>

namespace exeat {

namespace {

/** The offset (UTF-16) that is `characters` characters behind `from`, at most the end. */
int advanced(const QString& text, int from, int characters) {
    const int end = static_cast<int>(text.size());
    while (from < end && characters-- > 0)
        from += text.at(from).isHighSurrogate() && from + 1 < end && text.at(from + 1).isLowSurrogate() ? 2 : 1;
    return from;
}

int lastCharacter(const QString& text) {
    const int last = std::max(0, static_cast<int>(text.size()) - 1);
    return last > 0 && text.at(last).isLowSurrogate() && text.at(last - 1).isHighSurrogate() ? last - 1 : last;
}

int wordEnd(const QString& text, int from) {
    const auto isWord = [](QChar one) { return one.isLetterOrNumber() || one == '_'; };
    int end = from;
    while (end < text.size() && isWord(text.at(end)))
        ++end;
    return end > from ? end : advanced(text, from, 1);
}

} // namespace

QTextCursor rangeOf(QTextDocument& document, const Diagnostic& diagnostic) {
    auto block = document.findBlockByNumber(diagnostic.line - 1);
    if (diagnostic.line < 1 || !block.isValid())
        block = document.lastBlock();
    const QString text = block.text();
    const int size = static_cast<int>(text.size());
    int begin = 0;
    int end = size;
    if (diagnostic.column > 0) {
        begin = advanced(text, 0, diagnostic.column - 1);
        if (begin == size) // behind the last character: what is missing there is shown at it
            begin = lastCharacter(text);
        end = diagnostic.length > 0 ? advanced(text, begin, diagnostic.length) : wordEnd(text, begin);
    } else {
        while (begin < size && text.at(begin).isSpace())
            ++begin;
    }
    if (begin == end)
        begin = 0;
    QTextCursor range(block);
    range.setPosition(block.position() + begin);
    range.setPosition(block.position() + end, QTextCursor::KeepAnchor);
    return range;
}

} // namespace exeat
