#include "service/control/controltrust.h"

namespace exeat {
namespace {

wire::ControlReply failed(std::uint64_t request, const Error& error) {
    return wire::RequestFailed{request, error.kind, error.text};
}

wire::ControlReply done(std::uint64_t request, const Result<void>& result) {
    return result ? wire::ControlReply(wire::RequestDone{request}) : failed(request, result.error());
}

wire::ControlReply unable(std::uint64_t request) {
    return failed(request, {ErrorKind::Unavailable, "this service keeps no record of what is trusted", 0});
}

Result<void> isPlace(const std::string& path) {
    if (path.starts_with('/') && path.find('\0') == std::string::npos)
        return {};
    return fail(ErrorKind::Invalid, "a project's directory or a file is named by its absolute path");
}

} // namespace

wire::ControlReply ControlTrust::answer(const wire::ListTrust& request) const {
    if (m_access == nullptr)
        return unable(request.request);
    return wire::TrustList{request.request, m_access->projects(), m_access->files()};
}

wire::ControlReply ControlTrust::answer(const wire::ShowTrust& request) const {
    if (m_access == nullptr)
        return unable(request.request);
    if (auto place = isPlace(request.directory); !place)
        return failed(request.request, place.error());
    auto view = m_access->view(request.directory);
    return view ? wire::ControlReply(wire::TrustShown{request.request, std::move(*view)})
                : failed(request.request, view.error());
}

wire::ControlReply ControlTrust::answer(const wire::AcceptTrust& request) const {
    if (m_access == nullptr)
        return unable(request.request);
    if (auto place = isPlace(request.directory); !place)
        return failed(request.request, place.error());
    if (auto allowed = mayTrust(m_asker.context()); !allowed)
        return failed(request.request, allowed.error());
    return done(request.request, m_access->accept(request.directory, request.hash, m_asker.describe()));
}

wire::ControlReply ControlTrust::answer(const wire::ConfirmFile& request) const {
    if (m_access == nullptr)
        return unable(request.request);
    if (auto place = isPlace(request.path); !place)
        return failed(request.request, place.error());
    if (auto allowed = mayTrust(m_asker.context()); !allowed)
        return failed(request.request, allowed.error());
    return done(request.request, m_access->confirm(request.path, request.sha256, m_asker.describe()));
}

wire::ControlReply ControlTrust::answer(const wire::RevokeTrust& request) const {
    if (m_access == nullptr)
        return unable(request.request);
    if (auto place = isPlace(request.path); !place)
        return failed(request.request, place.error());
    return done(request.request, m_access->revoke(request.path));
}

} // namespace exeat
