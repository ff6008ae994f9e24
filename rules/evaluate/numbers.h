#pragma once

#include "rules/evaluate/outcome.h"
#include "rules/language/ast.h"

#include <optional>
#include <string>
#include <string_view>

/** Arithmetic of int and float. Ints grow as they need to, up to limits::rulesIntegerBits. */
namespace exeat::rules {

class Evaluation;

/** Of two numbers; nullopt where the operator means nothing for them (bits of a float). */
std::optional<Outcome> arithmetic(Evaluation& evaluation, BinaryOperator op, Value left, Value right);

/** Of a number; nullopt as above. */
std::optional<Outcome> arithmetic(Evaluation& evaluation, UnaryOperator op, Value operand);

double toDouble(Value number);

/** As str() gives it. */
std::string floatText(double real);

/** Six digits behind the point: `%e` and `%f` of formats. */
std::string floatText(double real, char format);

/** A literal as the lexer lets it pass: `0x1F`, `12`, `1.5e3`. */
Outcome integerLiteral(Evaluation& evaluation, std::string_view text);
Value floatLiteral(std::string_view text); ///< infinite where it is too large

} // namespace exeat::rules
