#include "gui/text/timewords.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace exeat {
namespace {

constexpr std::int64_t second = 1000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

QString number(std::int64_t value) {
    return QLocale().toString(static_cast<qlonglong>(value));
}

} // namespace

QString TimeWords::age(std::int64_t since, std::int64_t now) {
    const std::int64_t passed = std::max<std::int64_t>(now - since, 0);
    if (passed >= day)
        return tr("%1 d", "days").arg(number(passed / day));
    if (passed >= hour)
        return tr("%1 h", "hours").arg(number(passed / hour));
    if (passed >= minute)
        return tr("%1 min", "minutes").arg(number(passed / minute));
    return tr("%1 s", "seconds").arg(number(passed / second));
}

QString TimeWords::moment(std::int64_t at, std::int64_t now) {
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(at);
    const QString clock = QLocale().toString(time.time(), QLocale::ShortFormat);
    if (time.date() == QDateTime::fromMSecsSinceEpoch(now).date())
        return clock;
    return tr("%1 %2", "date, time of day").arg(QLocale().toString(time.date(), QLocale::ShortFormat), clock);
}

QString TimeWords::duration(std::int64_t milliseconds) {
    if (milliseconds < second)
        return tr("%1 ms", "milliseconds").arg(number(milliseconds));
    if (milliseconds < minute)
        return tr("%1 s", "seconds").arg(QLocale().toString(static_cast<double>(milliseconds) / second, 'f', 1));
    if (milliseconds < hour)
        return tr("%1 min %2 s").arg(number(milliseconds / minute), number(milliseconds % minute / second));
    return tr("%1 h %2 min").arg(number(milliseconds / hour), number(milliseconds % hour / minute));
}

} // namespace exeat
