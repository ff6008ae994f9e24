#pragma once

#include "gui/editor/diagnostic.h"

#include <QList>
#include <QPlainTextEdit>

#include <optional>
#include <vector>

namespace exeat {

class EditMargin;
class RulesHighlighter;
class RulesSyntax;

/**
 * An editor for the text of a rules file, which may be hostile. Colours follow the palette. Tab and Shift+Tab move the
 * text, so Ctrl+Tab leaves the editor (backwards with Shift), as Tab does where it is read-only.
 */
class RulesEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    /** The syntax must live longer. */
    explicit RulesEdit(const RulesSyntax& syntax, QWidget* parent = nullptr);

    /**
     * Nothing happens if text() says the same: undo, cursor and scrolling stay. Else it is another file's, which
     * nothing is undone of. False if text() cannot say the same (carriage returns, U+2029): then the editor becomes
     * read-only, since saving would change what nobody touched.
     */
    bool setText(const QString& text);

    /** Character for character; toPlainText() makes spaces of what only looks like them. */
    QString text() const;

    /**
     * Replaces those before; of very many, the first count. They move with the text until the next call. What the
     * editor itself warns of (hiddencharacters.h) is shown with them.
     */
    void setDiagnostics(const QList<Diagnostic>& diagnostics);

    /** What is wrong in a line (from 1), a line of plain text for each; hostile as the diagnostics are. */
    QString diagnosticsText(int line) const;

    /** For the margin: the lines that can be seen, in its coordinates. */
    struct VisibleLine {
        int number = 0;
        qreal top = 0;
        qreal height = 0;
        bool isCurrent = false;
        std::optional<Severity> severity = {}; ///< the worst
    };
    std::vector<VisibleLine> visibleLines() const;

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool viewportEvent(QEvent* event) override; ///< tool tips

private:
    struct Shown {
        QTextCursor range;
        Diagnostic diagnostic;
    };
    bool takesKey(const QKeyEvent& event, QTextCursor& cursor);
    void followPalette();
    void followFont();
    void findHidden();
    void placeMargin();
    void moveMargin(const QRect& area, int scrolled);
    void showMarks();
    void underline(QList<QTextEdit::ExtraSelection>& into, const std::vector<Shown>& diagnostics) const;
    QString textOf(const std::vector<const Shown*>& diagnostics) const;
    template<typename Wanted>
    std::vector<const Shown*> shownWhere(Wanted wanted) const;

    const RulesSyntax& m_syntax;
    RulesHighlighter* m_highlighter; // of the document
    EditMargin* m_margin;            // child
    std::vector<Shown> m_given;
    std::vector<Shown> m_hidden;
};

} // namespace exeat
