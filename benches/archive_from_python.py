#!/usr/bin/env python3
"""What does a search from Python cost, beside the command line?

    chancery annotate ../shared/data/frus-volumes/*.xml --format jsonl -o volumes.jsonl
    python benches/generate_telegrams.py volumes.jsonl telegrams --count 10000
    chancery add --engine fast archive telegrams
    pip install 'target/wheels/chancery_archive-….whl[pandas]'
    python benches/archive_from_python.py chancery archive

In turns, a process of the command line writes all documents of the archive as CSV, and a
process of Python reads the same search into a data frame of pandas. Compared is the
processor time of the whole processes, start-up included: other load disturbs it less
than the time by the clock. The ratio is of the medians.
"""

import argparse
import statistics
import subprocess
import sys

from python_beside_cli import report, timed

CHILD = """
import sys, chancery
frame = chancery.Archive(sys.argv[1]).search(sys.argv[2]).to_pandas()
print(len(frame))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chancery")
    parser.add_argument("archive")
    parser.add_argument("--query", default="", help="all documents if not given")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    python = [sys.executable, "-c", CHILD, arguments.archive, arguments.query]
    documents = int(subprocess.run(python, check=True, capture_output=True, text=True).stdout)
    command = [arguments.chancery, "search", arguments.archive, arguments.query, "--csv", "--limit", str(documents)]
    print(f"{documents} documents")
    runs = {"command line": [], "Python": []}
    for _ in range(arguments.rounds):
        runs["command line"].append(timed(command, stdout=subprocess.DEVNULL))
        runs["Python"].append(timed(python, stdout=subprocess.DEVNULL))
    used = {name: report(name, measured)[0] for name, measured in runs.items()}
    print(f"ratio {used['Python'] / used['command line']:.2f}; by the clock {ratio_by_clock(runs):.2f}")


def ratio_by_clock(runs):
    clock = {name: statistics.median(run[1] for run in measured) for name, measured in runs.items()}
    return clock["Python"] / clock["command line"]


if __name__ == "__main__":
    main()
