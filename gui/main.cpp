#include "gui/app/desktop.h"
#include "gui/app/singleinstance.h"
#include "gui/text/shieldicon.h"

#include <QApplication>

#include <cstdio>

#include <sys/prctl.h>

int main(int argc, char** argv) {
    // Whoever could read or trace this process could answer in a person's name.
    ::prctl(PR_SET_DUMPABLE, 0);
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("exeat-desktop"));
    QApplication::setApplicationDisplayName(QStringLiteral("Exeat"));
    QApplication::setApplicationVersion(QStringLiteral(EXEAT_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("org.exeat.Desktop"));
    QApplication::setWindowIcon(exeat::shieldIcon(exeat::Shield::Idle));
    QApplication::setQuitOnLastWindowClosed(false);
    auto paths = exeat::runtimePaths();
    if (!paths) {
        std::fprintf(stderr, "exeat-desktop: %s\n", paths.error().text.c_str());
        return 1;
    }
    exeat::SingleInstance instance(QDBusConnection::sessionBus());
    if (instance.claim() == exeat::SingleInstance::Role::Another)
        return 0;
    exeat::Desktop desktop(std::move(*paths));
    QObject::connect(&instance, &exeat::SingleInstance::activated, &desktop, &exeat::Desktop::openInbox);
    desktop.start();
    return QApplication::exec();
}
