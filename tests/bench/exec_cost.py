#!/usr/bin/python3
"""What one exec and one call cost, side by side in one run: numbers, not verdicts.

exec_cost.py [--bin FOLDER] [--peer NODE_MODULES] [--execs N] [--rounds R] [--calls C] [--program /bin/true] [--low]

Each round measures every contestant once, in turn, so that the machine's moods hit all alike; medians are printed, or with --low
the lowest tenth: on a machine that others load, many short rounds then say more.
The loop is timed inside Bash by EPOCHREALTIME. `--peer` names a node_modules folder that holds
@openai/codex-shell-tool-mcp 0.97.0 and @openai/codex 0.97.0; without it only plain Bash and Exeat are measured.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "integration"))


def loop(program, count):
    return (f"s=$EPOCHREALTIME; for ((i=0;i<{count};i++)); do {program}; done; e=$EPOCHREALTIME; "
            "echo $(( ${e/[.,]/} - ${s/[.,]/} ))")


class Plain:
    name = "plain bash"

    def run(self, script):
        return subprocess.run(["/bin/bash", "-c", script], capture_output=True, check=True).stdout.decode()

    def close(self):
        pass


class Ours:
    def __init__(self, name, rules):
        import place
        self.name = name
        self.place = place.Place(rules=rules)
        self.agent = self.place.agent()

    def run(self, script):
        outcome = self.agent.shell(script, timeout_ms=300000, timeout=300)
        if outcome.exit_code != 0:
            raise SystemExit(f"{self.name}: {outcome}")
        return outcome.output

    def close(self):
        self.agent.close()
        self.place.__exit__()


class Peer:
    def __init__(self, name, modules, rules):
        self.name = name
        vendor = pathlib.Path(modules) / "@openai/codex-shell-tool-mcp/vendor/x86_64-unknown-linux-musl"
        codex = pathlib.Path(modules) / "@openai/codex/vendor/x86_64-unknown-linux-musl/codex/codex"
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="exeat-peer-", dir="/var/tmp"))
        (self.top / "home/rules").mkdir(parents=True)
        (self.top / "home/rules/test.rules").write_text(rules)
        (self.top / "work").mkdir()
        sandbox = self.top / "codex-linux-sandbox"
        sandbox.symlink_to(codex)
        self.process = subprocess.Popen(
            [vendor / "codex-exec-mcp-server", "--execve", vendor / "codex-execve-wrapper", "--bash", vendor / "bash/debian-12/bash"],
            # A home of its own: its Bash would read this person's ~/.bashrc at each call, which says nothing of the peer.
            env={**os.environ, "HOME": str(self.top), "CODEX_HOME": str(self.top / "home")}, cwd=self.top / "work", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        self.last = 0
        self.ask("initialize", {"protocolVersion": "2025-06-18", "capabilities": {"elicitation": {}}, "clientInfo": {"name": "b", "version": "1"}})
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        self.ask("codex/sandbox-state/update", {"sandboxPolicy": {"type": "workspace-write"}, "sandboxCwd": str(self.top / "work"),
                                                "codexLinuxSandboxExe": str(sandbox)})

    def send(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, method, params):
        self.last += 1
        self.send({"jsonrpc": "2.0", "id": self.last, "method": method, "params": params})
        while True:
            message = json.loads(self.process.stdout.readline())
            if message.get("id") == self.last and "method" not in message:
                if "error" in message:
                    raise SystemExit(f"{self.name}: {message}")
                return message["result"]

    def run(self, script):
        result = self.ask("tools/call", {"name": "shell", "arguments": {
            "command": script, "workdir": str(self.top / "work"), "timeout_ms": 300000, "login": False}})
        return json.loads(result["content"][0]["text"])["output"]

    def close(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.top)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--bin", default="build/release/bin")
    options.add_argument("--peer")
    options.add_argument("--execs", type=int, default=500)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--calls", type=int, default=100)
    options.add_argument("--program", default="/bin/true")
    options.add_argument("--low", action="store_true")
    given = options.parse_args()
    middle = (lambda values: sorted(values)[len(values) // 10]) if given.low else statistics.median
    os.environ["EXEAT_BIN"] = str(pathlib.Path(given.bin).resolve())
    name = pathlib.Path(given.program).name
    allow = f'prefix_rule(pattern=["{given.program}"], decision="allow")\n'
    allow_name = f'prefix_rule(pattern=["{name}"], decision="allow")\n'
    contestants = [Plain(), Ours("exeat inside", ""), Ours("exeat escalated", allow)]
    if given.peer:
        contestants += [Peer("peer inside", given.peer, ""), Peer("peer escalated", given.peer, allow_name)]
    per_exec = {c.name: [] for c in contestants}
    per_call = {c.name: [] for c in contestants}
    try:
        for one in contestants:  # warm caches and ready sandboxes
            one.run(loop(given.program, 20))
        for round_number in range(given.rounds):
            for one in contestants:
                per_exec[one.name].append(int(one.run(loop(given.program, given.execs)).split()[0]) / given.execs)
        for _ in range(given.calls):
            for one in contestants:
                began = time.perf_counter()
                one.run(":")
                per_call[one.name].append((time.perf_counter() - began) * 1e6)
    finally:
        for one in contestants:
            one.close()
    plain_exec = middle(per_exec["plain bash"])
    plain_call = middle(per_call["plain bash"])
    print(f"{given.program}, {given.execs} execs x {given.rounds} rounds, {given.calls} calls; {'lowest tenth' if given.low else 'medians'}, microseconds")
    print(f"{'':18}{'per exec':>10}{'over plain':>12}{'per call':>10}{'over plain':>12}")
    for one in contestants:
        execs, calls = middle(per_exec[one.name]), middle(per_call[one.name])
        print(f"{one.name:18}{execs:10.0f}{execs - plain_exec:+12.0f}{calls:10.0f}{calls - plain_call:+12.0f}")
    if given.peer:
        for kind in ("inside", "escalated"):
            ours = middle(per_exec[f"exeat {kind}"]) - plain_exec
            theirs = middle(per_exec[f"peer {kind}"]) - plain_exec
            print(f"{kind}: {100 * ours / theirs:.0f} % of the peer's overhead")
        print(f"call: {middle(per_call['exeat inside']) / middle(per_call['peer inside']):.2f} x the peer's")


main()
