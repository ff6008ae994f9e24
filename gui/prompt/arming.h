#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <QWidget>

#include <chrono>

namespace exeat {

/**
 * Whether an answer in a window can be meant: it has been on the screen and active for a while, and no key was pressed
 * just now. Starts anew when the window comes to the front again, is moved or resized, or shows something else. Main
 * thread. Whoever answers asks isArmed() at that moment; disabled buttons only show it.
 */
class Arming : public QObject {
    Q_OBJECT
public:
    /** So long must a question have been seen before it can be allowed (spec/peers.md §3.2). */
    static constexpr std::chrono::milliseconds untilAllow{900};
    /** So long must no key have been pressed. */
    static constexpr std::chrono::milliseconds quietKeys{300};
    /** A denial by accident costs an agent its way, no more. */
    static constexpr std::chrono::milliseconds untilDeny{300};

    enum class Answer { Deny, Allow };

    /** Watches `window` and all keys that it gets. Not armed until it is shown and active. */
    explicit Arming(QWidget* window);

    bool isArmed(Answer answer) const;
    void restart();

signals:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void disarm();
    void tick();

    QWidget* m_window;
    QElapsedTimer m_seen; ///< since it is on the screen and active; invalid: it is not
    QElapsedTimer m_key;  ///< since the last key
    QTimer m_timer;
    bool m_toldDeny = false;
    bool m_toldAllow = false;
};

} // namespace exeat
