#include "service/policy/confirmedfiles.h"

#include "service/policy/replacefile.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/base/uniquefd.h"
#include "shared/wire/codec.h"

#include <algorithm>

namespace exeat {
namespace {

/** On disk. Another form is not understood, so its number changes with the fields. */
struct StoredFiles {
    std::uint32_t form = 1;
    std::vector<FileConfirmation> files;
};

constexpr std::size_t storedBytes = limits::confirmedFiles * 16384;

} // namespace

ConfirmedFiles::ConfirmedFiles(std::string path) : m_path(std::move(path)) {
    const auto bytes = readFile(m_path, storedBytes);
    if (!bytes && bytes.error().errnum == ENOENT)
        return;
    StoredFiles stored;
    wire::Reader reader(bytes ? std::string_view(*bytes) : std::string_view());
    if (bytes && reader.get(stored) && reader.atEnd() && stored.form == StoredFiles{}.form)
        m_files = std::move(stored.files);
    else
        m_problem = "the files that you confirmed are not known any more, because " + m_path +
                    " cannot be read; you are asked about each again";
}

Result<void> ConfirmedFiles::add(const FileConfirmation& file) {
    auto files = m_files;
    std::erase_if(files, [&](const FileConfirmation& other) { return other.path == file.path; });
    if (files.size() >= limits::confirmedFiles)
        return fail(ErrorKind::Limit, "more than " + std::to_string(limits::confirmedFiles) +
                                          " files are confirmed already; `exeat trust list` shows them, `exeat trust "
                                          "revoke PATH` forgets one");
    files.push_back(file);
    return save(std::move(files));
}

Result<void> ConfirmedFiles::remove(const std::string& path) {
    auto files = m_files;
    if (std::erase_if(files, [&](const FileConfirmation& file) { return file.path == path; }) == 0)
        return fail(ErrorKind::Missing, visible(path, 512) + " is not confirmed");
    return save(std::move(files));
}

Result<void> ConfirmedFiles::save(std::vector<FileConfirmation> files) {
    wire::Writer writer;
    writer.put(StoredFiles{StoredFiles{}.form, files});
    if (auto saved = replaceFile(m_path, writer.take(), 0600); !saved)
        return saved;
    m_files = std::move(files);
    m_problem.clear();
    return {};
}

} // namespace exeat
