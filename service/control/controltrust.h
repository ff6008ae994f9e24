#pragma once

#include "service/approvals/answerguard.h"
#include "shared/base/error.h"
#include "shared/domain/trust.h"
#include "shared/wire/controlmessages.h"

#include <functional>
#include <string>
#include <vector>

namespace exeat {

/** Trust in the rules of repositories and in files of the user's, as control.sock needs it. Main thread only. */
class TrustAccess {
public:
    virtual ~TrustAccess() = default;
    virtual std::vector<TrustStatus> projects() = 0;
    virtual Result<TrustView> view(const std::string& directory) = 0;
    /** `who`: for the record. */
    virtual Result<void> accept(const std::string& directory, const std::string& hash, const std::string& who) = 0;
    virtual std::vector<FileConfirmation> files() = 0;
    /** Refused if the file's content has another hash by now. */
    virtual Result<void> confirm(const std::string& path, const std::string& sha256, const std::string& who) = 0;
    /** Of a project's directory or a confirmed file. */
    virtual Result<void> revoke(const std::string& path) = 0;
};

/** Who asks; called only where it matters, at the moment of the act. */
struct TrustAsker {
    std::function<AnswerContext()> context;
    std::function<std::string()> describe;
};

/** `exeat trust`: what each request is answered. Without `access`, that this service cannot do it. */
class ControlTrust {
public:
    ControlTrust(TrustAccess* access, TrustAsker asker) : m_access(access), m_asker(std::move(asker)) {}

    wire::ControlReply answer(const wire::ListTrust& request) const;
    wire::ControlReply answer(const wire::ShowTrust& request) const;
    wire::ControlReply answer(const wire::AcceptTrust& request) const;
    wire::ControlReply answer(const wire::ConfirmFile& request) const;
    wire::ControlReply answer(const wire::RevokeTrust& request) const;

private:
    TrustAccess* m_access;
    TrustAsker m_asker;
};

} // namespace exeat
