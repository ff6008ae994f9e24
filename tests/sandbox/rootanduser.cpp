#include "tests/sandbox/rootanduser.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exeat::test {

namespace {

/** The checkout may lie where the ordinary user cannot look (/root); what it needs goes where it can. */
bool copyPrograms(const QStringList& programs, const QString& folder) {
    const QString from = QCoreApplication::applicationDirPath() + u'/';
    if (::chmod(qPrintable(folder), 0755) < 0)
        return false;
    return std::ranges::all_of(programs,
                               [&](const QString& name) { return QFile::copy(from + name, folder + u'/' + name); });
}

} // namespace

int runAsRootAndUser(QObject& test, int argc, char** argv, const QStringList& programs) {
    const int own = QTest::qExec(&test, argc, argv);
    if (::getuid() != 0 || own != 0)
        return own;
    const passwd* user = ::getpwnam("exeattest");
    if (user == nullptr) {
        qWarning("there is no user exeattest: the tests as an ordinary user were not run");
        return 1;
    }
    const QString self = QFileInfo(QCoreApplication::applicationFilePath()).fileName();
    const QTemporaryDir folder(QStringLiteral("/var/tmp/exeat-sandbox-bin-XXXXXX"));
    if (!folder.isValid() || !copyPrograms(programs + QStringList{self}, folder.path())) {
        qWarning("the programs could not be copied for the user exeattest to /var/tmp");
        return 1;
    }
    QProcess again;
    again.setProcessChannelMode(QProcess::ForwardedChannels);
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("EXEAT_BIN"), folder.path());
    again.setProcessEnvironment(environment);
    QStringList words{QStringLiteral("--reuid=%1").arg(user->pw_uid), QStringLiteral("--regid=%1").arg(user->pw_gid),
                      QStringLiteral("--clear-groups"), folder.path() + u'/' + self};
    for (int i = 1; i < argc; ++i)
        words += QString::fromLocal8Bit(argv[i]);
    again.start(QStringLiteral("setpriv"), words);
    again.waitForFinished(-1);
    return again.exitStatus() == QProcess::NormalExit ? again.exitCode() : 1;
}

} // namespace exeat::test
