#pragma once

#include <QColor>
#include <QHash>

#include <KSyntaxHighlighting/SyntaxHighlighter>

class QPalette;
class QTextBlock;

namespace exeat {

/**
 * Colours a document, so that every word can be read on the palette's Base, and remembers which characters are code:
 * brackets in texts and comments have no partner. What is beyond the bounds stays plain: the library's time grows
 * faster than a line, and it keeps all open brackets with each line. No file that a person writes comes near.
 */
class RulesHighlighter : public KSyntaxHighlighting::SyntaxHighlighter {
    Q_OBJECT
public:
    static constexpr int longestLine = 8192; ///< UTF-16; longer ones are plain
    static constexpr int mostLines = 20'000; ///< what follows is plain
    static constexpr int deepest = 40;       ///< open brackets at the end of a line; with more, what follows is plain

    explicit RulesHighlighter(QTextDocument* document);

    /** Takes effect at once. */
    void setColours(const KSyntaxHighlighting::Theme& theme, const QPalette& palette);

    /** Whether the character at this offset (UTF-16) of the line is an operator or a bracket of the language. */
    static bool isOperator(const QTextBlock& block, int offset);

protected:
    void highlightBlock(const QString& text) override;
    void applyFormat(int offset, int length, const KSyntaxHighlighting::Format& format) override;

private:
    QColor onGround(const QColor& colour);

    void count(int offset, int length, bool isEscape);

    QStringView m_line; // that is being coloured
    int m_depth = 0;    // open brackets, up to there
    QColor m_ground = Qt::white;
    QColor m_text = Qt::black;
    QHash<QRgb, QColor> m_onGround; // the few colours of a theme
};

} // namespace exeat
