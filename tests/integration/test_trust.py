"""Whose rules count: trust by content, layers, the agent that would choose its rules. Real programs only."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from place import BIN, PYTHON, TERMINAL, Place, wait_for

# What runs outside sees the service's own folder; what runs inside does not.
ALLOW_ID = 'prefix_rule(pattern=["id"], decision="allow")\n'
FORBID_UNAME = 'prefix_rule(pattern=["uname"], decision="forbidden", justification="of the repository")\n'


class TrustCase(unittest.TestCase):
    """A place whose own rules say nothing, and one agent in its project."""

    def setUp(self):
        self.place = Place(rules="").__enter__()
        self.addCleanup(self.place.__exit__)
        self.project = self.place.work

    def says(self, text, where=None, name="r.rules", folder=".exeat"):
        """As an editor does it: written beside, then renamed."""
        rules = (where or self.project) / folder / "rules"
        rules.mkdir(parents=True, exist_ok=True)
        (rules / (name + ".tmp")).write_text(text)
        (rules / (name + ".tmp")).rename(rules / name)

    def where(self, agent, command="id", **arguments):
        """"outside", "inside", "refused": what became of the last run of the command, by the history."""
        before = len(self.execs(command))
        agent.shell(f"{command} >/dev/null", **arguments)
        record = wait_for(lambda: (found := self.execs(command)) and len(found) > before and found[0], 10, "its record")
        return {"allowed": "outside", "inside": "inside", "denied": "refused"}[record["decision"]]

    def execs(self, command):
        return [e for e in self.place.listing("history") if e["argv"][0] == command.split()[0]]

    def accept(self, directory=None, word=None):
        directory = directory or self.project
        code, text = self.place.person("trust", "accept", directory, typed=(word or directory.name).encode() + b"\n")
        return code, text

    def shown(self, directory=None):
        return self.place.listing("trust", "show", directory or self.project)[0]


class ByContent(TrustCase):
    def test_an_allow_counts_once_it_is_accepted(self):
        self.says(ALLOW_ID)
        with self.place.agent() as agent:
            self.assertEqual(self.where(agent), "inside")
            code, text = self.accept()
            self.assertEqual(code, 0, text)
            self.assertIn("! adds: allow `id`", text)
            self.assertIn("r.rules:1", text)
            self.assertEqual(self.where(agent), "outside")  # the same session, the next exec
            self.assertEqual(self.shown()["state"], "trusted")
            self.assertEqual(self.place.exeat("trust", "revoke").returncode, 0)  # no terminal, no word
            self.assertEqual(self.where(agent), "inside")

    def test_forbidden_is_obeyed_at_once_and_until_its_end_is_accepted(self):
        with self.place.agent() as agent:
            self.assertEqual(self.where(agent, "uname"), "inside")
            self.says(FORBID_UNAME)
            self.assertIn("of the repository", agent.shell("uname").output)
            shutil.rmtree(self.project / ".exeat")
            outcome = agent.shell("uname")
            self.assertIn("was removed from its file and holds", outcome.output)
            self.place.stop_service()
        with self.place.agent() as agent:
            self.assertEqual(self.where(agent, "uname"), "refused")
            view = self.shown()
            self.assertEqual([c["text"] for c in view["changes"]], ["drops: forbidden `uname`"])
            self.assertEqual(view["changes"][0]["effect"], "loosens")
            self.assertEqual(self.accept()[0], 0)
            self.assertEqual(self.where(agent, "uname"), "inside")

    def test_branches_switch_both_ways(self):
        def git(*words):
            subprocess.run(["git", "-C", str(self.project), "-c", "user.name=t", "-c", "user.email=t@example", *words], check=True, capture_output=True)

        self.says(ALLOW_ID)
        git("add", "."), git("commit", "-qm", "one")
        with self.place.agent() as agent:
            self.assertEqual(self.where(agent), "inside")
            self.assertEqual(self.accept()[0], 0)
            git("checkout", "-qb", "strict")
            self.says(FORBID_UNAME)
            git("add", "."), git("commit", "-qm", "two")
            self.assertEqual([self.where(agent), self.where(agent, "uname")], ["inside", "refused"])
            self.assertEqual(self.accept()[0], 0)
            for _ in range(2):
                git("checkout", "-q", "main")
                self.assertEqual([self.where(agent), self.where(agent, "uname")], ["outside", "inside"])
                git("checkout", "-q", "strict")
                self.assertEqual([self.where(agent), self.where(agent, "uname")], ["inside", "refused"])

    def test_the_user_and_the_agent_are_told(self):
        self.says(ALLOW_ID + FORBID_UNAME)
        with self.place.agent() as agent:
            told = json.dumps(agent.shell("true").structured["execs"])
            self.assertIn("wait for you", told)
            self.assertIn(f"exeat trust show {self.project}", told)
            self.assertEqual(agent.shell("true").structured["execs"], [])  # once a session
        doctor = self.place.exeat("doctor").stdout.decode()
        self.assertIn("wait for you: 1 declaration that would loosen does not count", doctor)
        listed = self.place.listing("trust")
        self.assertEqual([(p["directory"], p["state"], p["loosening"], p["waits"]) for p in listed], [(str(self.project), "not-trusted", 1, True)])
        text = self.place.exeat("trust").stdout.decode()
        self.assertIn(str(self.project), text)

    def test_what_was_shown_is_what_is_accepted(self):
        self.says(ALLOW_ID)
        with self.place.agent() as agent:
            terminal = subprocess.Popen([PYTHON, str(TERMINAL), str(BIN / "exeat"), "trust", "accept", str(self.project)],
                                        env={**self.place.environment, "EXEAT_TERMINAL_STDIO": "pty"}, cwd="/",
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            seen = b""
            while b"Type work" not in seen:
                seen += terminal.stdout.read1(4096)
            self.says(ALLOW_ID + 'prefix_rule(pattern=["uname"])\n')
            output, _ = terminal.communicate(b"work\n", timeout=30)
            self.assertNotEqual(terminal.returncode, 0)
            self.assertIn(b"have changed since they were shown", output)
            self.assertEqual([self.where(agent), self.where(agent, "uname")], ["inside", "inside"])

    def test_codex_trust_and_a_broken_config_change_nothing(self):
        (self.place.top / "codex/config.toml").write_text(f'[projects."{self.project}"]\ntrust_level = "trusted"\n')
        (self.place.top / "codex/rules").mkdir()
        (self.place.top / "codex/rules/u.rules").write_text('prefix_rule(pattern=["uname"])\n')
        self.says(ALLOW_ID)
        with self.place.agent() as agent:
            self.assertEqual([self.where(agent), self.where(agent, "uname")], ["inside", "outside"])
        self.place.stop_service()
        (self.place.top / "codex/config.toml").write_text("this = is [ no TOML\n")
        with self.place.agent() as agent:
            self.assertEqual(self.where(agent, "uname"), "outside")


class OnlyAPerson(TrustCase):
    def setUp(self):
        super().setUp()
        self.says(ALLOW_ID)

    def assert_untrusted(self):
        self.assertEqual(self.shown()["state"], "not-trusted")

    def test_without_a_terminal(self):
        done = self.place.exeat("trust", "accept")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"needs a person at a terminal", done.stderr)
        self.assert_untrusted()

    def test_another_word(self):
        code, text = self.accept(word="yes")
        self.assertEqual(code, 1, text)
        self.assertIn("nothing was accepted", text)
        self.assert_untrusted()

    def test_from_inside_a_run(self):
        with self.place.agent() as agent:
            outcome = agent.shell(f"{BIN}/exeat trust accept; echo rc=$?; {BIN}/exeat trust list; echo rc=$?")
            self.assertNotIn("rc=0", outcome.output)
        self.assert_untrusted()

    def test_from_an_escalated_program(self):
        self.place.rules(f'prefix_rule(pattern=["{PYTHON}"], decision="allow")\n')
        script = ("import os,pty,subprocess,sys\n"
                  "pid,fd=pty.fork()\n"
                  f"if pid==0: os.execve('{BIN}/exeat',['exeat','trust','accept','{self.project}'],{{**os.environ,'XDG_RUNTIME_DIR':'{self.place.top}/run'}})\n"
                  "text=b''\n"
                  "try:\n"
                  "  while True:\n"
                  "    text+=os.read(fd,4096)\n"
                  "    if text.rstrip().endswith(b':'): os.write(fd,b'work\\n')\n"
                  "except OSError: pass\n"
                  "print(os.waitstatus_to_exitcode(os.waitpid(pid,0)[1]),text.decode())\n")
        (self.place.outside / "s.py").write_text(script)
        with self.place.agent() as agent:
            outcome = agent.shell(f"{PYTHON} {self.place.outside}/s.py")
            self.assertIn("agent's command", outcome.output)
        self.assert_untrusted()

    def test_the_agents_own_child(self):
        said, = self.place.child_of_agent((["trust", "accept"], "work"), cwd=self.project)
        self.assertTrue(said.startswith("1 "), said)
        self.assertIn("belongs to an agent", said)
        self.assert_untrusted()

    def test_the_record_is_private_and_out_of_reach(self):
        self.assertEqual(self.accept()[0], 0)
        folder = self.place.top / "state/exeat/trust"
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
        for file in folder.iterdir():
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        with self.place.agent() as agent:
            self.assertEqual(agent.shell(f"ls {folder} 2>/dev/null | wc -l").output.strip(), "0")


class Places(TrustCase):
    """The agent does not choose its rules."""

    def setUp(self):
        super().setUp()
        self.says(ALLOW_ID + FORBID_UNAME)
        self.assertEqual(self.accept()[0], 0)
        self.other = self.place.top / "other"
        subprocess.run(["git", "init", "-q", str(self.other)], check=True)

    def test_in_the_project(self):
        (self.project / "sub").mkdir()
        with self.place.agent() as agent:
            self.assertEqual([self.where(agent), self.where(agent, "uname")], ["outside", "refused"])
            self.assertEqual(self.where(agent, "id -u", workdir=str(self.project / "sub")), "outside")

    def test_a_workdir_elsewhere_then_cd(self):
        with self.place.agent() as agent:
            for command in ("id", "uname"):
                outcome = agent.shell(f"cd {self.project} && {command} >/dev/null; cd / && {command} >/dev/null", workdir=str(self.other))
                wait_for(lambda c=command: len(self.execs(c)) == 2, 10, "its records")
                decisions = [e["decision"] for e in self.execs(command)]
                # No loosening where not all three are in the project, and no way out of what it forbids.
                self.assertEqual(decisions, ["inside"] * 2 if command == "id" else ["denied"] * 2, outcome)

    def test_cd_out_of_the_project(self):
        with self.place.agent() as agent:
            agent.shell(f"cd {self.other} && id >/dev/null; uname >/dev/null")
            wait_for(lambda: self.execs("id") and self.execs("uname"), 10, "its records")
            self.assertEqual([self.execs("id")[0]["decision"], self.execs("uname")[0]["decision"]], ["inside", "denied"])

    def test_another_session_goes_into_the_project(self):
        with self.place.agent(cwd=self.other) as agent:
            self.assertEqual([self.where(agent, workdir=str(self.project)), self.where(agent, "uname", workdir=str(self.project))],
                             ["inside", "refused"])
            self.assertEqual(self.where(agent, "uname", workdir=str(self.other)), "inside")  # and is free of it elsewhere

    def test_a_fresh_repository_below(self):
        with self.place.agent() as agent:
            made = agent.shell("mkdir -p sub/.git sub/.exeat/rules && echo ref: refs/heads/main >sub/.git/HEAD && "
                               "echo 'prefix_rule(pattern=[\"env\"])' >sub/.exeat/rules/r.rules && cd sub && uname; /usr/bin/env true; echo made")
            self.assertIn("made", made.output)
            sub = str(self.project / "sub")
            self.assertEqual([self.where(agent, "uname", workdir=sub), self.where(agent, "env", workdir=sub)], ["refused", "inside"])

    def test_rules_cannot_be_deleted_from_inside(self):
        with self.place.agent() as agent:
            agent.shell("rm -rf .exeat .git; mv .exeat gone")
            self.assertTrue((self.project / ".exeat/rules/r.rules").exists())

    def test_a_worktree_is_asked_for_itself(self):
        git = ["git", "-C", str(self.project), "-c", "user.name=t", "-c", "user.email=t@example"]
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-qm", "one"], check=True)
        tree = self.place.top / "tree"
        subprocess.run([*git, "worktree", "add", "-q", str(tree)], check=True)
        with self.place.agent(cwd=tree) as agent:
            there = str(tree)
            self.assertEqual([self.where(agent, workdir=there), self.where(agent, "uname", workdir=there)], ["inside", "refused"])
            self.assertEqual(self.accept(tree)[0], 0)
            self.assertEqual(self.where(agent, workdir=there), "outside")


class ConfirmedFile(TrustCase):
    """A program in the user's home folder, allowed by name only."""

    def setUp(self):
        super().setUp()
        # The home folder is the user database's, whatever HOME says.
        home = tempfile.TemporaryDirectory(prefix="exeat-it-", dir=self.place.environment["HOME"])
        self.addCleanup(home.cleanup)
        self.tool = pathlib.Path(home.name).resolve() / "bin" / "mytool"
        self.tool.parent.mkdir()
        if os.getuid() == 0:  # what only root may write is proven without a person
            os.chmod(self.tool.parent, 0o777)
        self.write("one")
        self.place.rules('prefix_rule(pattern=["mytool"], decision="allow")\n')
        self.agent = self.place.agent()
        self.addCleanup(self.agent.close)

    def write(self, word):
        self.tool.write_text(f"#!/bin/sh\nif [ -e {self.place.top}/state/exeat/history.sqlite ]; then echo {word} outside; else echo {word} inside; fi\n")
        self.tool.chmod(0o755)

    def ask(self):
        number = self.agent.post_shell(str(self.tool))
        return number, wait_for(self.place.approvals, 15, "a question")[0]

    def test_always_confirms_its_content(self):
        number, asked = self.ask()
        self.assertIn("which you never confirmed", asked["judgement"]["reason"])
        code, text = self.place.person("approvals", "answer", asked["id"], "--always", typed=b"mytool\n")
        self.assertEqual(code, 0, text)
        self.assertIn("SHA-256", text)
        self.assertEqual(self.agent.joined(number).output, "one outside\n")
        self.assertFalse((self.place.top / "config/exeat/rules/approved.rules").exists())
        self.place.stop_service()  # it outlives the session
        with self.place.agent() as agent:
            self.assertEqual(agent.shell(str(self.tool)).output, "one outside\n")
            files = [f for f in self.place.listing("trust") if "file" in f]
            self.assertEqual([f["file"] for f in files], [str(self.tool)])
            self.write("two")
            number = agent.post_shell(str(self.tool))
            asked = wait_for(self.place.approvals, 15, "a question")[0]
            self.assertIn("has changed since you confirmed it", asked["judgement"]["reason"])
            self.assertEqual(self.place.person("approvals", "answer", asked["id"], "--deny")[0], 0)
            self.assertNotIn("two outside", agent.joined(number).output)

    def test_always_beside_a_rule_that_asks(self):
        """Both are kept: the content, and a rule for the path that answers the prompt as long as the content stays."""
        self.place.rules('prefix_rule(pattern=["mytool"], decision="prompt")\n')
        number, asked = self.ask()
        code, text = self.place.person("approvals", "answer", asked["id"], "--always", typed=b"mytool\n")
        self.assertEqual(code, 0, text)
        self.assertIn("keeps its content", text)
        self.assertEqual(self.agent.joined(number).output, "one outside\n")
        rule = (self.place.top / "config/exeat/rules/approved.rules").read_text()
        self.assertIn(f'pattern=["{self.tool}"]', rule)
        self.assertIn("confirmed=True", rule)
        self.assertEqual(self.agent.shell(str(self.tool)).output, "one outside\n")
        self.assertEqual(self.place.approvals(), [])
        self.write("two")
        number, asked = self.ask()
        self.assertEqual(self.place.person("approvals", "answer", asked["id"], "--deny")[0], 0)
        self.assertNotIn("two outside", self.agent.joined(number).output)

    def test_by_hand_and_back(self):
        code, text = self.place.person("trust", "file", self.tool, typed=b"mytool\n")
        self.assertEqual(code, 0, text)
        self.assertEqual(self.agent.shell(str(self.tool)).output, "one outside\n")
        self.assertEqual(self.place.exeat("trust", "revoke", self.tool).returncode, 0)
        number, asked = self.ask()
        self.assertEqual(self.place.person("approvals", "answer", asked["id"], "--deny")[0], 0)
        self.assertNotIn("one outside", self.agent.joined(number).output)

    def test_who_may_not(self):
        done = self.place.exeat("trust", "file", self.tool)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"needs a person at a terminal", done.stderr)
        self.assertEqual(self.place.person("trust", "file", self.tool, typed=b"yes\n")[0], 1)
        code, text = self.place.person("trust", "file", "/bin/true")
        self.assertEqual(code, 1, text)
        self.assertIn("does not lie in your home folder", text)
        self.assertNotIn("Type", text)  # no word is asked for in vain
        self.assertEqual([f for f in self.place.listing("trust") if "file" in f], [])

    def test_a_file_that_the_agent_could_write_asks_nobody(self):
        shutil.copy(self.tool, self.project / "mytool")
        outcome = self.agent.shell("./mytool")
        self.assertEqual(outcome.output, "one inside\n", outcome)
        self.assertEqual(self.place.approvals(), [])


class Reload(TrustCase):
    """Each change of a file of the user's is seen by the next exec, without a restart."""

    def test_every_way_of_writing(self):
        folder = self.place.top / "config/exeat/rules"
        file = folder / "test.rules"
        deny = 'prefix_rule(pattern=["uname"], decision="forbidden")\n'
        with self.place.agent() as agent:
            self.assertEqual(self.where(agent, "uname"), "inside")
            file.write_text(deny)  # in place
            self.assertEqual(self.where(agent, "uname"), "refused")
            os.truncate(file, 0)
            self.assertEqual(self.where(agent, "uname"), "inside")
            self.place.rules(deny)  # beside, then renamed
            self.assertEqual(self.where(agent, "uname"), "refused")
            file.rename(folder / "test.off")
            self.assertEqual(self.where(agent, "uname"), "inside")

    def test_within_one_call(self):
        with self.place.agent() as agent:
            number = agent.post_shell("while uname >/dev/null; do :; done; echo refused", timeout_ms=20000)
            wait_for(lambda: self.execs("uname"), 10, "the first one")
            self.place.rules('prefix_rule(pattern=["uname"], decision="forbidden")\n')
            self.assertTrue(agent.joined(number).output.endswith("refused\n"))


if __name__ == "__main__":
    unittest.main()
