#include "gui/editor/editcolours.h"

#include <QPalette>

#include <algorithm>
#include <cmath>

namespace exeat {

namespace {

/** `share` of `top` over `ground`. */
QColor blend(const QColor& ground, const QColor& top, float share) {
    const auto mix = [share](float below, float above) { return below + (above - below) * share; };
    return QColor::fromRgbF(mix(ground.redF(), top.redF()), mix(ground.greenF(), top.greenF()),
                            mix(ground.blueF(), top.blueF()));
}

double luminance(const QColor& colour) {
    const auto linear = [](float value) {
        const double share = static_cast<double>(value);
        return share <= 0.03928 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

} // namespace

double contrast(const QColor& one, const QColor& other) {
    const auto [darker, lighter] = std::minmax({luminance(one), luminance(other)});
    return (lighter + 0.05) / (darker + 0.05);
}

QColor readable(const QColor& colour, const QColor& ground, const QColor& text) {
    for (float share = 0; share < 1; share += 0.1F)
        if (const QColor moved = blend(colour, text, share); contrast(moved, ground) >= 4.5)
            return moved;
    return text;
}

EditColours::EditColours(const QPalette& palette) {
    const QColor base = palette.color(QPalette::Base);
    const QColor text = palette.color(QPalette::Text);
    const bool dark = base.lightness() < 128;
    currentLine = blend(base, text, 0.06F);
    bracket = blend(base, palette.color(QPalette::Highlight), 0.45F);
    margin = blend(base, text, 0.03F);
    lineNumber = readable(blend(base, text, 0.5F), margin, text);
    currentLineNumber = text;
    note = readable(dark ? QColor(0x6c, 0xb2, 0xeb) : QColor(0x1b, 0x6a, 0xa5), base, text);
    warning = readable(dark ? QColor(0xf6, 0xb2, 0x4a) : QColor(0xa8, 0x66, 0x00), base, text);
    error = readable(dark ? QColor(0xff, 0x7b, 0x72) : QColor(0xc6, 0x1a, 0x1a), base, text);
}

QColor EditColours::of(Severity severity) const {
    switch (severity) {
    case Severity::Note:
        return note;
    case Severity::Warning:
        return warning;
    case Severity::Error:
        break;
    }
    return error;
}

} // namespace exeat
