#pragma once

#include "shared/base/limits.h"
#include "shared/base/uniquefd.h"

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace exeat {

/** Who logs in, from the user database. */
struct LoginUser {
    std::string name;
    std::string home;
    std::string shell;
};

Result<LoginUser> loginUser();

/** Of /etc/environment as pam_env(8) reads it: NAME=value lines, quotes taken off; others are skipped. */
std::vector<std::string> parseEtcEnvironment(std::string_view text);

/** What a login starts from before any profile: user database, PATH as login(1), /etc/environment, systemd's bus. */
std::vector<std::string> baseEnvironment(const LoginUser& user, std::string_view etcEnvironment);

/**
 * The environment as at login, never a client's: the login shell is started with baseEnvironment() and says what its
 * profiles made of it. One that hangs (limits::loginShell), fails or is no Bourne shell or fish costs only what the
 * profiles would have added. Main thread only; one use.
 */
class LoginEnvironment : public QObject {
    Q_OBJECT
public:
    LoginEnvironment(LoginUser user, std::chrono::milliseconds patience, QObject* parent = nullptr);
    ~LoginEnvironment() override;
    void start();

signals:
    /** Exactly once, from the event loop. `problem` is empty or says why it is the base only. */
    void ready(const std::vector<std::string>& environment, const QString& problem);

private:
    void read();
    void finish(const QString& problem);

    LoginUser m_user;
    std::chrono::milliseconds m_patience;
    std::vector<std::string> m_base;
    pid_t m_pid = 0;
    UniqueFd m_pipe;
    std::unique_ptr<QSocketNotifier> m_readable;
    std::string m_text;
    QTimer m_timer;
    bool m_done = false;
};

} // namespace exeat
