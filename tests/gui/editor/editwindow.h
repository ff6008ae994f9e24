#pragma once

#include "gui/editor/rulesedit.h"
#include "gui/editor/rulessyntax.h"

#include <QApplication>
#include <QPalette>
#include <QTextBlock>
#include <QTextLayout>
#include <QtTest>

namespace exeat {

/** The palette of Breeze, light or dark. */
inline QPalette somePalette(bool dark) {
    QPalette palette(dark ? QColor(0x31, 0x36, 0x3b) : QColor(0xef, 0xf0, 0xf1));
    palette.setColor(QPalette::Base, dark ? QColor(0x23, 0x26, 0x29) : QColor(Qt::white));
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
        palette.setColor(role, dark ? QColor(0xfc, 0xfc, 0xfc) : QColor(0x23, 0x26, 0x27));
    palette.setColor(QPalette::Highlight, QColor(0x3d, 0xae, 0xe9));
    return palette;
}

/** An editor in a window that is shown and has the focus. */
struct EditWindow {
    RulesSyntax syntax;
    RulesEdit edit{syntax};

    explicit EditWindow(const QString& text = {}) {
        edit.setText(text);
        edit.resize(720, 480);
        edit.show();
        edit.activateWindow();
        edit.setFocus();
    }

    bool isShown() { return QTest::qWaitForWindowExposed(&edit); }

    /** Puts the cursor where "|" is in the text. */
    void place(QString text) {
        const auto cursorAt = text.indexOf('|');
        edit.setText(text.remove('|'));
        auto cursor = edit.textCursor();
        cursor.setPosition(static_cast<int>(cursorAt));
        edit.setTextCursor(cursor);
    }

    /** The text with "|" where the cursor is. */
    QString placed() const { return edit.text().insert(edit.textCursor().position(), '|'); }

    QColor colourAt(int line, int offset) const {
        for (const auto& range : edit.document()->findBlockByNumber(line - 1).layout()->formats())
            if (offset >= range.start && offset < range.start + range.length)
                return range.format.foreground().color();
        return {};
    }
};

} // namespace exeat
