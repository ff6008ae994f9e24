#include "rules/danger/dangertable.h"

#include "rules/danger/predicates.h"

#include <algorithm>

namespace exeat::danger {
namespace {

constexpr DangerTest has(std::string_view options) {
    return {TestKind::HasOption, options, nullptr};
}
constexpr DangerTest hasNot(std::string_view options) {
    return {TestKind::HasNoOption, options, nullptr};
}
constexpr DangerTest operand() {
    return {TestKind::HasOperand, {}, nullptr};
}
constexpr DangerTest operandIs(std::string_view words) {
    return {TestKind::OperandIs, words, nullptr};
}
constexpr DangerTest firstIs(std::string_view words) {
    return {TestKind::FirstOperandIs, words, nullptr};
}
constexpr DangerTest behindDashes() {
    return {TestKind::OperandBehindDashes, {}, nullptr};
}
constexpr DangerTest wordIs(std::string_view words) {
    return {TestKind::WordIs, words, nullptr};
}
constexpr DangerTest when(bool (*holds)(const Invocation&)) {
    return {TestKind::Holds, {}, holds};
}

constexpr std::string_view interpreters = "python pypy perl ruby node bun php";

// clang-format off
constexpr std::string_view composeOptions = "fp --file --project-name --profile --env-file --project-directory --ansi --parallel --progress";
constexpr std::string_view kubectlOptions = "ns --namespace --context --cluster --user --kubeconfig --server --token --as --request-timeout";

constexpr DangerEntry entries[] = {
    {"rm-wide", "deletes a whole tree that is far more than a project: the system's, a home folder or the folder above",
     "Delete what you mean by its name, below the project."},
    {"rm-force", "deletes without asking, and nothing brings it back",
     "Delete by name without force, or move it aside with mv."},
    {"unlink", "deletes a file, and nothing brings it back", "Move the file aside with mv."},
    {"shred", "overwrites files so that nobody can restore them", "Move the files aside with mv."},
    {"write-device", "writes straight to a device, past the file systems on it; what was there is lost", "Write to a file."},
    {"make-filesystem", "makes a new file system; what was there is lost", {}},
    {"wipe-disk", "erases the tables by which a disk's content is found", {}},
    {"chmod-recursive", "changes the permissions of a whole tree; how they were before is lost",
     "Change the files that need it by their names."},
    {"chown-recursive", "changes the owner of a whole tree; who it was before is lost",
     "Change the files that need it by their names."},
    {"kill-all", "ends every process that it may end, not only those you started", "End a process by its number or name."},
    {"shutdown", "stops or restarts the machine", {}},
    {"git-reset-hard", "throws away changes that are not committed",
     "`git stash` keeps them; `git reset` without --hard leaves the files alone."},
    {"git-rm", "deletes files and takes them out of the repository", "`git rm --cached` leaves the files alone."},
    {"git-branch-delete", "deletes a branch, perhaps with commits that nothing else holds", "Leave it, or rename it with `git branch -m`."},
    {"git-push-force", "overwrites or deletes what is in the remote repository", "Push to a new branch."},
    {"git-clean", "deletes files that git does not know, and nothing brings them back",
     "`git clean -n` shows what would go; `git stash -u` keeps it."},
    {"git-discard", "throws away changes that are not committed", "`git stash` keeps them."},
    {"git-stash-drop", "throws away stashed changes", "`git stash apply` leaves the stash as it is."},
    {"find-delete", "deletes everything that the search finds", "Look at what it finds first (-print), then delete by name."},
    {"truncate", "empties files, and nothing brings their content back", "Copy the file first, or write what it shall hold."},
    {"crontab-remove", "removes the whole table of scheduled jobs", "`crontab -l` shows it."},
    {"git-worktree-remove", "deletes a worktree with what is not committed in it", "`git worktree remove` without --force keeps such a worktree."},
    {"git-forget", "takes away the way back to commits that no branch holds any more", "Leave it to git, which keeps them for weeks."},
    {"git-rewrite", "rewrites every commit of the history", "Rewrite a copy of the repository (`git clone`)."},
    {"rsync-delete", "deletes in the target whatever the source does not have", "`rsync -n` shows what would go."},
    {"container-data", "deletes containers or volumes with the data in them, and nothing brings it back",
     "Remove the container that you mean by its name; leave the volumes."},
    {"kubectl-delete", "deletes things of a cluster; what ran there ends", "`--dry-run=client` shows what would go."},
    {"terraform-destroy", "deletes what the configuration made, machines and data", "`terraform plan -destroy` shows what would go."},
    {"code-deletes", "runs program text that deletes files or whole trees", "Delete by name with rm."},
    {"download-run", "runs what comes from the network before anybody has seen it",
     "Download it to a file, look at it, then run the file."},
    {"fork-bomb", "starts itself again and again until nothing else can run", {}},
};

constexpr DangerRow rows[] = {
    {"rm-wide", "rm", "", {has("rR --recursive"), when(namesWideFolder)}},
    {"rm-force", "rm", "", {has("f --force")}},
    {"rm-force", "rimraf", "", {operand(), hasNot("i --interactive --help --version")}},
    {"unlink", "unlink", "", {operand()}},
    {"shred", "shred", "", {operand()}},
    {"write-device", "dd", "", {when(ddWritesToDevice)}},
    {"write-device", "tee", "", {when(writesToDevice)}},
    {"write-device", "cp mv", "", {when(copiesOntoDevice)}},
    {"make-filesystem", "mkfs mke2fs mkdosfs mkntfs mkswap", "", {operand()}},
    {"wipe-disk", "wipefs", "", {has("a --all"), hasNot("n --no-act")}},
    {"wipe-disk", "blkdiscard", "", {operand()}},
    {"wipe-disk", "sgdisk", "", {has("Zzo --zap-all --zap --clear")}},
    {"wipe-disk", "cryptsetup", "", {firstIs("luksFormat luksErase erase")}},
    {"chmod-recursive", "chmod", "", {has("R --recursive")}},
    {"chown-recursive", "chown chgrp", "", {has("R --recursive")}},
    {"kill-all", "kill", "", {when(killsEveryone)}},
    {"kill-all", "pkill killall", "", {when(killsAnyName)}},
    {"kill-all", "killall5", "", {}},
    {"shutdown", "shutdown reboot halt poweroff", "", {hasNot("ckw --help --version --show --wtmp-only")}},
    {"shutdown", "systemctl", "", {firstIs("reboot poweroff halt kexec soft-reboot rescue emergency suspend hibernate hybrid-sleep")}},
    {"shutdown", "init telinit", "", {firstIs("0 1 6")}},
    {"git-reset-hard", "git", "reset", {has("--hard --merge")}},
    {"git-rm", "git", "rm", {operand(), hasNot("n --dry-run --cached")}},
    {"git-branch-delete", "git", "branch", {has("dD --delete")}},
    {"git-push-force", "git", "push", {hasNot("n --dry-run"), has("fd --force --force-with-lease --delete --mirror --prune")}},
    {"git-push-force", "git", "push", {hasNot("n --dry-run"), when(pushesOverOrDeletes)}},
    {"git-clean", "git", "clean", {has("f --force"), hasNot("n --dry-run")}},
    {"git-discard", "git", "checkout", {hasNot("p --patch"), behindDashes()}},
    {"git-discard", "git", "checkout", {hasNot("p --patch"), has("f --force")}},
    {"git-discard", "git", "checkout", {hasNot("p --patch"), operandIs(". ./ :/ *")}},
    {"git-discard", "git", "restore", {hasNot("Sp --staged --patch"), operand()}},
    {"git-discard", "git", "restore", {hasNot("p --patch"), has("W --worktree"), operand()}},
    {"git-discard", "git", "switch", {has("f --force --discard-changes")}},
    {"git-discard", "git", "submodule", {firstIs("deinit"), has("f --force")}},
    {"git-stash-drop", "git", "stash", {firstIs("drop clear")}},
    {"git-worktree-remove", "git", "worktree", {firstIs("remove"), has("f --force")}},
    {"git-forget", "git", "reflog", {firstIs("expire"), hasNot("n --dry-run"), when(forgetsAtOnce)}},
    {"git-forget", "git", "reflog", {firstIs("delete"), hasNot("n --dry-run")}},
    {"git-forget", "git", "gc", {when(forgetsAtOnce)}},
    {"git-forget", "git", "prune", {hasNot("n --dry-run --expire")}},
    {"git-forget", "git", "prune", {hasNot("n --dry-run"), when(forgetsAtOnce)}},
    {"git-rewrite", "git", "filter-branch", {hasNot("h --help")}},
    {"git-rewrite", "git", "filter-repo", {hasNot("h --help --analyze --dry-run")}},
    {"rsync-delete", "rsync", "", {has("--delete --del --delete-before --delete-during --delete-delay --delete-after --delete-excluded"),
                                   hasNot("n --dry-run")}},
    {"container-data", "docker podman", "system", {firstIs("prune reset")}},
    {"container-data", "docker podman", "volume", {firstIs("rm remove prune")}},
    {"container-data", "docker podman", "compose", {firstIs("down"), has("v --volumes")}},
    {"container-data", "docker-compose podman-compose", "down", {has("v --volumes")}},
    {"kubectl-delete", "kubectl oc", "delete", {hasNot("h --help --dry-run")}},
    {"terraform-destroy", "terraform tofu", "destroy", {}},
    {"terraform-destroy", "terraform tofu", "apply", {wordIs("-destroy --destroy -destroy=true --destroy=true")}},
    {"find-delete", "find", "", {wordIs("-delete")}},
    {"truncate", "truncate", "", {when(setsSizeToNothing)}},
    {"crontab-remove", "crontab", "", {has("r")}},
    {"code-deletes", interpreters, "", {when(codeDeletesFiles)}},
};

constexpr ValueOptions values[] = {
    {"shred", "ns --iterations --size --random-source"},
    {"mkfs", "t --type"},
    {"mkswap", "LUpv --label --uuid --pagesize"},
    {"pkill", "gGPstuUFr --pgroup --group --parent --session --terminal --euid --uid --pidfile --signal --ns --nslist --runstates"},
    {"killall", "uosyZn --user --older-than --signal --younger-than --context --ns"},
    {"systemctl", "HMtnopsP --host --machine --type --lines --output --property --signal --root"},
    {"git push", "o --push-option --repo --receive-pack --exec"},
    {"git branch", "u --set-upstream-to --sort --format --points-at --contains --no-contains"},
    {"git clean", "e --exclude"},
    {"git checkout", "bB --orphan --conflict --pathspec-from-file"},
    {"git restore", "sU --source --conflict --pathspec-from-file --unified"},
    {"git switch", "cC --orphan --conflict --create --force-create"},
    {"git reset", "--pathspec-from-file"},
    {"git rm", "--pathspec-from-file"},
    {"git reflog", "--expire --expire-unreachable"},
    {"git gc", "--prune"},
    {"git prune", "--expire"},
    {"rsync", "efBTM@ --rsh --filter --exclude --exclude-from --include --include-from --files-from --rsync-path --bwlimit --temp-dir"},
    {"docker compose", composeOptions},
    {"podman compose", composeOptions},
    {"truncate", "rs --reference --size"},
    {"crontab", "un", OperandOrder::Anywhere},
    {"python", "cmWXQ", OperandOrder::Ends},
    {"pypy", "cmWX", OperandOrder::Ends},
    {"perl", "eEIM", OperandOrder::Ends},
    {"ruby", "eIrEC", OperandOrder::Ends},
    {"node", "epr --eval --print --require", OperandOrder::Ends},
    {"bun", "ep --eval --print", OperandOrder::Ends},
    {"php", "rfBREdcz --run", OperandOrder::Ends},
};

constexpr ValueOptions globals[] = {
    {"git", "Cc --git-dir --work-tree --namespace --config-env --super-prefix --attr-source"},
    {"docker", "cHlfp --config --context --host --log-level --tlscacert --tlscert --tlskey --file --project-name --profile --project-directory"},
    {"podman", "crfp --connection --root --runroot --url --identity --log-level --storage-driver --cgroup-manager --file --project-name"},
    {"docker-compose", composeOptions},
    {"podman-compose", composeOptions},
    {"kubectl", kubectlOptions},
    {"oc", kubectlOptions},
    {"terraform", {}},
    {"tofu", {}},
    {"npm", "--prefix --workspace"},
    {"pnpm", "CF --dir --filter"},
    {"yarn", "--cwd"},
    {"bun", "ep --eval --print --cwd --env-file"},
};
// clang-format on

} // namespace

std::span<const DangerEntry> dangerList() {
    return entries;
}

std::span<const DangerRow> dangerRows() {
    return rows;
}

ValueOptions syntaxOf(std::string_view command) {
    const auto* found = std::ranges::find(values, command, &ValueOptions::command);
    return found == std::end(values) ? ValueOptions{command, {}, OperandOrder::Anywhere} : *found;
}

std::optional<std::string_view> globalOptionsOf(std::string_view program) {
    const auto* found = std::ranges::find(globals, program, &ValueOptions::command);
    return found == std::end(globals) ? std::nullopt : std::optional(found->options);
}

} // namespace exeat::danger
