#include "gui/editor/rulesedit.h"

#include "gui/editor/brackets.h"
#include "gui/editor/diagnosticrange.h"
#include "gui/editor/editcolours.h"
#include "gui/editor/editmargin.h"
#include "gui/editor/hiddencharacters.h"
#include "gui/editor/indentation.h"
#include "gui/editor/ruleshighlighter.h"
#include "gui/editor/rulessyntax.h"
#include "gui/editor/tooltiptext.h"

#include <QFontDatabase>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QStringList>
#include <QTextBlock>
#include <QToolTip>

#include <algorithm>
#include <map>

namespace exeat {

namespace {

constexpr qsizetype mostDiagnostics = 1000; // more than anybody reads; each costs at every move of the cursor

QTextEdit::ExtraSelection background(const QTextDocument& document, int position, const QColor& colour) {
    QTextEdit::ExtraSelection selection;
    selection.cursor = QTextCursor(document.findBlock(position));
    selection.cursor.setPosition(position);
    selection.cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor);
    selection.format.setBackground(colour);
    return selection;
}

} // namespace

RulesEdit::RulesEdit(const RulesSyntax& syntax, QWidget* parent)
    : QPlainTextEdit(parent), m_syntax(syntax), m_highlighter(new RulesHighlighter(document())),
      m_margin(new EditMargin(*this)) {
    setAccessibleName(tr("Rules"));
    setLineWrapMode(NoWrap);
    // Rules are written from left to right, whatever language the desktop speaks.
    setLayoutDirection(Qt::LeftToRight);
    auto option = document()->defaultTextOption();
    option.setTextDirection(Qt::LeftToRight);
    document()->setDefaultTextOption(option);
    m_highlighter->setColours(m_syntax.themeFor(palette()), palette());
    m_highlighter->setDefinition(m_syntax.definition());
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    followFont();

    connect(this, &QPlainTextEdit::blockCountChanged, this, &RulesEdit::placeMargin);
    connect(this, &QPlainTextEdit::updateRequest, this, &RulesEdit::moveMargin);
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, &RulesEdit::showMarks);
    connect(this, &QPlainTextEdit::textChanged, this, &RulesEdit::findHidden);
    showMarks();
}

bool RulesEdit::setText(const QString& text) {
    if (this->text() == text)
        return true;
    setPlainText(text);
    if (this->text() == text)
        return true;
    setReadOnly(true);
    return false;
}

QString RulesEdit::text() const {
    return document()->toRawText().replace(QChar::ParagraphSeparator, QChar('\n'));
}

void RulesEdit::setDiagnostics(const QList<Diagnostic>& diagnostics) {
    m_given.clear();
    for (const auto& one : diagnostics.first(std::min(diagnostics.size(), mostDiagnostics)))
        m_given.push_back({rangeOf(*document(), one), one});
    showMarks();
}

void RulesEdit::findHidden() {
    m_hidden.clear();
    for (const auto& one : hiddenCharacters(*document(), static_cast<int>(mostDiagnostics)))
        m_hidden.push_back({rangeOf(*document(), one), one});
    showMarks();
}

template<typename Wanted>
std::vector<const RulesEdit::Shown*> RulesEdit::shownWhere(Wanted wanted) const {
    std::vector<const Shown*> found;
    for (const auto* list : {&m_given, &m_hidden})
        for (const auto& one : *list)
            if (wanted(one))
                found.push_back(&one);
    return found;
}

QString RulesEdit::textOf(const std::vector<const Shown*>& diagnostics) const {
    QStringList lines;
    for (const auto* one : diagnostics) {
        const auto severity = one->diagnostic.severity;
        const QString word = severity == Severity::Error     ? tr("Error")
                             : severity == Severity::Warning ? tr("Warning")
                                                             : tr("Note");
        lines << word + ": " + one->diagnostic.text;
    }
    return lines.join('\n');
}

QString RulesEdit::diagnosticsText(int line) const {
    const auto block = document()->findBlockByNumber(line - 1);
    return textOf(
        shownWhere([&](const Shown& one) { return block.isValid() && block.contains(one.range.selectionStart()); }));
}

std::vector<RulesEdit::VisibleLine> RulesEdit::visibleLines() const {
    std::map<int, Severity> severities;
    for (const auto* one : shownWhere([](const Shown&) { return true; })) {
        const int number = document()->findBlock(one->range.selectionStart()).blockNumber();
        const auto at = severities.emplace(number, one->diagnostic.severity).first;
        at->second = std::max(at->second, one->diagnostic.severity);
    }
    std::vector<VisibleLine> lines;
    const int current = textCursor().blockNumber();
    qreal top = 0;
    for (auto block = firstVisibleBlock(); block.isValid() && top <= viewport()->height(); block = block.next()) {
        const auto area = blockBoundingGeometry(block).translated(contentOffset());
        const auto severity = severities.find(block.blockNumber());
        lines.push_back({block.blockNumber() + 1, area.top(), area.height(), block.blockNumber() == current,
                         severity == severities.end() ? std::nullopt : std::optional(severity->second)});
        top = area.bottom();
    }
    return lines;
}

void RulesEdit::underline(QList<QTextEdit::ExtraSelection>& into, const std::vector<Shown>& diagnostics) const {
    const EditColours colours(palette());
    for (const auto& one : diagnostics) {
        if (!one.range.hasSelection())
            continue;
        QTextEdit::ExtraSelection selection;
        selection.cursor = one.range;
        selection.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        selection.format.setUnderlineColor(colours.of(one.diagnostic.severity));
        into << selection;
    }
}

void RulesEdit::showMarks() {
    const EditColours colours(palette());
    QList<QTextEdit::ExtraSelection> selections;
    QTextEdit::ExtraSelection line;
    line.cursor = textCursor();
    line.cursor.clearSelection();
    line.format.setBackground(colours.currentLine);
    line.format.setProperty(QTextFormat::FullWidthSelection, true);
    selections << line;
    if (const auto pair = bracketsAt(*document(), textCursor().position())) {
        for (const int position : {pair->bracket, pair->partner})
            if (position >= 0 && pair->partner >= 0)
                selections << background(*document(), position, colours.bracket);
    }
    underline(selections, m_hidden);
    underline(selections, m_given);
    setExtraSelections(selections);
    setAccessibleDescription(diagnosticsText(textCursor().blockNumber() + 1));
    m_margin->update();
}

void RulesEdit::followPalette() {
    m_highlighter->setColours(m_syntax.themeFor(palette()), palette());
    showMarks();
}

void RulesEdit::followFont() {
    setTabStopDistance(QFontMetricsF(font()).horizontalAdvance(' ') * indentWidth);
    placeMargin();
}

void RulesEdit::placeMargin() {
    const int width = m_margin->sizeHint().width();
    setViewportMargins(width, 0, 0, 0);
    const auto area = contentsRect();
    m_margin->setGeometry(area.left(), area.top(), width, area.height());
    m_margin->update();
}

void RulesEdit::moveMargin(const QRect& area, int scrolled) {
    if (scrolled != 0)
        m_margin->scroll(0, scrolled);
    else
        m_margin->update(0, area.top(), m_margin->width(), area.height());
}

void RulesEdit::changeEvent(QEvent* event) {
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        followPalette();
    else if (event->type() == QEvent::FontChange)
        followFont();
}

void RulesEdit::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    placeMargin();
}

bool RulesEdit::takesKey(const QKeyEvent& event, QTextCursor& cursor) {
    const auto modifiers = event.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier);
    if (modifiers == Qt::ControlModifier && (event.key() == Qt::Key_Tab || event.key() == Qt::Key_Backtab))
        return QWidget::focusNextPrevChild(event.key() == Qt::Key_Tab);
    if (isReadOnly() || modifiers != Qt::NoModifier)
        return false;
    switch (event.key()) {
    case Qt::Key_Return: // with Shift, too: QPlainTextEdit would make a U+2028 of it
    case Qt::Key_Enter:
        breakLine(cursor);
        return true;
    case Qt::Key_Tab:
        indent(cursor);
        return true;
    case Qt::Key_Backtab:
        unindent(cursor);
        return true;
    default:
        break;
    }
    if (event.text() != ")" && event.text() != "]" && event.text() != "}")
        return false;
    closeBracket(cursor, event.text().front().unicode());
    return true;
}

void RulesEdit::keyPressEvent(QKeyEvent* event) {
    auto cursor = textCursor();
    if (!takesKey(*event, cursor)) {
        QPlainTextEdit::keyPressEvent(event);
        return;
    }
    setTextCursor(cursor);
    ensureCursorVisible();
    event->accept();
}

bool RulesEdit::viewportEvent(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QPlainTextEdit::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int position = cursorForPosition(help->pos()).position();
    const QString text = textOf(shownWhere([&](const Shown& one) {
        return position >= one.range.selectionStart() && position <= one.range.selectionEnd();
    }));
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), toolTipText(text), viewport());
    return true;
}

} // namespace exeat
