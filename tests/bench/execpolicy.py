#!/usr/bin/python3
"""What one `execpolicy check` costs as a whole process, ours beside Codex's, in turn: numbers, not verdicts.

execpolicy.py [--bin FOLDER] [--codex PATH] [--rounds R] [--rules N …]

`--codex` names Codex's native program, or a folder in which `npm install @openai/codex@0.169.0` (0.97.0 or newer) was done, or its
node_modules; without it only ours is measured. In each round each program runs once, first the one, then the other in front, so that the
machine's moods hit both alike. Medians, least and most in milliseconds; the ratio is of the medians, Codex's to ours.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

SIZES = (10, 500, 5000)


def is_native(path):
    return path.is_file() and os.access(path, os.X_OK) and path.open("rb").read(4) == b"\x7fELF"


def codex_at(path):
    """The native program of the package; its JavaScript launcher would cost 40 ms more."""
    path = pathlib.Path(path).resolve()
    programs = [path] if path.is_file() else sorted(path.rglob("codex"))
    native = [program for program in programs if is_native(program)]
    if not native:
        raise SystemExit(f"{path} holds no native program `codex`; try `npm install --prefix FOLDER @openai/codex@0.169.0`")
    return native[0]


def once(command, environment):
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1e3, done.stdout


def version_of(program, environment):
    return subprocess.run([program, "--version"], env=environment, capture_output=True, text=True, check=True).stdout.strip()


def rules_text(size):
    return "".join(f'prefix_rule(pattern=["tool{i}", ["a", "b"]], decision="prompt", match=["tool{i} a"])\n' for i in range(size))


def measured(contestants, rules, rounds, environment):
    """name -> milliseconds of each round. All must say the same: what differs cannot be compared."""
    times = {name: [] for name in contestants}
    outputs = set()
    for number in range(rounds + 1):
        for name in list(contestants)[:: 1 if number % 2 else -1]:
            spent, output = once([contestants[name], "execpolicy", "check", "-r", rules, "tool7", "a", "b"], environment)
            outputs.add(output)
            if number > 0:  # the first one reads the disk
                times[name].append(spent)
    if len(outputs) != 1:
        raise SystemExit(f"the programs differ: {outputs}")
    return times


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--bin", default="build/release/bin")
    options.add_argument("--codex")
    options.add_argument("--rounds", type=int, default=101)
    options.add_argument("--rules", type=int, nargs="+", default=SIZES, help="sizes of the rules file, at least 8")
    given = options.parse_args()
    if given.rounds < 1 or min(given.rules) < 8:
        options.error("at least one round, and eight rules: the last of them is asked for")
    contestants = {"exeat": pathlib.Path(given.bin).resolve() / "exeat"}
    if given.codex:
        contestants["codex"] = codex_at(given.codex)
    with tempfile.TemporaryDirectory(prefix="exeat-bench-", dir="/var/tmp") as top:
        home = pathlib.Path(top) / "home"
        home.mkdir()
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "CODEX_HOME": str(home)}
        print(", ".join(version_of(program, environment) for program in contestants.values()))
        print(f"{given.rounds} processes each, milliseconds; load average {os.getloadavg()[0]:.1f}")
        print(f"{'rules':>8}" + "".join(f"{name:>10}{'least':>10}{'most':>10}" for name in contestants) + (f"{'ratio':>8}" if given.codex else ""))
        for size in given.rules:
            rules = pathlib.Path(top) / f"{size}.rules"
            rules.write_text(rules_text(size))
            times = measured(contestants, rules, given.rounds, environment)
            medians = {name: statistics.median(spent) for name, spent in times.items()}
            line = "".join(f"{medians[name]:10.2f}{min(spent):10.2f}{max(spent):10.2f}" for name, spent in times.items())
            print(f"{size:8}" + line + (f"{medians['codex'] / medians['exeat']:8.2f}" if given.codex else ""), flush=True)
        print(f"load average at the end {os.getloadavg()[0]:.1f}")


main()
