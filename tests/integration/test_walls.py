"""What must not work, beside what must, through the whole program."""
import os
import pathlib
import resource
import shlex
import socket
import threading
import unittest

from place import BIN, PYTHON, Outcome, Place, PlaceCase, accept, wait_for


def listener(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(8)
    return server


CONNECT = """
import socket,sys
s=socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1].replace('@', chr(0)))
print('CONNECTED')
"""


class Walls(PlaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.place.work / "connect.py").write_text(CONNECT)

    def shell(self, command, **arguments):
        return self.agent.shell(command, **arguments)

    def test_writing(self):
        self.assertEqual(self.shell("echo x > inside && cat inside").output, "x\n")
        self.assertEqual(self.shell("f=/tmp/exeat-walls-$$; echo x > $f && rm $f && echo ok").output, "ok\n")
        for target in (f"{self.place.outside}/x", "/etc/exeat-x", "$HOME/exeat-x", f"{self.place.top}/config/exeat/rules/x.rules",
                       f"{self.place.top}/state/x", str(BIN / "x")):
            outcome = self.shell(f"touch {target}")
            self.assertNotEqual(outcome.exit_code, 0, target)

    def test_protected_folders_present_and_absent(self):
        for name in (".git", ".codex", ".exeat", ".agents", ".aws"):
            for attempt in (f"mkdir -p {name}/x", f"echo x > {name}/config", f"mv {name} moved", f"rm -r {name} && mkdir {name} && touch {name}/x",
                            f"ln -s /tmp {name}"):
                self.shell(attempt)
                self.assertFalse((self.place.work / name / "x").exists(), attempt)
                self.assertFalse((self.place.work / "moved").exists(), attempt)
        self.assertNotIn("x", (self.place.work / ".git/config").read_text().split())

        def present():
            return sorted(p.name for p in self.place.work.iterdir() if p.name.startswith("."))

        wait_for(lambda: present() == [".git"], 5, "the protection to take its folders away")
        self.assertEqual(self.shell("mkdir ordinary && touch ordinary/file && echo ok").output, "ok\n")

    def test_settings_of_editors_and_agents(self):
        work = self.place.work
        for name in (".mcp.json", ".envrc"):
            (work / name).write_text("mine\n")
        try:
            for name in (".vscode", ".cursor", ".claude", ".gemini"):
                self.shell(f"mkdir -p {name}/x; echo x > {name}/settings.json; mv {name} moved; git status --short > status")
                self.assertFalse((work / name / "settings.json").exists(), name)
                self.assertNotIn(name, (work / "status").read_text())
            for name in (".mcp.json", ".envrc"):
                self.shell(f"echo x > {name}; mv {name} moved; rm {name}; ln -sf /tmp {name}")
                self.assertEqual((work / name).read_text(), "mine\n")
        finally:
            for name in (".mcp.json", ".envrc"):
                (work / name).unlink()
        self.assertEqual(self.shell("echo x > .envrc && rm .envrc && ls -A").output.count("envrc"), 0)

    def test_names_that_the_user_opened(self):
        with Place(config='[sandbox]\nunprotected_names = [".vscode"]\n') as place, place.agent() as agent:
            self.assertEqual(agent.shell("mkdir .vscode && echo x > .vscode/settings.json && echo ok").output, "ok\n")
            self.assertNotEqual(agent.shell("echo x > .cursor/settings.json").exit_code, 0)
        with Place(config='[sandbox]\nunprotected_names = [".git"]\n') as place, place.agent() as agent:
            self.assertNotEqual(agent.shell("touch x").exit_code, 0)  # a broken file counts as the strictest
            self.assertFalse((place.work / "x").exists())

    def test_sockets_of_the_machine(self):
        places = [f"{self.place.work}/sock", f"/tmp/exeat-walls-{os.getpid()}.sock", f"{self.place.outside}/sock",
                  f"{self.place.top}/run/exeat/control.sock", f"{self.place.top}/run/exeat/mcp.sock"]
        servers = [listener(path) for path in places[:3]]
        abstract = f"@exeat-walls-{os.getpid()}"
        servers.append(listener(abstract.replace("@", "\0")))
        try:
            for path in [*places, abstract]:
                outcome = self.shell(f"/usr/bin/env {PYTHON} connect.py {shlex.quote(path)}")
                self.assertNotIn("CONNECTED", outcome.output, path)
        finally:
            for server in servers:
                server.close()
            os.unlink(places[1])

    def test_network_is_off(self):
        server = socket.create_server(("127.0.0.1", 0))
        port = server.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1',{port}),2); print('CONNECTED')"
        self.assertNotIn("CONNECTED", self.shell(f"/usr/bin/env {PYTHON} -c {shlex.quote(code)}").output)
        own = ("import socket,threading; s=socket.create_server(('127.0.0.1',0)); "
               "socket.create_connection(s.getsockname(),2); print('own loopback')")
        self.assertIn("own loopback", self.shell(f"/usr/bin/env {PYTHON} -c {shlex.quote(own)}").output)
        server.close()

    def test_processes_outside(self):
        me = os.getpid()
        self.assertNotEqual(self.shell(f"kill -0 {me}").exit_code, 0)
        self.assertNotEqual(self.shell(f"cat /proc/{me}/environ").exit_code, 0)
        self.assertIn("0000000000000000", self.shell("grep CapEff /proc/self/status").output)
        self.assertIn("NoNewPrivs:\t1", self.shell("grep NoNewPrivs /proc/self/status").output)
        self.assertNotEqual(self.shell("unshare -Ur true").exit_code, 0)
        self.assertNotEqual(self.shell("mount -t tmpfs none /mnt").exit_code, 0)

    def test_environment_of_an_allowed_command(self):
        planted = self.place.work / "planted"
        planted.mkdir(exist_ok=True)
        (planted / "id").write_text("#!/bin/sh\necho PLANTED\n")
        (planted / "id").chmod(0o755)
        code = "import os; print(*sorted(k+'='+v for k,v in os.environ.items()), sep=chr(10))"
        command = (f"export LD_PRELOAD=/tmp/evil.so GIT_SSH_COMMAND=evil HOME=/tmp/evil PYTHONSTARTUP=/tmp/evil; "
                   f"git() {{ echo FUNCTION; }}; export -f git; export LANG=C.UTF-8 LC_TIME=C; "
                   f"PATH=$PWD/planted:$PATH {PYTHON} -c {shlex.quote(code)}")
        environment = dict(line.split("=", 1) for line in self.shell(command).output.splitlines() if "=" in line and not line.startswith("ERROR"))
        for name in ("LD_PRELOAD", "GIT_SSH_COMMAND", "PYTHONSTARTUP"):
            self.assertNotIn(name, environment)
        self.assertFalse([name for name in environment if name.startswith("BASH_FUNC")])
        self.assertNotEqual(environment["HOME"], "/tmp/evil")
        self.assertNotIn("planted", environment["PATH"])
        self.assertEqual(environment["LC_TIME"], "C")

    def test_control_socket_from_an_escalated_child(self):
        code = ("import subprocess,os; r=subprocess.run([%r,'approvals','answer','1','--once'],capture_output=True,text=True,"
                "env={**os.environ,'XDG_RUNTIME_DIR':%r}); print(r.returncode, r.stderr)" % (str(BIN / "exeat"), str(self.place.top / "run")))
        outcome = self.shell(f"{PYTHON} -c {shlex.quote(code)}")
        self.assertNotEqual(outcome.output.split()[0], "0", outcome)

    def test_swap_between_judgement_and_start(self):
        # An allowed path outside every writable root is the user's own; swapping it while requests fly must not fool us.
        tool = self.place.outside / "swapped"
        good, evil = self.place.outside / "good", self.place.outside / "evil"
        good.write_text("#!/bin/sh\ntrue\n")
        evil.write_text(f"#!/bin/sh\ntrue\n")
        for file in (good, evil):
            file.chmod(0o755)
        tool.symlink_to(good)
        self.place.rules(f'prefix_rule(pattern=["{good}"], decision="allow")\nprefix_rule(pattern=["{evil}"], decision="forbidden")\n', "swap.rules")
        stop = threading.Event()

        def swap():
            n = 0
            while not stop.is_set():
                n += 1
                spare = self.place.outside / f"spare{n % 2}"
                spare.symlink_to(good if n % 2 else evil)
                spare.rename(tool)

        evil.write_text(f"#!/bin/sh\necho EVIL; touch {self.place.outside}/evil-ran\n")
        thread = threading.Thread(target=swap)
        thread.start()
        try:
            self.shell(f"for i in {{1..300}}; do {tool}; done", timeout_ms=60000, timeout=90)
        finally:
            stop.set()
            thread.join()
        self.assertFalse((self.place.outside / "evil-ran").exists())


class WallsWithNetwork(Walls):
    """The same walls with the network on: only the network itself is reachable."""
    options = {"config": "[sandbox]\nnetwork = true\n"}

    def test_network_is_off(self):
        server = socket.create_server(("127.0.0.1", 0))
        code = f"import socket; socket.create_connection(('127.0.0.1',{server.getsockname()[1]}),2); print('CONNECTED')"
        self.assertIn("CONNECTED", self.shell(f"/usr/bin/env {PYTHON} -c {shlex.quote(code)}").output)
        server.close()


class Limits(unittest.TestCase):
    def test_open_files(self):
        """The gate raises its own limit; what it starts gets the soft one of before, and half of the hard one."""
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (before[0] // 2, before[1]))
        try:
            with Place(rules=f'prefix_rule(pattern=["{PYTHON}"], decision="allow")\n') as place, place.agent() as agent:
                code = "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE))"
                expected = f"{(before[0] // 2, before[1] // 2)}\n"
                self.assertEqual(agent.shell(f"/usr/bin/env {PYTHON} -c {shlex.quote(code)}").output, expected)
                self.assertEqual(agent.shell(f"{PYTHON} -c {shlex.quote(code)}").output, expected)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)

    def test_descriptors_in_flight(self):
        """They are counted by user: who has as many under way as may be keeps no other session from its calls."""
        flood = ("import array, os, resource, socket, time\n"
                 "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
                 "resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))\n"
                 "null = os.open('/dev/null', os.O_RDONLY)\n"
                 "many = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [null] * 253))]\n"
                 "pairs = []\n"
                 "try:\n"
                 "    while True:\n"
                 "        pairs.append(socket.socketpair())\n"
                 "        pairs[-1][0].setblocking(False)\n"
                 "        try:\n"
                 "            while True: pairs[-1][0].sendmsg([b'x'], many)\n"
                 "        except BlockingIOError: pass\n"
                 "except OSError as error: open('new', 'w').write(str(error))\n"
                 "os.rename('new', 'full')\n"
                 "time.sleep(60)\n")
        with Place() as place, place.agent() as hostile, place.agent() as other:
            os.mkfifo(place.work / "go")
            runs = other.post_shell("echo > ready; read < go; echo went on")
            wait_for((place.work / "ready").exists, what="the other's run")
            hostile.post_shell(f"/usr/bin/env {PYTHON} -c {shlex.quote(flood)}")
            wait_for((place.work / "full").exists, 30, "as many descriptors as may be")
            self.assertIn("Too many references", (place.work / "full").read_text())
            self.assertEqual(other.shell("echo here").output, "here\n")
            (place.work / "go").write_text("now\n")
            self.assertEqual(Outcome(other.wait(runs)).output, "went on\n")


class Leavings(unittest.TestCase):
    def test_end_of_a_session_leaves_nothing(self):
        with Place() as place:
            with place.agent() as agent:
                self.assertEqual(agent.shell("echo ok").output, "ok\n")
            hidden = lambda: [p.name for p in place.work.iterdir() if p.name.startswith(".") and p.name != ".git"]
            wait_for(lambda: not hidden(), 5, "the end of the session to leave nothing")
            with place.agent() as agent:
                self.assertEqual(agent.shell("echo ok").output, "ok\n")
                place.stop_service()
                self.assertEqual(hidden(), [])


class Modes(unittest.TestCase):
    def test_read_only_and_workspace_write_for_one_call(self):
        with Place(config='[sandbox]\nmode = "read-only"\n') as place, place.agent() as agent:
            self.assertNotEqual(agent.shell("touch x").exit_code, 0)
        asked = []

        def say_yes(params):
            asked.append(params["message"])
            return accept(params)

        with Place(config='[sandbox]\nmode = "read-only"\n') as place, place.agent(elicitation=say_yes) as agent:
            server = socket.create_server(("127.0.0.1", 0))
            code = f"import socket; socket.create_connection(('127.0.0.1',{server.getsockname()[1]}),2); print('CONNECTED')"
            outcome = agent.shell(f"touch x && echo wrote; /usr/bin/env {PYTHON} -c {shlex.quote(code)}",
                                  sandbox_permissions="workspace_write", justification="the build writes here")
            self.assertEqual(len(asked), 1)
            self.assertIn("wrote", outcome.output, outcome)
            self.assertNotIn("CONNECTED", outcome.output)
            self.assertNotEqual(agent.shell("touch y").exit_code, 0, "granted for that call only")
            server.close()

    def test_a_clients_wish_above_the_ceiling_is_never_taken(self):
        with Place() as place, place.agent(elicitation=lambda p: {"action": "decline"}) as agent:
            home = pathlib.Path(place.environment["HOME"])
            for policy in ({"type": "danger-full-access"}, {"type": "workspace-write", "writable_roots": [str(home)]}):
                agent.request("codex/sandbox-state/update", {"sandboxPolicy": policy, "sandboxCwd": str(place.work)})
                agent.shell(f"touch {home}/exeat-was-here {place.outside}/x")
                self.assertFalse((home / "exeat-was-here").exists(), policy)
                self.assertFalse((place.outside / "x").exists(), policy)

    def test_a_client_may_narrow(self):
        with Place() as place, place.agent() as agent:
            agent.request("codex/sandbox-state/update", {"sandboxPolicy": {"type": "read-only"}, "sandboxCwd": str(place.work)})
            self.assertNotEqual(agent.shell("touch x").exit_code, 0)

    def test_person_runs_with_a_mode(self):
        with Place() as place:
            self.assertEqual(place.exeat("run", "--sandbox", "workspace-write", "--", "touch w && echo ok").stdout, b"ok\n")
            self.assertNotEqual(place.exeat("run", "--sandbox", "read-only", "--", "touch r").returncode, 0)
            self.assertEqual(place.exeat("run", "--sandbox", "danger-full-access", "--", f"touch {place.outside}/full && echo ok").stdout, b"ok\n")
            self.assertEqual(place.exeat("run", "--", "exit 7").returncode, 7)
            self.assertEqual(place.exeat("run", "--", "kill -TERM $$").returncode, 143)


class InPlace(PlaceCase):
    """Escalated programs work as in place."""

    def test_git_commit_from_a_subfolder(self):
        outcome = self.agent.shell("mkdir -p sub && cd sub && echo a > file && git add file && "
                                   "git -c user.name=t -c user.email=t@example.org commit -qm first && git log --format=%s -- file")
        self.assertEqual(outcome.output, "first\n", outcome)

    def test_script_using_dirname(self):
        tool = self.place.outside / "tool"
        tool.mkdir()
        (tool / "data").write_text("beside\n")
        (tool / "go").write_text('#!/bin/sh\ncat "$(dirname "$0")/data"; test -w /etc/passwd; id -u > "$(dirname "$0")/ran"\n')
        (tool / "go").chmod(0o755)
        self.place.rules(f'prefix_rule(pattern=["{tool}/go"], decision="allow")\n', "tool.rules")
        self.assertEqual(self.agent.shell(f"{tool}/go").output, "beside\n")
        self.assertTrue((tool / "ran").exists())

    def test_pipes_on_both_sides(self):
        code = "import sys; print(sys.stdin.read().upper(),end='')"
        outcome = self.agent.shell(f"echo abc | {PYTHON} -c {shlex.quote(code)} | tr A x; echo ${{PIPESTATUS[*]}}")
        self.assertEqual(outcome.output, "xBC\n0 0 0\n")

    def test_order_of_both_streams(self):
        outcome = self.agent.shell("for i in 1 2 3 4 5; do echo out$i; echo err$i >&2; done")
        self.assertEqual(outcome.output.split(), [w + str(i) for i in range(1, 6) for w in ("out", "err")])

    def test_separate_streams(self):
        outcome = self.agent.shell("echo out; echo err >&2", separate_streams=True)
        self.assertEqual((outcome.structured["stdout"], outcome.structured["stderr"]), ("out\n", "err\n"))

    def test_much_output_is_bounded_with_a_mark(self):
        outcome = self.agent.shell("echo first; head -c 5000000 /dev/zero | tr '\\0' x; echo; echo last")
        self.assertLess(len(outcome.output), 1_200_000)
        self.assertTrue(outcome.output.startswith("first\n") and outcome.output.endswith("last\n"))
        self.assertGreater(outcome.structured["dropped_bytes"], 3_000_000)
        self.assertRegex(outcome.output, r"bytes")


if __name__ == "__main__":
    unittest.main()
