#pragma once

#include "shared/domain/approval.h"

#include <QCoreApplication>
#include <QString>
#include <QStringList>

namespace exeat {

/** More of a question a window does not show; that it does not is one of flags(). */
inline constexpr std::size_t shownArguments = 200;
inline constexpr std::size_t shownArgumentBytes = 16384; ///< of one, made visible
inline constexpr std::size_t shownScriptBytes = 8192;

/** A question in the words of a person. What comes from an agent is made visible and bounded. */
class ApprovalWords {
    Q_DECLARE_TR_FUNCTIONS(ApprovalWords)
public:
    explicit ApprovalWords(const Approval& approval) : m_approval(approval) {}

    /** "Run outside the sandbox?" */
    QString verb() const;
    /** What an "allow" would mean for this one, a sentence or two. */
    QString consequence() const;
    /** "git push origin main", one line, cut in the middle. */
    QString commandLine(std::size_t limit = 256) const;
    /** "claude in exeat": the claimed name and the project's folder. */
    QString who() const;
    QString agent() const;
    QString project() const;
    /** "bash → make → sh" */
    QString chain() const;
    /** Who could have put the program there. */
    QString origin() const;
    /** Why it is asked: the rules that matched, or the danger. */
    QStringList reasons() const;
    /** What must be read before it can be allowed; each is ticked off. Empty for what is ordinary. */
    QStringList flags() const;

private:
    const Approval& m_approval;
};

/** Who could have put a program where it is. */
QString originWords(FileOrigin origin);

/** How a question ended, for whoever had it open: "Denied on the command line." */
QString settledWords(const Decision& decision);

} // namespace exeat
