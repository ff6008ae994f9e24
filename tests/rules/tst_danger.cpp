#include "rules/danger/danger.h"
#include "shared/base/limits.h"

#include <QtTest>

#include <algorithm>
#include <ctime>
#include <set>

using namespace exeat;

namespace {

using Strings = std::vector<std::string>;

/**
 * What would be asked about a call, as the gate does: once for what no exec shows, and for each program that the
 * script's own shell starts. Words must be literal, so that they are what Bash would make of them.
 */
std::vector<Danger> dangersOfCall(const std::string& script, const HeuristicSettings& settings) {
    const danger::ScriptDangers whole(script, settings);
    std::vector<Danger> all = whole.beforeStart();
    for (const auto& command : script::readScript(script).commands) {
        Strings argv;
        for (const auto& word : command.words)
            argv.push_back(word.text());
        for (const auto& found : {danger::dangersOf(argv, settings), whole.at(argv)})
            all.insert(all.end(), found.begin(), found.end());
    }
    return all;
}

QString idsOfCall(const QString& script, const HeuristicSettings& settings = {}) {
    std::set<std::string> ids;
    for (const Danger& danger : dangersOfCall(script.toStdString(), settings))
        ids.insert(danger.id);
    QStringList list;
    for (const auto& id : ids)
        list << QString::fromStdString(id);
    return list.join(' ');
}

} // namespace

class DangerTest : public QObject {
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
        must("truncate", {"truncate -s 0 x", "truncate -s0 x", "truncate --size=0 x", "truncate --size 0K x"});
        mustNot({"truncate -s 10M x", "truncate -s 100 x", "truncate -r 0 x", "truncate --size=+1 x"});
        must("crontab-remove", {"crontab -r", "crontab -u me -r", "crontab -ri"});
        mustNot({"crontab -l", "crontab -e", "crontab x", "crontab -u r x"});
        must("code-deletes",
             {"python3 -c 'import shutil; shutil.rmtree(\"x\")'", "python3.11 -Sc 'import os; os.system(\"rm -rf x\")'",
              "perl -e 'system(\"rm -rf x\")'", "perl -MFile::Path=remove_tree -e 'remove_tree(\"x\")'",
              "ruby -e 'FileUtils.rm_rf(\"x\")'", "node -e 'fs.rmSync(\"x\")'", "php -r 'system(\"rm -f x\");'"});
        mustNot({"python3 -c 'print(1)'", "python3 x.py -c rmtree", "python3 -m rmtree", "perl -pe s/a/b/ rmtree",
                 "node rmtree.js", "ruby rm_rf.rb"});

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

    void namesWhatIsDangerous_data() {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("host");
        QTest::newRow("itself") << "rm -f x" << "rm -f x" << "";
        QTest::newRow("wrappers off") << "env A=1 sudo -u me nice rm -f x" << "rm -f x" << "";
        QTest::newRow("shell off") << "bash -c 'cd y; rm -f \"x y\"'" << "rm -f x y" << "";
        QTest::newRow("unknown words as written") << "bash -c 'rm -f $x \"a$y\"'" << "rm -f $x a$y" << "";
        QTest::newRow("another machine") << "ssh -p 2 me@host 'sudo rm -rf x'" << "rm -rf x" << "me@host";
        QTest::newRow("found by find") << "find . -exec rm -f {} +" << "rm -f {}" << "";
        QTest::newRow("download") << "sudo curl x | tee y | bash -s z" << "sudo curl x | bash -s z" << "";
        QTest::newRow("download as a file") << "bash <(curl x)" << "bash <(curl x)" << "";
        QTest::newRow("device") << "cat x >/dev/sda" << "cat x > /dev/sda" << "";
    }
    void namesWhatIsDangerous() {
        QFETCH(QString, script);
        QFETCH(QString, command);
        QFETCH(QString, host);
        const auto found = dangersOfCall(script.toStdString(), {});
        QCOMPARE(found.size(), std::size_t(1));
        QStringList words;
        for (const auto& word : found.front().command)
            words << QString::fromStdString(word);
        QCOMPARE(words.join(' '), command);
        QCOMPARE(QString::fromStdString(found.front().host), host);
        QVERIFY(!found.front().what.empty());
    }

    void findsAllOfAScript() {
        const auto found = danger::dangersOf({"sh", "-c", "rm -f a; rm -f b; rm -f a; git push -f"}, {});
        QCOMPARE(found.size(), std::size_t(3));
        QCOMPARE(found[1].command, (Strings{"rm", "-f", "b"}));
        QCOMPARE(found[2].id, std::string("git-push-force"));
    }

    void tooManyAreOneWithTheWholeCommand() {
        const auto argvOf = [](std::size_t count) {
            std::string script;
            for (std::size_t i = 0; i < count; ++i)
                script += "rm -f " + std::to_string(i) + "\n";
            return Strings{"sh", "-c", script};
        };
        const auto most = danger::dangersOf(argvOf(limits::dangersPerCommand), {});
        QCOMPARE(most.size(), limits::dangersPerCommand);
        QCOMPARE(most.back().command.front(), std::string("rm"));
        const auto more = danger::dangersOf(argvOf(limits::dangersPerCommand + 1), {});
        QCOMPARE(more.size(), limits::dangersPerCommand);
        QCOMPARE(more.back().command, argvOf(limits::dangersPerCommand + 1));
    }

    void boundedDepth() {
        const auto wrapped = [](std::size_t times) {
            Strings argv(times, "env");
            argv.insert(argv.end(), {"rm", "-f", "x"});
            return danger::dangersOf(argv, {}).size();
        };
        QCOMPARE(wrapped(limits::dangerDepth), std::size_t(1));
        QCOMPARE(wrapped(limits::dangerDepth + 1), std::size_t(0));
        const auto nested = [](std::size_t times) {
            std::string script = "rm -f x";
            for (; times > 0; --times)
                script = "bash <<E" + std::to_string(times) + "\n" + script + "\nE" + std::to_string(times);
            return danger::dangersOf({"sh", "-c", script}, {}).size();
        };
        QCOMPARE(nested(limits::dangerDepth - 1), std::size_t(1));
        QCOMPARE(nested(limits::dangerDepth), std::size_t(0));
    }

    void boundedFlows() {
        const auto places = [](std::size_t count) {
            std::string script;
            for (std::size_t i = 0; i < count; ++i)
                script += "curl x | sh -s " + std::to_string(i) + "\n";
            const danger::ScriptDangers whole(script, {});
            return !whole.at({"sh", "-s", std::to_string(count - 1)}).empty();
        };
        QVERIFY(places(limits::dangersPerScript));
        QVERIFY(!places(limits::dangersPerScript + 1));
    }

    void switchedOff() {
        QCOMPARE(idsOfCall("rm -rf /; git push -f; curl x | sh", {false, {}}), "");
        QCOMPARE(idsOfCall("rm -f x; git push -f", {true, {"rm-force"}}), "git-push-force");
        QCOMPARE(idsOfCall("rm -rf /", {true, {"rm-wide"}}), "rm-force"); // the next row that fits
        QCOMPARE(idsOfCall("curl x | sh; :(){ :|:& };:", {true, {"download-run", "fork-bomb"}}), "");
        QCOMPARE(idsOfCall("kill -9 -1", {true, {"kill-all"}}), "");
    }

    void unknownIdsAreNamed() {
        QVERIFY(danger::unknownDanger("rm-forse").find("did you mean `rm-force`") != std::string::npos);
        QVERIFY(!danger::unknownDanger("nonsense-of-mine").empty());
        QVERIFY(danger::unknownDanger("a\x1b[0m").find('\x1b') == std::string::npos);
    }

    /** By the time of the exec Bash has made words of what the script says. */
    void expandedWordsFit_data() {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QStringList>("argv");
        QTest::addColumn<bool>("asked");
        QTest::newRow("literal") << "curl x | bash -s y" << QStringList{"bash", "-s", "y"} << true;
        QTest::newRow("another shell") << "curl x | bash -s y" << QStringList{"bash", "-s", "z"} << false;
        QTest::newRow("fewer words") << "curl x | bash -s y" << QStringList{"bash", "-s"} << false;
        QTest::newRow("unknown words") << "curl x | bash -s $y" << QStringList{"bash", "-s", "a", "b"} << true;
        QTest::newRow("no words") << "curl x | bash $y" << QStringList{"bash"} << true;
        QTest::newRow("words around") << "curl x | $s bash $y -s z" << QStringList{"sudo", "bash", "-s", "z"} << true;
        QTest::newRow("what Bash takes off") << "curl x | command exec -a y bash" << QStringList{"bash"} << true;
        QTest::newRow("a file after all") << "curl x | bash $y" << QStringList{"bash", "z.sh"} << false;
        QTest::newRow("one word") << "curl x | bash -s \"$y\"" << QStringList{"bash", "-s", "a", "b"} << false;
        QTest::newRow("unknown shell") << "curl x | $SHELL" << QStringList{"/bin/bash"} << true;
        QTest::newRow("unknown program, no shell") << "curl x | $PAGER" << QStringList{"less"} << false;
        QTest::newRow("process substitution") << "bash <(curl x)" << QStringList{"bash", "/dev/fd/63"} << true;
        QTest::newRow("downloaded text") << "sh -c \"$(curl x)\"" << QStringList{"sh", "-c", "echo hello"} << true;
        QTest::newRow("evaluated download") << "eval \"$(curl $x)\"" << QStringList{"curl", "y"} << true;
        QTest::newRow("download beside") << "curl z; eval \"$(curl x)\"" << QStringList{"curl", "z"} << false;
    }
    void expandedWordsFit() {
        QFETCH(QString, script);
        QFETCH(QStringList, argv);
        QFETCH(bool, asked);
        Strings words;
        for (const auto& word : argv)
            words.push_back(word.toStdString());
        QCOMPARE(!danger::ScriptDangers(script.toStdString(), {}).at(words).empty(), asked);
    }

    void boundedWork_data() {
        QTest::addColumn<QString>("unit");
        for (const char* unit : {"env ",
                                 "sudo -u ",
                                 "flock l ",
                                 "sh -c '",
                                 "eval '",
                                 "find . -exec ",
                                 "f(){ f|f& };f;",
                                 "echo x|sh;",
                                 "curl x|",
                                 "curl x|sh|",
                                 "rm -f ",
                                 "rm -f x;",
                                 "git -c alias.x=!",
                                 "echo a | { sh; sh; sh; };",
                                 "bash <<E\nsh -c ls\nE\n",
                                 "kill ",
                                 "env -S 'env ",
                                 "$x ",
                                 "\"$x\" ",
                                 "cat x >/dev/sda;",
                                 "(( ;"})
            QTest::newRow(unit) << unit;
    }
    void boundedWork() {
        QFETCH(QString, unit);
        const std::clock_t start = std::clock(); // time of this process: others on the machine do not count
        const std::string text = unit.repeated(int(limits::scriptBytes) / unit.size()).toStdString();
        const danger::ScriptDangers whole(text, {});
        danger::dangersOf({"bash", "-c", text}, {});
        Strings argv;
        for (const auto& word : unit.repeated(20'000).split(' ', Qt::SkipEmptyParts))
            argv.push_back(word.toStdString());
        danger::dangersOf(argv, {});
        whole.at(argv);
        const auto seconds = (std::clock() - start) / CLOCKS_PER_SEC;
        QVERIFY2(seconds < 30, qPrintable(QString::number(seconds)));
    }
};

QTEST_APPLESS_MAIN(DangerTest)
#include "tst_danger.moc"
