#include "service/app/loginenvironment.h"

#include "service/run/spawn.h"
#include "shared/base/text.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>

#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exeat {
namespace {

constexpr std::size_t mostBytes = std::size_t{4} << 20;
constexpr int reportNumber = 3;

std::string_view nameOf(std::string_view entry) {
    return entry.substr(0, entry.find('='));
}

void set(std::vector<std::string>& environment, const std::string& entry) {
    std::erase_if(environment, [&](const auto& one) { return nameOf(one) == nameOf(entry); });
    environment.push_back(entry);
}

bool isName(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

bool isFolderOf(const std::string& path, uid_t user) {
    struct stat facts{};
    return ::lstat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) && facts.st_uid == user;
}

/** Shells that take `-l -c` and `>&3`. */
bool canTell(const std::string& shell) {
    static constexpr auto names =
        std::to_array<std::string_view>({"bash", "dash", "sh", "zsh", "ksh", "mksh", "ksh93", "ash", "fish"});
    return shell.starts_with('/') &&
           std::ranges::find(names, std::filesystem::path(shell).filename().string()) != names.end();
}

std::vector<std::string> splitEntries(const std::string& text) {
    // What the shell sets for itself, and what would make programs outside behave by our doing.
    static constexpr auto left = std::to_array<std::string_view>({"SHLVL", "_", "PWD", "OLDPWD"});
    std::vector<std::string> entries;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\0', at), text.size());
        const std::string entry = text.substr(at, end - at);
        at = end + 1;
        const auto name = nameOf(entry);
        if (!name.empty() && name.size() < entry.size() && std::ranges::find(left, name) == left.end())
            entries.push_back(entry);
    }
    return entries;
}

} // namespace

Result<LoginUser> loginUser() {
    std::vector<char> room(16384);
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::getuid(), &entry, room.data(), room.size(), &found) != 0 || found == nullptr)
        return fail(ErrorKind::Missing, "this user has no entry in the user database");
    return LoginUser{entry.pw_name, entry.pw_dir, *entry.pw_shell != '\0' ? entry.pw_shell : "/bin/sh"};
}

std::vector<std::string> parseEtcEnvironment(std::string_view text) {
    std::vector<std::string> entries;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        while (!line.empty() && (line.front() == ' ' || line.front() == '\t'))
            line.remove_prefix(1);
        if (line.starts_with("export "))
            line.remove_prefix(7);
        while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r'))
            line.remove_suffix(1);
        const std::string_view name = nameOf(line);
        if (line.starts_with('#') || name.size() == line.size() || !isName(name))
            continue;
        std::string_view value = line.substr(name.size() + 1);
        if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
            value = value.substr(1, value.size() - 2);
        entries.push_back(std::string(name) + '=' + std::string(value));
    }
    return entries;
}

std::vector<std::string> baseEnvironment(const LoginUser& user, std::string_view etcEnvironment) {
    const uid_t uid = ::getuid();
    std::vector<std::string> environment = {
        "HOME=" + user.home, "USER=" + user.name, "LOGNAME=" + user.name, "SHELL=" + user.shell,
        uid == 0 ? "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
                 : "PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"};
    for (const auto& entry : parseEtcEnvironment(etcEnvironment))
        set(environment, entry);
    const std::string runtime = "/run/user/" + std::to_string(uid);
    if (isFolderOf(runtime, uid)) {
        set(environment, "XDG_RUNTIME_DIR=" + runtime);
        std::error_code error;
        if (std::filesystem::exists(runtime + "/bus", error))
            set(environment, "DBUS_SESSION_BUS_ADDRESS=unix:path=" + runtime + "/bus");
    }
    return environment;
}

LoginEnvironment::LoginEnvironment(LoginUser user, std::chrono::milliseconds patience, QObject* parent)
    : QObject(parent), m_user(std::move(user)), m_patience(patience) {
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        finish(QStringLiteral("the login shell did not end within %1 s. See what takes that long in its profiles "
                              "(time %2 -l -c true), then start the service again")
                   .arg(std::chrono::ceil<std::chrono::seconds>(m_patience).count())
                   .arg(QString::fromStdString(visible(m_user.shell, 256))));
    });
}

LoginEnvironment::~LoginEnvironment() {
    if (m_pid != 0) {
        ::kill(-m_pid, SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
    }
}

void LoginEnvironment::start() {
    m_base = baseEnvironment(m_user, readFile("/etc/environment", 65536).value_or(std::string()));
    const auto later = [this](const QString& problem) {
        QMetaObject::invokeMethod(this, [this, problem] { finish(problem); }, Qt::QueuedConnection);
    };
    if (!canTell(m_user.shell)) {
        later(QStringLiteral("the login shell is of a kind that cannot be asked for its environment"));
        return;
    }
    auto pipe = makePipe();
    if (!pipe || !setNonBlocking(pipe->read)) {
        later(QStringLiteral("no pipe for the login shell"));
        return;
    }
    SpawnRequest request;
    request.file = m_user.shell;
    request.argv = {m_user.shell, "-l", "-c", "exec /usr/bin/env -0 >&3"};
    request.environment = m_base;
    request.inherited = {{reportNumber, pipe->write.get()}};
    auto child = spawn(request);
    if (!child) {
        later(QString::fromStdString(child.error().text));
        return;
    }
    m_pid = child->pid;
    m_pipe = std::move(pipe->read);
    m_readable = std::make_unique<QSocketNotifier>(m_pipe.get(), QSocketNotifier::Read);
    connect(m_readable.get(), &QSocketNotifier::activated, this, &LoginEnvironment::read);
    m_timer.start(m_patience);
}

void LoginEnvironment::read() {
    std::array<char, 65536> chunk; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
    for (;;) {
        const ssize_t got = ::read(m_pipe.get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return;
        if (got > 0) {
            m_text.append(chunk.data(), static_cast<std::size_t>(got));
            if (m_text.size() > mostBytes) {
                finish(QStringLiteral("the login shell says more than any environment holds"));
                return;
            }
            continue;
        }
        const auto entries = splitEntries(m_text);
        const bool whole = std::ranges::any_of(entries, [](const auto& one) { return one.starts_with("PATH="); });
        if (whole)
            m_base = entries;
        finish(whole ? QString() : QStringLiteral("the login shell did not tell its environment"));
        return;
    }
}

void LoginEnvironment::finish(const QString& problem) {
    if (m_done)
        return;
    m_done = true;
    m_timer.stop();
    if (m_readable)
        m_readable->setEnabled(false);
    if (m_pid != 0) {
        // Its process group only: daemons that a profile starts (ssh-agent) have one of their own and shall live.
        ::kill(-m_pid, SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
        m_pid = 0;
    }
    emit ready(m_base, problem);
}

} // namespace exeat
