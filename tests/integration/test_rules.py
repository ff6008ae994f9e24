"""The command line of rules, with the real service: list, explain, lint, add and remove, and who may do what."""
import json
import shutil
import stat
import subprocess
import unittest

from place import BIN, PYTHON, Place, wait_for

RULES = """# The test's own rules.
prefix_rule(pattern=["git"], decision="allow", match=["git status"])
prefix_rule(pattern=["git", "push"], decision="prompt", justification="others see it", match=["git push"])
prefix_rule(
    pattern = ["hostname"],
    decision = "forbidden",
    justification = "use uname -n instead",
    match = ["hostname"],
)
"""


class RulesCase(unittest.TestCase):
    def setUp(self):
        self.place = Place(rules=RULES).__enter__()
        self.addCleanup(self.place.__exit__, None, None, None)
        self.file = self.place.top / "config/exeat/rules/test.rules"
        self.mine = self.place.top / "config/exeat/rules/mine.rules"

    def ok(self, *words, **options):
        done = self.place.exeat(*words, **options)
        self.assertEqual(done.returncode, 0, done)
        return done.stdout.decode()

    def refused(self, *words, code=1, **options):
        done = self.place.exeat(*words, **options)
        self.assertEqual(done.returncode, code, done)
        return done.stderr.decode()

    def json(self, *words, code=0):
        done = self.place.exeat(*words)
        self.assertEqual(done.returncode, code, done)
        return json.loads(done.stdout)


class Looking(RulesCase):
    def test_list(self):
        (self.place.work / ".exeat/rules").mkdir(parents=True)
        (self.place.work / ".exeat/rules/p.rules").write_text('prefix_rule(pattern=["curl"], decision="allow")\n')
        (self.place.top / "codex/rules").mkdir()
        (self.place.top / "codex/rules/broken.rules").write_text('x = 1\nprefix_rule(pattern=["a"], decision="alow")\n')
        text = self.ok("rules", "list")
        self.assertIn(f"  {self.file}\n", text)
        self.assertIn("     3  prompt     git push  # others see it\n", text)
        self.assertIn("curl  [lets nothing out from here]", text)
        self.assertIn("BROKEN; nothing of it holds", text)
        self.assertIn("broken.rules:2:37", text)
        value = self.json("rules", "list", "--json")
        files = {file["path"]: file for folder in value["folders"] for file in folder["files"]}
        self.assertEqual([rule["line"] for rule in files[str(self.file)]["rules"]], [2, 3, 4])
        broken = files[str(self.place.top / "codex/rules/broken.rules")]
        self.assertEqual((broken["state"], broken["problem_line"], broken["problem_column"]), ("broken", 2, 37))
        self.assertIn("broken.rules:2:37", value["allow_is_asked_because"])
        # Elsewhere the project's rules do not hold.
        self.assertNotIn("curl", self.ok("rules", "list", "--workdir", self.place.outside))
        self.refused("rules", "list", "--workdir", "/no/such/folder", code=2)

    def test_explain_agrees_with_what_happens(self):
        """What is told beforehand is what the gate then does, and for the same reason."""
        commands = {"git --version": "allowed", "git push": "asked", "hostname": "denied", "uname": "inside"}
        told = {}
        for command, verdict in commands.items():
            one = self.json("rules", "explain", "--json", "--", *command.split())["commands"][0]
            self.assertEqual(one["verdict"], verdict, one)
            told[tuple(command.split())] = one
        with self.place.agent(elicitation=lambda params: {"action": "decline"}) as agent:
            agent.shell("; ".join(commands))

        def recorded():
            found = {(r["argv"][0].rsplit("/", 1)[-1], *r["argv"][1:]): r for r in self.place.listing("history")}
            return found if told.keys() <= found.keys() else None

        for words, record in wait_for(recorded, 10, "the history of all commands").items():
            if words not in told:
                continue
            one = told[words]
            self.assertEqual(record["judgement"]["verdict"], one["verdict"], record)
            self.assertEqual(record["judgement"]["reason"], one["reason"])
            self.assertEqual(record["real_path"], one["program"]["real_path"])
            matched = [(rule["file"], rule["line"]) for rule in one["rules"] if rule["outcome"] != "not-matched"]
            self.assertEqual(matched, [(step["file"], step["line"]) for step in record["judgement"]["trace"]])

    def test_explain_in_words(self):
        text = self.ok("rules", "explain", "--", "git", "push", "--force")
        self.assertIn(f"  {self.file}:3 prompt: matches: git push\n", text)
        self.assertIn(f"  {self.file}:2 allow: matches: git; a stricter rule decides\n", text)
        self.assertIn("verdict   asked: ", text)
        text = self.ok("rules", "explain", "--", "git", "status")
        self.assertIn(f"{self.file}:3 prompt: does not match (git push): argument 1 is `status`, the rule wants `push`", text)
        self.assertIn("it runs outside the sandbox, in place.", text)

    def test_explain_names_the_cure(self):
        tool = self.place.outside / "git"
        shutil.copy("/bin/true", tool)
        text = self.ok("rules", "explain", "--", tool, "status")
        self.assertIn("allow does not count: ", text)
        self.assertIn('host_executable(name="git"', text)
        self.assertIn("it runs inside the sandbox.", text)

    def test_explain_a_line(self):
        value = self.json("rules", "explain", "--json", "--line", "--", "cd / && hostname | uname >x")
        self.assertEqual([one["verdict"] for one in value["commands"]], ["inside", "denied", "inside"])
        self.assertEqual(value["commands"][0]["program"]["search"], "shell-builtin")
        value = self.json("rules", "explain", "--json", "--line", "--", "for i in a b; do echo $(hostname); done")
        self.assertEqual([one["argv"][0] for one in value["commands"]], ["hostname", "echo"])
        self.assertIn("cannot be read", self.refused("rules", "explain", "--line", "--", "hostname $(uname"))

    def test_json_steers_no_terminal(self):
        word = "a\x7f\x85\x9b31m\u061c\u200e\u202e\u2066é\u200d\U0001f600"
        done = self.place.exeat("rules", "explain", "--json", "--", "git", word)
        self.assertEqual(json.loads(done.stdout)["commands"][0]["argv"], ["git", word])
        self.assertIn(r'"a\u007f\u0085\u009b31m\u061c\u200e\u202e\u2066é' + '\u200d\U0001f600"', done.stdout.decode())

    def test_explain_usage(self):
        self.refused("rules", "explain", code=2)
        self.refused("rules", "explain", "git", code=2)
        self.refused("rules", "explain", "--line", "--", "a", "b", code=2)
        self.assertIn("no command to explain", self.refused("rules", "explain", "--line", "--", " # nothing"))

    def test_lint(self):
        value = self.json("rules", "lint", "--json", code=1)
        self.assertEqual([(one["kind"], one["file"], one["line"]) for one in value["findings"]],
                         [("equals-no-sandbox", str(self.file), 2)])
        self.place.rules('prefix_rule(pattern=["git", "push"], decision="prompt", match=["git push"])\n')
        self.assertIn("nothing to mend", self.ok("rules", "lint"))
        bad = self.place.work / "bad.rules"
        bad.write_text('prefix_rule(pattern=["bash"])\nprefix_rule(pattern=["bash", "-c"], match=["bash -c x"])\n')
        done = self.place.exeat("rules", "lint", "bad.rules")
        self.assertEqual(done.returncode, 1, done)
        text = done.stdout.decode()
        self.assertIn(f"{bad}:1: warning: equals no sandbox: `bash`", text)
        self.assertIn(f"{bad}:2: warning: has no effect beside the broader rule of {bad}:1", text)
        self.assertIn(f"{bad}:1: hint: no `match` example", text)
        bad.write_text('prefix_rule(pattern=["a"], decision="prompt")\n')
        self.assertEqual(self.place.exeat("rules", "lint", bad).returncode, 0)  # hints only
        bad.write_text("x(\n")
        value = self.json("rules", "lint", "--json", bad, code=1)
        self.assertEqual((value["findings"][0]["kind"], value["findings"][0]["line"]), ("broken", 1))
        self.refused("rules", "lint", "/no/such.rules")
        self.refused("rules", "lint", "--workdir", "/", bad, code=2)

    def test_lint_finds_a_name_that_proves_nothing(self):
        tool = self.place.outside / "mytool"
        shutil.copy("/bin/true", tool)
        self.place.environment["PATH"] = f"{self.place.outside}:{self.place.environment['PATH']}"
        rules = self.place.work / "x.rules"
        rules.write_text('prefix_rule(pattern=["mytool"], match=["mytool"])\nprefix_rule(pattern=["uname"], match=["uname"])\n')
        value = self.json("rules", "lint", "--json", rules, code=1)
        self.assertEqual([(one["kind"], one["line"]) for one in value["findings"]], [("does-not-count", 1)])

    def test_help_and_wrong_verbs(self):
        self.assertIn("rules", self.ok("--help"))
        self.assertIn("explain", self.ok("rules", "--help"))
        for verb in ("list", "explain", "lint", "add", "remove"):
            self.assertIn(f"Usage: exeat rules {verb}", self.ok("rules", verb, "--help"))
        self.refused("rules", code=2)
        self.refused("rules", "lst", code=2)


class Editing(RulesCase):
    def test_tightening_needs_no_terminal(self):
        self.ok("rules", "add", "--decision", "forbidden", "--justification", 'say "why"', "--", "uname", "-a")
        self.assertEqual(self.mine.read_text().splitlines()[-1],
                         'prefix_rule(pattern=["uname", "-a"], decision="forbidden", match=[["uname", "-a"]], justification="say \\"why\\"")')
        self.assertEqual(stat.S_IMODE(self.mine.stat().st_mode), 0o600)
        self.assertEqual(self.json("rules", "explain", "--json", "--", "uname", "-a")["commands"][0]["verdict"], "denied")
        before = self.mine.read_text()
        self.assertIn("already", self.ok("rules", "add", "--decision", "forbidden", "--justification", 'say "why"', "--", "uname", "-a"))
        self.assertEqual(self.mine.read_text(), before)
        # What is allowed may go without anybody.
        self.file.chmod(0o640)
        self.ok("rules", "remove", f"{self.file}:2")
        self.assertEqual(self.file.read_text(), RULES.replace(RULES.splitlines()[1] + "\n", ""))
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o640)

    def test_loosening_needs_a_person(self):
        for words in (("add", "--decision", "allow", "--", "uname"), ("remove", f"{self.file}:4"), ("remove", "--like", "--", "hostname")):
            self.assertIn("terminal", self.refused("rules", *words))
            code, text = self.place.person("rules", *words, typed=b"yes\n")
            self.assertEqual(code, 1, text)
            self.assertIn("that was not the word", text)
        self.assertEqual(self.file.read_text(), RULES)
        self.assertFalse(self.mine.exists())
        code, text = self.place.person("rules", "add", "--decision", "allow", "--exact", "--", "uname", "-s", typed=b"uname\n")
        self.assertEqual(code, 0, text)
        self.assertIn("+ prefix_rule(", text)
        self.assertIn("This loosens the rules.", text)
        self.assertEqual(self.json("rules", "explain", "--json", "--", "uname", "-s")["commands"][0]["verdict"], "allowed")
        self.assertEqual(self.json("rules", "explain", "--json", "--", "uname", "-a")["commands"][0]["verdict"], "inside")

    def test_words_of_our_own(self):
        """Where it runs, what follows it out, which prompts it answers: written, told, and in force."""
        options = ("--decision", "allow", "--exact", "--sandbox", "read-only", "--env", "A", "--env", "B", "--answers-prompts")
        self.assertIn("terminal", self.refused("rules", "add", *options, "--", "uname", "-s"))
        code, text = self.place.person("rules", "add", *options, "--", "uname", "-s", typed=b"uname\n")
        self.assertEqual(code, 0, text)
        line = ('prefix_rule(pattern=["uname", "-s"], decision="allow", match=[["uname", "-s"]], env=["A", "B"], exact=True, '
                'sandbox="read-only", answers_prompts=True)')
        self.assertIn("+ " + line, text)
        self.assertIn("That is: allow `uname -s` with nothing behind it with the variables A, B in the sandbox read-only, "
                      "and answer what asks about it", text)
        self.assertEqual(self.mine.read_text().splitlines()[-1], line)
        self.assertIn("uname -s  (exactly)  (with the variables A, B)  (in a sandbox: read-only)  (answers prompts)", self.ok("rules", "list"))
        # A prompt that narrows is anybody's; one that lets variables out is not.
        self.ok("rules", "add", "--sandbox", "network", "--", "id")
        self.assertIn('prefix_rule(pattern=["id"], decision="prompt", match=[["id"]], sandbox="network")', self.mine.read_text())
        self.assertIn("terminal", self.refused("rules", "add", "--env", "A", "--", "id"))

    def test_words_of_our_own_are_for_the_user_only(self):
        here = self.place.top / "elsewhere.rules"
        codex = self.place.top / "codex/rules/x.rules"
        for layer in ("project-exeat", here, codex):
            for options in (("--sandbox", "read-only"), ("--env", "A"), ("--decision", "allow", "--answers-prompts")):
                text = self.refused("rules", "add", "--layer", layer, *options, "--", "id")
                self.assertIn(f"into your own rules only, {self.mine.parent}; leave --layer out", text)
        self.assertFalse(here.exists() or codex.exists() or (self.place.work / ".exeat").exists())
        self.ok("rules", "add", "--layer", self.mine.parent / "other.rules", "--sandbox", "read-only", "--", "id")
        for wrong in (("--sandbox", "open"), ("--env", "A=1"), ("--answers-prompts",), ("--decision", "forbidden", "--env", "A")):
            self.refused("rules", "add", *wrong, "--", "id", code=2)
        self.assertFalse(self.mine.exists())

    def test_a_rule_of_several_lines_goes_whole(self):
        code, text = self.place.person("rules", "remove", f"{self.file}:4", typed=b"remove\n")
        self.assertEqual(code, 0, text)
        self.assertEqual(self.file.read_text(), "".join(RULES.splitlines(keepends=True)[:3]))
        self.assertEqual(self.json("rules", "explain", "--json", "--", "hostname")["commands"][0]["verdict"], "inside")

    def test_into_the_project(self):
        (self.place.work / "sub").mkdir()
        self.ok("rules", "add", "--layer", "project-exeat", "--decision", "forbidden", "--", "curl", cwd=self.place.work / "sub")
        file = self.place.work / ".exeat/rules/project.rules"
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o644)
        self.assertEqual([p.name for p in file.parent.iterdir()], ["project.rules"])
        self.assertEqual(self.json("rules", "explain", "--json", "--", "curl", "x")["commands"][0]["verdict"], "denied")

    def test_what_cannot_be_edited_is_refused(self):
        loop = self.place.work / "loop.rules"
        loop.write_text('for n in ["a", "b"]:\n    prefix_rule(pattern=[n], decision="allow")\n')
        self.assertIn("made by a loop", self.refused("rules", "remove", f"{loop}:2"))
        self.assertIn("no prefix_rule begins", self.refused("rules", "remove", f"{self.file}:1"))
        link = self.place.work / "link.rules"
        link.symlink_to(self.file)
        self.assertIn("symbolic link", self.refused("rules", "add", "--layer", link, "--", "a"))
        self.assertIn("symbolic link", self.refused("rules", "remove", f"{link}:2"))
        broken = self.place.work / "broken.rules"
        broken.write_text("x(\n")
        self.assertIn("broken.rules:1:", self.refused("rules", "add", "--layer", broken, "--", "a"))
        self.assertEqual(broken.read_text(), "x(\n")
        codex = self.place.top / "codex/rules/x.rules"
        self.assertIn("Exeat's own word", self.refused("rules", "add", "--layer", codex, "--exact", "--", "a"))
        self.refused("rules", "remove", f"{self.file}", code=2)
        self.refused("rules", "add", "--decision", "maybe", "--", "a", code=2)
        self.refused("rules", "add", "git", code=2)
        self.assertEqual(self.file.read_text(), RULES)

    def test_an_agent_cannot_edit(self):
        """Neither from inside its sandbox, nor from an escalated command, nor by its own children at a terminal they made."""
        self.place.rules(f'prefix_rule(pattern=["{PYTHON}"], decision="allow")\n', "python.rules")
        run = (f"import os,subprocess; d=subprocess.run([{str(BIN / 'exeat')!r},'rules','add','--decision','DECISION','--','id'],"
               f"capture_output=True,text=True,env={{**os.environ,'XDG_RUNTIME_DIR':{str(self.place.top / 'run')!r}}}); print(d.returncode,d.stderr)")
        with self.place.agent() as agent:
            for decision in ("allow", "forbidden"):
                # Outside it reaches the service, which refuses it; inside it does not reach it at all.
                for program, why in ((PYTHON, "1 exeat: this process was started by an agent's command"), (f"/usr/bin/env {PYTHON}", "1 exeat: ")):
                    outcome = agent.shell(f"{program} -c \"{run.replace('DECISION', decision)}\"")
                    self.assertTrue(outcome.output.startswith(why), outcome)
        self.assertFalse(self.mine.exists())
        allow, forbidden = self.place.child_of_agent((["rules", "add", "--decision", "allow", "--", "id"], "id"),
                                                     (["rules", "add", "--decision", "forbidden", "--", "id"], "id"))
        self.assertTrue(allow.startswith("1 "), allow)
        self.assertIn("belongs to an agent", allow)
        self.assertTrue(forbidden.startswith("0 "), forbidden)  # tightening is nobody's privilege
        self.assertNotIn('decision="allow"', self.mine.read_text())


class InsideARun(RulesCase):
    """An agent that calls `exeat` is told at once who that is for, and what it can do; what needs files only works."""

    def test_what_is_for_a_person(self):
        with self.place.agent() as agent:
            for words in ("run -- ls", "approvals", "approvals answer 1 --once", "trust accept", "rules add --decision allow -- id", "rules list",
                          "rules remove x.rules:1", "rules lint", "history", "runs", "doctor", "mcp"):
                outcome = agent.shell(f"{BIN}/exeat {words}")
                self.assertEqual(outcome.exit_code, 1, (words, outcome))
                self.assertTrue(outcome.output.startswith(f"exeat: `exeat {words.split()[0]}` is for a person at their own terminal"), outcome)
                self.assertIn("Start programs directly", outcome.output)
                self.assertEqual(outcome.output.count("\n"), 1, outcome)
            # The variable only chooses the words; without it nothing more is to be had.
            for words in ("run -- ls", "approvals", "trust accept", "rules add --decision allow -- id", "history"):
                outcome = agent.shell(f"unset EXEAT; XDG_RUNTIME_DIR={self.place.top}/run {BIN}/exeat {words}")
                self.assertEqual(outcome.exit_code, 1, (words, outcome))
                self.assertNotIn("Start programs directly", outcome.output)
        self.assertFalse(self.mine.exists())

    def test_what_works_on_files(self):
        good = self.place.work / "good.rules"
        good.write_text('prefix_rule(pattern=["frob"], decision="prompt", match=["frob x"])\n')
        bad = self.place.work / "bad.rules"
        bad.write_text('prefix_rule(pattern=["bash"], match=["bash x"])\n')
        with self.place.agent() as agent:
            for words, code, says in (("execpolicy check -r good.rules -- frob y", 0, '"decision":"prompt"'),
                                      ("rules lint good.rules", 0, "1 rules, nothing to mend"),
                                      ("rules lint bad.rules", 1, f"{bad}:1: warning: equals no sandbox"),
                                      ("rules lint --json bad.rules", 1, '"equals-no-sandbox"'),
                                      ("setup --print codex", 0, "mcp_servers"), ("--version", 0, "exeat "), ("--help", 0, "Usage: exeat"),
                                      ("run --help", 0, "Usage: exeat run"), ("rules add --help", 0, "Usage: exeat rules add"),
                                      ("nonsense", 2, "there is no command")):
                outcome = agent.shell(f"{BIN}/exeat {words}")
                self.assertEqual(outcome.exit_code, code, (words, outcome))
                self.assertIn(says, outcome.output, words)
                self.assertNotIn("is for a person", outcome.output)

    def test_words_that_mean_nothing(self):
        for program, words, code, says in (("exeat", ["doctor", "now"], 2, "takes no words"), ("exeatd", ["--bogus\x1b"], 2, "--bogus\\e is not known"),
                                           ("exeatd", ["--help"], 0, "Usage: exeatd")):
            done = subprocess.run([BIN / program, *words], env=self.place.environment, capture_output=True, text=True, timeout=10)
            self.assertEqual(done.returncode, code, done)
            self.assertIn(says, done.stdout + done.stderr)

    def test_a_person_with_the_variable_learns_the_way_out(self):
        self.place.environment["EXEAT"] = "1"
        self.assertIn("at a terminal of your own, `unset EXEAT`", self.refused("rules", "list"))
        del self.place.environment["EXEAT"]
        self.ok("rules", "list")


class Execpolicy(unittest.TestCase):
    def test_needs_no_service_and_leaves_nothing(self):
        with Place(rules=RULES) as place:
            before = sorted(str(p) for p in place.top.rglob("*"))
            rules = place.top / "config/exeat/rules/test.rules"
            done = place.exeat("execpolicy", "check", "-r", rules, "--", "git", "push", "-f")
            self.assertEqual(done.returncode, 0, done)
            self.assertEqual(json.loads(done.stdout)["decision"], "prompt")
            self.assertEqual(place.service_pid(), 0)
            self.assertEqual(sorted(str(p) for p in place.top.rglob("*")), before)


if __name__ == "__main__":
    unittest.main()
