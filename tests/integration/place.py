"""A private Exeat for one test: its own sockets, state, settings and rules, real programs, nothing shared with the user's."""
import json
import os
import pathlib
import pwd
import queue
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
import unittest

BIN = pathlib.Path(os.environ.get("EXEAT_BIN", "build/ci/bin")).resolve()
PYTHON = "/usr/bin/python3"
TERMINAL = pathlib.Path(__file__).resolve().parent / "terminal.py"
CHILD_OF_AGENT = TERMINAL.parent / "childofagent.py"

# What every test place allows, asks and forbids. Absolute paths: an allow by bare name needs an unplantable file.
RULES = """
prefix_rule(pattern=["/usr/bin/python3"], decision="allow")
prefix_rule(pattern=["git"], decision="allow")
prefix_rule(pattern=["id"], decision="allow")
prefix_rule(pattern=["uname"], decision="prompt", justification="tells about the machine")
prefix_rule(pattern=["hostname"], decision="forbidden", justification="use uname -n instead")
"""


def wait_for(condition, seconds=10.0, what="a condition"):
    """Polls until the condition holds and returns its value; fails after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {seconds} s")
        time.sleep(0.02)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def programs(name):
    """Living pids of this user's programs of that name."""
    found = set()
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and os.stat(f"/proc/{entry}/stat").st_uid in (os.getuid(), 0):
                if pathlib.Path(f"/proc/{entry}/comm").read_text().strip() == name and alive(entry):
                    found.add(int(entry))
        except OSError:
            continue
    return found


def processes_of(marker):
    """Pids whose environment or command line holds the marker (bytes), zombies left out."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            if marker in pathlib.Path(f"/proc/{entry}/cmdline").read_bytes() and alive(entry):
                found.append(int(entry))
        except (OSError, PermissionError):
            continue
    return found


class Place:
    """Sockets, state and rules below /var/tmp (no writable root covers it). Use as a context manager."""

    def __init__(self, rules=RULES, config=""):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="exeat-it-", dir="/var/tmp"))
        for name in ("run", "config/exeat/rules", "state", "codex", "work", "outside"):
            (self.top / name).mkdir(parents=True)
        (self.top / "run").chmod(0o700)
        self.work = self.top / "work"
        self.outside = self.top / "outside"
        subprocess.run(["git", "init", "-q", "-b", "main", str(self.work)], check=True)
        self.rules(rules)
        if config:
            (self.top / "config/exeat/config.toml").write_text(config)
        self.environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": pwd.getpwuid(os.getuid()).pw_dir,
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(self.top / "run"),
            "XDG_CONFIG_HOME": str(self.top / "config"),
            "XDG_STATE_HOME": str(self.top / "state"),
            "CODEX_HOME": str(self.top / "codex"),
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def rules(self, text, name="test.rules"):
        folder = self.top / "config/exeat/rules"
        (folder / (name + ".new")).write_text(text)
        (folder / (name + ".new")).rename(folder / name)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stop_service()
        for folder, _, _ in os.walk(self.top):
            os.chmod(folder, stat.S_IRWXU)

        def gone(_function, _path, problem):
            # The supervisors clear away their placeholders at the same time.
            if not isinstance(problem[1], FileNotFoundError):
                raise problem[1]

        shutil.rmtree(self.top, onerror=gone)

    def service_pid(self):
        lock = self.top / "run/exeat/exeatd.lock"
        try:
            pid = int(lock.read_text().strip() or 0)
        except (OSError, ValueError):
            return 0
        return pid if pid and alive(pid) else 0

    def stop_service(self):
        pid = self.service_pid()
        if not pid:
            return
        os.kill(pid, signal.SIGTERM)
        try:
            wait_for(lambda: not alive(pid), 10, "the end of exeatd")
        except AssertionError:
            os.kill(pid, signal.SIGKILL)
            raise

    def exeat(self, *words, timeout=60, check=False, cwd=None, stdin=subprocess.DEVNULL):
        return subprocess.run([str(BIN / "exeat"), *map(str, words)], env=self.environment, cwd=cwd or self.work,
                              stdin=stdin, capture_output=True, timeout=timeout, check=check)

    def person(self, *words, typed=b"", timeout=30):
        """A person at a terminal of their own runs `exeat WORDS` and types once the program waits for it."""
        process = subprocess.Popen([PYTHON, str(TERMINAL), str(BIN / "exeat"), *map(str, words)],
                                   env={**self.environment, "EXEAT_TERMINAL_STDIO": "pty", "TERM": "dumb"}, cwd=self.work,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = b""
        if typed:
            end = time.monotonic() + timeout
            # The question ends with the word in quotes and a colon or "> "; typing before would be discarded.
            while not output.rstrip(b" ").endswith((b":", b">")) and time.monotonic() < end:
                chunk = process.stdout.read1(4096)
                if not chunk:
                    break
                output += chunk
            process.stdin.write(typed)
            process.stdin.flush()
        rest, _ = process.communicate(timeout=timeout)
        return process.returncode, (output + rest).decode(errors="replace")

    def child_of_agent(self, *plans, ask="", cwd=None):
        """What an agent hears that runs `exeat WORDS` itself, from a terminal that it made, for each (WORDS, TYPED)."""
        done = subprocess.run([PYTHON, str(TERMINAL), PYTHON, str(CHILD_OF_AGENT), str(BIN / "exeat"), ask, json.dumps(plans)],
                              env=self.environment, cwd=cwd or self.work, capture_output=True, timeout=60)
        parts = done.stdout.decode().split("CODE ")[1:]
        if len(parts) != len(plans):
            raise AssertionError(f"not every plan came to its end: {done}")
        return parts

    def listing(self, *words):
        """What `exeat WORDS --json` prints: one object a line."""
        return [json.loads(line) for line in self.exeat(*words, "--json", check=True).stdout.splitlines()]

    def approvals(self):
        return self.listing("approvals")

    def agent(self, **options):
        return Agent(self, **options)


class Agent:
    """A legacy MCP client on stdio, with just enough of the protocol to see every byte."""

    def __init__(self, place, elicitation=None, words=(), cwd=None, environment=None, version="2025-06-18"):
        self.place = place
        self.elicitation = elicitation  # None: not declared; else callable(params) -> result
        env = dict(place.environment)
        env.update(environment or {})
        # As a person starts an agent: from a terminal; what shares an ancestor below it with the shim is the agent's.
        self.process = subprocess.Popen([PYTHON, os.fsencode(TERMINAL), os.fsencode(BIN / "exeat"), b"mcp", *map(os.fsencode, words)], env=env,
                                        cwd=cwd or place.work, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.answers = {}
        self.asked = []
        self.notifications = queue.Queue()
        self.arrived = threading.Condition()
        self.closed = False
        self.last = 0
        self.writing = threading.Lock()
        self.errors = []
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True).start()
        capabilities = {} if elicitation is None else {"elicitation": {}}
        self.hello = self.request("initialize", {"protocolVersion": version, "capabilities": capabilities,
                                                 "clientInfo": {"name": "integration", "version": "1"}})
        self.notify("notifications/initialized")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def shim_pid(self):
        """The pid of `exeat mcp` itself, below the terminal."""
        def find(pid):
            for task in os.listdir(f"/proc/{pid}/task"):
                for child in pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                    if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "exeat":
                        return int(child)
                    deeper = find(child)
                    if deeper:
                        return deeper
            return 0
        return find(self.process.pid)

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise

    def _read(self):
        for line in self.process.stdout:
            message = json.loads(line)
            if "method" in message and "id" in message:
                self.asked.append(message)
                threading.Thread(target=self._answer, args=(message,), daemon=True).start()
            elif "method" in message:
                self.notifications.put(message)
            else:
                with self.arrived:
                    self.answers[message.get("id")] = message
                    self.arrived.notify_all()
        with self.arrived:
            self.closed = True
            self.arrived.notify_all()

    def _answer(self, message):
        if message["method"] != "elicitation/create" or self.elicitation is None:
            self.send({"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "no"}})
            return
        result = self.elicitation(message["params"])
        if result is not None:
            self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})

    def send(self, message):
        with self.writing:
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()

    def notify(self, method, params=None):
        self.send({"jsonrpc": "2.0", "method": method, **({"params": params} if params is not None else {})})

    def post(self, method, params):
        with self.writing:
            self.last += 1
            number = self.last
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return number

    def wait(self, number, timeout=60):
        with self.arrived:
            if not self.arrived.wait_for(lambda: number in self.answers or self.closed, timeout):
                raise AssertionError(f"no answer to request {number} within {timeout} s; stderr: {self.errors}")
            if number not in self.answers:
                raise AssertionError(f"the shim ended without an answer; stderr: {self.errors}")
            return self.answers.pop(number)

    def request(self, method, params, timeout=60):
        return self.wait(self.post(method, params), timeout)

    def post_shell(self, command, **arguments):
        return self.post("tools/call", {"name": "shell", "arguments": {"command": command, **arguments}})

    def shell(self, command, timeout=60, **arguments):
        return Outcome(self.wait(self.post_shell(command, **arguments), timeout))

    def joined(self, number, timeout=60):
        """The outcome of a call that may have been handed back while a person decides."""
        outcome = Outcome(self.wait(number, timeout))
        while outcome.structured.get("status") in ("waiting for approval", "running"):
            outcome = self.call("shell_wait", timeout, run=outcome.structured["run"])
        return outcome

    def call(self, tool, timeout=60, **arguments):
        return Outcome(self.request("tools/call", {"name": tool, "arguments": arguments}, timeout))


class Outcome:
    """The answer to a tools/call, taken apart."""

    def __init__(self, message):
        self.message = message
        if "error" in message:
            raise AssertionError(f"protocol error: {message['error']}")
        self.result = message["result"]
        self.is_error = self.result.get("isError", False)
        self.structured = self.result.get("structuredContent", {})
        self.text = "".join(block.get("text", "") for block in self.result["content"])
        try:
            first = json.loads(self.result["content"][0]["text"])
        except (ValueError, IndexError):
            first = {}
        self.exit_code = first.get("exit_code")
        self.output = first.get("output", "")
        self.timed_out = first.get("timed_out")

    def __repr__(self):
        return f"Outcome({json.dumps(self.result)[:2000]})"


class PlaceCase(unittest.TestCase):
    """All tests of a class share one place and one agent in it; `options` are those of Place."""
    options = {}

    @classmethod
    def setUpClass(cls):
        cls.place = Place(**cls.options).__enter__()
        cls.addClassCleanup(cls.place.__exit__)
        cls.agent = cls.place.agent()
        cls.addClassCleanup(cls.agent.close)  # first


def accept(params):
    return {"action": "accept", "content": {"decision": "allow once"}}


def decline(params):
    return {"action": "decline"}


def cancel(params):
    return {"action": "cancel"}
