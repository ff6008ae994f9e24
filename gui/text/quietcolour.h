#pragma once

#include <QPalette>

namespace exeat {

/** `over` with a share of `on` in it, from 0 to 1. */
inline QColor mixed(const QColor& over, const QColor& on, double share) {
    const auto channel = [share](int from, int to) { return static_cast<int>(from + (to - from) * share); };
    return {channel(on.red(), over.red()), channel(on.green(), over.green()), channel(on.blue(), over.blue())};
}

/** For what is less important, yet must be read: at least 4.5:1 on Base where Text has 10:1. */
inline QColor quietText(const QPalette& palette) {
    return mixed(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.7);
}

/** A line or an edge that parts without being seen first. */
inline QColor hairline(const QPalette& palette) {
    return mixed(palette.color(QPalette::Text), palette.color(QPalette::Base), 0.18);
}

} // namespace exeat
