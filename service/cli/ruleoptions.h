#pragma once

#include "service/cli/commandline.h"
#include "shared/base/error.h"
#include "shared/wire/rulesmessages.h"

namespace exeat {

/** The options of `exeat rules add`. */
class RuleOptions {
public:
    /** Adds them to `parser`, which outlives this and parses them. */
    explicit RuleOptions(QCommandLineParser& parser);

    /** What they and the words behind `--` ask for, once parsed. Errors are of usage. */
    Result<wire::AddRule> addition(const Arguments& arguments) const;

private:
    Result<PrefixRule> rule(const std::vector<std::string>& pattern) const;
    Result<std::vector<std::string>> environmentNames() const;
    Result<void> place(wire::AddRule& request) const;

    QCommandLineParser& m_parser;
    QCommandLineOption m_layer;
    QCommandLineOption m_decision;
    QCommandLineOption m_justification;
    QCommandLineOption m_exact;
    QCommandLineOption m_sandbox;
    QCommandLineOption m_environment;
    QCommandLineOption m_answersPrompts;
    QCommandLineOption m_confirmed;
};

/** As it was written, made absolute, without a look at the disk beyond the current folder. */
std::string absolutePath(const std::string& file);

} // namespace exeat
