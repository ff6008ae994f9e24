#include "rules/danger/wrappertable.h"

#include "rules/danger/arguments.h"

#include <algorithm>

namespace exeat::danger {
namespace {

constexpr std::string_view shells = "sh bash dash ash zsh ksh ksh93 mksh rbash posh yash fish exeat-bash bash-static";
constexpr std::string_view otherInterpreters = "python pypy perl ruby node nodejs deno bun php lua tclsh";
constexpr std::string_view downloaders = "curl wget wget2 fetch aria2c axel http https httpie xh lynx w3m links elinks "
                                         "lwp-request GET nc ncat netcat ftp lftp";

// clang-format off
constexpr WrapperRow rows[] = {
    {"env", "uC --unset --chdir", {}, {}, 0, true},
    {"sudo", "aCcDgGhpRrTtuU --auth-type --user --group --host --prompt --chdir --chroot --close-from --role --type --other-user --command-timeout --login-class",
     {}, "lvVKe --list --validate --version --remove-timestamp --edit", 0, true},
    {"doas", "uC"},
    {"pkexec", "--user"},
    {"su", "gGsw --group --supp-group --shell --whitelist-environment", "c --command --session-command"},
    {"runuser", "ugGsw --user --group --supp-group --shell --whitelist-environment", "c --command --session-command"},
    {"gosu su-exec setuidgid", {}, {}, {}, 1},
    {"sg", {}, "c", {}, 1},
    {"command", {}, {}, "vV"},
    {"builtin nohup setsid fakeroot eatmydata unbuffer busybox toybox linux32 linux64 dbus-run-session", {}},
    {"exec", "a"},
    {"nice", "n --adjustment"},
    {"ionice", "cnpPu --class --classdata --pid --pgid --uid", {}, "pPu --pid --pgid --uid"},
    {"chrt", "TPDp --sched-runtime --sched-period --sched-deadline --pid", {}, "p --pid", 1},
    {"taskset", "p --pid", {}, "p --pid", 1},
    {"time", "fo --format --output"},
    {"timeout gtimeout", "ks --kill-after --signal", {}, {}, 1},
    {"stdbuf", "ioe --input --output --error"},
    {"chroot", "--userspec --groups", {}, {}, 1},
    {"unshare", "SGRw --setuid --setgid --root --wd"},
    {"nsenter", "tSGrw --target --setuid --setgid"},
    {"setpriv", "--reuid --regid --groups --inh-caps --ambient-caps --bounding-set --pdeathsig --selinux-label --apparmor-profile"},
    {"flock", "wE --timeout --wait --conflict-exit-code", "c --command", {}, 1},
    {"script", "IOBTmoE --log-in --log-out --log-io --log-timing --logging-format --output-limit --echo", "c --command"},
    {"strace ltrace", "abeEIoOpPsSuUX --attach --output --expr --trace --string-limit --user", {}, "p --attach"},
    {"systemd-run", "pHMuEt --property --unit --host --machine --uid --gid --setenv --slice --description --working-directory"},
    {"systemd-inhibit", "--what --who --why --mode"},
    {"xargs", "adEILnPs --arg-file --delimiter --max-args --max-procs --max-chars --max-lines"},
    {"sshpass", "pfdeP"},
    {"watch", "nq --interval --equexit", {}, {}, 0, false, WrappedForm::Script},
    {"parallel", "aCcdEIijLlNnsSP --arg-file --jobs --colsep --max-args --sshlogin --joblog --delay --timeout --tmpdir", {}, {}, 0, false, WrappedForm::Script},
    {"ssh rsh", "BbcDEeFIiJLlmOopQRSWwP", {}, {}, 1, false, WrappedForm::Script, WrapperPlace::OtherMachine},
    {"npx bunx pnpx", "pw --package --workspace", "c --call"},
};

constexpr std::string_view ofContainer =
    "acehlmpuvw --add-host --attach --cap-add --cap-drop --cidfile --cpus --cpu-shares --cpuset-cpus --device --dns --domainname --entrypoint "
    "--env --env-file --expose --gpus --group-add --health-cmd --hostname --ip --ipc --label --label-file --link --log-driver --log-opt "
    "--mac-address --memory --memory-swap --mount --name --network --network-alias --net --pid --pids-limit --platform --publish --pull "
    "--restart --runtime --security-opt --shm-size --stop-signal --stop-timeout --storage-opt --sysctl --tmpfs --ulimit --user --userns "
    "--uts --volume --volume-driver --volumes-from --workdir";
constexpr std::string_view ofPod = "cfns --container --filename --namespace --context --cluster --kubeconfig --server --token --pod-running-timeout";

// What runs in a container is not on another machine: it may well have folders of this one.
constexpr WrapperRow intoContainer{{}, "euw --env --env-file --user --workdir --index", {}, {}, 1};
constexpr WrapperRow newContainer{{}, ofContainer, {}, {}, 1};
constexpr WrapperRow package{{}, "p --package --workspace", "c --call --shell-mode"};

constexpr SubcommandWrapper subcommands[] = {
    {"docker podman docker-compose podman-compose", "exec", intoContainer},
    {"docker podman", "container exec", intoContainer},
    {"docker podman", "compose exec", intoContainer},
    {"docker podman docker-compose podman-compose", "run", newContainer},
    {"docker podman", "container run", newContainer},
    {"docker podman", "compose run", newContainer},
    {"kubectl oc", "exec", {{}, ofPod, {}, {}, 1, false, WrappedForm::Dashed, WrapperPlace::OtherMachine}},
    {"oc", "rsh", {{}, ofPod, {}, {}, 1, false, WrappedForm::Command, WrapperPlace::OtherMachine}},
    {"git", "bisect run", {}},
    {"git", "submodule foreach", {{}, {}, {}, {}, 0, false, WrappedForm::Script}},
    {"git", "rebase", {{}, "sXC --onto --strategy --strategy-option", "x --exec", {}, 0, false, WrappedForm::None}},
    {"npm pnpm yarn", "exec", package},
    {"pnpm yarn", "dlx", package},
    {"npm bun", "x", package},
};
// clang-format on

} // namespace

const WrapperRow* wrapperOf(std::string_view program) {
    const auto* found =
        std::ranges::find_if(rows, [&](const WrapperRow& row) { return isListed(row.programs, program); });
    return found == std::end(rows) ? nullptr : found;
}

std::span<const SubcommandWrapper> subcommandWrappers() {
    return subcommands;
}

bool startsOthers(std::string_view program) {
    return wrapperOf(program) != nullptr ||
           std::ranges::any_of(subcommands, [&](const auto& row) { return isListed(row.programs, program); });
}

bool isShell(std::string_view program) {
    return isListed(shells, program);
}

bool isInterpreter(std::string_view program) {
    return isShell(program) || isListed(otherInterpreters, program);
}

bool isDownloader(std::string_view program) {
    return isListed(downloaders, program);
}

} // namespace exeat::danger
