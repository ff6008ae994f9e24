"""`sandbox=` of rules: where a command runs that a rule lets out not all the way, through the whole program."""
import os
import unittest

from place import BIN, Place, PlaceCase, wait_for

RULES = f"""
prefix_rule(pattern=["python3"], decision="allow", sandbox="network")
prefix_rule(pattern=["readlink"], decision="allow", sandbox="network")
prefix_rule(pattern=["touch"], decision="allow", sandbox="read-only")
prefix_rule(pattern=["mkdir"], decision="allow", sandbox="workspace-write")
prefix_rule(pattern=["ln"], decision="prompt", sandbox="network")
prefix_rule(pattern=["id"], decision="forbidden", justification="not here")
prefix_rule(pattern=["{BIN}/exeat-bash"], decision="allow", sandbox="network")
prefix_rule(pattern=["{BIN}/exeat"], decision="allow", sandbox="network")
"""
NETWORK = os.readlink("/proc/self/ns/net")


class Rooms(PlaceCase):
    options = {"rules": RULES}

    def test_the_network_and_nothing_else(self):
        outcome = self.agent.shell("readlink /proc/self/ns/net; /usr/bin/env readlink /proc/self/ns/net")
        there, here = outcome.output.split()
        self.assertEqual(there, NETWORK)
        self.assertNotEqual(here, NETWORK)  # of the session, which `env` has started
        tries = "\n".join(f"try: open('{file}', 'w'); print('wrote {name}')\nexcept OSError: print('no {name}')"
                          for file, name in (("mine", "project"), (".git/config", "git"), (f"{self.place.outside}/x", "outside")))
        outcome = self.agent.shell(f"python3 -c \"{tries}\"")
        self.assertEqual(outcome.output.split("\n")[:3], ["wrote project", "no git", "no outside"])

    def test_read_only_and_workspace(self):
        outcome = self.agent.shell(f"touch t; echo $?; mkdir d; echo $?; mkdir .git/d {self.place.outside}/d; echo $?")
        self.assertEqual([line for line in outcome.output.split("\n") if len(line) == 1], ["1", "0", "1"])
        self.assertTrue((self.place.work / "d").is_dir())
        self.assertFalse((self.place.work / "t").exists())

    def test_the_service_is_out_of_reach(self):
        for name in ("control.sock", "mcp.sock"):
            socket = self.place.top / "run/exeat" / name
            outcome = self.agent.shell(f"python3 -c \"import socket; socket.socket(socket.AF_UNIX).connect('{socket}')\"; echo rc=$?")
            self.assertIn("PermissionError", outcome.output)
        outcome = self.agent.shell(f"{BIN}/exeat approvals; echo rc=$?")
        self.assertNotIn("rc=0", outcome.output)

    def test_what_starts_there_is_asked(self):
        outcome = self.agent.shell(f"unset EXEC_WRAPPER BASH_EXEC_WRAPPER; {BIN}/exeat-bash -c 'readlink /proc/self/ns/net; id; echo rc=$?; ls >/dev/null; echo rc=$?'")
        self.assertIn(NETWORK, outcome.output)
        self.assertNotIn("uid=", outcome.output)
        self.assertIn("not here", outcome.output)
        self.assertTrue(outcome.output.endswith("rc=1\nrc=0\n"), outcome.output)

    def test_a_person_reads_where(self):
        number = self.agent.post_shell("ln -s a link; echo rc=$?")
        asked = wait_for(self.place.approvals, 15, "a question")[0]
        self.assertEqual(asked["judgement"]["sandbox"], "network")
        code, text = self.place.person("approvals", "answer", asked["id"], "--once", typed=b"ln\n")
        self.assertEqual(code, 0, text)
        self.assertIn("Run inside the sandbox, but with the network:", text)
        self.assertNotIn("OUTSIDE", text)
        self.assertIn("can be sent anywhere", text)
        outcome = self.agent.joined(number)
        self.assertIn("rc=0", outcome.output)
        self.assertIn("ran inside the sandbox, but with the network", str(outcome.structured["execs"]))
        entry = next(e for e in self.place.listing("history") if e["argv"][0] == "ln")
        self.assertIn("to run inside the sandbox, but with the network", entry["judgement"]["reason"])

    def test_explained(self):
        text = self.place.exeat("rules", "explain", "--", "touch", "x", check=True).stdout.decode()
        self.assertIn("it runs inside a read-only sandbox without network, in place.", text)


class ReadOnlySession(unittest.TestCase):
    def test_writes_by_rule_only(self):
        rules = RULES + "prefix_rule(pattern=[\"cp\"], decision=\"allow\", sandbox=\"network\")\n"
        with Place(rules=rules, config="[sandbox]\nmode = \"read-only\"\n") as place, place.agent() as agent:
            (place.work / "a").write_text("a")
            outcome = agent.shell("/usr/bin/env mkdir one; echo $?; mkdir two; echo $?; cp a b; echo $?; readlink /proc/self/ns/net")
            lines = [line for line in outcome.output.split("\n") if len(line) == 1]
            self.assertEqual(lines, ["1", "0", "1"])
            self.assertIn(NETWORK, outcome.output)
            self.assertTrue((place.work / "two").is_dir())


if __name__ == "__main__":
    unittest.main()
