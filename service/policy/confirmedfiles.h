#pragma once

#include "shared/base/error.h"
#include "shared/domain/trust.h"

#include <string>
#include <vector>

namespace exeat {

/**
 * The files that a person confirmed, in one file of ours (0600, replaced atomically). One content a path: the last one.
 * Main thread only.
 */
class ConfirmedFiles {
public:
    /** `path`: absolute. Read once, now; what cannot be understood confirms nothing. */
    explicit ConfirmedFiles(std::string path);

    const std::vector<FileConfirmation>& all() const { return m_files; }
    /** On the disk when it returns. An error: it is as it was. */
    Result<void> add(const FileConfirmation& file);
    /** Missing: it was not confirmed. */
    Result<void> remove(const std::string& path);
    /** Empty: what was confirmed is in force. */
    const std::string& problem() const { return m_problem; }

private:
    Result<void> save(std::vector<FileConfirmation> files);

    std::string m_path;
    std::vector<FileConfirmation> m_files;
    std::string m_problem;
};

} // namespace exeat
