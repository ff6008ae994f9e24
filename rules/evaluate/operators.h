#pragma once

#include "rules/evaluate/outcome.h"
#include "rules/language/ast.h"

/** What the operators of the language do. All raise at Evaluation::here(). */
namespace exeat::rules {

class Evaluation;

Outcome apply(Evaluation& evaluation, BinaryOperator op, Value left, Value right);
/** `left op= right`: a list or dict on the left is changed in place. */
Outcome applyInPlace(Evaluation& evaluation, BinaryOperator op, Value left, Value right);
Outcome apply(Evaluation& evaluation, UnaryOperator op, Value operand);
Raisable<bool> compare(Evaluation& evaluation, Comparison op, Value left, Value right);

Outcome elementAt(Evaluation& evaluation, Value object, Value index);
/** Unset parts were left out. */
Outcome sliceOf(Evaluation& evaluation, Value object, Value start, Value stop, Value step);
Raisable<void> setElement(Evaluation& evaluation, Value object, Value index, Value value);

/** A position in something of that length: negative ones count from the end. Raises where there is none. */
Raisable<std::size_t> placeAt(Evaluation& evaluation, Value index, std::size_t length);

} // namespace exeat::rules
