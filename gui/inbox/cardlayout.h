#pragma once

#include <QFont>
#include <QFontMetrics>
#include <QPainter>
#include <QString>
#include <QStyleOptionViewItem>

namespace exeat {

/** Lines of text below each other in a card, mirrored where the language runs from right to left. */
class CardLayout {
public:
    CardLayout(QPainter& painter, const QStyleOptionViewItem& option, const QRect& content)
        : m_painter(painter), m_option(option), m_content(content), m_top(content.top()) {}

    /** Text of ours in the rest of the line, cut at its end. `reserved`: pixels kept free at the line's end. */
    void line(const QString& text, const QFont& font, const QColor& colour, int reserved = 0);
    /** At the end of the line that comes next; returns the width it took. */
    int lineEnd(const QString& text, const QFont& font, const QColor& colour);
    /** A command on a ground of its own: fixed width, left to right in every language, cut in the middle. */
    void command(const QString& text, const QFont& fixed);
    void gap(int height) { m_top += height; }

    static int commandHeight(const QFont& fixed) { return QFontMetrics(fixed).height() + 2 * commandPadding; }
    /** The ground and edge of a card, and the mark of the chosen one. */
    static void frame(QPainter& painter, const QStyleOptionViewItem& option, const QRect& card);

private:
    static constexpr int commandPadding = 5;
    QRect mirrored(const QRect& rect) const;

    QPainter& m_painter;
    const QStyleOptionViewItem& m_option;
    QRect m_content;
    int m_top;
};

} // namespace exeat
