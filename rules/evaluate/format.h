#pragma once

#include "rules/evaluate/native.h"
#include "rules/evaluate/outcome.h"

#include <string_view>

namespace exeat::rules {

class Evaluation;

/** `text % values`: `%s %r %d %o %x %X %e %f %g %%`, one value or a tuple of them. */
Outcome formatPercent(Evaluation& evaluation, std::string_view text, Value values);

/** `text.format(…)`: `{}`, `{0}`, `{name}`, each perhaps with `!r` or `!s`; `{{` and `}}`. */
Outcome formatBraces(Evaluation& evaluation, std::string_view text, const NativeCall& call);

} // namespace exeat::rules
