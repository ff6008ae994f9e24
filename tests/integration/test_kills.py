"""kill -9 of every part, in the middle of a run and of a prompt: nothing hangs, nothing keeps running, the next call works."""
import json
import os
import pathlib
import shlex
import signal
import subprocess
import time
import unittest

from place import BIN, PYTHON, Place, processes_of, programs, wait_for


def children(pid):
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            found += [int(c) for c in pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text().split()]
    except OSError:
        pass
    return found


def tree(pid):
    result = []
    for child in children(pid):
        result += [child, *tree(child)]
    return result


def named(pids, name):
    found = []
    for pid in pids:
        try:
            if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == name[:15]:
                found.append(pid)
        except OSError:
            pass
    return found


class Kills(unittest.TestCase):
    def in_the_middle(self, kill, command, marker, prompt=False):
        """Starts a run, kills what `kill(place, agent)` names, and checks that nothing is left and the next call works."""
        with Place() as place:
            agent = place.agent()
            number = agent.post_shell(command.replace("MARK", marker), timeout_ms=60000)
            if prompt:
                wait_for(place.approvals, 10, "the question")
            else:
                wait_for(lambda: processes_of(marker.encode()), 10, "the run")
            # The shell's own words hold the mark, so the run may have only begun.
            for victim in wait_for(lambda: kill(place, agent), 10, "something to kill"):
                os.kill(victim, signal.SIGKILL)
            outlives = prompt and kill.__name__ == "shim"
            if not outlives:
                wait_for(lambda: not processes_of(marker.encode()), 10, "the end of everything the run started")
            if kill.__name__ != 'shim':
                answer = agent.wait(number, 20)
                self.assertTrue("error" in answer or "result" in answer)
                self.assertEqual(agent.shell("echo again").output, "again\n")
            agent.close()
            with place.agent() as other:
                self.assertEqual(other.shell("echo new").output, "new\n")
            if outlives:
                # Questions outlive the client: a person may still answer; the run waits for that.
                for asked in place.approvals():
                    self.assertEqual(place.person("approvals", "answer", asked["id"], "--deny")[0], 0)
            wait_for(lambda: not place.approvals(), 10, "withdrawn questions")
            wait_for(lambda: not processes_of(marker.encode()), 10, "the end of everything the run started")
            wait_for(lambda: place.listing("runs") and not [r for r in place.listing("runs") if r["end"] is None], 10, "ended runs")

    def test_service_ends_with_a_parked_run(self):
        with Place() as place:
            agent = place.agent()
            agent.post_shell("uname")
            wait_for(place.approvals, 10, "the question")
            agent.close()
            place.stop_service()
            ended = place.listing("runs")
            self.assertEqual([run["end"] is not None for run in ended], [True])

    INSIDE = "sleep 3017 MARK 2>/dev/null || /usr/bin/env sleep 3017; :"

    def service(self, place, agent):
        return [place.service_pid()]

    def gate(self, place, agent):
        return named(tree(place.service_pid()), "exeat-gate")[:1]

    def shim(self, place, agent):
        return [agent.shim_pid()]

    def bash(self, place, agent):
        return named(tree(place.service_pid()), "exeat-bash")

    def helper(self, place, agent):
        return named(tree(place.service_pid()), "exeat-exec")

    def run_rows(self, part):
        marker = f"exeatmark{os.getpid()}x{part.__name__}"
        # `; :` keeps Bash from becoming its only command.
        inside = f"/usr/bin/env bash -c 'sleep 3017; : {marker}'; :"
        outside = f"{PYTHON} -c 'import time; time.sleep(3017)' {marker}; :"
        with self.subTest("inside"):
            if part.__name__ != "helper":
                self.in_the_middle(part, inside, marker)
        with self.subTest("outside"):
            self.in_the_middle(part, outside, marker)
        with self.subTest("prompt"):
            self.in_the_middle(part, f"uname -a; : {marker}", marker, prompt=True)

    def test_service(self):
        self.run_rows(self.service)

    def test_gate(self):
        self.run_rows(self.gate)

    def test_shim(self):
        self.run_rows(self.shim)

    def test_bash(self):
        self.run_rows(self.bash)

    def test_helper(self):
        self.run_rows(self.helper)

    def test_what_tries_to_stay(self):
        rows = {
            "setsid": "setsid sleep 3018 & sleep 0.2",
            "nohup": "nohup sleep 3018 >/dev/null 2>&1 & sleep 0.2",
            "term-ignoring": "(trap '' TERM INT HUP; sleep 3018) & sleep 0.2",
            "double fork": "( ( sleep 3018 & ) & ) ; sleep 0.2",
            "escalated daemon": f"{PYTHON} -c 'import os,time\nif os.fork()==0:\n os.setsid()\n if os.fork()==0:\n  time.sleep(3018)\n' ; sleep 0.2",
        }
        with Place() as place, place.agent() as agent:
            for name, command in rows.items():
                with self.subTest(name):
                    agent.shell(command)
                    service = place.service_pid()
                    left = [pid for pid in tree(service) if b"3018" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()]
                    self.assertEqual(left, [])

    def test_fork_bomb_ends_with_its_time(self):
        with Place(config='[heuristics]\noff = ["fork-bomb"]\n') as place, place.agent() as agent:
            began = time.monotonic()
            outcome = agent.shell("bomb() { bomb | bomb & }; (ulimit -u 400; bomb) 2>/dev/null; sleep 60", timeout_ms=3000)
            self.assertTrue(outcome.timed_out, outcome)
            self.assertLess(time.monotonic() - began, 20)
            self.assertEqual(agent.shell("echo again").output, "again\n")

    def test_no_zombies(self):
        with Place() as place, place.agent() as agent:
            for _ in range(20):
                agent.shell(f"id; /usr/bin/true & (sleep 0.01 &) ; {PYTHON} -c 'import os; os.fork() or os._exit(0)'")
            zombies = []
            for pid in tree(place.service_pid()):
                try:
                    if pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                        zombies.append(pid)
                except OSError:
                    pass
            self.assertEqual(zombies, [])

    def test_fifty_shims_start_one_service(self):
        before = programs("exeatd")
        with Place() as place:
            shims = []
            for _ in range(50):
                shims.append(subprocess.Popen([str(BIN / "exeat"), "mcp"], env=place.environment, cwd=place.work, stdin=subprocess.PIPE,
                                              stdout=subprocess.PIPE))
            hello = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
                "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "many", "version": "1"}}}).encode() + b"\n"
            for shim in shims:
                shim.stdin.write(hello)
                shim.stdin.flush()
            for shim in shims:
                self.assertIn("result", json.loads(shim.stdout.readline()))
            wait_for(lambda: len(programs("exeatd") - before) == 1, 10, "one service")
            self.assertIn(place.service_pid(), programs("exeatd") - before)
            for shim in shims:
                shim.stdin.close()
            for shim in shims:
                shim.wait(10)


if __name__ == "__main__":
    unittest.main()
