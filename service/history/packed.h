#pragma once

#include "shared/domain/command.h"
#include "shared/domain/verdict.h"

#include <string>
#include <string_view>
#include <vector>

/**
 * Lists as one column. Words are each ended by NUL, which no argument can contain, so any bytes come back as they were
 * and a person can still read the file. Chain and trace begin with the number of their layout: raise `packedLayout`
 * when ChainLink or TraceStep changes; an older layout is read as empty.
 */
namespace exeat {

inline constexpr char packedLayout = 1;

std::string packWords(const std::vector<std::string>& words);
std::vector<std::string> unpackWords(std::string_view bytes);
std::string packChain(const std::vector<ChainLink>& chain);
std::vector<ChainLink> unpackChain(std::string_view bytes);
std::string packTrace(const std::vector<TraceStep>& trace);
std::vector<TraceStep> unpackTrace(std::string_view bytes);

} // namespace exeat
