#include "service/control/rulesreplies.h"

#include "shared/wire/codec.h"
#include "shared/wire/lastof.h"

#include <algorithm>
#include <utility>

namespace exeat {
namespace {

/** What may still be sent. */
class Room {
public:
    explicit Room(std::size_t bytes) : m_left(bytes) {}

    /** False, and nothing is taken, if it does not fit. */
    template<class T>
    bool take(const T& value) {
        wire::Writer writer;
        writer.put(value);
        const std::size_t size = writer.take().size();
        if (size > m_left)
            return false;
        m_left -= size;
        return true;
    }

    /** As many of the first items as fit; returns how many did not. */
    template<class T>
    std::uint64_t cut(std::vector<T>& items) {
        std::size_t kept = 0;
        while (kept < items.size() && take(items[kept]))
            ++kept;
        const std::size_t lost = items.size() - kept;
        items.resize(kept);
        return lost;
    }

private:
    std::size_t m_left;
};

/** With nothing in its lists, for its own size. */
ListedFile headOf(const ListedFile& file) {
    ListedFile head = file;
    head.rules.clear();
    head.hosts.clear();
    head.network.clear();
    return head;
}

} // namespace

wire::RulesListing fitted(wire::RulesListing listing, std::size_t bytes) {
    Room room(bytes);
    auto folders = std::exchange(listing.folders, {});
    room.take(listing);
    for (ListedFolder& folder : folders) {
        auto files = std::exchange(folder.files, {});
        if (!room.take(folder))
            break;
        for (ListedFile& file : files) {
            if (!room.take(headOf(file))) {
                folder.problem += (folder.problem.empty() ? "" : "; ") +
                                  std::to_string(files.size() - folder.files.size()) + " file(s) are not shown here";
                break;
            }
            file.leftOut += room.cut(file.rules);
            file.leftOut += room.cut(file.hosts);
            file.leftOut += room.cut(file.network);
            folder.files.push_back(std::move(file));
        }
        listing.folders.push_back(std::move(folder));
    }
    return listing;
}

wire::Explanation fitted(wire::Explanation explanation, std::size_t bytes) {
    Room room(bytes);
    // First what each comes to, then why.
    for (ExplainedCommand& command : explanation.commands) {
        ExplainedCommand head = command;
        head.trials.clear();
        if (!room.take(head)) {
            command.argv = {"(too long to be shown)"};
            command.names.clear();
            command.leftOut += std::exchange(command.trials, {}).size();
        }
    }
    for (ExplainedCommand& command : explanation.commands)
        command.leftOut += room.cut(command.trials);
    return explanation;
}

wire::RulesFindings fitted(wire::RulesFindings findings, std::size_t bytes) {
    Room room(bytes);
    findings.leftOut += room.cut(findings.findings);
    return findings;
}

} // namespace exeat
