#include "service/mcp/sandboxstate.h"

#include <QUrl>

#include <filesystem>

namespace exeat::mcp {
namespace {

constexpr std::size_t mostRoots = 256;
constexpr std::size_t longestPath = 4096; // PATH_MAX

ClientSandbox narrowestAt(std::string workdir) {
    ClientSandbox sandbox;
    sandbox.workdir = std::move(workdir);
    return sandbox;
}

bool isUsablePath(const std::string& path) {
    return !path.empty() && path.size() < longestPath && path.find('\0') == std::string::npos;
}

std::optional<std::string> absolutePath(const std::string& path, const std::string& base) {
    if (!isUsablePath(path))
        return std::nullopt;
    return (std::filesystem::path(base) / path).lexically_normal().string();
}

/** A path, or the file: URI of one on this machine. */
std::optional<std::string> pathOrUri(const Json* value, const std::string& base) {
    if (value == nullptr || !value->is_string())
        return std::nullopt;
    const auto text = value->get<std::string>();
    if (!text.starts_with("file:"))
        return absolutePath(text, base);
    if (text.size() > 3 * longestPath)
        return std::nullopt;
    const QUrl url(QString::fromStdString(text), QUrl::StrictMode);
    if (!url.isValid() || !(url.host().isEmpty() || url.host() == QLatin1String("localhost")))
        return std::nullopt;
    const std::string path = url.path(QUrl::FullyDecoded).toStdString();
    return path.starts_with('/') ? absolutePath(path, "/") : std::nullopt;
}

bool flag(const Json& object, const char* key) {
    const Json* value = member(object, key);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

NetworkAccess networkOf(const Json& object, const char* key) {
    const Json* value = member(object, key);
    if (value == nullptr)
        return NetworkAccess::Off;
    const bool on = value->is_boolean() ? value->get<bool>() : value->is_string() && *value == "enabled";
    return on ? NetworkAccess::On : NetworkAccess::Off;
}

/** Absolute paths only, as Codex demands of writable_roots. */
Result<std::vector<std::string>> rootsOf(const Json& policy) {
    std::vector<std::string> roots;
    const Json* list = member(policy, "writable_roots");
    if (list == nullptr)
        return roots;
    if (!list->is_array() || list->size() > mostRoots)
        return fail(ErrorKind::Invalid,
                    "writable_roots must be a list of at most " + std::to_string(mostRoots) + " absolute paths");
    for (const Json& root : *list) {
        if (!root.is_string() || !root.get<std::string>().starts_with('/'))
            return fail(ErrorKind::Invalid, "every entry of writable_roots must be an absolute path");
        auto path = absolutePath(root.get<std::string>(), "/");
        if (!path)
            return fail(ErrorKind::Invalid, "an entry of writable_roots is no usable path");
        roots.push_back(std::move(*path));
    }
    return roots;
}

Result<ClientSandbox> fromPolicy(const Json& policy, std::string workdir) {
    const auto type = stringMember(policy, "type");
    ClientSandbox sandbox = narrowestAt(std::move(workdir));
    if (type == "read-only") {
        sandbox.network = networkOf(policy, "network_access");
    } else if (type == "workspace-write") {
        auto roots = rootsOf(policy);
        if (!roots)
            return std::unexpected(roots.error());
        sandbox.mode = SandboxMode::WorkspaceWrite;
        sandbox.network = networkOf(policy, "network_access");
        sandbox.writableRoots = std::move(*roots);
        if (!sandbox.workdir.empty())
            sandbox.writableRoots.push_back(sandbox.workdir);
        sandbox.excludeTmp = flag(policy, "exclude_slash_tmp");
        sandbox.excludeTmpdir = flag(policy, "exclude_tmpdir_env_var");
    } else if (type == "danger-full-access") {
        sandbox.mode = SandboxMode::FullAccess;
        sandbox.network = NetworkAccess::On;
    } else if (type == "external-sandbox") {
        sandbox.mode = SandboxMode::FullAccess;
        sandbox.network = networkOf(policy, "network_access");
    } else {
        return fail(ErrorKind::Invalid, "sandboxPolicy.type must be read-only, workspace-write, danger-full-access or "
                                        "external-sandbox");
    }
    return sandbox;
}

/** One `file_system.entries` item; false if it asks for something that only the narrowest reading honours. */
bool applyEntry(const Json& entry, ClientSandbox& sandbox) {
    const auto access = stringMember(entry, "access");
    if (access == "read")
        return true; // everything is readable in our sandboxes but what DESIGN.md §6 hides
    const Json* path = objectMember(entry, "path");
    if (access != "write" || path == nullptr || sandbox.writableRoots.size() >= mostRoots)
        return false;
    const auto type = stringMember(*path, "type");
    if (type == "path") {
        const auto root = stringMember(*path, "path");
        if (!root || !root->starts_with('/') || !isUsablePath(*root))
            return false;
        sandbox.writableRoots.push_back(std::filesystem::path(*root).lexically_normal().string());
        return true;
    }
    const Json* value = objectMember(*path, "value");
    if (type != "special" || value == nullptr)
        return false;
    const auto kind = stringMember(*value, "kind");
    if (value->size() != 1)
        return false; // a part of a special place: not known, so not granted
    if (kind == "root") {
        sandbox.mode = SandboxMode::FullAccess;
    } else if (kind == "slash_tmp") {
        sandbox.excludeTmp = false;
    } else if (kind == "tmpdir") {
        sandbox.excludeTmpdir = false;
    } else if (kind == "workspace_roots" || kind == "project_roots" || kind == "current_working_directory") {
        sandbox.writableRoots.push_back(sandbox.workdir);
    } else {
        return false;
    }
    return true;
}

ClientSandbox fromProfile(const Json& profile, const std::string& workdir) {
    const ClientSandbox narrowest = narrowestAt(workdir);
    const auto type = stringMember(profile, "type");
    ClientSandbox sandbox = narrowest;
    if (type == "disabled" || type == "external") {
        sandbox.mode = SandboxMode::FullAccess;
        sandbox.network = type == "disabled" ? NetworkAccess::On : networkOf(profile, "network");
        return sandbox;
    }
    const Json* files = objectMember(profile, "file_system");
    if (type != "managed" || files == nullptr)
        return narrowest;
    sandbox.network = networkOf(profile, "network");
    if (stringMember(*files, "type") == "unrestricted") {
        sandbox.mode = SandboxMode::FullAccess;
        return sandbox;
    }
    const Json* entries = member(*files, "entries");
    if (stringMember(*files, "type") != "restricted" || entries == nullptr || !entries->is_array())
        return narrowest;
    sandbox.excludeTmp = true;
    sandbox.excludeTmpdir = true;
    for (const Json& entry : *entries) {
        if (!applyEntry(entry, sandbox))
            return narrowest;
    }
    const bool writes = !sandbox.writableRoots.empty() || !sandbox.excludeTmp || !sandbox.excludeTmpdir;
    if (sandbox.mode != SandboxMode::FullAccess)
        sandbox.mode = writes ? SandboxMode::WorkspaceWrite : SandboxMode::ReadOnly;
    if (sandbox.mode == SandboxMode::ReadOnly)
        sandbox.excludeTmp = sandbox.excludeTmpdir = false;
    return sandbox;
}

} // namespace

Result<ClientSandbox> parseSandboxUpdate(const Json& params, const std::string& workdir) {
    if (!params.is_object() || params.empty())
        return fail(ErrorKind::Invalid, "missing params for sandbox state request");
    const Json* policy = objectMember(params, "sandboxPolicy");
    auto place = pathOrUri(member(params, "sandboxCwd"), workdir);
    if (policy == nullptr || !place)
        return fail(ErrorKind::Invalid, "failed to deserialize sandbox state: sandboxPolicy must be an object and "
                                        "sandboxCwd a path");
    auto sandbox = fromPolicy(*policy, std::move(*place));
    if (!sandbox)
        return fail(ErrorKind::Invalid, "failed to deserialize sandbox state: " + sandbox.error().text);
    return sandbox;
}

std::optional<ClientSandbox> parseCallSandbox(const Json& meta, const std::string& workdir) {
    const Json* state = member(meta, "codex/sandbox-state");
    if (state == nullptr)
        state = member(meta, "codex/sandbox-state-meta");
    if (state == nullptr)
        return std::nullopt;
    const auto place = pathOrUri(member(*state, "sandboxCwd"), workdir);
    const ClientSandbox narrowest = narrowestAt(place.value_or(workdir));
    if (!place)
        return narrowest;
    if (const Json* profile = objectMember(*state, "permissionProfile"))
        return fromProfile(*profile, *place);
    return parseSandboxUpdate(*state, workdir).value_or(narrowest);
}

} // namespace exeat::mcp
