#include "gui/notify/grouptoast.h"

#include "gui/notify/notificationserver.h"
#include "gui/notify/sessionlock.h"

#include <algorithm>
#include <utility>

namespace exeat {

GroupToast::GroupToast(NotificationServer& server, const SessionLock& lock, const NotifySettings& settings,
                       QObject* parent)
    : QObject(parent), m_server(server), m_lock(lock), m_settings(settings) {
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer); // never early
    connect(&m_timer, &QTimer::timeout, this, &GroupToast::send);
}

void GroupToast::add(Question question) {
    m_questions.push_back(std::move(question));
    want(Pace::Calm);
}

void GroupToast::remove(ApprovalId id) {
    if (std::erase_if(m_questions, [id](const Question& one) { return one.approval.id == id; }) == 0)
        return;
    const bool wasThere = m_id != 0 || m_isSending;
    withdrawStale();
    if (m_questions.empty()) {
        m_wanted.reset();
        m_timer.stop();
    } else if (wasThere) { // what a person closed does not come back because there is less to ask
        want(Pace::Calm);
    }
}

void GroupToast::clear() {
    m_questions.clear();
    m_wanted.reset();
    m_timer.stop();
    withdraw();
}

void GroupToast::changeView() {
    if (m_id != 0 || m_isSending)
        want(Pace::AtOnce);
}

bool GroupToast::isSpent() const {
    return m_questions.empty() && m_id == 0 && !m_isSending && (!m_sent.isValid() || m_sent.hasExpired(calm.count()));
}

SessionView GroupToast::view() const {
    return m_lock.isLocked() ? SessionView::Locked : SessionView::Open;
}

bool GroupToast::isOpen(ApprovalId id) const {
    return std::ranges::any_of(m_questions, [id](const Question& one) { return one.approval.id == id; });
}

void GroupToast::want(Pace pace) {
    if (m_wanted != Pace::AtOnce)
        m_wanted = pace;
    if (m_isSending)
        return; // when the answer to that is there
    const auto since = m_sent.isValid() ? std::chrono::milliseconds(m_sent.elapsed()) : calm;
    if (m_wanted == Pace::AtOnce || since >= calm)
        send();
    else if (!m_timer.isActive())
        m_timer.start(calm - since);
}

void GroupToast::send() {
    m_timer.stop();
    m_wanted.reset();
    Toast toast = ToastWords::compose(m_questions, view(), m_server.bodyFormat(), m_settings);
    const bool isAnswerable = toast.offers.size() > 1;
    if (m_id != 0 && isAnswerable && m_answerable && *m_answerable != toast.about.front())
        withdraw();
    m_isSending = true;
    m_sent.start();
    m_server.notify(toast, m_id, this, [this, toast](std::uint32_t id) { handleSent(id, toast); });
}

void GroupToast::handleSent(std::uint32_t id, const Toast& toast) {
    m_isSending = false;
    if (id == 0) {
        std::vector<ApprovalId> lost;
        for (const Question& question : m_questions)
            lost.push_back(question.approval.id);
        clear();
        emit failed(lost);
        return;
    }
    if (id != m_id) // a server may give another one although it should replace
        m_answerable.reset();
    m_id = id;
    m_shown = toast;
    if (toast.offers.size() > 1)
        m_answerable = toast.about.front();
    withdrawStale();
    if (m_wanted)
        want(*m_wanted);
}

void GroupToast::withdrawStale() {
    if (std::ranges::none_of(m_shown.about, [this](ApprovalId id) { return isOpen(id); }))
        withdraw();
}

void GroupToast::withdraw() {
    if (m_id != 0)
        m_server.close(m_id);
    forget();
}

void GroupToast::forget() {
    m_id = 0;
    m_answerable.reset();
}

void GroupToast::handleClosed() {
    forget();
    const bool isAllShown = std::ranges::all_of(m_questions, [this](const Question& one) {
        return std::ranges::find(m_shown.about, one.approval.id) != m_shown.about.end();
    });
    if (isAllShown) { // nothing new waits for its turn
        m_wanted.reset();
        m_timer.stop();
    }
}

void GroupToast::handleAction(const QString& key, const QString& token) {
    std::vector<ApprovalId> open;
    std::ranges::copy_if(m_shown.about, std::back_inserter(open), [this](ApprovalId id) { return isOpen(id); });
    if (open.empty())
        return;
    const Offer offer = ToastWords::offerOf(key);
    if (m_shown.about.size() > 1) {
        emit inboxWanted(token);
        return;
    }
    const auto question =
        std::ranges::find(m_questions, open.front(), [](const Question& one) { return one.approval.id; });
    // Shown and still so: the session may have been locked since.
    const auto offers = offersFor({*question}, view(), m_settings);
    if (offer == Offer::Review || std::ranges::find(m_shown.offers, offer) == m_shown.offers.end() ||
        std::ranges::find(offers, offer) == offers.end())
        emit reviewWanted(open.front(), token);
    else
        emit answered(open.front(), m_shown.contentHash, offer);
}

} // namespace exeat
