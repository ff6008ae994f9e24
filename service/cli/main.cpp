#include "service/cli/commands.h"

#include <QCoreApplication>

#include <cstdio>
#include <cstdlib>

namespace {

/** Qt's own words (a locale that is not UTF-8, …) are for whoever looks for a fault, not for each call. */
void logOfQt(QtMsgType, const QMessageLogContext&, const QString& text) {
    if (std::getenv("EXEAT_LOG") != nullptr) // NOLINT(concurrency-mt-unsafe): read only
        std::fprintf(stderr, "exeat: %s\n", qPrintable(text));
}

} // namespace

int main(int argc, char** argv) {
    qInstallMessageHandler(logOfQt);
    const exeat::Arguments arguments = exeat::splitArguments(argc, argv);
    if (exeat::needsOf(arguments) == exeat::CommandNeeds::Nothing)
        return exeat::dispatch(arguments);
    const QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("exeat"));
    QCoreApplication::setApplicationVersion(QStringLiteral(EXEAT_VERSION));
    return exeat::dispatch(arguments);
}
