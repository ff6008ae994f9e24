#include "shared/wire/execframe.h"

#include <cstdlib>
#include <string>
#include <vector>

/**
 * Any bytes into every decoder of execframe.h; what decodes must encode to the same bytes again. libFuzzer's entry
 * point; tst_execframe replays the corpus through it.
 */
namespace {

std::string text(const execframe_bytes& bytes) {
    return {bytes.data, bytes.size};
}

void require(bool condition) {
    if (!condition)
        std::abort();
}

std::vector<std::string> items(execframe_list list) {
    std::vector<std::string> result;
    execframe_bytes item{};
    const auto count = list.count;
    while (execframe_next(&list, &item))
        result.push_back(text(item));
    require(result.size() == count && list.size == 0);
    return result;
}

std::vector<const char*> pointers(const std::vector<std::string>& strings) {
    std::vector<const char*> result;
    for (const auto& string : strings)
        result.push_back(string.c_str());
    result.push_back(nullptr);
    return result;
}

void same(const std::string& room, std::size_t size, const execframe_bytes& payload) {
    require(size == payload.size + EXECFRAME_LENGTH_BYTES);
    require(room.compare(EXECFRAME_LENGTH_BYTES, payload.size, payload.data, payload.size) == 0);
}

void request(const execframe_bytes& payload, std::string& room, execframe_writer& out) {
    execframe_request decoded;
    if (execframe_decode_request(payload, &decoded) != EXECFRAME_OK)
        return;
    const auto argv = items(decoded.argv);
    const auto environment = items(decoded.environment);
    const auto size = execframe_encode_request(&out, text(decoded.file).c_str(), text(decoded.workdir).c_str(),
                                               pointers(argv).data(), pointers(environment).data());
    same(room, size, payload);
}

void small(const execframe_bytes& payload, std::string& room, execframe_writer& out) {
    execframe_answer answer{};
    execframe_setup setup{};
    execframe_descriptors descriptors{};
    execframe_exit exit{};
    std::uint8_t signal = 0;
    if (execframe_decode_answer(payload, &answer) == EXECFRAME_OK)
        same(room, execframe_encode_answer(&out, answer.verdict, answer.reason.data, answer.reason.size), payload);
    else if (execframe_decode_setup(payload, &setup) == EXECFRAME_OK)
        same(room, execframe_encode_setup(&out, &setup), payload);
    else if (execframe_decode_descriptors(payload, &descriptors) == EXECFRAME_OK)
        same(room, execframe_encode_descriptors(&out, descriptors.more, descriptors.numbers, descriptors.count),
             payload);
    else if (execframe_decode_exit(payload, &exit) == EXECFRAME_OK)
        same(room, execframe_encode_exit(&out, exit.by_signal, exit.value), payload);
    else if (execframe_decode_signal(payload, &signal) == EXECFRAME_OK)
        same(room, execframe_encode_signal(&out, signal), payload);
    else if (execframe_decode_stopped(payload, &signal) == EXECFRAME_OK)
        same(room, execframe_encode_stopped(&out, signal), payload);
    else
        require(answer.verdict == EXECFRAME_DENY);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(data, data + size);
    execframe_bytes payload{};
    if (execframe_split(bytes.data(), bytes.size(), &payload) != EXECFRAME_OK)
        return 0;
    require(payload.size >= 1 && payload.size + EXECFRAME_LENGTH_BYTES <= bytes.size());
    std::string room(payload.size + 64, '\0');
    auto out = execframe_writer_on(room.data(), room.size());
    request(payload, room, out);
    out = execframe_writer_on(room.data(), room.size());
    small(payload, room, out);
    return 0;
}
