#pragma once

#include "service/gate/intercept/claimparser.h"
#include "shared/base/uniquefd.h"
#include "shared/domain/command.h"
#include "shared/domain/ids.h"

#include <string>

#include <sys/types.h>

namespace exeat::gate {

/** A caller whose command runs outside: the rest of the talk with it goes over this. */
struct OutsideCaller {
    UniqueFd stream;
    HelperProtocol protocol = HelperProtocol::Binary;
    bool told = false; ///< that its command runs outside
};

/** Who hears of execs. All calls come from the event loop; the interceptor may be called from within them. */
class ExecListener {
public:
    virtual ~ExecListener() = default;
    /** A process wants to exec. `caller` is the kernel's word, 0 = unknown. It waits until it is answered. */
    virtual void claimed(ExecId exec, ClaimedCommand claim, pid_t caller) = 0;
    /** It is gone before an answer; the id is dead. */
    virtual void gone(ExecId exec) = 0;
};

/** One way to catch the execs of one run. Every claim is answered exactly once, or gone. */
class Interceptor {
public:
    virtual ~Interceptor() = default;
    virtual void goOnInside(ExecId exec) = 0;
    /** Also after expectOutside(). */
    virtual void refuse(ExecId exec, const std::string& reason) = 0;
    /**
     * It will most likely run outside: if its protocol can take that back, the caller says already now what is to be
     * inherited, while the last word is still awaited. Nothing starts by it.
     */
    virtual void expectOutside(ExecId exec) = 0;
    /** The caller is not answered here any more: who takes it says "escalate", unless it was told, and mirrors the
     *  command. */
    virtual OutsideCaller takeOutside(ExecId exec) = 0;
};

} // namespace exeat::gate
