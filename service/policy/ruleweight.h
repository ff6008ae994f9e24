#pragma once

#include "shared/domain/policysnapshot.h"

#include <cstddef>

namespace exeat {

/** Bytes that a rule or an entry takes in a message to a gate, at least; in memory it is about as much. */
std::size_t weightOf(const PrefixRule& rule);
std::size_t weightOf(const HostExecutable& host);

} // namespace exeat
