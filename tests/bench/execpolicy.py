#!/usr/bin/python3
"""What one `execpolicy check` costs as a whole process, ours beside Codex's, in turn: numbers, not verdicts.

execpolicy.py [--bin FOLDER] [--codex FOLDER] [--rounds R]

`--codex` names a folder in which `npm install @openai/codex@0.169.0` (0.97.0 or newer) was done, or its node_modules; without
it, or where it holds no such program, only ours is measured. Medians in milliseconds; three sizes of rules file.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

SIZES = (10, 500, 5000)


def codex_in(folder):
    """The native program of the package; its JavaScript launcher would cost 40 ms more."""
    programs = [p for p in pathlib.Path(folder).rglob("codex") if p.is_file() and os.access(p, os.X_OK) and p.open("rb").read(4) == b"\x7fELF"]
    return programs[0] if programs else None


def once(command, environment):
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1e3, done.stdout


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--bin", default="build/release/bin")
    options.add_argument("--codex")
    options.add_argument("--rounds", type=int, default=101)
    given = options.parse_args()
    contestants = {"exeat": [pathlib.Path(given.bin).resolve() / "exeat"]}
    codex = codex_in(given.codex) if given.codex else None
    if codex:
        contestants["codex"] = [codex]
    with tempfile.TemporaryDirectory(prefix="exeat-bench-", dir="/var/tmp") as top:
        home = pathlib.Path(top) / "home"
        home.mkdir()
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "CODEX_HOME": str(home)}
        print(f"median of {given.rounds} processes, milliseconds")
        print(f"{'rules':>8}" + "".join(f"{name:>10}" for name in contestants))
        for size in SIZES:
            rules = pathlib.Path(top) / f"{size}.rules"
            rules.write_text("".join(f'prefix_rule(pattern=["tool{i}", ["a", "b"]], decision="prompt", match=["tool{i} a"])\n' for i in range(size)))
            times = {name: [] for name in contestants}
            outputs = set()
            for _ in range(given.rounds):
                for name, program in contestants.items():
                    spent, output = once([*program, "execpolicy", "check", "-r", rules, "tool7", "a", "b"], environment)
                    times[name].append(spent)
                    outputs.add(output)
            if len(outputs) != 1:
                raise SystemExit(f"the programs differ: {outputs}")
            print(f"{size:8}" + "".join(f"{statistics.median(times[name]):10.2f}" for name in contestants))


main()
