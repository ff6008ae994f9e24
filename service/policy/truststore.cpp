#include "service/policy/truststore.h"

#include "service/policy/replacefile.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/base/uniquefd.h"
#include "shared/qt/sha256.h"
#include "shared/wire/lastof.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <numeric>
#include <optional>
#include <ranges>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exeat {

template<>
struct wire::LastOf<RulesReach> {
    static constexpr auto value = RulesReach::Below;
};

namespace {

struct StoredText {
    std::string path;
    std::string text;
};

struct StoredContent {
    Acceptance acceptance;
    std::vector<StoredText> texts;
};

/** Another form than ours is not understood, so its number changes with the fields. */
constexpr std::uint32_t currentForm = 3;

/** A TrustRecord on disk. */
struct StoredRecord {
    std::uint32_t form = currentForm;
    std::string directory;
    std::vector<StoredContent> accepted;
    std::vector<PrefixRule> tightening;
    std::vector<HostExecutable> narrowing;
    bool overflow = false;
    RulesReach reach = RulesReach::DirectoryOnly;
};

static_assert(wire::detail::fieldCount<PrefixRule>() == 18 && wire::detail::fieldCount<HostExecutable>() == 6,
              "raise the number of the form");

std::string encoded(const TrustRecord& record) {
    StoredRecord stored{currentForm,      record.directory, {},          record.tightening,
                        record.narrowing, record.overflow,  record.reach};
    for (const auto& content : record.accepted) {
        auto& one = stored.accepted.emplace_back(StoredContent{content.acceptance, {}});
        for (const auto& [path, text] : content.texts)
            one.texts.push_back({path, text});
    }
    wire::Writer writer;
    writer.put(stored);
    return writer.take();
}

std::optional<TrustRecord> decoded(const std::string& bytes) {
    StoredRecord stored;
    wire::Reader reader(bytes);
    if (!reader.get(stored) || !reader.atEnd() || stored.form != currentForm)
        return std::nullopt;
    TrustRecord record{std::move(stored.directory),
                       {},
                       std::move(stored.tightening),
                       std::move(stored.narrowing),
                       stored.overflow,
                       stored.reach};
    for (auto& content : stored.accepted) {
        auto& one = record.accepted.emplace_back(AcceptedContent{content.acceptance, {}});
        for (auto& text : content.texts)
            one.texts.emplace(std::move(text.path), std::move(text.text));
    }
    return record;
}

} // namespace

TrustStore::TrustStore(std::string folder) : m_folder(std::move(folder)) {
    load();
    (void)longGone(); // so that the time counts from now on
}

void TrustStore::load() {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(m_folder, error)) {
        const std::string file = entry.path().string();
        if (entry.path().filename().string().starts_with('.'))
            continue; // what a write left behind that was cut off
        const auto bytes = readFile(file, limits::trustRecordBytes);
        auto record = bytes ? decoded(*bytes) : std::nullopt;
        if (!record || fileOf(record->directory) != file || m_records.size() >= limits::trustRecords) {
            m_damaged.insert(file);
            continue;
        }
        m_bytes[record->directory] = bytes->size();
        m_records.emplace(record->directory, std::move(*record));
    }
}

std::string TrustStore::fileOf(const std::string& directory) const {
    return m_folder + '/' + sha256Hex(directory);
}

const TrustRecord* TrustStore::find(const std::string& directory) const {
    const auto found = m_records.find(directory);
    return found == m_records.end() ? nullptr : &found->second;
}

bool TrustStore::isDamaged(const std::string& directory) const {
    return !m_damaged.empty() && m_damaged.contains(fileOf(directory));
}

std::size_t TrustStore::bytesOfOthers(const std::string& directory) const {
    std::size_t sum = 0;
    for (const auto& [other, bytes] : m_bytes)
        sum += other == directory ? 0 : bytes;
    return sum;
}

/** An empty file whose time says since when the folder is gone. Its dot keeps it from being read as a record. */
std::string TrustStore::goneMarkOf(const std::string& directory) const {
    return m_folder + "/.gone-" + sha256Hex(directory);
}

std::vector<std::string> TrustStore::longGone() const {
    std::vector<std::string> gone;
    const auto now = std::chrono::system_clock::now();
    for (const auto& directory : m_records | std::views::keys) {
        const std::string mark = goneMarkOf(directory);
        struct stat facts{};
        if (::lstat(directory.c_str(), &facts) == 0 || errno != ENOENT) {
            ::unlink(mark.c_str());
        } else if (::stat(mark.c_str(), &facts) < 0) {
            // Where the mark cannot be made, nothing is forgotten.
            const UniqueFd made(::open(mark.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        } else if (now - std::chrono::system_clock::from_time_t(facts.st_mtime) > limits::trustGone) {
            gone.push_back(directory);
        }
    }
    return gone;
}

void TrustStore::forgetGone() {
    for (const auto& directory : longGone())
        (void)remove(directory); // a file that stays is tried again at the next start
}

Result<void> TrustStore::put(const TrustRecord& record) {
    const std::string& directory = record.directory;
    const std::string bytes = encoded(record);
    const auto isFull = [&] {
        return isFullFor(directory) || bytesOfOthers(directory) + bytes.size() > limits::trustBytes;
    };
    if (bytes.size() > limits::trustRecordBytes)
        return fail(ErrorKind::Limit, "the rules of " + visible(directory, 512) + " are too much to be remembered");
    if (isFull())
        forgetGone();
    if (isFull())
        return fail(ErrorKind::Limit, "more projects with rules are remembered than " + m_folder +
                                          " may hold; `exeat trust list` shows them. Nothing is forgotten by itself "
                                          "while its folder is there: where you need none, remove its rules files and "
                                          "`exeat trust accept` that folder");
    if (::mkdir(m_folder.c_str(), 0700) < 0 && errno != EEXIST)
        return failErrno("cannot make " + m_folder);
    const std::string file = fileOf(directory);
    if (auto written = replaceFile(file, bytes, 0600); !written)
        return written;
    m_bytes[directory] = bytes.size();
    m_damaged.erase(file);
    m_records.insert_or_assign(directory, record);
    return {};
}

void TrustStore::putForNow(TrustRecord record) {
    if (!isFullFor(record.directory))
        m_records.insert_or_assign(record.directory, std::move(record));
}

bool TrustStore::isFullFor(const std::string& directory) const {
    return m_records.size() >= limits::trustRecords && !m_records.contains(directory);
}

Result<void> TrustStore::remove(const std::string& directory) {
    m_records.erase(directory);
    m_bytes.erase(directory);
    m_damaged.erase(fileOf(directory));
    ::unlink(goneMarkOf(directory).c_str());
    if (::unlink(fileOf(directory).c_str()) < 0 && errno != ENOENT)
        return failErrno("cannot remove " + fileOf(directory));
    return {};
}

} // namespace exeat
