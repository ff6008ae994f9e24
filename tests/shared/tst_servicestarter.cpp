#include "shared/qt/serviceconnection.h"
#include "shared/qt/servicestarter.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exeat {

/** With a stand-in for exeatd that says how it was started. */
class TestServiceStarter : public QObject {
    Q_OBJECT
private slots:
    void isADaemonWithNothingOfOurs();
    void missingProgramIsSaid();
    void notFromASandbox();
    void fiftyAtOnceStartOne();

private:
    static void writeProgram(const QString& file, const QByteArray& text) {
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(text);
        out.close();
        ::chmod(file.toLocal8Bit().constData(), 0700);
    }
    static QByteArray contentOf(const QString& file) {
        QFile in(file);
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
    }
};

void TestServiceStarter::isADaemonWithNothingOfOurs() {
    const QTemporaryDir folder;
    const QString report = folder.filePath(QStringLiteral("report"));
    writeProgram(folder.filePath(QStringLiteral("exeatd")),
                 "#!/bin/bash\nexec >" + report.toLocal8Bit() +
                     ".new\necho cwd=$PWD umask=$(umask)\nread -r _ _ _ _ _ sid _ </proc/$$/stat\n"
                     "echo leader=$([ $sid = $$ ] && echo yes || echo no) in=$(readlink /proc/$$/fd/0)\n"
                     "for f in /proc/$$/fd/*; do echo fd=${f##*/}; done\ncat /proc/$$/environ | tr '\\0' '\\n'\nmv " +
                     report.toLocal8Bit() + ".new " + report.toLocal8Bit() + "\n");
    qputenv("LD_PRELOAD_OF_TEST", "x");
    qputenv("BASH_ENV", "/nonexistent");
    qputenv("CODEX_HOME", "/codex");
    const int leaked = ::open("/dev/zero", O_RDONLY); // without close-on-exec
    QVERIFY(leaked > 2);
    RuntimePaths paths;
    paths.programFolder = folder.path().toStdString();
    const auto started = startService(paths);
    ::close(leaked);
    QVERIFY2(started.has_value(), started ? "" : started.error().text.c_str());
    QTRY_VERIFY(QFile::exists(report));
    const QByteArray said = contentOf(report);
    QVERIFY2(said.contains("cwd=/ umask=0077"), said.constData());
    QVERIFY(said.contains("leader=no"));
    QVERIFY(said.contains("in=/dev/null"));
    const QByteArray leak = "fd=" + QByteArray::number(leaked) + "\n";
    QVERIFY(!said.contains(leak));
    QVERIFY(said.contains("CODEX_HOME=/codex"));
    QVERIFY(said.contains("PATH=/usr/local/bin:/usr/bin:/bin"));
    QVERIFY(said.contains("HOME=/"));
    QVERIFY(!said.contains("LD_PRELOAD_OF_TEST"));
    QVERIFY(!said.contains("BASH_ENV"));
}

void TestServiceStarter::missingProgramIsSaid() {
    RuntimePaths paths;
    paths.programFolder = "/nonexistent";
    const auto started = startService(paths);
    QVERIFY(!started);
    QVERIFY(started.error().text.find("/nonexistent/exeatd") != std::string::npos);
}

void TestServiceStarter::notFromASandbox() {
    const QTemporaryDir folder;
    QProcess inside;
    inside.start(
        QStringLiteral("setpriv"),
        {QStringLiteral("--no-new-privs"), QStringLiteral("env"),
         QStringLiteral("XDG_RUNTIME_DIR=%1").arg(folder.path()),
         QStringLiteral("%1/exeat").arg(qEnvironmentVariable("EXEAT_BIN", QCoreApplication::applicationDirPath())),
         QStringLiteral("runs")});
    QVERIFY(inside.waitForFinished(20000));
    QCOMPARE(inside.exitCode(), 1);
    QVERIFY(inside.readAllStandardError().contains("sandbox"));
}

void TestServiceStarter::fiftyAtOnceStartOne() {
    const QTemporaryDir folder;
    const QByteArray place = folder.path().toLocal8Bit();
    writeProgram(folder.filePath(QStringLiteral("exeatd")),
                 "#!/usr/bin/python3\nimport fcntl, os, socket, sys, time\n"
                 "lock = open('" +
                     place +
                     "/lock', 'w')\n"
                     "try: fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)\nexcept OSError: sys.exit(0)\n"
                     "with open('" +
                     place +
                     "/starts', 'a') as f: f.write('%d\\n' % os.getpid())\n"
                     "s = socket.socket(socket.AF_UNIX)\ns.bind('" +
                     place +
                     "/sock')\ns.listen(100)\ns.settimeout(0.1)\n"
                     // Until the test's folder is gone: a stand-in that ended early would leave the lock to a late one.
                     "kept = []\nend = time.monotonic() + 60\n"
                     "while os.path.exists('" +
                     place +
                     "/lock') and time.monotonic() < end:\n"
                     "    try: kept.append(s.accept())\n    except TimeoutError: pass\n");
    RuntimePaths paths;
    paths.programFolder = folder.path().toStdString();
    int opened = 0;
    int failed = 0;
    std::vector<std::unique_ptr<ServiceConnection>> connections;
    std::vector<std::unique_ptr<QLocalSocket>> sockets;
    for (int i = 0; i < 50; ++i) {
        auto connection = std::make_unique<ServiceConnection>(paths, QByteArray(place + "/sock").toStdString());
        connect(connection.get(), &ServiceConnection::opened, this, [&](QLocalSocket* socket) {
            sockets.emplace_back(socket);
            ++opened;
        });
        connect(connection.get(), &ServiceConnection::failed, this, [&] { ++failed; });
        connection->open();
        connections.push_back(std::move(connection));
    }
    QTRY_COMPARE_WITH_TIMEOUT(opened + failed, 50, 30000);
    QCOMPARE(failed, 0);
    QCOMPARE(contentOf(folder.filePath(QStringLiteral("starts"))).count('\n'), 1);
}

} // namespace exeat

QTEST_GUILESS_MAIN(exeat::TestServiceStarter)
#include "tst_servicestarter.moc"
