#pragma once

#include "rules/danger/dangertable.h"

/** Tests of the danger table that are more than a list of words. */
namespace exeat::danger {

/** Whether a path is far more than a project: /, /usr, a home folder, the folder above; also as `~`, `$HOME`. */
bool isWide(std::string_view path);
/** Whether writing there goes past all file systems: /dev/sda, not /dev/null, terminals and pipes. */
bool isDevice(std::string_view path);

bool namesWideFolder(const Invocation& invocation);
bool writesToDevice(const Invocation& invocation);      ///< an operand is a device
bool copiesOntoDevice(const Invocation& invocation);    ///< the last operand is one
bool ddWritesToDevice(const Invocation& invocation);    ///< of=
bool killsEveryone(const Invocation& invocation);       ///< kill … -1
bool killsAnyName(const Invocation& invocation);        ///< pkill and killall without a name, or with `.`
bool pushesOverOrDeletes(const Invocation& invocation); ///< a refspec +x or :x
bool codeDeletesFiles(const Invocation& invocation);    ///< -c, -e, …: program text
bool forgetsAtOnce(const Invocation& invocation);       ///< git's --expire=now, --prune=now
bool setsSizeToNothing(const Invocation& invocation);   ///< truncate -s 0

} // namespace exeat::danger
