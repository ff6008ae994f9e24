#include "gui/editor/tooltiptext.h"

#include "shared/base/text.h"

#include <QStringList>

namespace exeat {

QString toolTipText(const QString& text) {
    constexpr std::size_t most = 2000; // bytes
    QStringList lines;
    for (const auto& line : QString::fromUtf8(text.toUtf8().left(qsizetype{most})).split('\n'))
        lines << QString::fromStdString(visible(line.toStdString(), most)).toHtmlEscaped();
    return "<p style='white-space: pre-wrap'>" + lines.join("<br>") + "</p>";
}

} // namespace exeat
