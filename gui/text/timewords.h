#pragma once

#include <QCoreApplication>
#include <QString>

#include <cstdint>

namespace exeat {

/** Times in the words and digits of the language. All in milliseconds, moments since 1970 UTC. */
class TimeWords {
    Q_DECLARE_TR_FUNCTIONS(TimeWords)
public:
    /** "12 s", "3 min", "2 h", "5 d": the largest unit, rounded down. What lies ahead (a clock was set) is 0 s. */
    static QString age(std::int64_t since, std::int64_t now);
    /** The time of day; with the date where that is not today's. */
    static QString moment(std::int64_t at, std::int64_t now);
    /** "12 ms", "3.4 s", "2 min 5 s" */
    static QString duration(std::int64_t milliseconds);
};

} // namespace exeat
