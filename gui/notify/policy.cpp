#include "gui/notify/policy.h"

#include "gui/text/approvalwords.h"

#include <algorithm>

namespace exeat {
namespace {

/** Bytes of a command line; servers show a few lines of a body. */
constexpr std::size_t lineBytes = 200;

const QString defaultKey = QStringLiteral("default");
const QString reviewKey = QStringLiteral("review");
const QString denyKey = QStringLiteral("deny");
const QString allowKey = QStringLiteral("allow-once");

/** What the notification specification takes for markup; servers know no other entities for certain. */
QString escaped(QString text) {
    text.replace(QLatin1Char('&'), QLatin1String("&amp;"));
    text.replace(QLatin1Char('<'), QLatin1String("&lt;"));
    text.replace(QLatin1Char('>'), QLatin1String("&gt;"));
    return text;
}

} // namespace

bool isOfLowRisk(const Approval& approval) {
    return !approval.equalsNoSandbox && ApprovalWords(approval).flags().isEmpty();
}

std::vector<Offer> offersFor(const std::vector<Question>& questions, SessionView view, const NotifySettings& settings) {
    if (questions.size() != 1 || view == SessionView::Locked ||
        questions.front().server == ServerStanding::AfterQuestion)
        return {Offer::Review};
    if (settings.offersAllowOnce && isOfLowRisk(questions.front().approval))
        return {Offer::Deny, Offer::Review, Offer::AllowOnce};
    return {Offer::Deny, Offer::Review};
}

Toast ToastWords::compose(const std::vector<Question>& questions, SessionView view, BodyFormat format,
                          const NotifySettings& settings) {
    Toast toast;
    for (const Question& question : questions)
        toast.about.push_back(question.approval.id);
    toast.isCritical = std::ranges::any_of(
        questions, [](const Question& one) { return !ApprovalWords(one.approval).flags().isEmpty(); });
    toast.offers = offersFor(questions, view, settings);
    toast.actions = actionsFor(toast.offers);
    if (questions.size() == 1)
        toast.contentHash = questions.front().approval.contentHash;
    if (view == SessionView::Locked) {
        toast.summary = questions.size() == 1 ? tr("A question waits") : tr("Questions wait");
        toast.body = tr("Unlock the session to see what is asked.");
    } else if (questions.size() == 1) {
        const ApprovalWords words(questions.front().approval);
        toast.summary = words.verb();
        toast.body =
            words.commandLine(lineBytes) + QLatin1Char('\n') + tr("Asked by %1.", "agent in project").arg(words.who());
    } else if (!questions.empty()) {
        const ApprovalWords words(questions.front().approval);
        toast.summary = tr("%n request(s) of %1 in %2", "agent, project", static_cast<int>(questions.size()))
                            .arg(words.agent(), words.project());
        toast.body = tr("Look at them one by one.");
    }
    if (format == BodyFormat::Markup)
        toast.body = escaped(toast.body);
    return toast;
}

QStringList ToastWords::actionsFor(const std::vector<Offer>& offers) {
    QStringList actions{defaultKey, tr("Review")};
    for (const Offer offer : offers) {
        switch (offer) {
        case Offer::Deny:
            actions << denyKey << tr("Deny");
            break;
        case Offer::Review:
            actions << reviewKey << tr("Review…");
            break;
        case Offer::AllowOnce:
            actions << allowKey << tr("Allow once");
            break;
        }
    }
    return actions;
}

Offer ToastWords::offerOf(const QString& actionKey) {
    if (actionKey == denyKey)
        return Offer::Deny;
    if (actionKey == allowKey)
        return Offer::AllowOnce;
    return Offer::Review;
}

} // namespace exeat
