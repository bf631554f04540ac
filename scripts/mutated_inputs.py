"""Thousands of damaged files through `chancery add` and `read`.

    python3 scripts/mutated_inputs.py target/release/chancery --count 10000

Takes the invented telegrams, the demo and the samples of all forms that the tests have,
damages each copy in one of nine ways, and adds them in batches to archives. It fails if
the program ends by a signal or panics, prints a code other than 0 and 1, or if a file
gave neither a document nor a problem. The same seed gives the same files; those of a
failed batch stay in the folder that it names.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [
    "examples/*.txt",
    "crates/chancery/assets/demo.txt",
    "crates/parse/tests/fixtures/*",
    "crates/unpack/tests/data/*",
    "crates/chancery/tests/data/*",
]
LARGEST = 300_000
TOKENS = [b"\0", b"\x1b[2J", b"<!--", b"<![CDATA[", b"]]>", b"&#x110000;", b"\xff\xfe", b"\xef\xbb\xbf", b"\f",
          b"99999999999999999999", b"\n\n\n\n", b"--x\n", b"{{{{", b'"', b"SUBJECT: ", b"NOFORN ", b"PAGE 02 OSLO 00001 01 OF 02\n",
          "\u202e".encode(), b"</TEI>", b"1. (C/NF) ", b"\r\r\n", b"PK\x03\x04", b"-" * 80]


def damage(source: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Damages bytes in one of nine ways."""
    raw = bytearray(source)
    at = chance.randrange(len(raw) + 1)
    end = min(len(raw), at + chance.choice([1, 4, 64, 4096]))
    way = chance.randrange(9)
    if way == 0:
        for _ in range(chance.choice([1, 8, 64])):
            if raw:
                raw[chance.randrange(len(raw))] = chance.randrange(256)
    elif way == 1:
        del raw[at:]
    elif way == 2:
        del raw[:at]
    elif way == 3:
        del raw[at:end]
    elif way == 4:
        raw[at:at] = raw[at:end] * chance.choice([2, 20, 200])
    elif way == 5:
        raw[at:at] = chance.choice(TOKENS) * chance.choice([1, 3, 300])
    elif way == 6:
        other = chance.choice(others)
        cut = chance.randrange(len(other) + 1)
        raw[at:at] = other[cut : cut + 4096]
    elif way == 7:
        lines = raw.split(b"\n")
        chance.shuffle(lines)
        raw = bytearray(b"\n".join(lines))
    else:
        raw[at:end] = bytes(chance.randrange(256) for _ in range(end - at))
    return bytes(raw[:LARGEST])


def run(program: Path, arguments: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([program, *arguments], check=False, cwd=folder, capture_output=True, timeout=1800)


def faults_of(program: Path, folder: Path, names: list[str]) -> list[str]:
    """Adds and reads the files of a folder; returns what went wrong."""
    faults = []
    added = run(program, ["add", "archive", "in", "--engine", "fast", "--largest", "8"], folder)
    read = run(program, ["read", "in"], folder)
    for command, ended in ("add", added), ("read", read):
        if ended.returncode not in (0, 1):
            faults.append(f"{command} ended with {ended.returncode}")
        if b"panicked" in ended.stderr or b"a fault in the program" in ended.stderr:
            faults.append(f"{command}: {ended.stderr.decode(errors='replace')[-800:]}")
    listed = run(program, ["files", "archive", "--json"], folder)
    files = [json.loads(line) for line in listed.stdout.splitlines()]
    gave = {Path(file["path"]).name: file for file in files}
    for name in names:
        file = gave.get(name)
        if file is None or not (file["documents"] or file["problems"]):
            faults.append(f"{name}: no document and no problem")
        elif any("a fault in the program" in problem["what"] for problem in file["problems"]):
            faults.append(f"{name}: {file['problems']}")
    checked = run(program, ["verify", "archive"], folder)
    if checked.returncode != 0:
        faults.append(f"verify: {checked.stdout[-400:]!r} {checked.stderr[-400:]!r}")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=250)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    program = options.program.resolve()
    paths = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file())
    sources = [(path, path.read_bytes()) for path in paths if path.stat().st_size <= LARGEST]
    others = [raw for _, raw in sources]
    chance = random.Random(options.seed)
    failed = 0
    for first in range(0, options.count, options.batch):
        folder = Path(tempfile.mkdtemp(prefix="mutated-"))
        (folder / "in").mkdir()
        names = []
        for number in range(first, min(first + options.batch, options.count)):
            path, raw = chance.choice(sources)
            names.append(f"{number}-{path.name}")
            (folder / "in" / names[-1]).write_bytes(damage(raw, others, chance))
        faults = faults_of(program, folder, names)
        if faults:
            failed += 1
            print(f"{folder}:", *faults, sep="\n  ", flush=True)
        else:
            shutil.rmtree(folder)
    print(f"{options.count} files of {len(sources)} sources, {failed} batches with faults")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
