#include "shared/base/error.h"

#include <system_error>

namespace exeat {

Error systemError(std::string_view what, int errnum) {
    return {ErrorKind::System, std::string(what) + ": " + std::generic_category().message(errnum), errnum};
}

} // namespace exeat
