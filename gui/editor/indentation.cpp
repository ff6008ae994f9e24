#include "gui/editor/indentation.h"

#include "gui/editor/brackets.h"
#include "gui/editor/ruleshighlighter.h"

#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>

#include <algorithm>

namespace exeat {

namespace {

/** All changes in its life are one step of undo. */
class OneStep {
public:
    explicit OneStep(QTextCursor& cursor) : m_cursor(cursor) { m_cursor.beginEditBlock(); }
    ~OneStep() { m_cursor.endEditBlock(); }
    OneStep(const OneStep&) = delete;
    OneStep& operator=(const OneStep&) = delete;

private:
    QTextCursor& m_cursor;
};

QString spaces(qsizetype count) {
    return QString(count, QChar(' '));
}

/** The white space a line begins with. */
QString leading(const QString& text) {
    const auto end = std::find_if(text.begin(), text.end(), [](QChar one) { return one != ' ' && one != '\t'; });
    return text.left(end - text.begin());
}

/** Calls `change` with a cursor at the beginning of each line that is selected, or of the only one. */
template<typename Change>
void eachLine(const QTextCursor& cursor, Change change) {
    auto block = cursor.document()->findBlock(cursor.selectionStart());
    auto last = cursor.document()->findBlock(cursor.selectionEnd());
    // A selection that ends before the first character of a line holds nothing of it.
    if (last != block && cursor.selectionEnd() == last.position())
        last = last.previous();
    for (const int end = last.blockNumber(); block.isValid() && block.blockNumber() <= end; block = block.next())
        change(QTextCursor(block));
}

} // namespace

void breakLine(QTextCursor& cursor) {
    const OneStep step(cursor);
    cursor.removeSelectedText();
    const auto block = cursor.block();
    const QString before = block.text().left(cursor.positionInBlock());
    const QString indentation = leading(before);
    auto last = before.size() - 1;
    while (last >= 0 && before.at(last).isSpace())
        --last;
    const int offset = static_cast<int>(last);
    const bool brackets = last >= 0 && isOpening(block, offset);
    const bool colon = last >= 0 && before.at(last) == ':' && RulesHighlighter::isOperator(block, offset);
    bool ownLine = false;
    if (brackets) {
        const auto pair = bracketsAt(*cursor.document(), block.position() + offset);
        ownLine = pair && pair->partner == cursor.position();
    }
    cursor.insertBlock();
    cursor.insertText(brackets || colon ? indentation + spaces(indentWidth) : indentation);
    if (!ownLine)
        return;
    const int place = cursor.position();
    cursor.insertBlock();
    cursor.insertText(indentation);
    cursor.setPosition(place);
}

void indent(QTextCursor& cursor) {
    const OneStep step(cursor);
    if (!cursor.hasSelection()) {
        cursor.insertText(spaces(indentWidth - cursor.positionInBlock() % indentWidth));
        return;
    }
    eachLine(cursor, [](QTextCursor line) {
        if (line.block().length() > 1)
            line.insertText(spaces(indentWidth));
    });
}

void unindent(QTextCursor& cursor) {
    const OneStep step(cursor);
    eachLine(cursor, [](QTextCursor line) {
        const QString white = leading(line.block().text());
        const auto much = white.startsWith('\t') ? 1 : std::min<qsizetype>(white.size(), indentWidth);
        line.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor, static_cast<int>(much));
        line.removeSelectedText();
    });
}

void closeBracket(QTextCursor& cursor, char16_t bracket) {
    const OneStep step(cursor);
    cursor.removeSelectedText();
    const QString before = cursor.block().text().left(cursor.positionInBlock());
    if (leading(before).size() == before.size()) {
        const auto& document = *cursor.document();
        const int opened = openBracketBefore(document, cursor.position());
        if (opened >= 0) {
            cursor.setPosition(cursor.block().position(), QTextCursor::KeepAnchor);
            cursor.insertText(leading(document.findBlock(opened).text()));
        }
    }
    cursor.insertText(QString(QChar(bracket)));
}

} // namespace exeat
