#include "gui/prompt/arming.h"

#include <QApplication>
#include <QEvent>
#include <QWindow>

namespace exeat {
namespace {

bool isSeen(const QElapsedTimer& timer, std::chrono::milliseconds time) {
    return timer.isValid() && std::chrono::milliseconds(timer.elapsed()) >= time;
}

} // namespace

Arming::Arming(QWidget* window) : QObject(window), m_window(window) {
    m_timer.setInterval(50);
    connect(&m_timer, &QTimer::timeout, this, &Arming::tick);
    // Of the application, for keys go to whatever child has the focus.
    qApp->installEventFilter(this);
}

bool Arming::isArmed(Answer answer) const {
    if (!m_window->isVisible() || !m_window->isActiveWindow())
        return false;
    if (answer == Answer::Deny)
        return isSeen(m_seen, untilDeny);
    return isSeen(m_seen, untilAllow) && (!m_key.isValid() || isSeen(m_key, quietKeys));
}

void Arming::restart() {
    disarm();
    if (m_window->isVisible() && m_window->isActiveWindow() && !m_window->isMinimized()) {
        m_seen.start();
        m_timer.start();
    }
}

void Arming::disarm() {
    m_seen.invalidate();
    m_timer.stop();
    tick();
}

void Arming::tick() {
    const bool deny = isArmed(Answer::Deny);
    const bool allow = isArmed(Answer::Allow);
    if (allow) // nothing changes any more by itself
        m_timer.stop();
    if (deny == m_toldDeny && allow == m_toldAllow)
        return;
    m_toldDeny = deny;
    m_toldAllow = allow;
    emit changed();
}

bool Arming::eventFilter(QObject* watched, QEvent* event) {
    const auto* widget = qobject_cast<QWidget*>(watched);
    if (widget == nullptr || widget->window() != m_window)
        return false;
    switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::ShortcutOverride:
        m_key.start();
        if (m_seen.isValid())
            m_timer.start();
        tick();
        break;
    case QEvent::WindowActivate:
    case QEvent::Show:
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::WindowStateChange:
        if (widget == m_window)
            restart();
        break;
    case QEvent::WindowDeactivate:
    case QEvent::Hide:
        if (widget == m_window)
            disarm();
        break;
    default:
        break;
    }
    return false;
}

} // namespace exeat
