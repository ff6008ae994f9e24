#include "service/app/application.h"
#include "service/app/foreignsandbox.h"
#include "service/app/logfile.h"
#include "shared/base/process.h"
#include "shared/base/text.h"

#include <QCoreApplication>

#include <cstdio>

#include <sys/stat.h>
#include <unistd.h>

namespace {

constexpr int usageError = 2;
constexpr auto usage = "Usage: exeatd [--foreground] [--nested]\n"
                       "The service of Exeat. `exeat` and agents start it when they need it.\n\n"
                       "  --foreground  Log to the terminal, not to exeatd.log in the state folder.\n"
                       "  --nested      Start although this is a sandbox of somebody else's already.\n"
                       "  --version     Say the version.\n"
                       "  -h, --help    Show this help.\n";

/** The first word that means nothing; empty if all do. */
QString unknownWord(const QStringList& arguments) {
    static const QStringList known{QStringLiteral("--foreground"), QStringLiteral("--nested")};
    for (const QString& word : arguments.mid(1)) {
        if (!known.contains(word))
            return word;
    }
    return {};
}

int complain(const exeat::Error& error) {
    std::fprintf(stderr, "exeatd: %s\n", error.text.c_str());
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    using namespace exeat;
    QCoreApplication qt(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.contains(QStringLiteral("--version"))) {
        std::puts("exeatd " EXEAT_VERSION);
        return 0;
    }
    if (arguments.contains(QStringLiteral("--help")) || arguments.contains(QStringLiteral("-h"))) {
        std::fputs(usage, stdout);
        return 0;
    }
    if (const QString word = unknownWord(arguments); !word.isEmpty()) {
        std::fprintf(stderr, "exeatd: %s is not known\n%s", visible(word.toStdString(), 256).c_str(), usage);
        return usageError;
    }
    const std::string status = readFile("/proc/self/status", 65536).value_or(std::string());
    const std::string sandboxed = foreignSandbox(status, std::getenv("CODEX_SANDBOX")); // NOLINT: no thread yet
    if (!sandboxed.empty() && !arguments.contains(QStringLiteral("--nested")))
        return complain({ErrorKind::Refused, sandboxed, 0});
    ::umask(022); // what commands start with; our own files name their modes
    forbidTracing();
    const auto paths = runtimePaths();
    if (!paths)
        return complain(paths.error());
    auto lock = InstanceLock::take(
        paths->lockFile, [&] { return somebodyListens(paths->controlSocket) && somebodyListens(paths->mcpSocket); },
        limits::serviceStart);
    if (!lock)
        return complain(lock.error());
    if (!*lock)
        return 0; // another one serves
    if (!arguments.contains(QStringLiteral("--foreground"))) {
        if (auto logging = logTo(paths->stateFolder + "/exeatd.log"); !logging)
            return complain(logging.error());
    }
    if (::chdir("/") < 0)
        return complain(systemError("cannot leave the working directory"));
    auto application = Application::create(*paths, std::move(**lock));
    if (!application)
        return complain(application.error());
    QObject::connect(application->get(), &Application::endAsked, &qt, &QCoreApplication::quit, Qt::QueuedConnection);
    return QCoreApplication::exec();
}
