#pragma once

#include "shared/base/uniquefd.h"
#include "shared/wire/execframe.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace exeat::test {

/** A descriptor as the helper announced it. */
struct Announced {
    int number = -1;
    UniqueFd fd;
};

/** One helper's stream, seen from the gate. Blocking; every read gives up after 20 s. */
class Conversation {
public:
    explicit Conversation(UniqueFd stream);

    /** The next payload with the descriptors that came with it; empty at the end of the stream. */
    std::string receive();
    /** The Setup frame and all Descriptors frames up to the last. */
    std::vector<Announced> receiveDescriptors();
    /** What came before the descriptors. */
    const execframe_setup& setup() const { return m_setup; }
    /** One frame of whatever `encode` writes. */
    void send(const std::function<std::size_t(execframe_writer&)>& encode);
    void sendPayload(const std::string& payload);
    void answer(execframe_verdict verdict, const std::string& reason = {});
    void exitWith(bool bySignal, int value);
    /** Waits for a Signal frame; 0 for anything else. */
    int receiveSignal();
    bool atEnd() { return receive().empty(); }
    /** Who opened the stream (unix(7), SO_PEERCRED). */
    pid_t creator() const;
    std::vector<UniqueFd> takeFds() { return std::move(m_fds); }

private:
    bool readAll(char* out, std::size_t size);
    UniqueFd m_stream;
    std::vector<UniqueFd> m_fds;
    execframe_setup m_setup{};
};

/** The server's side of the escalate socket: each announced stream is handled in a thread of its own. */
class FakeGate {
public:
    using Handler = std::function<void(Conversation&, const std::string& request)>;

    /** `type` is SOCK_SEQPACKET (ours) or SOCK_DGRAM (Codex). */
    FakeGate(int type, Handler handler);
    ~FakeGate();
    FakeGate(const FakeGate&) = delete;
    FakeGate& operator=(const FakeGate&) = delete;

    /** To be inherited by the programs under test. */
    int helperEnd() const { return m_sockets.theirs.get(); }
    int requests() const { return m_requests; }
    /** Takes no more requests and joins what is under way. */
    void finish();

private:
    void serve(const std::stop_token& stop);
    SocketPair m_sockets;
    Handler m_handler;
    std::atomic<int> m_requests = 0;
    std::mutex m_mutex;
    std::vector<std::jthread> m_conversations;
    std::jthread m_thread;
};

/** The strings of a decoded list. */
std::vector<std::string> strings(execframe_list list);

} // namespace exeat::test
