#include "gui/editor/rulessyntax.h"

#include <QPalette>

namespace exeat {

RulesSyntax::RulesSyntax() {
    m_repository.addCustomSearchPath(":/exeat"); // its folder syntax/
}

KSyntaxHighlighting::Definition RulesSyntax::definition() const {
    return m_repository.definitionForName("Exeat Rules");
}

KSyntaxHighlighting::Theme RulesSyntax::themeFor(const QPalette& palette) const {
    return m_repository.themeForPalette(palette);
}

} // namespace exeat
