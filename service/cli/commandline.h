#pragma once

#include "shared/base/error.h"

#include <QCommandLineParser>
#include <QStringList>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace exeat {

/** Exit codes of our own, as env(1) and timeout(1) have them where there is a custom. */
inline constexpr int exitUsage = 2;
inline constexpr int exitFailure = 1;

/** What follows `exeat COMMAND`, as it came and split at the first `--`. */
struct Arguments {
    std::string command;
    std::vector<std::string> words; ///< all of it; bytes
    QStringList options;            ///< before `--`, without the command
    std::vector<std::string> rest;  ///< behind `--`: bytes as they came
    bool hasRest = false;
};

Arguments splitArguments(int argc, const char* const* argv);

/**
 * Parses `options` with `parser`; --help is answered here. A value is the exit code to leave with; none: go on.
 * `usage` is the one line behind "Usage: exeat ".
 */
std::optional<int> parse(QCommandLineParser& parser, const Arguments& arguments, const QString& usage);

/** The real, absolute path of a folder that a person named. */
Result<std::string> existingFolder(const QString& wanted);

/** "10m", "2h", "90s", "7d" (a number without a letter means seconds). */
std::optional<std::chrono::seconds> parseDuration(const QString& text);
/** A duration before `now`, or a date (2026-11-21), or date and time (ISO 8601); milliseconds since 1970 UTC. */
std::optional<std::int64_t> parseSince(const QString& text, std::int64_t now);

} // namespace exeat
