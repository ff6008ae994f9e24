#pragma once

#include "gui/prompt/arming.h"
#include "shared/base/error.h"
#include "shared/domain/approval.h"

#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QWidget>

#include <functional>

namespace exeat {

class FlagList;
class Ladder;
class PlainLabel;
class ServiceLink;

/**
 * One question. It never allows by accident (Arming), Esc and closing mean "later", and nothing in it is a default.
 * Once it is answered, here or elsewhere, it says so and closes. Deletes itself when closed.
 */
class PromptWindow : public QWidget {
    Q_OBJECT
public:
    PromptWindow(Approval approval, ServiceLink& link, QWidget* parent = nullptr);

    ApprovalId id() const { return m_approval.id; }
    /** It was answered elsewhere, or nobody waits for it any more. */
    void settle(const Decision& decision);
    /** The service is gone: nothing can be answered, and the question will come again. */
    void loseService();

signals:
    void closed(exeat::ApprovalId id);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeBody();
    QWidget* makeAnswers();
    QToolButton* makeMoreButton();
    void addLasting(QMenu* menu, const QString& text, AnswerKind kind, std::int64_t seconds = 0);
    void addChoice(QMenu* menu, const QString& text, AnswerKind kind, const std::function<void()>& chosen);
    void openLadder();
    /** Those of the page that is open, to be looked at anew. */
    void showAnswers();
    void updateButtons();
    bool mayAllow() const;
    /** Once, or what the ladder says if it is open. */
    void allow();
    void addRuleThenAllow();
    void answer(AnswerKind kind, std::int64_t seconds = 0);
    void send(const Answer& answer);
    void retry(const Error& error);
    /** Nothing more can be answered; `text` says what happened. */
    void finish(const QString& text);

    Approval m_approval;
    ServiceLink& m_link;
    Arming m_arming;
    FlagList* m_flags = nullptr;
    QLineEdit* m_message = nullptr;
    QPushButton* m_deny = nullptr;
    QPushButton* m_allow = nullptr;
    QToolButton* m_more = nullptr;
    QStackedWidget* m_pages = nullptr;
    Ladder* m_ladder = nullptr; ///< while "always" is being chosen
    PlainLabel* m_hint = nullptr;
    bool m_finished = false;
    bool m_sent = false;
};

} // namespace exeat
