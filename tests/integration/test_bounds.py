"""What is kept or done for one agent has an end, and whoever meets it is told."""
import resource
import statistics
import threading
import time
import unittest

from place import Place

# Nearly all that the rules of one folder may take (limits::rulesFolderWork).
BURNING = 'def f():\n    for i in range(480000):\n        pass\nf()\nprefix_rule(["hostid"], "forbidden")\n'


class Bounds(unittest.TestCase):
    def test_dropped_result_is_said(self):
        """Finished results are kept for a lost answer, but only so many bytes of them: the oldest goes first."""
        with Place() as place, place.agent() as agent:
            first = agent.shell("echo first").structured["run"]
            self.assertIn("first", agent.call("shell_wait", run=first).text)
            for _ in range(33):
                last = agent.shell("head -c 1048576 /dev/zero | tr '\\0' x").structured["run"]
            gone = agent.call("shell_wait", run=first)
            self.assertTrue(gone.is_error)
            self.assertIn("newer results need the room", gone.text)
            self.assertFalse(agent.call("shell_wait", run=last).is_error)

    def test_file_limit_is_an_error(self):
        """A history that cannot grow refuses the run with words; the service goes on, and so does the next run."""
        with Place() as place, place.agent() as agent:
            self.assertEqual(agent.shell("echo before").output, "before\n")
            service = place.service_pid()
            soft, hard = resource.prlimit(service, resource.RLIMIT_FSIZE)
            resource.prlimit(service, resource.RLIMIT_FSIZE, (0, hard))
            refused = agent.shell("echo out")
            self.assertTrue(refused.is_error)
            self.assertIn("could not be written to the history", refused.text)
            resource.prlimit(service, resource.RLIMIT_FSIZE, (soft, hard))
            self.assertEqual(agent.shell("echo after").output, "after\n")
            self.assertEqual(place.service_pid(), service)

    def test_rules_of_one_agent_leave_the_others_their_time(self):
        """Six hundred directories, each with rules that take all they may, and a program in each."""
        number = 600
        with Place() as place, place.agent() as other, place.agent() as agent:
            def timed():
                start = time.monotonic()
                self.assertEqual(other.shell("/bin/echo here").output, "here\n")
                return time.monotonic() - start

            timed()
            quiet = [timed() for _ in range(20)]
            made = agent.shell(f"for i in $(seq {number}); do mkdir -p d$i/.exeat/rules d$i/.codex/rules && "
                               "printf %s '" + BURNING + "' | tee d$i/.exeat/rules/a.rules >d$i/.codex/rules/a.rules; "
                               "done; mkdir -p empty", timeout=300, timeout_ms=290000)
            self.assertEqual(made.exit_code, 0, made)
            call = agent.post_shell(f"for i in $(seq {number}); do cd d$i; /bin/true && echo ran || echo refused; cd ..; "
                                    "done; cd empty && /bin/echo free", timeout_ms=290000)
            outcome = []
            waiting = threading.Thread(target=lambda: outcome.append(agent.joined(call, 300)))
            waiting.start()
            busy = [timed()]
            while waiting.is_alive():
                busy.append(timed())
            figures = f"quiet: {quiet}, busy: {busy}"
            # Far from how it was without a bound: a minute of waiting. How quick it is, tests/bench says.
            self.assertLess(statistics.median(busy), 10 * statistics.median(quiet), figures)
            self.assertLess(max(busy), 10, figures)
            output = outcome[0].output
            self.assertIn("this session has used up the time that goes into reading rules of projects", output)
            self.assertIn("those without rules, work meanwhile", output)
            self.assertTrue(output.startswith("ran\n"), output)
            self.assertGreater(output.count("refused"), number * 3 // 4, output)
            self.assertTrue(output.endswith("free\n"), output)
            # Where it has been it goes on, and the person is told of the rest.
            self.assertEqual(agent.shell("cd d1 && /bin/echo again").output, "again\n")
            self.assertIn("wait to be read", place.exeat("doctor").stdout.decode())
            # What waits is read by and by: of a directory that is used, in a moment.
            later = f"cd d{number}; until /bin/true 2>/dev/null; do read -t 1 <> <(:); done; echo read"
            self.assertEqual(agent.shell(later, timeout=120, timeout_ms=110000).output, "read\n")


if __name__ == "__main__":
    unittest.main()
