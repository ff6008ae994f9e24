// `exeat mcp` without the rest of the command line: exeat-shim-test SOCKET [PROGRAM TO START]
#include "service/cli/mcp/shim.h"

#include <QCoreApplication>
#include <QProcess>

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    exeat::ShimOptions options;
    options.mcpSocket = argc > 1 ? argv[1] : "";
    options.startService = [argc, argv] {
        if (argc > 2)
            QProcess::startDetached(QString::fromLocal8Bit(argv[2]), {});
    };
    return exeat::runShim(options);
}
