#include "service/cli/commandline.h"

#include "service/cli/output.h"

#include <QDateTime>

#include <filesystem>
#include <string_view>

namespace exeat {

Arguments splitArguments(int argc, const char* const* argv) {
    Arguments arguments;
    if (argc > 1)
        arguments.command = argv[1];
    for (int i = 2; i < argc; ++i) {
        arguments.words.emplace_back(argv[i]);
        if (arguments.hasRest)
            arguments.rest.emplace_back(argv[i]);
        else if (std::string_view(argv[i]) == "--")
            arguments.hasRest = true;
        else
            arguments.options.push_back(QString::fromLocal8Bit(argv[i]));
    }
    return arguments;
}

std::optional<int> parse(QCommandLineParser& parser, const Arguments& arguments, const QString& usage) {
    parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsLongOptions);
    const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("Show this help."));
    parser.addOption(help);
    const QStringList words = QStringList{QStringLiteral("exeat")} + arguments.options;
    if (!parser.parse(words)) {
        complain(parser.errorText().toStdString());
        complain("usage: exeat " + usage.toStdString());
        return exitUsage;
    }
    if (!parser.isSet(help))
        return std::nullopt;
    // Qt writes its own usage line; the first line is ours instead.
    QString text = parser.helpText();
    text.remove(0, text.indexOf(u'\n') + 1);
    say("Usage: exeat " + usage.toStdString() + "\n" + text.toStdString());
    return 0;
}

Result<std::string> existingFolder(const QString& wanted) {
    std::error_code error;
    const std::string name = wanted.toLocal8Bit().toStdString();
    const auto folder = std::filesystem::canonical(name, error);
    if (error || !std::filesystem::is_directory(folder, error))
        return fail(ErrorKind::Missing, "there is no folder " + name);
    return folder.string();
}

std::optional<std::chrono::seconds> parseDuration(const QString& text) {
    if (text.isEmpty())
        return std::nullopt;
    std::int64_t unit = 1;
    QString number = text;
    if (!text.back().isDigit()) {
        switch (text.back().toLatin1()) {
        case 's':
            unit = 1;
            break;
        case 'm':
            unit = 60;
            break;
        case 'h':
            unit = 3600;
            break;
        case 'd':
            unit = 86400;
            break;
        default:
            return std::nullopt;
        }
        number.chop(1);
    }
    bool good = false;
    const std::int64_t value = number.toInt(&good);
    if (!good || value <= 0 || number.startsWith(u'+'))
        return std::nullopt;
    return std::chrono::seconds(value * unit);
}

std::optional<std::int64_t> parseSince(const QString& text, std::int64_t now) {
    if (const auto duration = parseDuration(text))
        return now - std::chrono::milliseconds(*duration).count();
    const QDateTime moment = QDateTime::fromString(text, Qt::ISODate);
    if (!moment.isValid())
        return std::nullopt;
    return moment.toMSecsSinceEpoch();
}

} // namespace exeat
