#pragma once

#include "shared/base/error.h"

#include <span>
#include <string>
#include <vector>

namespace exeat {

enum class ReportForm { OneLine, Indented };
enum class ProgramLookup { AsSpelled, ByPath };

/** What `exeat execpolicy check …` asks for. */
struct ExecpolicyCheck {
    std::vector<std::string> files;   ///< at least one; bytes as they came
    std::vector<std::string> command; ///< at least one word; valid UTF-8
    ReportForm form = ReportForm::OneLine;
    ProgramLookup lookup = ProgramLookup::AsSpelled;
    bool helpAsked = false; ///< then nothing else is filled
    bool operator==(const ExecpolicyCheck&) const = default;
};

/**
 * The words behind `check`, read as Codex 0.169 reads them (codex.md §1.6, and its odd forms, measured): options before
 * the first word of the command only; a leading option that is not known is the command; so is `-rFILE`, unless FILE
 * consists of option letters. Codex's own `-c`, `--config`, `--enable`, `--disable` are taken and change nothing. An
 * error is one of usage.
 */
Result<ExecpolicyCheck> parseExecpolicyCheck(std::span<const std::string> words);

} // namespace exeat
