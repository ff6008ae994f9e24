#include "tests/rules/dangercall.h"

#include <QtTest>

#include <algorithm>

using namespace exeat;

class DangerListTest : public QObject {
    Q_OBJECT
private slots:
    /** Beside each thing that must be asked, the everyday things that must not. */
    void asks_data() {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("ids");
        const auto must = [](const char* id, std::initializer_list<const char*> scripts) {
            for (const char* script : scripts)
                QTest::newRow(script) << script << id;
        };
        const auto mustNot = [](std::initializer_list<const char*> scripts) {
            for (const char* script : scripts)
                QTest::newRow(script) << script << "";
        };
        must("rm-force", {"rm -f x", "rm -rf x", "rm -fr x", "rm -Rfv x", "rm x -f", "rm -r -f x", "rm --force x",
                          "rm --fo x", "rm -r --force -- x", "/bin/rm -f x", "./rm -f x", "r''m -f x", "rm -'r'f x",
                          "\\rm -f x", "rm $'-f' x", "\"rm\" \"-f\" x"});
        mustNot({"rm x", "rm -r x", "rm -i x", "rm -- -f", "rm -v f", "RM -f x", "rmdir -f x", "echo rm -rf x",
                 "grep -f x y", "cp -f a b", "git commit -m 'rm -rf /'", "rm --verbose x"});
        must("rm-wide", {"rm -r /", "rm -rf /", "rm -R /*", "rm --recursive /usr", "rm -r /home/me", "rm -r /root/",
                         "rm -rf ..", "rm -r ../..", "rm -r x/..", "rm -r '~'", "rm -r --no-preserve-root //"});
        mustNot({"rm -r ./x", "rm -r ../x", "rm -r /tmp/x", "rm -r /home/me/project/build", "rm /x"});

        must("rm-force", {"sudo rm -f x", "sudo -u root rm -f x", "sudo -EH -u root -- rm -f x", "sudo A=1 rm -f x",
                          "sudo -i rm -f x", "doas rm -f x", "doas -u me rm -f x", "pkexec --user me rm -f x",
                          "su -c 'rm -f x'", "su me -c 'rm -f x'", "su - me -s /bin/sh -c 'rm -f x'",
                          "runuser -u me -- rm -f x", "gosu me rm -f x", "sg audio -c 'rm -f x'"});
        mustNot({"sudo -l rm -f x", "sudo rm x", "sudo -u rm -f x", "su me", "doas -C rm -f x"});
        must("rm-force", {"env rm -f x", "env A=1 B=2 rm -f x", "env -i rm -f x", "env - rm -f x", "env -- rm -f x",
                          "env -u HOME rm -f x", "env --unset=HOME -C / rm -f x", "env -S 'rm -f x'",
                          "env -iS 'A=1 rm' -f x", "env --split-string='rm -f' x", "env env env rm -f x"});
        mustNot({"env A='rm -f x' ls", "env -u rm -f", "env", "env -S 'echo rm' -f"});
        must("rm-force", {"sh -c 'rm -f x'",
                          "bash -c 'rm -f x'",
                          "bash -lc 'rm -f x'",
                          "dash -c 'rm -f x'",
                          "sh -xc 'rm -f x'",
                          "bash -c 'rm -f x' extra words",
                          "bash -e -o pipefail -c 'rm -f x'",
                          "bash -eo pipefail -c 'rm -f x'",
                          "bash --norc -c 'rm -f x'",
                          "bash --rcfile y -c 'rm -f x'",
                          "zsh -c 'rm -f x'",
                          "ksh -c 'rm -f x'",
                          "/usr/bin/env bash -c 'rm -f x'",
                          "bash -c 'bash -c \"rm -f x\"'",
                          "bash -c 'true && { cd y; rm -f x; }'",
                          "sh -c 'eval rm -f x'",
                          "busybox sh -c 'rm -f x'",
                          "sh -c 'x=1; rm -f \"$x\"'",
                          "bash -c -- 'rm -f x'",
                          "bash +x -c 'rm -f x'",
                          "sh -c 'trap \"rm -f x\" EXIT'"});
        mustNot({"bash x.sh", "bash -x x.sh", "sh -c 'echo rm -f x'", "sh -c 'rm x'", "bash x.sh -c 'rm -f x'",
                 "sh -s x", "bash --version", "bash -o pipefail x.sh", "sh -c 'rm \"$@\"' sh -f x"});
        must("rm-force", {"command rm -f x",
                          "builtin command rm -f x",
                          "exec rm -f x",
                          "exec -a y rm -f x",
                          "nohup rm -f x &",
                          "nice rm -f x",
                          "nice -n 5 rm -f x",
                          "nice -5 rm -f x",
                          "ionice -c 3 rm -f x",
                          "time rm -f x",
                          "/usr/bin/time -v -o t rm -f x",
                          "timeout 5 rm -f x",
                          "timeout -s KILL -k 1 5s rm -f x",
                          "setsid -w rm -f x",
                          "stdbuf -oL rm -f x",
                          "stdbuf -o L rm -f x",
                          "chroot / rm -f x",
                          "flock l rm -f x",
                          "flock l -c 'rm -f x'",
                          "flock -w 5 l rm -f x",
                          "taskset -c 0 rm -f x",
                          "strace -f -o t rm -f x",
                          "unshare -r rm -f x",
                          "script -qc 'rm -f x' log",
                          "watch -n 1 rm -f x",
                          "busybox rm -f x",
                          "coproc rm -f x",
                          "eval 'rm -f x'",
                          "eval rm -f x",
                          "! rm -f x",
                          "systemd-run --user rm -f x"});
        mustNot({"command -v rm -f", "timeout 5 ls -f", "nice -n 5 ls", "ionice -p 5", "busybox ls -f", "exec ls",
                 "flock l gcc -c rm.c", "script log", "taskset -p 5", "watch ls", "which rm", "type rm -f", "man rm"});
        must("rm-force",
             {"xargs rm -f", "ls | xargs -0 -n 1 rm -f", "xargs -I {} rm -f {}", "xargs -I{} sh -c 'rm -f {}'",
              "find . -name x -exec rm -f {} +", "find . -exec rm -f {} \\;", "find . -execdir rm -rf {} \\;",
              "find . -exec true \\; -exec rm -f {} +", "find . -exec sh -c 'rm -f \"$1\"' _ {} \\;",
              "find . -ok rm -f {} \\;", "fd x -x rm -f", "parallel rm -f ::: a b", "parallel -j 2 'rm -f {}' ::: a"});
        mustNot({"xargs rm", "xargs -a list grep -f x", "find . -name '*.o' -exec rm {} +",
                 "find . -exec grep -f x {} +", "find . -print", "parallel echo ::: rm -f"});
        must("find-delete", {"find . -name x -delete", "find -delete"});
        mustNot({"find . -name delete", "find . -type f"});
        must("rm-force", {"ssh host rm -rf x", "ssh -p 22 -i k me@host 'cd y && rm -rf x'", "ssh host -- rm -rf x",
                          "ssh -o A=b host sudo rm -f x", "sshpass -p s ssh host rm -f x"});
        mustNot({"ssh host", "ssh host ls -f", "ssh -L 1:rm:2 -f host", "scp -f x host:"});

        must("git-reset-hard", {"git reset --hard", "git reset --hard HEAD~1", "git -C x -c k=v reset --hard",
                                "git --git-dir y reset --har", "/usr/bin/git reset --merge"});
        mustNot({"git reset HEAD file", "git reset", "git reset --soft HEAD~1", "git -C reset --hard status"});
        must("git-rm", {"git rm x", "git rm -r x", "git -C y rm -f x"});
        mustNot({"git rm --cached x", "git rm -n x", "git rm"});
        must("git-branch-delete",
             {"git branch -D x", "git branch -d x", "git branch --delete x", "git branch -dr o/x"});
        mustNot({"git branch", "git branch -vv", "git branch x", "git branch --sort -committerdate",
                 "git branch -m a b", "git branch --contains -d"});
        must("git-push-force",
             {"git push -f", "git push --force", "git push --force-with-lease=x origin x", "git push origin +x",
              "git push origin :x", "git push --delete origin x", "git push origin -d x", "git -C x -c k=v push -f",
              "git push --mirror", "git push -uf origin x", "git push origin +HEAD:main"});
        mustNot({"git push", "git push -u origin HEAD", "git push origin x:y", "git push --follow-tags",
                 "git push -n -f", "git push origin :", "git push -o +x origin", "git push --tags",
                 "git push host:x.git main"});
        must("git-clean", {"git clean -f", "git clean -xdf", "git clean --force -d", "git clean -fe x"});
        mustNot({"git clean -n", "git clean -nfd", "git clean -d", "git clean -e f"});
        must("git-discard",
             {"git checkout -- .", "git checkout -- x", "git checkout HEAD -- x", "git checkout .", "git checkout -f",
              "git restore x", "git restore .", "git restore -SW x", "git restore --staged --worktree x",
              "git restore -s HEAD~1 x", "git switch -f x", "git switch --discard-changes x"});
        mustNot({"git checkout x", "git checkout -b x", "git checkout -b x origin/x", "git checkout x --",
                 "git restore --staged x", "git restore -S x", "git switch x", "git switch -c x", "git checkout -p",
                 "git checkout"});
        must("git-discard", {"git submodule deinit -f x", "git submodule deinit --all --force"});
        mustNot({"git submodule deinit x", "git submodule update --force", "git submodule add -f u x"});
        must("git-worktree-remove",
             {"git worktree remove --force x", "git worktree remove -f x", "git -C y worktree remove x --force"});
        mustNot({"git worktree remove x", "git worktree add -f x", "git worktree prune", "git worktree list"});
        must("git-forget", {"git reflog expire --expire=now --all", "git reflog expire --all --expire-unreachable=now",
                            "git reflog expire --expire all", "git reflog delete 'HEAD@{1}'", "git gc --prune=now",
                            "git gc --aggressive --prune=all", "git prune", "git prune --expire now"});
        mustNot({"git reflog", "git reflog expire --all", "git reflog expire --expire=30.days", "git gc",
                 "git reflog expire -n --expire=now --all", "git gc --prune=2.weeks.ago", "git prune -n",
                 "git prune --expire 2.weeks.ago", "git remote prune origin", "git fetch --prune",
                 "git reflog show now"});
        must("git-rewrite", {"git filter-branch --tree-filter 'rm x' HEAD", "git filter-branch -f HEAD",
                             "git filter-repo --path x", "git -C y filter-repo --invert-paths --path x"});
        mustNot({"git filter-branch --help", "git filter-repo --analyze", "git rebase main", "git rebase -i HEAD~3",
                 "git rebase --abort", "git log --filter-branch"});
        must("rm-force", {"git bisect run rm -f x", "git -C y bisect run sh -c 'make || rm -f x'",
                          "git rebase -x 'rm -f x' main", "git rebase main --exec='rm -f x'",
                          "git submodule foreach rm -f x", "git submodule foreach --recursive 'cd y && rm -f x'"});
        must("git-clean", {"git submodule foreach --recursive git clean -xfd"});
        mustNot({"git bisect start", "git bisect run make test", "git bisect run", "git bisect good rm",
                 "git rebase reboot", "git rebase -s rm -f x", "git submodule foreach git pull",
                 "git rebase -x 'make test' main", "git log bisect run rm -f x"});
        must("git-stash-drop", {"git stash drop", "git stash clear", "git stash drop 'stash@{0}'"});
        mustNot({"git stash", "git stash pop", "git stash push -m drop", "git stash list", "git status", "git log -f",
                 "git diff --force", "git commit -m 'push -f'", "git add -f x", "git fetch -f"});
        must("rm-force", {"git -c alias.x='!rm -f y' x"});
        mustNot({"git -c alias.x=status x", "git -c user.name='!rm -f' log"});

        must("unlink", {"unlink x"});
        must("shred", {"shred x", "shred -u -n 3 x"});
        mustNot({"unlink --help", "shred --version"});
        must("write-device", {"dd if=x of=/dev/sda", "dd of=/dev/nvme0n1 bs=4M", "sudo dd if=x of=/dev/sdb",
                              "cat x | tee /dev/sda", "cp x.iso /dev/sdb", "cat x >/dev/sda", "echo x >> /dev/sdb1",
                              "{ cat x; echo y; } > /dev/sda", ": > /dev/mapper/root", "sh -c 'cat x > /dev/sda'"});
        mustNot({"dd if=a of=b", "dd if=/dev/zero of=x count=1", "dd if=/dev/sda of=x", "dd if=x of=/dev/null",
                 "cp x /dev/null", "echo x >/dev/null 2>&1", "echo x >/dev/stderr", "echo x > /dev/tty",
                 "exec 3<>/dev/tcp/host/80", "cp a /dev/shm/x", "tee /dev/fd/3", "cat /dev/sda", "ls > dev/sda"});
        must("make-filesystem",
             {"mkfs -t ext4 x", "mkfs.ext4 /dev/sda1", "mke2fs x", "mkswap x", "/sbin/mkfs.xfs -f x"});
        mustNot({"mkfs.ext4 -V", "mkfs --help", "mkfifo x", "mkdir x"});
        must("wipe-disk",
             {"wipefs -a x", "blkdiscard x", "sgdisk -Z x", "sgdisk --zap-all x", "cryptsetup luksFormat x"});
        mustNot({"wipefs x", "wipefs -an x", "sgdisk -p x", "cryptsetup open x y", "fdisk -l"});
        must("chmod-recursive", {"chmod -R 777 x", "chmod 755 -R x", "chmod --recursive u+w x", "chmod -vR 7 x"});
        mustNot({"chmod +x y", "chmod -x y", "chmod -r y", "chmod 644 a b", "chmod -v 7 x", "chmod --reference R x"});
        must("chown-recursive", {"chown -R me x", "chgrp -R me x", "sudo chown --recursive me: x"});
        mustNot({"chown me x", "chgrp me x", "chown -h R x"});
        must("kill-all", {"kill -9 -1", "kill -- -1", "kill -s KILL -1", "kill -KILL -1", "kill -1 -1",
                          "command kill -9 -1", "/bin/kill -9 -1", "sudo kill -9 -1", "sh -c 'kill -9 -1'", "pkill .",
                          "pkill -9 -f '.*'", "pkill -u me", "killall -u me", "killall -r '.*'", "killall5 -9"});
        mustNot({"kill %1", "kill 4711", "kill -9 4711", "kill -1 4711", "kill -l", "kill -0 4711", "kill -15 -4711",
                 "kill 0", "kill -1", "kill -s TERM 4711", "pkill node", "pkill -f 'npm run'", "pkill -P 4711",
                 "killall node", "killall -9 node", "pkill -u me node", "killall -u me node", "echo kill -9 -1"});
        must("shutdown", {"shutdown -h now", "reboot", "sudo reboot", "poweroff", "halt -f", "systemctl reboot",
                          "systemctl --no-wall poweroff", "init 0", "telinit 6", "shutdown"});
        mustNot({"shutdown -c", "reboot --help", "systemctl status x", "systemctl --user restart x", "init 3",
                 "git init", "systemctl start reboot.timer"});
        must("shred", {"find . -name '*.key' -exec shred -u {} +", "find . -execdir shred {} \\;"});
        must("rsync-delete", {"rsync -a --delete x/ y/", "rsync -a --del x y", "rsync --delete-after -a x host:y",
                              "rsync -e 'ssh -n' -a --delete-excluded x y", "sudo rsync --delete -a x y"});
        mustNot({"rsync -a x y", "rsync -avn --delete x y", "rsync --dry-run -a --delete x y",
                 "rsync -a --exclude --delete x y", "rsync -a --delay-updates x y", "rsync -a --dev x y"});
        must("rm-force",
             {"rimraf x", "npx rimraf dist", "npx -y rimraf dist", "npx --yes rimraf@5 dist",
              "npx -p rimraf rimraf dist", "npx -c 'rm -f x'", "pnpm dlx rimraf dist", "bunx rimraf dist",
              "pnpm exec rimraf dist", "yarn dlx rimraf dist", "npm exec -- rimraf dist", "npm exec --call 'rm -f x'",
              "bun x rimraf dist", "pnpm --filter y exec rm -f x", "/usr/bin/npx rimraf x"});
        mustNot({"npx eslint .", "npx -y create-app rimraf", "npm install rimraf", "npm run rimraf", "pnpm add rimraf",
                 "npx -p rimraf eslint .", "bunx jest rimraf", "rimraf --help", "rimraf -i x", "npx", "npm exec",
                 "yarn add -D rimraf", "npx eslint -c rimraf .", "bun run x rimraf", "npx rm x"});
        must("rm-force", {"docker exec c rm -f x", "docker exec -it -u root -e A=1 c sh -c 'rm -rf x'",
                          "docker run --rm -v /a:/b -w /b alpine rm -rf x", "docker run -itp 80:80 alpine:3 rm -f x",
                          "docker --context c exec d rm -f x", "docker container exec c rm -f x",
                          "docker compose -f y.yml exec web rm -f x", "docker-compose -f y.yml run --rm web rm -f x",
                          "podman exec c rm -f x", "podman run --name n alpine rm -f x", "sudo docker exec c rm -f x",
                          "docker container run alpine rm -f x", "docker compose run web rm -f x"});
        mustNot({"docker exec c ls -f", "docker exec rm -f x", "docker run --rm alpine",
                 "docker run --name rm alpine x", "docker build -f rm x", "docker ps -f rm",
                 "docker run -e A=rm alpine ls -f", "docker exec c rm x", "docker logs -f rm", "docker rm -f x",
                 "podman run alpine", "docker compose up -d rm -f x"});
        must("container-data",
             {"docker system prune", "docker system prune -af --volumes", "docker volume rm v",
              "docker volume prune -f", "podman system prune", "podman system reset", "podman volume rm -f v",
              "docker compose down -v", "docker compose -f y.yml down --volumes", "docker-compose down -v",
              "docker -H h system prune"});
        mustNot({"docker system df", "docker volume ls", "docker volume create prune", "docker compose down",
                 "docker-compose down", "docker compose up -V", "docker image prune", "docker run -v down:/v alpine",
                 "podman volume inspect rm"});
        must("rm-force", {"kubectl exec p -- rm -f x", "kubectl exec -it p -c d -- rm -f x",
                          "kubectl -n y exec -i p -- sh -c 'rm -rf x'", "oc exec p -- rm -f x",
                          "kubectl exec p rm -f x", "oc -n y rsh -c d p rm -f x"});
        must("kubectl-delete", {"kubectl delete pod p", "kubectl delete -f y.yaml", "kubectl -n x delete ns y",
                                "kubectl --context c delete deploy --all", "oc delete project p"});
        mustNot({"kubectl get pods", "kubectl exec p -- ls -f", "kubectl exec -it p -- bash", "kubectl get delete",
                 "kubectl delete --dry-run=client -f y", "kubectl apply -f delete.yaml", "kubectl delete --help",
                 "kubectl logs -f rm", "kubectl describe pod delete"});
        must("terraform-destroy",
             {"terraform destroy", "terraform destroy -auto-approve", "tofu destroy", "terraform -chdir=x destroy",
              "terraform apply -destroy", "terraform apply -destroy -auto-approve"});
        mustNot({"terraform plan -destroy", "terraform apply", "terraform plan", "terraform init", "tofu apply x",
                 "terraform output destroy"});
        must("truncate", {"truncate -s 0 x", "truncate -s0 x", "truncate --size=0 x", "truncate --size 0K x"});
        mustNot({"truncate -s 10M x", "truncate -s 100 x", "truncate -r 0 x", "truncate --size=+1 x"});
        must("crontab-remove", {"crontab -r", "crontab -u me -r", "crontab -ri"});
        mustNot({"crontab -l", "crontab -e", "crontab x", "crontab -u r x"});
        must("code-deletes",
             {"python3 -c 'import shutil; shutil.rmtree(\"x\")'", "python3.11 -Sc 'import os; os.system(\"rm -rf x\")'",
              "perl -e 'system(\"rm -rf x\")'", "perl -MFile::Path=remove_tree -e 'remove_tree(\"x\")'",
              "ruby -e 'FileUtils.rm_rf(\"x\")'", "node -e 'fs.rmSync(\"x\")'", "php -r 'system(\"rm -f x\");'"});
        must("code-deletes",
             {"python3 -c 'import os; os.remove(\"x\")'", "python -c 'import os\nlist(map(os.remove, x))'",
              "python3 -c 'import os; os.unlink(\"x\")'", "python3 -c 'Path(\"x\").unlink()'", "perl -e 'unlink \"x\"'",
              "perl -e 'unlink(glob \"*\")'", "perl -MFile::Path -e 'rmtree(\"x\")'", "ruby -e 'File.delete(\"x\")'",
              "ruby -e 'FileUtils.rm_r \"x\"'", "node -e 'fs.rm(\"x\", done)'", "node -e 'fs.unlinkSync(\"x\")'",
              "node --eval 'await fs.promises.rm(x)'", "bun -e 'fs.unlinkSync(\"x\")'", "php -r 'unlink(\"x\");'"});
        mustNot({"python3 -c 'print(\"unlinked\")'", "python3 -c 'os.rmdir(\"x\")'", "python3 -c 'x.remove(1)'",
                 "python3 -c 'os.removexattr(x, y)'", "perl -e 'print readlink \"x\"'", "node -e 'fs.rmdirSync(\"x\")'",
                 "node -e 'fs.rmdir(x, y)'", "ruby -e 'h.delete(1)'", "python3 unlink.py", "perl -ne 'print' unlink",
                 "python3 -c 'x.unlink_all()'", "node -e 'refs.rm(x)'"});
        mustNot({"python3 -c 'print(1)'", "python3 x.py -c rmtree", "python3 -m rmtree", "perl -pe s/a/b/ rmtree",
                 "node rmtree.js", "ruby rm_rf.rb"});

        must("download-run", {"curl x | docker exec -i c sh", "curl x | docker run -i alpine sh",
                              "curl x | kubectl exec -i p -- bash", "curl x | deno"});
        mustNot({"curl x | docker exec -i c cat", "curl x | docker load", "curl x | kubectl apply -f -"});
        must("download-run", {"curl -fsSL https://x | sh",
                              "curl x | bash -s -- y",
                              "curl x | sudo bash",
                              "curl x | sudo -E bash -",
                              "wget -qO- x | sh",
                              "curl x | tee y | sh",
                              "curl x |& bash",
                              "(curl x) | (cd y && sh)",
                              "curl x | env A=1 bash",
                              "curl x | python3",
                              "curl x | python3 -",
                              "sudo curl x | sh",
                              "curl x | gunzip | bash -x",
                              "curl x | perl",
                              "curl x | node -",
                              "bash <(curl x)",
                              "bash <(curl -s x) y",
                              "bash -c \"$(curl x)\"",
                              "sh -c \"$(wget -O - x)\" y",
                              "python3 -c \"$(curl x)\"",
                              "bash < <(curl x)",
                              "bash <<< \"$(curl x)\"",
                              "eval \"$(curl x)\"",
                              "source <(curl x)",
                              ". <(curl x)",
                              "sh -c 'curl x | sh'",
                              "sudo sh -c 'curl x | sh'",
                              "curl x | sh && echo y",
                              "if curl x | sh; then :; fi",
                              "bash -c \"`curl x`\""});
        mustNot({"curl -o y x",
                 "curl x | jq .",
                 "curl x > y",
                 "curl x | tar xz",
                 "curl x | python3 -m json.tool",
                 "curl x | python3 -c 'import json'",
                 "curl x | grep sh",
                 "curl x | tee sh",
                 "wget x",
                 "echo curl x | cat",
                 "curl x; ls | sh y",
                 "bash y \"$(curl x)\"",
                 "curl x | xargs echo",
                 "python3 y.py <(curl x)",
                 "sh y <<< \"$(curl x)\"",
                 "diff <(curl x) <(curl y)",
                 "x=$(curl y)",
                 "curl x && bash y.sh",
                 "curl x | node y.js",
                 "cat y | sh",
                 "ls | sh",
                 "bash -c 'echo' <(curl x)"});
        must("rm-force", {"bash <<'E'\nrm -f x\nE", "bash <<E\ncd $y\nrm -f x\nE", "sh <<< 'rm -f x'",
                          "echo 'rm -f x' | sh", "echo rm -f x | sudo bash", "printf 'rm -f x' | bash -s",
                          "cat <<E | sh\nrm -f x\nE", "sh -c 'echo rm -f x | sh'"});
        mustNot({"cat <<E\nrm -f x\nE", "cat <<E > y.sh\nrm -f x\nE", "bash y <<E\nrm -f x\nE", "echo 'rm -f x' | cat",
                 "echo ls | sh", "echo rm -f x | sh y"});
        must("fork-bomb", {":(){ :|:& };:", "f() { f | f & }; f", "f() { f & f & }; f", "sh -c 'f() { f|f& }; f'"});
        mustNot({"f() { f; }; f", "f() { g & g & }; f", "f() { f | f & }", "f() { x=$(f) y=$(f); }; f"});
    }
    void asks() {
        QFETCH(QString, script);
        QFETCH(QString, ids);
        QCOMPARE(idsOfCall(script), ids);
    }

    void everyEntryIsComplete() {
        std::set<std::string_view> ids;
        for (const auto& entry : danger::dangerList()) {
            QVERIFY(ids.insert(entry.id).second);
            QVERIFY(std::ranges::all_of(entry.id, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; }));
            QVERIFY(!entry.what.empty() && !entry.what.ends_with('.'));
            QVERIFY(entry.instead.empty() || entry.instead.ends_with('.'));
            QVERIFY(danger::unknownDanger(entry.id).empty());
        }
    }
};

QTEST_APPLESS_MAIN(DangerListTest)
#include "tst_dangerlist.moc"
