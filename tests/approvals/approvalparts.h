#pragma once

#include "shared/domain/approval.h"

#include <QTest>

namespace exeat {

/** One row for each part of a question that is decided about; column `part`. */
inline void addPartsDecidedAbout() {
    QTest::addColumn<QString>("part");
    for (const char* part : {"argv", "script", "danger", "folder", "variable", "root"})
        QTest::newRow(part) << part;
}

/** A question whose `part` is `text`. */
inline Approval approvalWith(const QString& part, const std::string& text) {
    Approval approval;
    approval.command.argv = {"git"};
    if (part == QLatin1String("argv"))
        approval.command.argv.push_back(text);
    else if (part == QLatin1String("danger"))
        approval.judgement.dangers = {{"rm-force", {"rm", text}, "deletes", {}, {}}};
    else if (part == QLatin1String("folder"))
        approval.command.workdir = text;
    else if (part == QLatin1String("variable"))
        approval.command.environment = {"B=other", "A=" + text}, approval.judgement.passEnvironment = {"A"};
    else
        approval.kind = ApprovalKind::WiderSandbox;
    if (part == QLatin1String("script"))
        approval.script = text;
    if (part == QLatin1String("root"))
        approval.extraWritableRoots = {text};
    return approval;
}

} // namespace exeat
