#pragma once

#include <cerrno>
#include <expected>
#include <string>
#include <string_view>

namespace exeat {

/** What class of failure it is, so that callers can branch without reading the text. */
enum class ErrorKind {
    System,      ///< a system call failed; `errnum` is set
    Invalid,     ///< bytes or arguments that cannot mean anything
    Limit,       ///< one of limits.h was reached
    Missing,     ///< a file, program or kernel feature is not there
    Refused,     ///< understood and not permitted
    Unavailable, ///< the other side is gone or not ready
    Changed,     ///< what was looked at became something else before it was used; a new attempt may pass
};

/** A failure as a value. `text` is complete English for a person: what happened, why, what to do next. */
struct [[nodiscard]] Error {
    ErrorKind kind = ErrorKind::System;
    std::string text;
    int errnum = 0;

    bool operator==(const Error&) const = default;
};

template<class T>
using Result = std::expected<T, Error>;

/** `what`: strerror(errnum). Thread-safe. */
Error systemError(std::string_view what, int errnum = errno);

inline std::unexpected<Error> fail(ErrorKind kind, std::string text) {
    return std::unexpected(Error{kind, std::move(text), 0});
}
inline std::unexpected<Error> failErrno(std::string_view what, int errnum = errno) {
    return std::unexpected(systemError(what, errnum));
}

} // namespace exeat
