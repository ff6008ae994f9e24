"""What is kept has an end, and whoever meets it is told."""
import resource
import unittest

from place import Place


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


if __name__ == "__main__":
    unittest.main()
