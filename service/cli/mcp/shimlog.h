#pragma once

#include <string_view>

namespace exeat {

enum class ShimLogLevel { Error, Info, Debug };

/** One line on standard error if EXEAT_LOG (error, info, debug; default error) lets it through. Never colours. */
void shimLog(ShimLogLevel level, std::string_view text);

} // namespace exeat
