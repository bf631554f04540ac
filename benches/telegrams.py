"""The documents of real volumes as files and rows, for measurements.

    python benches/telegrams.py target/release/chancery FOLDER      a file each
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VOLUMES = ROOT.parent / "shared/data/frus-volumes"


def annotate(binary, engine, jobs, paths, output):
    """The command line's arguments for annotating to JSON lines."""
    options = ["--format", "jsonl", "--engine", engine, "--jobs", str(jobs), "--quiet"]
    return [str(binary), "annotate", *options, "--output", str(output), *map(str, paths)]


def texts(binary, folder):
    """Writes the text of each document of the volumes to a file of its own in
    `folder`; gives the files."""
    if not folder.is_dir():
        lines = folder.with_suffix(".jsonl")
        volumes = sorted(VOLUMES.glob("*.xml"))
        if not volumes:
            raise SystemExit(f"{VOLUMES}: no volumes")
        subprocess.run(annotate(binary, "fast", 2, volumes, lines), check=True)
        making = folder.with_suffix(".making")
        making.mkdir(parents=True, exist_ok=True)
        with lines.open() as opened:
            for number, line in enumerate(opened):
                (making / f"{number:05}.txt").write_text(json.loads(line)["text"])
        making.rename(folder)
    return sorted(folder.glob("*.txt"))


if __name__ == "__main__":
    print(len(texts(sys.argv[1], Path(sys.argv[2]))), "documents")
