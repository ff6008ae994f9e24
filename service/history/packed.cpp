#include "service/history/packed.h"

#include "shared/wire/lastof.h"

namespace exeat {
namespace {

template<class T>
std::string pack(const std::vector<T>& list) {
    wire::Writer writer;
    writer.put(list);
    return packedLayout + writer.take();
}

template<class T>
std::vector<T> unpack(std::string_view bytes) {
    std::vector<T> list;
    if (bytes.empty() || bytes.front() != packedLayout)
        return list;
    wire::Reader reader(bytes.substr(1));
    if (!reader.get(list) || !reader.atEnd())
        list.clear();
    return list;
}

} // namespace

std::string packWords(const std::vector<std::string>& words) {
    std::string bytes;
    for (const std::string& word : words) {
        bytes += word;
        bytes += '\0';
    }
    return bytes;
}

std::vector<std::string> unpackWords(std::string_view bytes) {
    std::vector<std::string> words;
    for (auto end = bytes.find('\0'); end != std::string_view::npos; end = bytes.find('\0')) {
        words.emplace_back(bytes.substr(0, end));
        bytes.remove_prefix(end + 1);
    }
    return words;
}

std::string packChain(const std::vector<ChainLink>& chain) {
    return pack(chain);
}

std::vector<ChainLink> unpackChain(std::string_view bytes) {
    return unpack<ChainLink>(bytes);
}

std::string packTrace(const std::vector<TraceStep>& trace) {
    return pack(trace);
}

std::vector<TraceStep> unpackTrace(std::string_view bytes) {
    return unpack<TraceStep>(bytes);
}

} // namespace exeat
