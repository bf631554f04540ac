#!/usr/bin/env python3
"""What does annotating from Python cost, beside the command line?

    cargo build --release
    pip install target/wheels/chancery_archive-*.whl pyarrow
    python benches/python_beside_cli.py                   # about 10 minutes

1. The command line with one job (files in, JSON lines to /dev/null) and a
   Python process that reads the same files and calls `annotate_batch` (Arrow
   columns, in memory) run in turns. Compared is the processor time of the
   whole processes, start-up included, which other load on the machine
   disturbs less than the time by the clock; that is printed beside it.
2. In one Python process, `annotate_batch` on all files in turns from one
   thread and from two. By the clock that says little on a busy machine, so
   the time that threads stood ready in the queue for a processor (Linux's
   schedstat) is taken off: what is left is work, and waiting for each other.

Ratios are of the medians. The files are the documents of the volumes, each as
a file of its own.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import telegrams

CHILD = """
import sys, chancery
from pathlib import Path
folder, engine, most = sys.argv[1:]
paths = sorted(Path(folder).glob("*.txt"))[: int(most)]
for at in range(0, len(paths), 256):
    part = paths[at : at + 256]
    chancery.annotate_batch(
        [path.read_bytes() for path in part], sources=[str(path) for path in part], engine=engine
    )
"""


def timed(command, **options):
    """Seconds of processor and clock."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, time.perf_counter() - start


def report(name, runs):
    used, clock = (statistics.median(column) for column in zip(*runs))
    spread = f"{min(run[0] for run in runs):.1f} to {max(run[0] for run in runs):.1f}"
    print(f"{name}: {used:.2f} s of work ({spread}), {clock:.2f} s by the clock", flush=True)
    return used, clock


def beside_command_line(arguments, folder, paths):
    runs = {"command line": [], "python": []}
    most = len(paths)
    few = arguments.work / f"first-{most}"
    few.mkdir(exist_ok=True)
    for path in paths:
        (few / path.name).exists() or (few / path.name).symlink_to(path.resolve())
    for _ in range(arguments.rounds):
        cli = telegrams.annotate(arguments.binary, arguments.engine, 1, [few], "/dev/null")
        runs["command line"].append(timed(cli))
        child = [sys.executable, "-c", CHILD, str(folder), arguments.engine, str(most)]
        runs["python"].append(timed(child))
    cli, _ = report("command line", runs["command line"])
    python, _ = report("python", runs["python"])
    print(f"python ÷ command line: {python / cli:.3f}")


def with_two_threads(arguments, paths):
    import chancery

    texts = [path.read_bytes() for path in paths]
    parts = [texts[at : at + 64] for at in range(0, len(texts), 64)]

    def annotated(threads):
        """Seconds of work and of waiting for each other, and by the clock."""

        def work(part):
            queued, start = in_queue(), time.perf_counter()
            rows = chancery.annotate_batch(part, engine=arguments.engine).num_rows
            assert rows == len(part)
            return time.perf_counter() - start - (in_queue() - queued)

        with ThreadPoolExecutor(threads) as pool:
            start = time.perf_counter()
            used = sum(pool.map(work, parts))
            return used, time.perf_counter() - start

    annotated(2)  # Both workers have loaded what they need.
    runs = {1: [], 2: []}
    for _ in range(arguments.rounds):
        for threads, found in runs.items():
            found.append(annotated(threads))
    (one, alone), (two, beside) = (report(f"{n} threads", found) for n, found in runs.items())
    print(f"two threads ÷ one: {2 * one / two:.2f} times as fast without the queue, "
          f"{alone / beside:.2f} by the clock")


def in_queue():
    """Seconds that this thread was ready and had no processor."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--binary", type=Path, default=telegrams.ROOT / "target/release/chancery")
    parser.add_argument("--engine", choices=["fast", "accurate"], default="fast")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--documents", type=int, default=100_000, help="at most so many")
    parser.add_argument("--work", type=Path, default=telegrams.ROOT / "target/telegrams")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    folder = arguments.work / "texts"
    paths = telegrams.texts(arguments.binary, folder)[: arguments.documents]
    words = sum(len(path.read_text().split()) for path in paths)
    print(f"{len(paths)} documents, {words:,} words, engine {arguments.engine}", flush=True)
    beside_command_line(arguments, folder, paths)
    with_two_threads(arguments, paths)


if __name__ == "__main__":
    main()
