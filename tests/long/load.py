#!/usr/bin/python3
"""load.py [--runs 200] [--execs 20] [--rounds 10]: many runs at once, each of many execs; every answer must be right and the
memory of service and of gate flat from the second round on (at most a tenth more, and 8 MiB)."""
import argparse
import json
import os
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))


def resident(pids):
    """Proportional set size of the processes, in KiB."""
    total = 0
    for pid in pids:
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total


def descendants(pid, wanted):
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        for child in pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text().split():
            if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == wanted:
                found.append(int(child))
    return found


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=200)
    options.add_argument("--execs", type=int, default=20)
    options.add_argument("--rounds", type=int, default=10)
    given = options.parse_args()
    from place import Outcome, Place
    sizes = {"exeatd": [], "exeat-gate": []}
    with Place() as place, place.agent() as agent:
        for number in range(given.rounds):
            began = time.monotonic()
            posted = [agent.post_shell(f"for ((i=0;i<{given.execs};i++)); do /bin/echo {run}.$i; done", timeout_ms=600000)
                      for run in range(given.runs)]
            for run, call in enumerate(posted):
                outcome = Outcome(agent.wait(call, 600))
                expected = "".join(f"{run}.{i}\n" for i in range(given.execs))
                if outcome.output != expected or outcome.exit_code != 0:
                    raise SystemExit(f"round {number}, run {run}: wrong answer {outcome}")
            service = place.service_pid()
            sizes["exeatd"].append(resident([service]))
            sizes["exeat-gate"].append(resident(descendants(service, "exeat-gate")))
            print(f"round {number}: {given.runs} runs of {given.execs} execs right in {time.monotonic() - began:.1f} s, memory in KiB: "
                  + ", ".join(f"{name} {of[-1]}" for name, of in sizes.items()), flush=True)
        records = place.listing("runs")
        if not records or any(r["end"] is None for r in records):
            raise SystemExit("the history holds unfinished runs")
    for name, of in sizes.items():
        if given.rounds > 2 and of[-1] > of[1] * 1.1 + 8192:
            raise SystemExit(f"memory of {name} grows: {of} KiB")
    print("1 passed, 0 failed")


main()
