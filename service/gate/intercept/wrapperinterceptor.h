#pragma once

#include "service/gate/eventloop.h"
#include "service/gate/intercept/interceptor.h"
#include "service/gate/intercept/peerstream.h"

#include <map>
#include <memory>

namespace exeat::gate {

/**
 * The wrapper design: helpers send one end of a stream socket over the run's escalate socket, then a claim over the
 * stream. Everything that comes is hostile; whatever is malformed, late (limits::handshake) or too much
 * (limits::pendingExecsPerRun, claimBytesPerRun) is dropped or denied without disturbing the others.
 */
class WrapperInterceptor : public Interceptor {
public:
    /** `socket` is our end of CODEX_ESCALATE_SOCKET. `loop` and `listener` outlive this. */
    static Result<std::unique_ptr<WrapperInterceptor>> create(EventLoop& loop, UniqueFd socket, ExecListener& listener);
    ~WrapperInterceptor() override;

    void goOnInside(ExecId exec) override;
    void refuse(ExecId exec, const std::string& reason) override;
    void expectOutside(ExecId exec) override;
    OutsideCaller takeOutside(ExecId exec) override;

private:
    struct Caller;
    WrapperInterceptor(EventLoop& loop, UniqueFd socket, ExecListener& listener);
    void receiveCallers();
    bool receiveCaller();
    void adopt(UniqueFd stream);
    void readable(ExecId exec);
    void answer(ExecId exec, const std::string& frame);
    void drop(ExecId exec);
    void forget(ExecId exec);

    EventLoop& m_loop;
    UniqueFd m_socket;
    ExecListener& m_listener;
    EventLoop::WatchId m_watch = 0;
    std::map<ExecId, std::unique_ptr<Caller>> m_callers;
    std::size_t m_heldBytes = 0;
    std::uint64_t m_lastExec = shellExec.value;
};

} // namespace exeat::gate
