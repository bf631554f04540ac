"""How long the reading room takes to show parts of long documents, and what memory it needs.

    cargo build --release && python benches/long_documents.py [--program target/debug/chancery]

Makes an archive of two invented documents: one of 10 MB with some 20,000 paragraphs, and one of a
million short paragraphs. Then six readers at once go through the first: each opens it at its start,
finds a word in it, and opens paragraphs near its end. Prints the median and the largest time of an
answer in milliseconds, alone and with six readers, and the peak of the server's memory in MB.
Needs nothing but Python, and Linux for the memory.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

READERS = 6
LARGEST_MB = 64

HEADING = """P 031102Z MAY 75
FM AMEMBASSY OSLO
TO RUEHC/SECSTATE WASHDC PRIORITY
UNCLAS OSLO {number:06}

E.O. 12958: N/A
TAGS: PREL, NO
SUBJECT: {subject}

"""
SENTENCE = "Harbour master Ingrid Solbakken said that boat {boat} had left the harbour of Tromso. "


def large_document(size=10_000_000):
    """A telegram of `size` bytes, and the number of its paragraphs."""
    parts, length, number = [HEADING.format(number=10, subject="A HARBOUR IS WATCHED")], 0, 0
    while length < size:
        number += 1
        words = "".join(SENTENCE.format(boat=number * 6 + boat) for boat in range(6))
        rare = "A kittiwake was seen. " if number % 4000 == 0 else ""
        parts.append(f"{number}. (U) {words}{rare}\n\n")
        length += len(parts[-1])
    return "".join(parts), number


def many_paragraphs(count=1_000_000):
    return HEADING.format(number=11, subject="LOG OF A MILLION BOATS") + "\n\n".join(
        f"Boat {number}." for number in range(count)
    )


def get(url):
    """The seconds until the whole answer is there."""
    begun = time.perf_counter()
    with urllib.request.urlopen(url, timeout=120) as answer:
        answer.read()
    return time.perf_counter() - begun


def addresses(url, document, paragraphs):
    """What a reader opens, in this order."""
    base = f"{url}doc/{urllib.parse.quote(document)}"
    near_end = [f"{base}?to=par{paragraphs - back}" for back in (3, paragraphs // 2)]
    return [base, f"{base}?q=kittiwake", *near_end, f"{base}?part=7"]


def milliseconds(times):
    return f"median {statistics.median(times) * 1e3:.0f} ms, largest {max(times) * 1e3:.0f} ms"


def peak_megabytes(process):
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="target/release/chancery")
    program = parser.parse_args().program
    with tempfile.TemporaryDirectory() as folder:
        files, archive = Path(folder, "files"), Path(folder, "archive")
        files.mkdir()
        text, paragraphs = large_document()
        (files / "large.txt").write_text(text)
        (files / "many.txt").write_text(many_paragraphs())
        subprocess.run(
            [program, "add", archive, files, "--engine", "fast", "--quiet", "--largest", str(LARGEST_MB)],
            check=True,
        )
        command = [program, "serve", archive, "--port", "0", "--no-open"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                url = json.loads(server.stdout.readline())["url"]
                pages = addresses(url, "75OSLO10", paragraphs)
                get(pages[0])
                print(f"10 MB, {paragraphs} paragraphs, one reader: {milliseconds([get(one) for one in pages])}")
                times = []

                def read():
                    times.extend(get(one) for one in pages)

                readers = [threading.Thread(target=read) for _ in range(READERS)]
                for reader in readers:
                    reader.start()
                for reader in readers:
                    reader.join()
                print(f"the same, {READERS} readers at once: {milliseconds(times)}")
                print(f"peak of the server's memory: {peak_megabytes(server):.0f} MB")
                base = f"{url}doc/75OSLO11"
                pages = [base, f"{base}?to=par999000", f"{base}?part=900"]
                print(f"a million paragraphs, one reader: {milliseconds([get(one) for one in pages])}")
                print(f"peak of the server's memory with both: {peak_megabytes(server):.0f} MB")
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
