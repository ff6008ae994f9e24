#include "gui/inbox/inboxdelegate.h"

#include "gui/inbox/cardlayout.h"
#include "gui/inbox/inboxmodel.h"
#include "gui/text/quietcolour.h"
#include "gui/text/shieldicon.h"
#include "gui/text/timewords.h"

#include <QDateTime>
#include <QFontDatabase>
#include <QLocale>
#include <QPainter>

namespace exeat {
namespace {

constexpr int margin = 4;
constexpr int padding = 12;
constexpr int iconSide = 28;
constexpr int lineGap = 6;
constexpr int headingGap = 10;

QFont boldOf(QFont font) {
    font.setBold(true);
    return font;
}

} // namespace

InboxDelegate::InboxDelegate(QObject* parent)
    : QStyledItemDelegate(parent), m_question(shieldIcon(Shield::Question)), m_warning(shieldIcon(Shield::Warning)),
      m_fixed(QFontDatabase::systemFont(QFontDatabase::FixedFont)) {}

QSize InboxDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const QVariant card = index.data(InboxModel::CardRole);
    const int line = option.fontMetrics.height();
    if (!card.isValid())
        return {0, line + 2 * headingGap};
    const int warning = card.value<InboxCard>().warning.isEmpty() ? 0 : line + lineGap;
    const int bold = QFontMetrics(boldOf(option.font)).height();
    return {0, 2 * margin + 2 * padding + bold + CardLayout::commandHeight(m_fixed) + line + 2 * lineGap + warning};
}

void InboxDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    painter->save();
    const QVariant card = index.data(InboxModel::CardRole);
    if (card.isValid())
        paintCard(*painter, option, card.value<InboxCard>());
    else
        paintHeading(*painter, option, index.data(InboxModel::HeadingRole).value<InboxHeading>());
    painter->restore();
}

void InboxDelegate::paintHeading(QPainter& painter, const QStyleOptionViewItem& option,
                                 const InboxHeading& heading) const {
    // Disabled, for nobody chooses it, but not less readable.
    QPalette palette = option.palette;
    palette.setCurrentColorGroup(QPalette::Active);
    const QRect content = option.rect.adjusted(margin + 2, headingGap, -margin - 2, 0);
    CardLayout layout(painter, option, content);
    const QString count = QLocale().toString(heading.count);
    const int end = layout.lineEnd(count, option.font, quietText(palette)) + padding;
    const QFont bold = boldOf(option.font);
    const int name = QFontMetrics(bold).horizontalAdvance(heading.who) + padding;
    const QRect path = content.adjusted(name, 0, -end, 0);
    layout.line(heading.who, bold, palette.color(QPalette::WindowText), end);
    if (path.width() < iconSide)
        return;
    painter.setFont(option.font);
    painter.setPen(quietText(palette));
    painter.setLayoutDirection(Qt::LeftToRight);
    const Qt::Alignment side = option.direction == Qt::RightToLeft ? Qt::AlignRight : Qt::AlignLeft;
    painter.drawText(QStyle::visualRect(option.direction, content, path),
                     static_cast<int>(side | Qt::AlignTop) | Qt::TextSingleLine | Qt::TextForceLeftToRight,
                     option.fontMetrics.elidedText(heading.projectRoot, Qt::ElideMiddle, path.width()));
}

void InboxDelegate::paintCard(QPainter& painter, const QStyleOptionViewItem& option, const InboxCard& card) const {
    const QRect place = option.rect.adjusted(margin, margin, -margin, -margin);
    CardLayout::frame(painter, option, place);
    const QRect content = place.adjusted(padding, padding, -padding, -padding);
    const bool isRisky = !card.warning.isEmpty();
    const QRect icon(content.topLeft(), QSize(iconSide, iconSide));
    (isRisky ? m_warning : m_question).paint(&painter, QStyle::visualRect(option.direction, content, icon));

    const QRect texts = QStyle::visualRect(option.direction, content, content.adjusted(iconSide + padding, 0, 0, 0));
    const QColor text = option.palette.color(QPalette::Text);
    const QColor quiet = quietText(option.palette);
    CardLayout layout(painter, option, texts);
    const QString age = TimeWords::age(card.askedAt, QDateTime::currentMSecsSinceEpoch());
    const int reserved = layout.lineEnd(age, option.font, quiet) + padding;
    layout.line(card.verb, boldOf(option.font), text, reserved);
    layout.gap(lineGap);
    layout.command(card.command, m_fixed);
    layout.gap(lineGap);
    if (isRisky) {
        layout.line(card.warning, boldOf(option.font), text);
        layout.gap(lineGap);
    }
    layout.line(card.context, option.font, quiet);
}

} // namespace exeat
