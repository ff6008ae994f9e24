#pragma once

#include "service/policy/policypicture.h"
#include "shared/base/error.h"

#include <string>

namespace exeat {

/**
 * The snapshot as it would be with `text` in the file instead of what holds now. Missing: the file lies in none of the
 * picture's folders, so it holds for nothing there. Refused: the text is broken, with the place. What is not saved is
 * not trusted: a project's rules loosen nothing here.
 */
Result<PolicySnapshot> withReplacedFile(PolicyPicture picture, const std::string& file, const std::string& text);

} // namespace exeat
