#pragma once

#include <QObject>
#include <QStringList>

namespace exeat::test {

/**
 * Runs a test object; as root then once more, in a process of the user exeattest, which has copies of `programs` (names
 * of our own ones) beside it and their folder in EXEAT_BIN.
 */
int runAsRootAndUser(QObject& test, int argc, char** argv, const QStringList& programs);

} // namespace exeat::test
