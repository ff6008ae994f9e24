"""sudo outside the sandbox, where it may run: both_users.py gives the ordinary user a sudoers entry for the time of these tests."""
import os
import subprocess
import unittest

from place import PlaceCase, alive, processes_of, wait_for

AS_ROOT = os.getuid() == 0


class Sudo(PlaceCase):
    seconds = str(10**6 + os.getpid())  # of a sleep that nobody else runs

    def tearDown(self):
        for pid in self.sleeping():
            subprocess.run(["sudo", "-n", "kill", "-9", str(pid)], check=False)
        wait_for(lambda: not self.sleeping(), what="the end of every sleep")

    def allowed(self, command, **arguments):
        """The shipped rules ask about sudo; a person answers at a terminal."""
        return self.answered(command, "--once", typed=b"sudo\n", **arguments)

    def answered(self, command, answer, typed=b"", **arguments):
        number = self.agent.post_shell(command, **arguments)
        question = wait_for(self.place.approvals, 15, "a question")[0]
        code, text = self.place.person("approvals", "answer", question["id"], answer, typed=typed)
        self.assertEqual(code, 0, text)
        return self.agent.joined(number)

    def sleeping(self):
        return [pid for pid in processes_of(self.seconds.encode()) if alive(pid)]

    def test_allowed_runs_as_root(self):
        self.assertEqual(self.allowed("sudo -n id -u; echo rc=$?").output, "0\nrc=0\n")

    def test_exit_code_is_mirrored(self):
        self.assertEqual(self.allowed("sudo -n sh -c 'exit 7'").exit_code, 7)

    def test_not_allowed_gains_nothing(self):
        outcome = self.answered(f"sudo -n touch {self.place.outside}/escaped; echo rc=$?", "--deny")
        self.assertNotIn("rc=0", outcome.output)
        self.assertFalse((self.place.outside / "escaped").exists())

    def test_end_of_the_run(self):
        outcome = self.allowed(f"sudo -n sleep {self.seconds}", timeout_ms=1500)
        self.assertTrue(outcome.timed_out)
        run = next(run for run in self.place.listing("runs") if run["run"] == outcome.structured["run"])
        if AS_ROOT:
            self.assertEqual(self.sleeping(), [])
            self.assertNotIn("note", run)
            return
        # Not ours to signal: it lives, and that is said to the agent and kept.
        self.assertNotEqual(self.sleeping(), [])
        for words in (outcome.output, run["note"]):
            self.assertIn("may not be signalled", words)
            self.assertIn(f"sleep {self.seconds}", words)
            self.assertIn("user id 0", words)
        # The others are served meanwhile.
        self.assertEqual(self.allowed("sudo -n id -u").output, "0\n")


if __name__ == "__main__":
    unittest.main()
