#pragma once

#include <QColor>
#include <QIcon>
#include <QRectF>

class QPainter;

namespace exeat {

/** Small signs in one colour, that of the text beside them: told apart by shape on light and dark grounds. */
enum class LineIcon { Inbox, History, Running, Inside, Outside, Denied, Asked, Ended };

/** Into the largest square in the middle of `place`. */
void drawLineIcon(QPainter& painter, const QRectF& place, LineIcon icon, const QColor& colour);

} // namespace exeat
