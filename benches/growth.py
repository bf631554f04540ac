"""Does who-is-who grow in proportion to the documents?

    chancery annotate VOLUMES --format jsonl -o volumes.jsonl
    python benches/generate_telegrams.py volumes.jsonl TELEGRAMS --count 20200
    python benches/growth.py target/release/chancery TELEGRAMS

Prints, for each number of documents, the milliseconds of processor time per document
of finding the names (`annotate --format brackets`), and of resolving and joining the
entities (`entities`, less that). Then the seconds of processor time of adding all
documents to an archive, of adding them again, and of adding 200 more. Engine `fast`,
one job.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

MORE = 200


def measure(command):
    """Seconds of processor time, and megabytes."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command[:4])} …: failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def folder_of(files, parent, name):
    """A folder of links to the files, a thousand to a folder."""
    for number, file in enumerate(files):
        folder = parent / name / f"{number // 1000:03}"
        folder.mkdir(parents=True, exist_ok=True)
        os.link(file, folder / file.name)
    return str(parent / name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("telegrams", type=Path)
    parser.add_argument("--counts", default="2000,20000")
    chosen = parser.parse_args()
    counts = [int(count) for count in chosen.counts.split(",")]
    files = sorted(chosen.telegrams.rglob("*.txt"))
    if len(files) < max(counts) + MORE:
        raise SystemExit(f"{chosen.telegrams}: fewer than {max(counts) + MORE} telegrams")
    fast = ["--engine", "fast", "--jobs", "1", "--quiet"]
    # The folder lies beside the telegrams, so that links to them are possible.
    with tempfile.TemporaryDirectory(dir=chosen.telegrams.parent) as name:
        scratch = Path(name)
        print(f"{'documents':>10}{'names, ms':>12}{'who, ms':>10}{'MB':>8}"
              f"{'add, s':>10}{'add, ms':>10}{'again, s':>10}{f'{MORE} more, s':>12}")
        for count in counts:
            first = folder_of(files[:count], scratch, f"first-{count}")
            more = folder_of(files[count:count + MORE], scratch, f"more-{count}")
            archive = str(scratch / f"archive-{count}")
            names, _ = measure(
                [chosen.program, "annotate", first, "--format", "brackets", "-o", "/dev/null", *fast])
            both, memory = measure([chosen.program, "entities", first, *fast])
            added, _ = measure([chosen.program, "add", archive, first, *fast])
            again, _ = measure([chosen.program, "add", archive, first, *fast])
            later, _ = measure([chosen.program, "add", archive, more, *fast])
            per = [1000 * seconds / count for seconds in (names, both - names, added)]
            print(f"{count:10}{per[0]:12.3f}{per[1]:10.3f}{memory:8}"
                  f"{added:10.1f}{per[2]:10.3f}{again:10.1f}{later:12.1f}", flush=True)
            shutil.rmtree(archive)


main()
