#pragma once

#include "service/cli/commandline.h"
#include "shared/base/error.h"
#include "shared/domain/approval.h"

namespace exeat {

/** `exeat approvals answer`: shows the question in full, asks for a typed word where it allows, sends the answer. */
int answerCommand(const Arguments& arguments);

/** What the options ask for; id, kind, seconds and message are set. Errors in words, for exitUsage. */
Result<Answer> parseAnswer(const QStringList& words, const QCommandLineParser& parser);
/** The options that parseAnswer() reads. */
void addAnswerOptions(QCommandLineParser& parser);

} // namespace exeat
