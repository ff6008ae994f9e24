#include "service/cli/onerequest.h"

#include "service/cli/commandline.h"
#include "service/cli/output.h"
#include "shared/qt/controlclient.h"

#include <QCoreApplication>

namespace exeat {

int askOnce(const wire::ControlRequest& request, const std::function<bool(const wire::ControlReply&)>& take) {
    const auto paths = runtimePaths();
    if (!paths) {
        complain(paths.error().text);
        return exitFailure;
    }
    ControlClient client(*paths, wire::ClientKind::CommandLine);
    QObject::connect(&client, &ControlClient::ready, &client, [&] { client.send(request); });
    QObject::connect(&client, &ControlClient::received, &client, [&](const wire::ControlReply& reply) {
        if (const auto* failed = std::get_if<wire::RequestFailed>(&reply)) {
            complain(failed->text);
            QCoreApplication::exit(exitFailure);
        } else if (take(reply)) {
            QCoreApplication::exit(0);
        }
    });
    QObject::connect(&client, &ControlClient::lost, &client, [](const QString& why) {
        complain(why.toStdString());
        QCoreApplication::exit(exitFailure);
    });
    client.open();
    return QCoreApplication::exec();
}

} // namespace exeat
