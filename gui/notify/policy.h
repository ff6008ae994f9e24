#pragma once

#include "shared/domain/approval.h"

#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include <vector>

namespace exeat {

/** What a person chose for notifications. */
struct NotifySettings {
    /** "Allow once" in a notification, of a question of low risk. */
    bool offersAllowOnce = false;
    bool operator==(const NotifySettings&) const = default;
};

/** What a button of a notification does. */
enum class Offer { Review, Deny, AllowOnce };

/** Since when the notification server is there, seen from a question (spec/peers.md §3.4). */
enum class ServerStanding { BeforeQuestion, AfterQuestion };

/** A question as it may be shown in a notification. */
struct Question {
    Approval approval;
    ServerStanding server = ServerStanding::AfterQuestion;
};

/** Who may look at the screen. */
enum class SessionView { Locked, Open };

/** Nothing that a person must read before it can be allowed, and nothing that equals no sandbox. */
bool isOfLowRisk(const Approval& approval);

/**
 * What one notification about `questions` offers, in the order of its buttons; the only place that decides it, for
 * showing as for believing a click. Nothing is answered that is not shown: of several questions, behind a locked
 * screen and by a server that came after the question there is Review only.
 */
std::vector<Offer> offersFor(const std::vector<Question>& questions, SessionView view, const NotifySettings& settings);

/** One notification, as it goes to the server. */
struct Toast {
    QString summary;
    QString body;
    QStringList actions; ///< key, text, key, text, ...
    bool isCritical = false;
    std::vector<ApprovalId> about;
    /** For whoever answers in it: what was shown. Not empty only where `about` is one question. */
    std::string contentHash;
    std::vector<Offer> offers;
    bool operator==(const Toast&) const = default;
};

/** Whether the server takes the body for markup ("body-markup"). */
enum class BodyFormat { Plain, Markup };

/** Questions of one agent in one project in the words of a notification. Text of agents is bounded and made visible. */
class ToastWords {
    Q_DECLARE_TR_FUNCTIONS(ToastWords)
public:
    static Toast compose(const std::vector<Question>& questions, SessionView view, BodyFormat format,
                         const NotifySettings& settings);
    /** What a click on an action means; Review for what is unknown. */
    static Offer offerOf(const QString& actionKey);

private:
    static QStringList actionsFor(const std::vector<Offer>& offers);
};

} // namespace exeat
