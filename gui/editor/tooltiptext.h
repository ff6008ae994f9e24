#pragma once

#include <QString>

namespace exeat {

/**
 * Any text as a tool tip that shows just that: QToolTip takes what looks like markup for markup, so it is escaped; what
 * cannot be seen is made visible; what is too long is cut (shared/base/text.h).
 */
QString toolTipText(const QString& text);

} // namespace exeat
