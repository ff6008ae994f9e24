#include "gui/editor/hiddencharacters.h"

#include "shared/base/text.h"

#include <QCoreApplication>
#include <QStringList>
#include <QTextBlock>
#include <QTextDocument>

#include <algorithm>

namespace exeat {

namespace {

bool isHidden(char32_t character) {
    if (character == '\t' || (character >= ' ' && character < 0x7f))
        return false;
    const auto bytes = QString::fromUcs4(&character, 1).toUtf8().toStdString();
    return visible(bytes) != bytes;
}

constexpr qsizetype mostNamed = 5;

QString nameOf(char32_t character) {
    return "U+" + QString::number(static_cast<uint>(character), 16).toUpper().rightJustified(4, QChar('0'));
}

} // namespace

QList<Diagnostic> hiddenCharacters(const QTextDocument& document, int most) {
    QList<Diagnostic> found;
    for (auto block = document.begin(); block.isValid() && found.size() < most; block = block.next()) {
        const QString text = block.text();
        if (std::all_of(text.begin(), text.end(), [](QChar one) { return one >= u' ' && one < u'\x7f'; }))
            continue;
        const auto characters = text.toUcs4();
        QStringList names;
        int first = 0;
        for (int index = 0; index < characters.size(); ++index) {
            if (!isHidden(characters[index]))
                continue;
            if (names.isEmpty())
                first = index + 1;
            if (const auto name = nameOf(characters[index]); !names.contains(name))
                names << name;
            if (names.size() > mostNamed) {
                names.last() = "…";
                break;
            }
        }
        if (names.isEmpty())
            continue;
        // What follows such a character is what may look other than it is.
        found << Diagnostic{
            block.blockNumber() + 1, first, static_cast<int>(characters.size()), Severity::Warning,
            QCoreApplication::translate("exeat::RulesEdit",
                                        "Characters that cannot be seen stand here, or that change the "
                                        "order of what is shown: %1. Delete them, or write them as escapes.")
                .arg(names.join(", "))};
    }
    return found;
}

} // namespace exeat
