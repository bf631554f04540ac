#!/usr/bin/env python3
"""Time and memory of programs, run in turns.

    echo '{"rounds": 3, "runs": {"one": ["true"], "two": ["sleep", "1"]}}' | python benches/measure.py

prints a JSON object: for each run `seconds` by the clock, `cpu` seconds of the
processor, both as lists of the rounds, and `peak_mb`, the largest memory of the
program in any round. With "first": true `first` has the seconds to the first
byte that the program prints. Paths in "fresh" are removed before each run. A
program that fails ends the script.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path


def remove(path):
    path = Path(path)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def run(command, first):
    """One run: seconds by the clock, of the processor, to the first byte; peak in MB."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE if first else subprocess.DEVNULL, bufsize=0)
    said = None
    if first:
        child.stdout.read(1)
        said = time.perf_counter() - begun
        child.stdout.read()
        child.stdout.close()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(command[:4])}: exit code {child.returncode}")
    return seconds, usage.ru_utime + usage.ru_stime, said, usage.ru_maxrss / 1024


def main():
    task = json.load(sys.stdin)
    results = {name: {"seconds": [], "cpu": [], "first": [], "peak_mb": 0} for name in task["runs"]}
    for number in range(task["rounds"]):
        for name, command in task["runs"].items():
            for path in task.get("fresh", []):
                remove(path)
            seconds, cpu, said, peak = run(command, task.get("first", False))
            result = results[name]
            result["seconds"].append(seconds)
            result["cpu"].append(cpu)
            if said is not None:
                result["first"].append(said)
            result["peak_mb"] = max(result["peak_mb"], peak)
            print(f"round {number + 1}: {name} {seconds:.3f} s, {cpu:.3f} s of the processor",
                  file=sys.stderr, flush=True)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
