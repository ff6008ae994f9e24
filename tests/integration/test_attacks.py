"""Ways out of the sandbox, tried as a hostile agent would, through the whole program. `escaped` outside must never appear."""
import os
import pathlib
import shlex
import subprocess
import unittest

from place import BIN, PYTHON, TERMINAL, Outcome, Place, PlaceCase, accept, wait_for

FLOOD = """
import array, os, socket, struct, sys
number = int(os.environ['CODEX_ESCALATE_SOCKET'])
gate = socket.socket(fileno=os.dup(number))
claim = b'{"file":"/usr/bin/hostname","argv":["hostname"],"workdir":"/","env":{}}'
answers = 0
for i in range(int(sys.argv[1])):
    ours, theirs = socket.socketpair()
    socket.send_fds(gate, [b'\\0'], [theirs.fileno()])
    theirs.close()
    ours.sendall(struct.pack('<I', len(claim)) + claim)
    ours.settimeout(30)
    if i % 3 == 0:
        continue  # gone before the answer
    answers += b'Escalate' not in ours.recv(65536)
print('answered', answers)
"""


def script(path, text):
    path.write_text("#!/bin/sh\n" + text + "\n")
    path.chmod(0o755)


class Attacks(PlaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.escaped = cls.place.outside / "escaped"
        cls.ran = cls.place.outside / "ran"
        cls.good = cls.place.outside / "good"
        script(cls.good, f"echo x >> {cls.ran}")
        cls.place.rules(f'prefix_rule(pattern=["{cls.good}"], decision="allow")\n', "attacks.rules")

    def tearDown(self):
        self.assertFalse(self.escaped.exists(), "something got out")
        # Whatever was tried, the next honest command is served.
        self.assertIn("uid=", self.agent.shell("id").output)

    def shell(self, command, **arguments):
        return self.agent.shell(command, timeout_ms=100000, timeout=120, **arguments)

    def evil(self, name):
        path = self.place.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        script(path, f"touch {self.escaped}")
        return path

    def flip(self, attack, called):
        self.ran.unlink(missing_ok=True)
        outcome = self.shell(f"( while :; do {attack}; done ) >/dev/null 2>&1 & a=$!; "
                             f"for i in {{1..500}}; do {called}; done >/dev/null 2>&1; kill $a; echo done")
        self.assertEqual(outcome.output, "done\n")
        self.assertTrue(self.ran.exists(), "the allowed script never ran: nothing was tried")

    def test_link_flipped(self):
        self.evil("evil")
        self.flip(f"ln -sfn {self.good} link; ln -sfn evil link", "./link")

    def test_folder_link_flipped(self):
        self.evil("evils/good")
        self.flip(f"ln -sfn {self.good.parent} folder; ln -sfn evils folder", "./folder/good")

    def test_dot_dot_behind_a_flipped_link(self):
        self.evil("deep/good")
        (self.place.outside / "sub").mkdir(exist_ok=True)
        (self.place.work / "deep/sub").mkdir(exist_ok=True)
        self.flip(f"ln -sfn {self.place.outside}/sub dots; ln -sfn deep/sub dots", "./dots/../good")

    def test_spellings_of_a_forbidden_program(self):
        real = os.path.realpath("/usr/bin/hostname")
        self.shell(f"ln -sf {real} other-name")
        for called in ("//usr//bin//hostname", "/usr/bin/./hostname", "/usr/bin/../bin/hostname", "/usr/share/../bin/hostname",
                       "/proc/self/root/usr/bin/hostname", "./other-name", "../work/other-name"):
            with self.subTest(called):
                outcome = self.shell(f"{called}; echo rc=$?")
                self.assertNotIn(os.uname().nodename + "\n", outcome.output)
                self.assertNotIn("rc=0", outcome.output)

    def test_planted_programs_stay_inside(self):
        self.evil("id")
        work = self.place.work
        folders = ["$PWD", "/tmp/exeat-a$$", "/dev/shm/exeat-a$$", "/run/exeat-a$$", "$PWD/$'new\\nline'", "$PWD/id ", "/proc/self/cwd",
                   f"/proc/self/root{work}", f"{work}/../work", f"{work}//."]
        for folder in folders:
            with self.subTest(folder):
                self.shell(f"d={folder if '$' in folder else shlex.quote(folder)}; mkdir -p \"$d\"; cp id \"$d/id\" 2>/dev/null; \"$d/id\" x; "
                           f"PATH=\"$d:$PATH\" id x; cd \"$d\" && ./id x; exec -a /usr/bin/id \"$d/id\" x")
                self.assertFalse(self.escaped.exists(), folder)

    def test_another_name_in_argv(self):
        for name in ("id", "/usr/bin/id", "git", PYTHON, str(self.good)):
            self.shell(f"(exec -a {name} /usr/bin/touch {self.escaped}); (exec -a {name} /usr/bin/env touch {self.escaped})")

    def test_hard_links_and_set_uid_copies(self):
        self.shell(f"ln {self.good} hard; ln -P {PYTHON} python3; cp /bin/sh sh; chmod 6755 sh; ./sh -pc 'touch {self.escaped}'; "
                   f"ln sh {self.place.outside}/sh; ./hard")
        self.assertFalse((self.place.work / "hard").exists())
        self.assertFalse((self.place.outside / "sh").exists())

    def test_folders_that_vanish_or_change(self):
        self.evil("id")
        write = f"{PYTHON} -c \"open('{self.escaped}', 'w')\"; echo rc=$?"
        # Allowed by path, but the folder is not the same outside: refused, not run elsewhere.
        for folder in ("gone", "/dev/shm"):
            outcome = self.shell(f"mkdir -p gone; cd {folder}; rmdir ../gone; {write}")
            self.assertNotIn("rc=0", outcome.output, folder)
        self.shell("mkdir a; cd a; mv ../a ../b; mkdir ../a; cp ../id ../a/id; ./id x; id >/dev/null")

    def test_long_and_odd_names(self):
        for called in ("$(printf '/%.0s' {1..5000})usr/bin/id", "/$(printf 'a/../%.0s' {1..2000})id", "$'/usr/bin/id\\n'", "/usr/bin/id/", "/usr/bin/id/.",
                       "$(printf 'x%.0s' {1..300})", "$'\\xff\\xfe/id'"):
            outcome = self.shell(f"{called} </dev/null; echo rc=$?")
            self.assertNotIn("rc=0", outcome.output, called)

    def test_escalate_socket_closed_reused_renamed(self):
        code = shlex.quote("import os,sys; n=int(os.environ['CODEX_ESCALATE_SOCKET']); os.close(n); "
                           "f=os.open('fake',os.O_RDWR|os.O_CREAT); os.dup2(f,n); os.execv('/bin/bash',['bash','-c',sys.argv[1]])")
        inner = shlex.quote(f"touch {self.escaped}; id >/dev/null")
        for before in ("eval \"exec $CODEX_ESCALATE_SOCKET>&-\"", "eval \"exec $CODEX_ESCALATE_SOCKET<>file\"", "export CODEX_ESCALATE_SOCKET=0",
                       "unset CODEX_ESCALATE_SOCKET", "unset EXEC_WRAPPER BASH_EXEC_WRAPPER", "export EXEC_WRAPPER=/bin/true"):
            with self.subTest(before):
                self.shell(f"{before}; touch {self.escaped}; id; {self.good.parent}/../outside/good")
        self.shell(f"/usr/bin/env python3 -c {code} {inner}")

    def test_flood_of_forged_claims(self):
        (self.place.work / "flood.py").write_text(FLOOD)
        outcome = self.shell("for p in {1..8}; do /usr/bin/env python3 flood.py 1250 & done; wait")
        self.assertEqual(outcome.output.count("answered 833"), 8, outcome)

    def test_stopped_helpers(self):
        outcome = self.shell("for i in {1..20}; do /usr/bin/python3 -c 'import time; time.sleep(30)' & done; "
                             "until [ \"$(pgrep -c exeat-exec)\" -ge 20 ]; do read -t 0.05 < <(:); done; pkill -STOP exeat-exec; id; pkill -KILL exeat-exec; echo done")
        self.assertIn("uid=", outcome.output)
        self.assertIn("done", outcome.output)

    def test_detached_child_answers_with_a_terminal(self):
        question = self.agent.post_shell("uname -s", yield_ms=20000)
        code = ("import os,subprocess,sys\nif os.fork(): os._exit(0)\nos.setsid()\n"
                "r=subprocess.run([%r,%r,%r,'approvals','answer','1','--once'],input=b'allow\\n',capture_output=True,timeout=20,"
                "env={**os.environ,'EXEAT_TERMINAL_STDIO':'pty','TERM':'dumb','XDG_RUNTIME_DIR':%r})\n"
                "open('said','wb').write(r.stdout+r.stderr)" % (PYTHON, str(TERMINAL), str(BIN / "exeat"), str(self.place.top / "run")))
        self.shell(f"{PYTHON} -c {shlex.quote(code)}; until [ -e said ]; do read -t 0.1 < <(:); done")
        self.assertTrue(self.place.approvals(), (self.place.work / "said").read_text())
        self.assertNotIn("Linux", str(self.agent.answers.get(question, "")))
        for open_question in self.place.approvals():
            self.place.exeat("approvals", "answer", str(open_question["id"]), "--deny")


class ByAnotherName(unittest.TestCase):
    """A rule frees one form of a program; argv[0], a link and what lies beside it must not make another of it."""

    def test_argv0(self):
        rules = 'prefix_rule(pattern=["git"], decision="allow")\nprefix_rule(pattern=["git","clone"], decision="forbidden")\n'
        with Place(rules=rules) as place, place.agent() as agent:
            self.assertIn("rc=0", agent.shell("git --version; echo rc=$?").output)
            agent.shell(f"/usr/bin/env git init -q --bare r; (exec -a git-clone git -q r {place.outside}/c)")
            self.assertFalse((place.outside / "c").exists())

    def test_a_link_of_the_system(self):
        """Debian's awk is a link to a link to mawk or gawk: a rule holds by each of these names."""
        real = os.path.basename(os.path.realpath("/usr/bin/awk"))
        self.assertNotEqual(real, "awk")
        with Place(rules='prefix_rule(pattern=["awk"], decision="allow")\n') as place, place.agent() as agent:
            mark = place.outside / "mark"
            write = f"'BEGIN {{ print > \"{mark}\" }}'"
            self.assertIn("rc=0", agent.shell(f"awk {write}; echo rc=$?").output)
            self.assertTrue(mark.exists())
            for name in ("awk", real):
                place.rules(f'prefix_rule(pattern=["{name}"], decision="forbidden")\n', name="forbids.rules")
                with self.subTest(name):
                    self.assertIn("is forbidden by", agent.shell("awk 'BEGIN { print 1 }'").output)

    def test_a_grant_is_for_one_name(self):
        with Place(rules='prefix_rule(pattern=["git","status"], decision="prompt")\n') as place, place.agent(elicitation=accept) as agent:
            agent.shell("git status; (exec -a git-rev-parse git status)")
            self.assertEqual(len(agent.asked), 2)

    def test_what_lies_beside_a_link(self):
        with Place(rules="") as place:
            tool, mark = place.outside / "tool.py", place.outside / "mark"
            tool.write_text("print('tool')\n")
            place.rules(f'prefix_rule(pattern=["/usr/bin/python3","-I","{tool}"], decision="allow")\n')
            evil = f"import posix\\nposix.close(posix.open(\"{mark}\",65))\\n"
            library = os.path.dirname(os.__file__)
            with place.agent() as agent:
                self.assertIn("tool", agent.shell(f"/usr/bin/python3 -I {tool}").output)
                outcome = agent.shell(
                    f"v=$(basename {library}); mkdir -p e/bin e/lib; cp -r {library} e/lib/$v; "
                    f"printf '{evil}' >> e/lib/$v/encodings/__init__.py; rm -r e/lib/$v/encodings/__pycache__; "
                    f"ln -s /usr/bin/python3 e/bin/python3; printf 'home = '$PWD'/e/bin\\n' > e/pyvenv.cfg; e/bin/python3 -I {tool}; "
                    f"(exec -a $PWD/e/bin/python3 /usr/bin/python3 -I {tool}); echo done", timeout_ms=90000, timeout=120)
                self.assertIn("done", outcome.output)
                self.assertFalse(mark.exists(), outcome)


class Roots(unittest.TestCase):
    """What is protected stays so, whatever else is writable."""

    def protected(self, place, agent, workdir):
        agent.shell("echo '# evil' >> .git/config; touch .git/hooks/evil; mkdir -p .codex/rules && touch .codex/rules/evil.rules", workdir=str(workdir))
        self.assertNotIn("evil", (workdir / ".git/config").read_text())
        self.assertFalse((workdir / ".git/hooks/evil").exists())
        self.assertFalse((workdir / ".codex/rules/evil.rules").exists())

    def test_a_root_above_the_project(self):
        with Place(config='[sandbox]\nwritable_roots = ["TOP"]\n') as place:
            config = place.top / "config/exeat/config.toml"
            config.write_text(config.read_text().replace("TOP", str(place.work.parent)))
            with place.agent() as agent:
                self.protected(place, agent, place.work)

    def test_a_link_in_place_of_a_nested_project(self):
        """An agent writes another one's project, and has a link lead from there to where neither may write."""
        with Place() as place:
            nested = place.work / "nested"
            subprocess.run(["git", "init", "-q", str(nested)], check=True)
            with place.agent() as outer, place.agent(cwd=nested) as inner:
                self.assertEqual(inner.shell("echo mine > f && cat f").output, "mine\n")
                self.assertEqual(outer.shell(f"mv nested moved && ln -s {place.outside} nested && echo ok").output, "ok\n")
                outcome = inner.shell(f"touch escaped; touch {place.outside}/escaped")
                self.assertNotEqual(outcome.exit_code, 0, str(outcome))
                self.assertIn("a symbolic link has taken its place", str(outcome))
                self.assertEqual(os.listdir(place.outside), [])

    def test_a_link_in_place_of_a_named_root(self):
        with Place(config='[sandbox]\nwritable_roots = ["WORK/cache"]\n') as place:
            config = place.top / "config/exeat/config.toml"
            config.write_text(config.read_text().replace("WORK", str(place.work)))
            with place.agent() as agent:
                self.assertEqual(agent.shell(f"ln -s {place.outside} cache && echo ok").output, "ok\n")
                outcome = agent.shell("touch cache/escaped")
                self.assertNotEqual(outcome.exit_code, 0, str(outcome))
                self.assertIn("of writable_roots in config.toml, is not writable", str(outcome))
                self.assertEqual(os.listdir(place.outside), [])

    def test_a_client_narrows_into_a_protected_folder(self):
        with Place() as place, place.agent() as agent:
            git = str(place.work / ".git")
            agent.request("codex/sandbox-state/update", {"sandboxPolicy": {"type": "workspace-write", "writable_roots": [git]}, "sandboxCwd": git})
            self.protected(place, agent, place.work)

    def test_an_agent_in_a_protected_folder(self):
        with Place() as place:
            rules = place.top / "config/exeat/rules"
            rules.mkdir(parents=True, exist_ok=True)
            with place.agent(cwd=rules) as agent:
                agent.shell("echo evil > own.rules")
                self.assertFalse((rules / "own.rules").exists())

    def test_a_pipe_for_a_branch(self):
        with Place(rules='prefix_rule(pattern=["uname"], decision="prompt")\n') as place:
            other = place.top / "other"
            other.mkdir()
            (place.work / ".git/HEAD").unlink()
            os.mkfifo(place.work / ".git/HEAD")
            with place.agent(cwd=other) as neighbour, place.agent() as agent:
                agent.post_shell("uname")
                wait_for(place.approvals, 15, "the question")
                self.assertEqual(neighbour.shell("echo fine", timeout=20).output, "fine\n")

    def test_names_in_tmp(self):
        name = f"/tmp/ssh-exeat-test-{os.getpid()}"
        with Place() as place:
            other = place.top / "other"
            other.mkdir()
            (other / "file").write_text("mine\n")
            with place.agent(cwd=other) as neighbour, place.agent() as agent:
                try:
                    for target in (str(other), name):
                        agent.shell(f"ln -sfn {target} {name}")
                        self.assertEqual(neighbour.shell("cat file").output, "mine\n", target)
                finally:
                    os.unlink(name)

    def test_no_set_uid_files(self):
        with Place() as place, place.agent() as agent:
            code = ("import os; os.umask(0)\n"
                    "for act in (lambda: os.chmod('tool', 0o4755), lambda: os.close(os.open('new', os.O_CREAT | os.O_WRONLY, 0o6755))):\n"
                    " try: act(); print('MADE')\n except PermissionError: print('refused')")
            outcome = agent.shell(f"cp /bin/true tool; /usr/bin/env python3 -c {shlex.quote(code)}; chmod 755 tool && echo usual")
            self.assertEqual(outcome.output, "refused\nrefused\nusual\n")


class Unprotected(unittest.TestCase):
    """What is taken from under a run's protection ends it; everyday work does not."""

    def begin(self, place, agent, then="while :; do mkdir .git 2>/dev/null; done"):
        (place.work / "ready").unlink(missing_ok=True)
        number = agent.post_shell(f"echo before; touch ready; {then}", timeout_ms=60000)
        wait_for((place.work / "ready").exists, 20, "the run")
        return number

    def ended(self, agent, number, path):
        outcome = Outcome(agent.wait(number))
        self.assertTrue(outcome.is_error, outcome)
        self.assertEqual(outcome.structured["end"], "unprotected", outcome)
        self.assertTrue(outcome.structured["failure"].startswith(f"{path} was moved, replaced or removed"), outcome)
        self.assertTrue(outcome.output.startswith("before\n"), outcome)
        self.assertIn("[exeat: ", outcome.output)
        self.assertNotEqual(outcome.exit_code, 0)

    def test_moved_replaced_removed(self):
        with Place() as place, place.agent() as agent:
            git = place.work / ".git"
            for change in (f"mv {git} {git}.x", f"rm -rf {git}; git init -q {place.work}", f"rm -rf {git}"):
                with self.subTest(change):
                    git.mkdir(exist_ok=True)
                    number = self.begin(place, agent)
                    subprocess.run(["/bin/sh", "-c", change], check=True)
                    self.ended(agent, number, git)
                    outcome = agent.shell("touch .git/evil; mkdir .git; mv .git x; echo done")
                    self.assertIn("done", outcome.output)
                    self.assertFalse((git / "evil").exists())
            runs = place.listing("runs")
            self.assertEqual([run["end"] for run in runs].count("unprotected"), 3, runs)
            self.assertTrue(any(run.get("note", "").startswith(f"{git} was moved") for run in runs), runs)

    def test_by_a_command_that_a_rule_lets_out(self):
        with Place() as place, place.agent() as agent:
            outcome = agent.shell("echo before; git clean -qfd; while :; do mkdir -p .codex/rules; done", timeout_ms=60000)
            self.assertEqual(outcome.structured["end"], "unprotected", outcome)
            self.assertIn("run the command again", outcome.structured["failure"])

    def test_everyday_work_goes_on(self):
        with Place() as place, place.agent() as agent, place.agent() as neighbour:
            number = self.begin(place, agent, then="until [ -e go ]; do read -t 0.05 < <(sleep 1); done; echo through")
            author = ["-c", "user.name=a", "-c", "user.email=a@b"]
            for turn in range(3):
                (place.work / f"f{turn}").write_text("x")
                subprocess.run(["git", "-C", place.work, "add", "."], check=True)
                subprocess.run(["git", "-C", place.work, *author, "commit", "-qm", "x"], check=True)
                subprocess.run(["git", "-C", place.work, "checkout", "-qB", f"b{turn}"], check=True)
                self.assertEqual(neighbour.shell("touch n; mv n m; rm m; echo fine").output, "fine\n")
                self.assertEqual(agent.shell("echo fine").output, "fine\n")
            neighbour.close()
            with Place() as stranger, stranger.agent() as other:  # another state folder, the same /tmp
                self.assertEqual(other.shell("echo fine").output, "fine\n")
            (place.work / "go").touch()
            outcome = Outcome(agent.wait(number))
            self.assertTrue(outcome.output.endswith("through\n"), outcome)
            self.assertEqual(outcome.structured["end"], "exited")


class WhileAsked(unittest.TestCase):
    """The agent's client accepts, the agent exchanges what was asked for."""

    def attempt(self, change):
        with Place(rules="") as place:
            escaped = place.outside / "escaped"
            tool = place.work / "tool"
            script(tool, "echo harmless")
            place.rules(f'prefix_rule(pattern=["{tool}"], decision="prompt")\n')

            def answer(params):
                change(tool, f"touch {escaped}")
                return accept(params)

            with place.agent(elicitation=answer) as agent:
                outcome = agent.shell(f"{tool}; echo rc=$?", timeout=60)
                self.assertEqual(len(agent.asked), 1)
                self.assertFalse(escaped.exists(), outcome)
                self.assertNotIn("rc=0", outcome.output)

    def test_rewritten_in_place(self):
        self.attempt(lambda tool, evil: script(tool, evil))

    def test_exchanged_by_rename(self):
        def change(tool, evil):
            script(pathlib.Path(f"{tool}.new"), evil)
            os.rename(f"{tool}.new", tool)
        self.attempt(change)

    def test_became_a_link(self):
        def change(tool, evil):
            script(pathlib.Path(f"{tool}.evil"), evil)
            tool.unlink()
            tool.symlink_to(f"{tool}.evil")
        self.attempt(change)


if __name__ == "__main__":
    unittest.main()
