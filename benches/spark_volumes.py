#!/usr/bin/env python3
"""The volumes' documents, repeated to a hundred thousand, through Spark.

    cargo build --release
    pip install pytest "target/wheels/chancery_archive-….whl[arrow,spark]"
    python benches/spark_volumes.py                          # all 100,000
    python benches/spark_volumes.py --documents 20000        # fewer

Writes the documents to Parquet, annotates them on two local workers to
Parquet, and kills one of the two Python workers with SIGKILL while it works:
Spark must start its task again. Then every row is compared: each number is
there once, and has what a batch in this process gives for its text. That
again is compared with the command line, document by document. What cannot be
so ends the script with an error. Needs Java 17.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import chancery
import chancery.spark
import pyarrow as pa
import pyarrow.dataset as dataset
import pyarrow.parquet as parquet
import telegrams
from pyspark.sql import SparkSession

sys.path.append(str(telegrams.ROOT / "crates/python/tests"))
from conftest import as_json, same  # noqa: E402

FILE_ROWS = 1000


def write_input(paths, documents, folder):
    """`documents` rows, the files over and over, in Parquet files."""
    texts = [path.read_text() for path in paths]
    sources = [str(path) for path in paths]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for start in range(0, documents, FILE_ROWS):
        numbers = range(start, min(start + FILE_ROWS, documents))
        which = [number % len(texts) for number in numbers]
        columns = {
            "number": list(numbers),
            "path": [sources[at] for at in which],
            "text": [texts[at] for at in which],
        }
        parquet.write_table(pa.table(columns), folder / f"{start:09}.parquet")


def processes():
    """Parent and command of every process."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        found[int(entry.name)] = (parent, command)
    return found


def workers(java):
    """The Python workers of the Spark that is the process `java`: children of
    its daemon."""
    found = processes()
    daemons = {
        number
        for number, (parent, command) in found.items()
        if b"pyspark.daemon" in command and parent == java
    }
    return [number for number, (parent, _) in found.items() if parent in daemons]


def processor_time(number):
    """Seconds that a process has used; none where it is gone."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Watch(threading.Thread):
    """Kills a worker after `delay` seconds of work, and notes the memory of
    the largest and the processor time of all, once a second."""

    def __init__(self, java, delay):
        super().__init__(daemon=True)
        self.java, self.delay = java, delay
        self.killed, self.largest, self.shared = None, 0, 0
        self.used = {}
        self.over = threading.Event()

    def run(self):
        first = None
        while not self.over.wait(1):
            at_work = workers(self.java)
            for worker in at_work:
                self.note(worker)
            for process in [*at_work, self.java]:
                used = processor_time(process)
                self.used[process] = max(used, self.used.get(process, 0))
            if at_work and first is None:
                first = time.monotonic()
            late = first is not None and time.monotonic() - first > self.delay
            if late and at_work and self.killed is None:
                os.kill(at_work[-1], signal.SIGKILL)
                self.killed = at_work[-1]
                print(f"killed worker {self.killed}", flush=True)

    def note(self, worker):
        try:
            lines = Path(f"/proc/{worker}/smaps_rollup").read_text().splitlines()
        except OSError:
            return
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
        self.largest = max(self.largest, sizes.get("Rss", 0))
        self.shared = max(self.shared, sizes.get("Shared_Clean", 0))


def through_spark(arguments, folder, output):
    # Workers run what this runs, not the first "python3" on the path.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        # A task that dies is tried four times, as on a cluster.
        SparkSession.builder.master(f"local[{arguments.cores},4]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "2g")
        .config("spark.sql.files.maxPartitionBytes", "4m")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "512")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    java = session.sparkContext._gateway.proc.pid
    # spark-submit becomes the Java process, or starts it.
    java = next((n for n, (p, c) in processes().items() if p == java and b"java" in c), java)
    watch = Watch(java, arguments.kill_after)
    watch.start()
    df = session.read.parquet(str(folder))
    start = time.perf_counter()
    found = chancery.spark.annotate(
        df, "text", source_column="path", keep=["number"], engine=arguments.engine
    )
    found.write.mode("overwrite").parquet(str(output))
    seconds = time.perf_counter() - start
    watch.over.set()
    watch.join()
    partitions = df.rdd.getNumPartitions()
    session.stop()
    if watch.killed is None:
        raise SystemExit("the run was over before a worker could be killed: give more documents")
    print(f"{partitions} tasks; largest worker {watch.largest / 1024:.0f} MiB, "
          f"of which shared between workers up to {watch.shared / 1024:.0f} MiB")
    spark = watch.used.pop(java)
    print(f"processor time: {sum(watch.used.values()):.0f} s of workers, {spark:.0f} s of Spark")
    return seconds


def compare(output, paths, expected, documents):
    """Every row with what is expected of its text."""
    columns = [name for name in expected.schema.names if name != "input"]
    at = {str(path): number for number, path in enumerate(paths)}
    seen = bytearray(documents)
    for batch in dataset.dataset(output, format="parquet").to_batches(batch_size=512):
        for number in batch["number"].to_pylist():
            seen[number] += 1
        rows = pa.array([at[source] for source in batch["source"].to_pylist()], pa.int64())
        wanted = expected.take(rows)
        for name in columns:
            if batch[name].cast(wanted[name].type) != wanted[name]:
                raise SystemExit(f"column {name} differs")
    lost, doubled = seen.count(0), sum(count > 1 for count in seen)
    if lost or doubled:
        raise SystemExit(f"{lost} documents lost, {doubled} doubled")


def compare_with_command_line(arguments, paths, expected):
    lines = arguments.work / "expected.jsonl"
    few = arguments.work / "texts"
    start = time.perf_counter()
    subprocess.run(
        telegrams.annotate(arguments.binary, arguments.engine, arguments.cores, [few], lines),
        check=True,
    )
    seconds = time.perf_counter() - start
    with lines.open() as opened:
        for number, line in enumerate(opened):
            row = expected.slice(number, 1).to_pylist()[0]
            if as_json(row) != same(json.loads(line)):
                raise SystemExit(f"{paths[number]}: Python and the command line differ")
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--binary", type=Path, default=telegrams.ROOT / "target/release/chancery")
    parser.add_argument("--engine", choices=["fast", "accurate"], default="fast")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--kill-after", type=float, default=20, help="seconds")
    parser.add_argument("--work", type=Path, default=telegrams.ROOT / "target/telegrams")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    paths = telegrams.texts(arguments.binary, arguments.work / "texts")
    write_input(paths, arguments.documents, arguments.work / "spark-in")
    output = arguments.work / "spark-out"
    seconds = through_spark(arguments, arguments.work / "spark-in", output)
    words = [len(path.read_text().split()) for path in paths]
    total = sum(words[number % len(paths)] for number in range(arguments.documents))
    print(f"Spark: {arguments.documents:,} documents, {total:,} words in {seconds:.0f} s: "
          f"{total / seconds:,.0f} words a second on {arguments.cores} workers", flush=True)
    expected = chancery.annotate_batch(
        [path.read_bytes() for path in paths],
        sources=[str(path) for path in paths],
        engine=arguments.engine,
    )
    compare(output, paths, expected, arguments.documents)
    print(f"each of {arguments.documents:,} documents is there once and as expected", flush=True)
    took = compare_with_command_line(arguments, paths, expected)
    print(f"the command line gives the same: {sum(words):,} words in {took:.0f} s, "
          f"{sum(words) / took:,.0f} words a second with {arguments.cores} jobs")


if __name__ == "__main__":
    main()
