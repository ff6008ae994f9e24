#include "service/gate/resolve/execchain.h"

#include "shared/base/limits.h"
#include "shared/base/uniquefd.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace exeat::gate {

namespace {

/** The first bytes of a file of /proc; this runs for every exec, so it reads once and parses nothing twice. */
std::string_view readSome(pid_t pid, const char* name, std::array<char, limits::chainLinkBytes>& buffer) {
    const UniqueFd fd(::open(("/proc/" + std::to_string(pid) + name).c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd)
        return {};
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    return {buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

ChainLink linkOf(pid_t pid) {
    std::array<char, limits::chainLinkBytes> buffer;
    std::string_view words = readSome(pid, "/cmdline", buffer);
    ChainLink link;
    while (!words.empty() && link.argv.size() < limits::chainLinkWords) {
        const auto end = std::min(words.find('\0'), words.size());
        link.argv.emplace_back(words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    if (!link.argv.empty())
        link.program = link.argv.front().substr(link.argv.front().rfind('/') + 1);
    return link;
}

std::vector<ChainLink> chainFrom(pid_t pid, std::span<const pid_t> ends) {
    std::vector<ChainLink> chain;
    while (pid > 1 && std::ranges::find(ends, pid) == ends.end() && chain.size() < limits::chainLinks) {
        chain.push_back(linkOf(pid));
        pid = processFacts(pid).parent;
    }
    std::ranges::reverse(chain);
    return chain;
}

} // namespace

ProcessFacts processFacts(pid_t pid) {
    std::array<char, limits::chainLinkBytes> buffer;
    std::string_view stat = readSome(pid, "/stat", buffer);
    // proc_pid_stat(5): the name is in parentheses and may hold anything; then the state, then the parent.
    const auto end = stat.rfind(')');
    if (end == std::string_view::npos || stat.size() < end + 5)
        return {};
    stat.remove_prefix(end + 4);
    ProcessFacts facts;
    std::from_chars(stat.data(), stat.data() + stat.size(), facts.parent);
    constexpr int fieldsToStartTime = 18; // from field 4 to field 22
    for (int i = 0; i < fieldsToStartTime; ++i)
        stat.remove_prefix(std::min(stat.find(' ') + 1, stat.size())); // npos + 1 is 0: a short line ends nowhere
    std::from_chars(stat.data(), stat.data() + stat.size(), facts.startTime);
    return facts;
}

std::vector<ChainLink> execChain(pid_t caller, std::span<const pid_t> ends) {
    return chainFrom(processFacts(caller).parent, ends);
}

const std::vector<ChainLink>& RecentChain::endingWith(pid_t parent, std::span<const pid_t> ends) {
    constexpr auto recent = std::chrono::milliseconds(100);
    const auto now = std::chrono::steady_clock::now();
    if (parent != m_parent || now - m_read > recent) {
        m_chain = chainFrom(parent, ends);
        m_parent = parent;
        m_read = now;
    }
    return m_chain;
}

} // namespace exeat::gate
