#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <fstream>

using nlohmann::json;

namespace {

/** What the program said of one case. */
struct Answer {
    int exit = -1;
    QByteArray output;
    QByteArray errors;
    QString text() const {
        return QStringLiteral("exit %1\n%2%3").arg(exit).arg(QString::fromUtf8(output), QString::fromUtf8(errors));
    }
};

QString textOf(const json& value) {
    return QString::fromStdString(value.get<std::string>());
}

void write(const QString& path, const json& text) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    const auto bytes = text.get<std::string>();
    QCOMPARE(file.write(bytes.data(), static_cast<qint64>(bytes.size())), static_cast<qint64>(bytes.size()));
}

/** `exeat execpolicy check` in a folder with the case's files. */
Answer run(const json& one) {
    const QTemporaryDir folder;
    QStringList words{QStringLiteral("execpolicy"), QStringLiteral("check")};
    for (const auto& flag : one["flags"])
        words << textOf(flag);
    json texts = one.value("more_files", json::array());
    texts.insert(texts.begin(), one["rules"]);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const QString name = i == 0 ? QStringLiteral("policy.rules") : QStringLiteral("more%1.rules").arg(i);
        write(folder.filePath(name), texts[i]);
        words << QStringLiteral("-r") << name;
    }
    words << QStringLiteral("--");
    for (const auto& word : one["cmd"])
        words << textOf(word);
    QProcess program;
    program.setWorkingDirectory(folder.path());
    program.start(qEnvironmentVariable("EXEAT_BIN", QCoreApplication::applicationDirPath()) + "/exeat", words);
    if (!program.waitForFinished(30000) || program.exitStatus() != QProcess::NormalExit)
        return {-1, {}, program.errorString().toUtf8() + program.readAllStandardError()};
    return {program.exitCode(), program.readAllStandardOutput(), program.readAllStandardError()};
}

/** Empty: as recorded. */
QString difference(const json& one, const Answer& answer) {
    if (answer.exit != one["exit"].get<int>())
        return QStringLiteral("another exit code");
    if (answer.exit == 0 && !answer.errors.isEmpty())
        return QStringLiteral("it complains");
    if (answer.exit == 0)
        return answer.output == QByteArray::fromStdString(one["stdout"]) ? QString() : QStringLiteral("another report");
    if (!answer.output.isEmpty() || answer.errors.isEmpty())
        return QStringLiteral("an error belongs on standard error");
    const json& expected = one["error"];
    // Failing examples, and faults of usage, were recorded without a place.
    if (!expected.contains("line") || expected["line"].is_null())
        return {};
    const auto place = QStringLiteral("%1:%2:").arg(textOf(expected["file"])).arg(expected["line"].get<int>());
    return answer.errors.startsWith(place.toUtf8()) ? QString() : QStringLiteral("another place than ") + place;
}

} // namespace

/** 268 runs of the real `codex execpolicy check`: ours prints the same bytes, or a fault on the same line. */
class RecordedTest : public QObject {
    Q_OBJECT
private slots:
    void cases() {
        std::ifstream file(TEST_DATA "/execpolicy-check.json");
        const json all = json::parse(file);
        QCOMPARE(all.size(), std::size_t{268});
        QStringList differing;
        for (const auto& one : all) {
            const Answer answer = run(one);
            const QString why = difference(one, answer);
            if (!why.isEmpty())
                differing << textOf(one["name"]) + ": " + why + ": " + answer.text();
        }
        QVERIFY2(differing.isEmpty(), qPrintable(differing.join(u'\n')));
    }
};

QTEST_GUILESS_MAIN(RecordedTest)
#include "tst_recorded.moc"
