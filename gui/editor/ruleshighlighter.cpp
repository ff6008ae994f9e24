#include "gui/editor/ruleshighlighter.h"

#include "gui/editor/editcolours.h"

#include <QPalette>
#include <QTextBlock>
#include <QTextLayout>

#include <KSyntaxHighlighting/Format>
#include <KSyntaxHighlighting/Theme>
#include <algorithm>

namespace exeat {

namespace {
constexpr int operatorProperty = QTextFormat::UserProperty + 1;
}

RulesHighlighter::RulesHighlighter(QTextDocument* document) : SyntaxHighlighter(document) {}

void RulesHighlighter::setColours(const KSyntaxHighlighting::Theme& theme, const QPalette& palette) {
    m_ground = palette.color(QPalette::Base);
    m_text = palette.color(QPalette::Text);
    m_onGround.clear();
    setTheme(theme);
    rehighlight();
}

QColor RulesHighlighter::onGround(const QColor& colour) {
    auto found = m_onGround.find(colour.rgb());
    if (found == m_onGround.end())
        found = m_onGround.insert(colour.rgb(), readable(colour, m_ground, m_text));
    return *found;
}

void RulesHighlighter::highlightBlock(const QString& text) {
    m_depth = std::max(0, previousBlockState());
    if (currentBlock().blockNumber() >= mostLines)
        m_depth = deepest + 1;
    if (m_depth > deepest || text.size() > longestLine) {
        setCurrentBlockUserData(nullptr); // the library's; the next line begins anew
        setCurrentBlockState(m_depth > deepest ? m_depth : 0);
        return;
    }
    m_line = text;
    SyntaxHighlighter::highlightBlock(text);
    setCurrentBlockState(m_depth);
}

/** Of a run in one format; braces of an f"" are escapes, doubled they are text. */
void RulesHighlighter::count(int offset, int length, bool isEscape) {
    const auto run = m_line.mid(offset, length);
    auto opened = run.count(u'{');
    auto closed = run.count(u'}');
    if (isEscape) {
        opened %= 2;
        closed %= 2;
    }
    opened += run.count(u'(') + run.count(u'[');
    closed += run.count(u')') + run.count(u']');
    m_depth = std::max(0, m_depth + static_cast<int>(opened - closed));
}

void RulesHighlighter::applyFormat(int offset, int length, const KSyntaxHighlighting::Format& format) {
    SyntaxHighlighter::applyFormat(offset, length, format);
    if (length == 0)
        return;
    QTextCharFormat changed = QSyntaxHighlighter::format(offset);
    changed.setForeground(onGround(changed.foreground().color()));
    changed.clearBackground(); // of NOTE and the like: made for another ground, whatever the theme
    // The names in rules/syntax/exeat-rules.xml.
    const bool isOperator = format.name() == QLatin1String("Operator");
    if (isOperator)
        changed.setProperty(operatorProperty, true);
    if (isOperator || format.name() == QLatin1String("Escape"))
        count(offset, length, !isOperator);
    setFormat(offset, length, changed);
}

bool RulesHighlighter::isOperator(const QTextBlock& block, int offset) {
    const auto ranges = block.layout()->formats();
    const auto after = std::upper_bound(ranges.begin(), ranges.end(), offset,
                                        [](int wanted, const auto& range) { return wanted < range.start; });
    if (after == ranges.begin())
        return false;
    const auto& range = *std::prev(after);
    return offset < range.start + range.length && range.format.boolProperty(operatorProperty);
}

} // namespace exeat
