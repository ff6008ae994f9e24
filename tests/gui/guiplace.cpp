#include "guiplace.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <csignal>

namespace exeat {
namespace {

constexpr const char* rules = R"(
prefix_rule(pattern=["git", "push"], decision="prompt", justification="Pushing changes what others see; look at the branch first.")
prefix_rule(pattern=["git", ["status", "log"]], decision="allow")
prefix_rule(pattern=["curl"], decision="prompt", justification="What leaves the machine is looked at.")
prefix_rule(pattern=["hostname"], decision="forbidden", justification="Use uname -n instead.")
)";

QByteArray message(const QJsonObject& object) {
    QJsonObject whole = object;
    whole[QStringLiteral("jsonrpc")] = QStringLiteral("2.0");
    return QJsonDocument(whole).toJson(QJsonDocument::Compact) + '\n';
}

QJsonObject hello(const QString& name) {
    return {{QStringLiteral("id"), 0},
            {QStringLiteral("method"), QStringLiteral("initialize")},
            {QStringLiteral("params"), QJsonObject{{QStringLiteral("protocolVersion"), QStringLiteral("2025-06-18")},
                                                   {QStringLiteral("capabilities"), QJsonObject{}},
                                                   {QStringLiteral("clientInfo"),
                                                    QJsonObject{{QStringLiteral("name"), name},
                                                                {QStringLiteral("version"), QStringLiteral("1")}}}}}};
}

QJsonObject shellCall(int id, const QString& script) {
    return {{QStringLiteral("id"), id},
            {QStringLiteral("method"), QStringLiteral("tools/call")},
            {QStringLiteral("params"),
             QJsonObject{{QStringLiteral("name"), QStringLiteral("shell")},
                         {QStringLiteral("arguments"), QJsonObject{{QStringLiteral("command"), script}}}}}};
}

} // namespace

GuiPlace::GuiPlace() : m_top(QStringLiteral("/var/tmp/exeat-gui-XXXXXX")) {
    const QDir top(m_top.path());
    for (const char* folder : {"run", "config/exeat/rules", "state", "codex", "projects"})
        top.mkpath(QString::fromLatin1(folder));
    QFile::setPermissions(top.filePath(QStringLiteral("run")), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    QFile file(top.filePath(QStringLiteral("config/exeat/rules/gui.rules")));
    if (file.open(QIODevice::WriteOnly))
        file.write(rules);
    const auto set = [&](const char* name, const char* folder) {
        qputenv(name, top.filePath(QString::fromLatin1(folder)).toLocal8Bit());
    };
    set("XDG_RUNTIME_DIR", "run");
    set("XDG_CONFIG_HOME", "config");
    set("XDG_STATE_HOME", "state");
    set("CODEX_HOME", "codex");
}

GuiPlace::~GuiPlace() {
    for (const auto& process : m_processes) {
        process->kill();
        process->waitForFinished();
    }
    QFile lock(m_top.filePath(QStringLiteral("run/exeat/exeatd.lock")));
    if (lock.open(QIODevice::ReadOnly)) {
        if (const pid_t service = lock.readAll().trimmed().toInt(); service > 1)
            ::kill(service, SIGTERM);
    }
}

QString GuiPlace::project(const QString& name) const {
    const QString path = m_top.filePath(QStringLiteral("projects/") + name);
    if (QDir(path).exists())
        return path;
    QDir().mkpath(path);
    QProcess::execute(QStringLiteral("git"), {QStringLiteral("init"), QStringLiteral("-q"), QStringLiteral("-b"),
                                              QStringLiteral("main"), path});
    return path;
}

QProcess* GuiPlace::start(const QStringList& words, const QString& folder) {
    m_processes.push_back(std::make_unique<QProcess>());
    QProcess* process = m_processes.back().get();
    process->setWorkingDirectory(folder);
    process->start(qEnvironmentVariable("EXEAT_BIN") + QStringLiteral("/exeat"), words);
    process->waitForStarted();
    return process;
}

QProcess* GuiPlace::run(const QString& project, const QString& script) {
    return start({QStringLiteral("run"), QStringLiteral("--"), script}, project);
}

QProcess* GuiPlace::agent(const QString& name, const QString& project, const QStringList& scripts) {
    QProcess* process = start({QStringLiteral("mcp")}, project);
    process->write(message(hello(name)));
    process->write(message({{QStringLiteral("method"), QStringLiteral("notifications/initialized")}}));
    int id = 0;
    for (const QString& script : scripts)
        process->write(message(shellCall(++id, script)));
    return process;
}

} // namespace exeat
