#pragma once

#include "shared/base/uniquefd.h"

#include <QObject>
#include <QSocketNotifier>

#include <functional>
#include <memory>
#include <string>

namespace exeat {

/** A person at this terminal types a word on purpose (DESIGN.md §8): nothing that was typed before counts. */
class TypedWord : public QObject {
public:
    /** The process's own terminal; without one nobody can be asked. */
    explicit TypedWord(QObject* parent = nullptr);
    bool canAsk() const { return static_cast<bool>(m_terminal); }

    /** Prints "Type WORD and Enter to PURPOSE: ", then calls one of both, once. */
    void ask(const std::string& word, const std::string& purpose, std::function<void()> onWord,
             std::function<void()> onOther);

private:
    void read();

    UniqueFd m_terminal;
    std::string m_word;
    std::function<void()> m_onWord;
    std::function<void()> m_onOther;
    std::unique_ptr<QSocketNotifier> m_typed;
};

/** `name`, where a person can type it and it does not mean the opposite; else `otherwise`. */
std::string typableWord(const std::string& name, const std::string& otherwise);

} // namespace exeat
