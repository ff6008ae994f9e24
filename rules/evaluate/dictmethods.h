#pragma once

#include "rules/evaluate/dict.h"
#include "rules/evaluate/native.h"

namespace exeat::rules {

/** What dict() and the method update() do: the first argument's entries or pairs, then the arguments with a name. */
Raisable<void> putEntries(Evaluation& evaluation, Dict& dict, const NativeCall& call);

} // namespace exeat::rules
