#include "tests/wrapper/fakegate.h"

#include <array>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace exeat::test {

namespace {

constexpr int patienceSeconds = 20;

/** One message and the descriptors that came with it. */
ssize_t receiveMessage(int socket, char* out, std::size_t size, std::vector<UniqueFd>& fds) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * EXECFRAME_MAX_FDS)> room{};
    iovec part{out, size};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    const auto got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    for (auto* header = CMSG_FIRSTHDR(&message); got >= 0 && header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        std::vector<int> numbers((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        std::memcpy(numbers.data(), CMSG_DATA(header), numbers.size() * sizeof(int));
        for (const int number : numbers)
            fds.emplace_back(number);
    }
    return got;
}

} // namespace

Conversation::Conversation(UniqueFd stream) : m_stream(std::move(stream)) {
    const timeval patience{patienceSeconds, 0};
    ::setsockopt(m_stream.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(m_stream.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

bool Conversation::readAll(char* out, std::size_t size) {
    for (std::size_t done = 0; done < size;) {
        const auto got = receiveMessage(m_stream.get(), out + done, size - done, m_fds);
        if (got <= 0)
            return false;
        done += static_cast<std::size_t>(got);
    }
    return true;
}

std::string Conversation::receive() {
    std::array<char, EXECFRAME_LENGTH_BYTES> header{};
    if (!readAll(header.data(), header.size()))
        return {};
    std::string payload(execframe_load(header.data(), EXECFRAME_LENGTH_BYTES), '\0');
    return readAll(payload.data(), payload.size()) ? payload : std::string();
}

std::vector<Announced> Conversation::receiveDescriptors() {
    std::vector<Announced> result;
    m_fds.clear();
    const auto setup = receive();
    if (execframe_decode_setup({setup.data(), setup.size()}, &m_setup) != EXECFRAME_OK)
        return {};
    for (execframe_descriptors frame{.more = true, .count = 0, .numbers = {}}; frame.more;) {
        const auto payload = receive();
        if (execframe_decode_descriptors({payload.data(), payload.size()}, &frame) != EXECFRAME_OK)
            return {};
        auto fds = takeFds();
        for (std::size_t i = 0; i < fds.size() && fds.size() == frame.count; ++i)
            result.push_back({frame.numbers[i], std::move(fds[i])});
    }
    return result;
}

void Conversation::send(const std::function<std::size_t(execframe_writer&)>& encode) {
    std::string room(65536, '\0');
    auto out = execframe_writer_on(room.data(), room.size());
    room.resize(encode(out));
    [[maybe_unused]] const auto sent = ::send(m_stream.get(), room.data(), room.size(), MSG_NOSIGNAL);
}

void Conversation::sendPayload(const std::string& payload) {
    send([&](auto& out) {
        execframe_put(&out, EXECFRAME_LENGTH_BYTES, 0);
        execframe_put_raw(&out, payload.data(), payload.size());
        return execframe_end(&out);
    });
}

void Conversation::answer(execframe_verdict verdict, const std::string& reason) {
    send([&](auto& out) { return execframe_encode_answer(&out, verdict, reason.data(), reason.size()); });
}

pid_t Conversation::creator() const {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    ::getsockopt(m_stream.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size);
    return credentials.pid;
}

void Conversation::exitWith(bool bySignal, int value) {
    send([&](auto& out) { return execframe_encode_exit(&out, bySignal, value); });
}

int Conversation::receiveSignal() {
    const auto payload = receive();
    std::uint8_t signal = 0;
    return execframe_decode_signal({payload.data(), payload.size()}, &signal) == EXECFRAME_OK ? signal : 0;
}

FakeGate::FakeGate(int type, Handler handler)
    : m_sockets(makeSocketPair(type).value()), m_handler(std::move(handler)),
      m_thread([this](const std::stop_token& stop) { serve(stop); }) {}

FakeGate::~FakeGate() {
    finish();
}

void FakeGate::finish() {
    m_thread.request_stop();
    if (m_thread.joinable())
        m_thread.join();
    const std::lock_guard lock(m_mutex);
    m_conversations.clear();
}

void FakeGate::serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pollfd ready{m_sockets.ours.get(), POLLIN, 0};
        if (::poll(&ready, 1, 20) <= 0)
            continue;
        char hello = 1;
        std::vector<UniqueFd> fds;
        if (receiveMessage(m_sockets.ours.get(), &hello, 1, fds) != 1 || hello != 0 || fds.size() != 1)
            continue;
        ++m_requests;
        const std::lock_guard lock(m_mutex);
        m_conversations.emplace_back([this, stream = std::move(fds.front())]() mutable {
            Conversation conversation(std::move(stream));
            const auto request = conversation.receive();
            m_handler(conversation, request);
        });
    }
}

std::vector<std::string> strings(execframe_list list) {
    std::vector<std::string> result;
    for (execframe_bytes item{}; execframe_next(&list, &item);)
        result.emplace_back(item.data, item.size);
    return result;
}

} // namespace exeat::test
