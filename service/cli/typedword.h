#pragma once

#include "shared/base/uniquefd.h"

#include <QObject>
#include <QSocketNotifier>

#include <memory>
#include <string>

namespace exeat {

/** The terminal that this process belongs to; none if it has no terminal. */
UniqueFd openTerminal();

/**
 * A word that a person has to type. What was typed before the question was on the screen is discarded: it was not an
 * answer to it. One use; needs the event loop.
 */
class TypedWord : public QObject {
    Q_OBJECT
public:
    explicit TypedWord(UniqueFd terminal) : m_terminal(std::move(terminal)) {}
    bool hasTerminal() const { return static_cast<bool>(m_terminal); }
    /** Asks to "Type WORD and Enter PURPOSE: ". Needs a terminal. */
    void ask(const std::string& word, const std::string& purpose);

signals:
    void right();
    void wrong();

private:
    void read();

    UniqueFd m_terminal;
    std::string m_word;
    std::unique_ptr<QSocketNotifier> m_readable;
};

} // namespace exeat
