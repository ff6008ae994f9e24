#!/usr/bin/python3
"""Questions in a real notification server, dunst: a person chooses in its menu. Real exeatd, exeat run and exeat-desktop, on an
X server and a session bus of their own. What is missing fails."""
import contextlib
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))
from place import BIN, Place, alive, wait_for  # noqa: E402

RULES = 'prefix_rule(pattern=["git", "push"], decision="prompt", justification="Others see it.")\n'

# dunst's settings: the menu is a program that writes down what it is offered and chooses the line with the word in `choice`.
DUNSTRC = """[global]
    dmenu = {menu}
    font = Monospace 10
"""
MENU = """#!/bin/bash
cat >{top}/offered.new; mv {top}/offered.new {top}/offered
grep -m1 -F -- "$(cat {top}/choice)" {top}/offered
"""


class Session(Place):
    """A place with a screen, a bus, dunst and exeat-desktop."""

    def __init__(self):
        super().__init__(rules=RULES)
        self.ends = contextlib.ExitStack()

    def start(self, *words, **options):
        process = subprocess.Popen([str(word) for word in words], env=self.environment, cwd=self.work, stdin=subprocess.DEVNULL, **options)

        def end():
            process.kill()
            process.communicate()

        self.ends.callback(end)
        return process

    def line_of(self, *words, fd):
        """Starts a program that says where it is reached on the descriptor `fd` of the pipe; its first line."""
        process = self.start(*words, pass_fds=[fd[1]])
        os.close(fd[1])
        with os.fdopen(fd[0]) as said:
            line = said.readline().strip()
        if not line:
            raise AssertionError(f"{words[0]} did not start: {process.wait()}")
        return line

    def __enter__(self):
        try:
            super().__enter__()
            pipe = os.pipe()
            display = self.line_of("Xvfb", "-displayfd", pipe[1], "-screen", "0", "1280x800x24", "-nolisten", "tcp", fd=pipe)
            self.environment["DISPLAY"] = f":{display}"
            pipe = os.pipe()
            self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.line_of(
                "dbus-daemon", f"--config-file={HERE}/session.conf", "--nofork", "--nosyslog", f"--print-address={pipe[1]}", fd=pipe)
            # No system bus: whether somebody locked the machine that the tests run on is not asked.
            self.environment["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nonexistent"
            self.environment["QT_QPA_PLATFORM"] = "xcb"
            self.environment["ASAN_OPTIONS"] = "strict_string_checks=0"  # as for WINDOW in tests/CMakeLists.txt
            (self.top / "menu").write_text(MENU.format(top=self.top))
            (self.top / "menu").chmod(0o755)
            (self.top / "dunstrc").write_text(DUNSTRC.format(menu=self.top / "menu"))
            self.start("dunst", "-conf", self.top / "dunstrc")
            wait_for(lambda: self.owns("org.freedesktop.Notifications"), what="dunst on the bus")
            self.desktop = self.start(BIN / "exeat-desktop")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        self.ends.close()
        super().__exit__(*exception)

    def bus(self, *words):
        return subprocess.run(["dbus-send", "--session", "--print-reply", *words], env=self.environment, capture_output=True, text=True)

    def owns(self, name):
        return "boolean true" in self.bus("--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", f"string:{name}").stdout

    def displayed(self):
        """How many notifications dunst shows."""
        said = subprocess.run(["dunstctl", "count", "displayed"], env=self.environment, capture_output=True, text=True)
        return int(said.stdout.strip() or 0)

    def choose(self, word):
        (self.top / "choice").write_text(word)
        subprocess.run(["dunstctl", "context"], env=self.environment, check=True)
        return wait_for(lambda: (self.top / "offered").exists() and (self.top / "offered").read_text(), what="the menu of dunst")

    def windows(self):
        """Titles of what exeat-desktop has on the screen."""
        tree = subprocess.run(["xwininfo", "-root", "-tree"], env=self.environment, capture_output=True, text=True, check=True).stdout
        return [line for line in tree.splitlines() if "Exeat asks" in line]

    def run(self, command):
        return self.start(BIN / "exeat", "run", "--", command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


class Dunst(unittest.TestCase):
    def test_deny_in_the_notification_denies(self):
        with Session() as session:
            run = session.run("git push origin main && echo went on")
            wait_for(lambda: session.displayed() == 1, what="a notification")
            self.assertEqual(len(session.approvals()), 1)
            self.assertEqual(session.windows(), [], "a window besides the notification")
            offered = session.choose("Deny")
            output, _ = run.communicate(timeout=30)
            self.assertIn("Review", offered)
            self.assertNotIn("Allow", offered)
            self.assertNotEqual(run.returncode, 0, output)
            self.assertNotIn("went on", output)
            self.assertEqual(session.approvals(), [])
            wait_for(lambda: session.displayed() == 0, what="the end of the notification")
            self.assertEqual(session.windows(), [])
            denied = [record for record in session.listing("history") if "push" in str(record)]
            self.assertIn("desktop", str(denied).lower())
            self.assertTrue(alive(session.desktop.pid))

    def test_review_in_the_notification_opens_the_window(self):
        with Session() as session:
            session.run("git push origin main")
            wait_for(lambda: session.displayed() == 1, what="a notification")
            session.choose("Review…")
            wait_for(session.windows, what="the window")
            self.assertEqual(len(session.approvals()), 1, "looking at it answers nothing")

    def test_an_answer_elsewhere_withdraws_it(self):
        with Session() as session:
            run = session.run("git push origin main")
            wait_for(lambda: session.displayed() == 1, what="a notification")
            [question] = session.approvals()
            code, said = session.person("approvals", "answer", question["id"], "--deny")
            self.assertEqual(code, 0, said)
            run.communicate(timeout=30)
            wait_for(lambda: session.displayed() == 0, what="the end of the notification")


if __name__ == "__main__":
    unittest.main(verbosity=2)
