"""Questions: who may answer, what each answer does, and that they outlive the client."""
import json
import os
import pathlib
import re
import shlex
import subprocess
import time
import unittest

from place import BIN, PYTHON, TERMINAL, Place, accept, cancel, decline, wait_for


class ByClient(unittest.TestCase):
    def outcome(self, answer, command="uname -s; echo rc=$?"):
        with Place() as place, place.agent(elicitation=answer) as agent:
            outcome = agent.shell(command)
            return outcome, agent.asked, place.listing("history")

    def test_accepted(self):
        outcome, asked, history = self.outcome(accept)
        self.assertEqual(outcome.output, "Linux\nrc=0\n")
        self.assertEqual(len(asked), 1)
        self.assertIn("uname", asked[0]["params"]["message"])
        self.assertIn("tells about the machine", asked[0]["params"]["message"])
        self.assertTrue([e for e in history if "uname" in json.dumps(e) and "client" in json.dumps(e).lower()])

    def test_declined(self):
        outcome, _, _ = self.outcome(decline)
        self.assertIn("rc=1", outcome.output)
        self.assertNotIn("Linux", outcome.output)
        self.assertTrue(outcome.structured["execs"])

    def test_cancelled(self):
        with Place() as place, place.agent(elicitation=cancel) as agent:
            outcome = agent.shell("uname -s; echo rc=$?", yield_ms=3000)
            self.assertNotIn("Linux", outcome.output)

    def test_an_error_or_rubbish_is_not_an_approval(self):
        rows = [{"action": "accept"}, {"action": "accept", "content": {"decision": "maybe"}}, {"action": "accept", "content": {"decision": True}},
                {"action": "allow"}, {}, {"action": "accept", "content": []}]
        for row in rows:
            with self.subTest(row), Place() as place, place.agent(elicitation=lambda p, r=row: r) as agent:
                self.assertNotIn("Linux", agent.shell("uname -s", yield_ms=3000).output)

    def test_an_accept_counts_once(self):
        with Place() as place, place.agent(elicitation=accept) as agent:
            agent.shell("uname -s; uname -s")
            agent.shell("uname -s")
            self.assertGreaterEqual(len(agent.asked), 2)

    def test_what_an_agents_own_rule_asks_is_not_the_clients(self):
        """A prompt in a deeper folder holds at once, and is the agent's: else `cp` would run outside by the agent's yes to itself."""
        with Place(rules="") as place, place.agent(elicitation=accept) as agent:
            mine = place.top / "config/exeat/rules/mine.rules"
            plant = "mkdir -p sub/.exeat/rules; echo 'prefix_rule(pattern=[\"cp\"], decision=\"prompt\")' > sub/.exeat/rules/a.rules; touch evil; cd sub"
            outcome = agent.shell(f"{plant}; cp ../evil {mine}; echo rc=$?")
            self.assertEqual(len(agent.asked), 1)
            self.assertNotIn("rc=0", outcome.output)
            self.assertFalse(mine.exists())

    def test_fifteen_questions_of_one_script(self):
        with Place() as place, place.agent(elicitation=accept) as agent:
            outcome = agent.shell("for i in {1..15}; do uname -s & done; wait", timeout=90)
            self.assertEqual(outcome.output.count("Linux"), 15, outcome)

    def test_fifteen_different_questions_one_after_the_other(self):
        with Place(rules='prefix_rule(pattern=["uname"], decision="prompt")\n') as place, place.agent(elicitation=accept) as agent:
            outcome = agent.shell("for o in s n r v m p i o sn sr sv sm sp si so; do uname -$o >/dev/null && echo ok; done", timeout=90)
            self.assertEqual(outcome.output.count("ok"), 15, outcome)


class ByHand(unittest.TestCase):
    """`exeat run`, whose caller sees only what is printed."""

    def test_who_waits_is_told_for_what(self):
        with Place() as place:
            # From a terminal of its own: what shares an ancestor below the login with a run may not answer for it.
            run = subprocess.Popen([PYTHON, str(TERMINAL), str(BIN / "exeat"), "run", "--", "uname -s; echo rc=$?"], env=place.environment, cwd=place.work,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            said = b""
            while b"--once" not in said:
                chunk = run.stderr.read1(4096)
                self.assertTrue(chunk, said)
                said += chunk
            number = place.approvals()[0]["id"]
            self.assertIn(f"question {number}".encode(), said)
            self.assertIn(b"uname -s", said)
            self.assertIn(b"tells about the machine", said)
            self.assertNotIn("sandbox", place.approvals()[0])  # one program wants out; no sandbox is asked for
            code, text = place.person("approvals", "answer", number, "--once", typed=b"uname\n")
            self.assertEqual(code, 0, text)
            out, rest = run.communicate(timeout=20)
            self.assertEqual(out, b"Linux\nrc=0\n", said + rest)

    def test_broken_settings_are_said(self):
        with Place(config="[sandbox]\nnetwork = maybe\n") as place:
            done = place.exeat("run", "--", "echo in; nosuchprogram")
            self.assertEqual(done.stdout, b"in\n")
            self.assertIn(b"commands run read-only, without network", done.stderr)
            self.assertIn(b"config.toml:2", done.stderr)
            self.assertIn(b"bash: line 1: nosuchprogram: command not found", done.stderr)


class ByPerson(unittest.TestCase):
    def setUp(self):
        self.place = Place().__enter__()
        self.agent = self.place.agent()

    def tearDown(self):
        self.agent.close()
        self.place.__exit__()

    def question(self):
        return wait_for(self.place.approvals, 15, "a question")[0]

    def word(self, number):
        """What the program wants typed, from the question it shows."""
        return b"uname\n"

    def test_once(self):
        number = self.agent.post_shell("uname -s")
        asked = self.question()
        code, text = self.place.person("approvals", "answer", asked["id"], "--once", typed=self.word(asked))
        self.assertEqual(code, 0, text)
        self.assertIn("uname", text)
        self.assertEqual(self.agent.joined(number).output, "Linux\n")

    def test_a_wrong_word_changes_nothing(self):
        number = self.agent.post_shell("uname -s")
        asked = self.question()
        code, text = self.place.person("approvals", "answer", asked["id"], "--once", typed=b"y\n")
        self.assertNotEqual(code, 0, text)
        self.assertEqual(len(self.place.approvals()), 1)
        code, text = self.place.person("approvals", "answer", asked["id"], "--deny", "--message", "use cat /etc/os-release")
        self.assertEqual(code, 0, text)
        self.assertIn("use cat /etc/os-release", self.agent.joined(number).text)

    def test_session_holds_for_the_same_command(self):
        number = self.agent.post_shell("uname -s")
        asked = self.question()
        self.assertEqual(self.place.person("approvals", "answer", asked["id"], "--session", typed=self.word(asked))[0], 0)
        self.agent.wait(number)
        self.assertEqual(self.agent.shell("uname -s").output, "Linux\n")
        with self.place.agent() as other:
            waiting = other.post_shell("uname -s", yield_ms=500)
            self.assertNotIn("Linux", json.dumps(other.wait(waiting)))

    def always(self):
        number = self.agent.post_shell("uname -s")
        code, text = self.place.person("approvals", "answer", self.question()["id"], "--always", typed=b"uname\n")
        return number, code, text

    def test_always_answers_a_rule_that_asks(self):
        number, code, text = self.always()
        self.assertEqual(code, 0, text)
        approved = self.place.top / "config/exeat/rules/approved.rules"
        lines = approved.read_text().splitlines()
        self.assertEqual(lines[-1], 'prefix_rule(pattern=["uname", "-s"], decision="allow", match=[["uname", "-s"]], exact=True, answers_prompts=True)')
        # Which rules fall silent is said before the word is typed, and how to take it back afterwards.
        asking = f"{self.place.top}/config/exeat/rules/test.rules:5"
        self.assertIn("these rules no longer ask", text.split("Type uname")[0])
        self.assertIn(asking, text.split("these rules no longer ask")[1].split("Type uname")[0])
        undo = f"exeat rules remove {approved}:{len(lines)}"
        self.assertIn(undo, text)
        self.assertEqual(self.agent.joined(number).output, "Linux\n")
        # For these words, for every agent, and for no other words.
        with self.place.agent() as other:
            self.assertEqual(other.shell("uname -s").output, "Linux\n")
            self.assertEqual(self.place.approvals(), [])
            waiting = other.post_shell("uname -r")
            self.assertEqual(self.question()["argv"], ["uname", "-r"])
            self.place.person("approvals", "answer", self.question()["id"], "--deny")
            other.joined(waiting)
        listed = self.place.exeat("rules", "list").stdout.decode()
        self.assertIn("uname -s  (exactly)  (answers prompts)", listed)
        explained = self.place.exeat("rules", "explain", "--", "uname", "-s").stdout.decode()
        self.assertIn(f"answered for good by {approved}:{len(lines)}", explained)
        self.assertIn("it answers what asks about it", explained)
        # Taken back, it is asked again: that only tightens.
        self.assertEqual(self.place.exeat(*undo.split()[1:]).returncode, 0)
        number = self.agent.post_shell("uname -s")
        asked = self.question()
        self.assertEqual(self.place.person("approvals", "answer", asked["id"], "--deny")[0], 0)
        self.assertNotIn("Linux", self.agent.joined(number).output)

    def test_always_carries_what_the_question_showed(self):
        """A program that a rule asks about with env= and sandbox= runs afterwards as it did when it was approved."""
        self.place.rules('prefix_rule(pattern=["printenv"], decision="prompt", env=["MARK", "UNSET"], sandbox="network")\n')
        number = self.agent.post_shell("MARK=1 OTHER=1 printenv MARK OTHER UNSET")
        code, text = self.place.person("approvals", "answer", self.question()["id"], "--always", typed=b"printenv\n")
        self.assertEqual(code, 0, text)
        promise = text.split("Type printenv")[0]
        self.assertIn("These variables then go along, too, as the agent has set them at that time: MARK\r\n", promise)
        self.assertIn("It then runs inside the sandbox, but with the network.", promise)
        self.assertEqual(self.agent.joined(number).output, "1\n")
        approved = self.place.top / "config/exeat/rules/approved.rules"
        self.assertTrue(approved.read_text().endswith(', env=["MARK"], exact=True, sandbox="network", answers_prompts=True)\n'), approved.read_text())
        self.assertEqual(self.agent.shell("MARK=2 OTHER=2 UNSET=2 printenv MARK OTHER UNSET").output, "2\n")
        self.assertEqual(self.place.approvals(), [])

    def test_a_session_carries_what_the_question_showed(self):
        self.place.rules('prefix_rule(pattern=["printenv"], decision="prompt", env=["MARK", "UNSET"], sandbox="network")\n')
        number = self.agent.post_shell("MARK=1 OTHER=1 printenv MARK OTHER UNSET")
        code, text = self.place.person("approvals", "answer", self.question()["id"], "--session", typed=b"printenv\n")
        self.assertEqual(code, 0, text)
        self.assertIn("These variables then go along, too, as the agent has set them at that time: MARK\r\n", text.split("Type printenv")[0])
        self.assertEqual(self.agent.joined(number).output, "1\n")
        self.assertEqual(self.agent.shell("MARK=2 OTHER=2 UNSET=2 printenv MARK OTHER UNSET").output, "2\n")
        self.assertEqual(self.place.approvals(), [])

    def test_always_that_cannot_be_written_is_said(self):
        (self.place.top / "config/exeat/rules/approved.rules").write_text("x(\n")
        number, code, text = self.always()
        self.assertEqual(code, 0, text)
        self.assertIn("for this time only", text)
        self.assertNotIn("from now on", text)
        self.assertEqual(self.agent.joined(number).output, "Linux\n")

    def test_only_the_users_own_rules_answer(self):
        """Neither a repository's, accepted or not, nor what Codex reads, too."""
        answer = 'prefix_rule(pattern=["uname", "-s"], exact=True, answers_prompts=True)\n'
        folder = self.place.work / ".exeat/rules"
        folder.mkdir(parents=True)
        (folder / "p.rules").write_text(answer)
        code, text = self.place.person("trust", "accept", typed=b"work\n")
        self.assertIn("! adds: allow `uname -s` with nothing behind it, and answer what asks about it", text)
        self.assertEqual(code, 0, text)
        number = self.agent.post_shell("uname -s")
        asked = self.question()
        self.assertEqual(self.place.person("approvals", "answer", asked["id"], "--deny")[0], 0)
        self.assertNotIn("Linux", self.agent.joined(number).output)
        explained = self.place.exeat("rules", "explain", "--", "uname", "-s").stdout.decode()
        self.assertIn("`answers_prompts` counts in $XDG_CONFIG_HOME/exeat/rules only", explained)
        codex = self.place.top / "codex/rules"
        codex.mkdir()
        (codex / "c.rules").write_text(answer)
        self.assertIn("move the rule to $XDG_CONFIG_HOME/exeat/rules, the only place where it counts", self.place.exeat("rules", "list").stdout.decode())

    def test_without_a_terminal_only_deny(self):
        number = self.agent.post_shell("uname -s")
        asked = self.question()
        self.assertNotEqual(self.place.exeat("approvals", "answer", asked["id"], "--once").returncode, 0)
        self.assertEqual(len(self.place.approvals()), 1)
        self.assertEqual(self.place.person("approvals", "answer", asked["id"], "--deny")[0], 0)
        self.assertNotIn("Linux", self.agent.joined(number).output)

    def test_the_agents_own_child_may_not_answer(self):
        said, = self.place.child_of_agent((["approvals", "answer", "{question}", "--once"], "uname"), ask="uname -s")
        self.assertFalse(said.startswith("0"), said)
        self.assertIn("belongs to an agent", said)

    def test_handed_back_and_joined(self):
        first = self.agent.shell("uname -s; echo done", yield_ms=500)
        self.assertNotIn("done", first.output)
        run = first.structured["run"]
        asked = self.question()
        self.assertEqual(self.place.person("approvals", "answer", asked["id"], "--once", typed=self.word(asked))[0], 0)
        joined = self.agent.call("shell_wait", run=run)
        self.assertEqual(joined.output, "Linux\ndone\n", joined)

    def test_stop(self):
        first = self.agent.shell("echo begun; sleep 300", yield_ms=500)
        stopped = self.agent.call("shell_stop", run=first.structured["run"])
        self.assertFalse(stopped.is_error, stopped)

    def test_another_agents_run_cannot_be_joined(self):
        first = self.agent.shell("sleep 300", yield_ms=300)
        with self.place.agent() as other:
            for tool in ("shell_wait", "shell_stop"):
                self.assertTrue(other.call(tool, run=first.structured["run"]).is_error)
        self.agent.call("shell_stop", run=first.structured["run"])

    def test_the_clock_stops_while_a_person_decides(self):
        number = self.agent.post_shell("uname -s", timeout_ms=1500)
        asked = self.question()
        time.sleep(3)  # longer than the run's own time
        self.assertEqual(self.place.person("approvals", "answer", asked["id"], "--once", typed=self.word(asked))[0], 0)
        self.assertEqual(self.agent.joined(number).output, "Linux\n")


class Clients(unittest.TestCase):
    def test_cancel_ends_a_run(self):
        with Place() as place, place.agent() as agent:
            marker = f"exeatcancel{os.getpid()}"
            number = agent.post_shell(f"/usr/bin/env bash -c 'sleep 3019; : {marker}'")
            wait_for(lambda: subprocess.run(["pgrep", "-f", marker], stdout=subprocess.DEVNULL).returncode == 0, 10, "the run")
            agent.notify("notifications/cancelled", {"requestId": number})
            wait_for(lambda: subprocess.run(["pgrep", "-f", marker], stdout=subprocess.DEVNULL).returncode != 0, 10, "its end")
            self.assertEqual(agent.shell("echo again").output, "again\n")

    def test_fifty_calls_at_once(self):
        with Place() as place, place.agent() as agent:
            numbers = [agent.post_shell(f"echo {i}; id -u >/dev/null; sleep 0.1") for i in range(50)]
            for i, number in enumerate(numbers):
                self.assertIn(f"{i}\\n", json.dumps(agent.wait(number, 90)))

    def test_forbidden_says_what_instead(self):
        with Place() as place, place.agent() as agent:
            outcome = agent.shell("hostname; echo rc=$?")
            self.assertIn("use uname -n instead", outcome.output, outcome.text)
            self.assertIn("rc=1", outcome.output)
            self.assertIn("use uname -n instead", json.dumps(outcome.structured["execs"]))

    def test_timeout_keeps_the_output(self):
        with Place() as place, place.agent() as agent:
            outcome = agent.shell("echo early; sleep 60", timeout_ms=700)
            self.assertTrue(outcome.timed_out)
            self.assertEqual(outcome.output, "early\n")


if __name__ == "__main__":
    unittest.main()
