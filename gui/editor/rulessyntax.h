#pragma once

#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/Repository>
#include <KSyntaxHighlighting/Theme>

class QPalette;

namespace exeat {

/**
 * What .rules files look like: our own definition (rules/syntax/), which lies in the program, and the themes of
 * KSyntaxHighlighting. One for the program, longer-lived than who uses it: making it reads an index of 360 definitions.
 */
class RulesSyntax {
public:
    RulesSyntax();

    /** Of .rules files. By its own name: other programs call their files *.rules, too. */
    KSyntaxHighlighting::Definition definition() const;

    /** The one made for this palette, or a light or dark one as its Base is. */
    KSyntaxHighlighting::Theme themeFor(const QPalette& palette) const;

private:
    KSyntaxHighlighting::Repository m_repository;
};

} // namespace exeat
