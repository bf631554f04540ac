"""Reads, searches and curates in a reading room for a while, while files are added to it.

    python scripts/reading_load.py --minutes 120 [--program target/release/chancery]

Starts `chancery serve` on a new archive of invented telegrams and lets readers, one curator and one
sender of files work on it at once. In the end every decision that was answered with its number must
stand in the log, in the server's and in that of `chancery curate log`, with its words; no answer
may have been a failure. The curve of memory is printed by the minute and written with --curve.
Needs nothing but Python, and Linux for the memory.
"""

import argparse
import collections
import csv
import http.client
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

GIVEN = "Armand Clarisse Noelline Pieter Hery Vikash Ingrid Anjali Dev Knut Soraya Matthias".split()
FAMILY = "Veloutier Harrysing Abadie Oosterzee Rakotonirina Peerbaye Solbakken Bhoyroo Quillfeather Zandstra".split()
PLACES = ["Port Louis", "Victoria", "Antananarivo", "Oslo", "Reykjavik", "Brussels", "Mahebourg", "Tromso"]
THINGS = ["Coast Guard", "Indian Ocean Tuna Commission", "Ministry of Fisheries", "European Commission"]
VERBS = ["told EconOff that", "denied that", "asked whether", "complained that", "was pleased that"]
MATTERS = ["the patrols would begin", "the licences were sold", "the harbour is dredged",
           "the treaty had lapsed", "the boats had been seen", "the invoices were forged"]


def telegram(number: int, chance: Random) -> tuple[str, str]:
    """Return the file name and the text of an invented telegram."""
    post = chance.choice(["PORT LOUIS", "VICTORIA", "OSLO", "BRUSSELS"])
    lines = [f"C O N F I D E N T I A L {post} {number:06}", "", "E.O. 12958: DECL: 06/15/2019",
             "TAGS: PREL, EFIS", f"SUBJECT: FISH AND PATROLS, PART {number}", ""]
    for paragraph in range(1, chance.randint(4, 14)):
        sentences = [
            f"{chance.choice(GIVEN)} {chance.choice(FAMILY)} of the {chance.choice(THINGS)} "
            f"{chance.choice(VERBS)} {chance.choice(MATTERS)} in {chance.choice(PLACES)}."
            for _ in range(chance.randint(2, 6))
        ]
        lines += [f"{paragraph}. (C) " + " ".join(sentences), ""]
    return f"{number:06}.txt", "\n".join([*lines, "TREMONT", ""])


class Visitor:
    """A connection that times its requests and reports the faults."""

    def __init__(self, load: "Load", seed: int) -> None:
        self.load, self.chance = load, random.Random(seed)
        self.connection = http.client.HTTPConnection(load.host, timeout=120)

    def ask(
        self,
        kind: str,
        method: str,
        path: str,
        body: str | bytes | None = None,
        headers: dict[str, str] | None = None,
        allowed: tuple[int, ...] = (200, 201, 202),
    ) -> bytes | None:
        begun = time.perf_counter()
        try:
            self.connection.request(method, path, body, headers or {})
            answer = self.connection.getresponse()
            content = answer.read()
        except OSError as error:
            self.connection.close()
            self.load.fault(f"{kind} {path}: {error}")
            return None
        self.load.took[kind].append(time.perf_counter() - begun)
        if answer.status not in allowed:
            self.load.fault(f"{kind} {method} {path}: {answer.status} {content[:300]!r}")
            return None
        return content

    def json(self, kind: str, path: str, allowed: tuple[int, ...] = (200, 201, 202)) -> Any:
        content = self.ask(kind, "GET", path, allowed=allowed)
        return json.loads(content) if content else None


class Load:
    """What the workers share."""

    def __init__(self, host: str, until: float, pause: float) -> None:
        self.host, self.until, self.pause = host, until, pause
        self.took: dict[str, list[float]] = collections.defaultdict(list)
        self.faults: list[str] = []
        self.decided: list[tuple[int, str, str]] = []
        self.sent = 0

    def fault(self, words: str) -> None:
        self.faults.append(words)
        print(f"FAULT {words}", file=sys.stderr, flush=True)

    def on(self) -> bool:
        return time.monotonic() < self.until

    def think(self) -> None:
        time.sleep(self.pause)


def read(load: Load, seed: int) -> None:
    """Searches, opens documents and entities, exports now and then."""
    visitor = Visitor(load, seed)
    chance = visitor.chance
    while load.on():
        load.think()
        query = chance.choice([
            "", "patrols", "\"the licences\"", "fish*", f"person:{chance.choice(FAMILY).lower()}",
            "harbour NOT treaty", f"place:\"{chance.choice(PLACES).lower()}\"", "kadafi~1",
        ])
        offset = chance.choice([0, 0, 0, 20])
        visitor.ask("search page", "GET", f"/?q={quote(query)}&offset={offset}")
        found = visitor.json("search", f"/api/v1/search?q={quote(query)}&facets=true")
        for hit in (found or {}).get("hits", [])[:3]:
            visitor.ask("document page", "GET", f"/doc/{hit['id'][:16]}?q={quote(query)}")
        entities = visitor.json("entities", "/api/v1/entities") or []
        for entity in chance.sample(entities, min(2, len(entities))):
            # What another reader merged in the meantime is gone.
            visitor.ask("entity page", "GET", f"/entity/{quote(entity['id'])}", allowed=(200, 404))
        visitor.ask("decisions page", "GET", "/recent")
        if chance.random() < 0.05:
            visitor.ask("export", "GET", f"/export?format=csv&q={quote(query)}")


def curate(load: Load, seed: int) -> None:
    """Decides, and keeps what was answered."""
    visitor = Visitor(load, seed)
    chance = visitor.chance
    number = 0
    while load.on():
        load.think()
        found = visitor.json("search", "/api/v1/search?limit=50")
        entities = visitor.json("entities", "/api/v1/entities")
        if not found or not found["hits"] or not entities:
            time.sleep(0.2)
            continue
        number += 1
        document = visitor.json("document", f"/api/v1/documents/{chance.choice(found['hits'])['id']}")
        names = (document or {}).get("mentions") or []
        entity, words = chance.choice(entities)["id"], f"decision {number}"
        requests: list[dict[str, Any]] = [
            {"action": "keyword", "on": document["id"], "words": words},
            {"action": "note", "on": entity, "words": words},
            {"action": "rename", "entity": entity, "name": f"Name {number}"},
            {"action": "create", "label": "PER", "name": f"Made {number}"},
        ]
        if names:
            name = chance.choice(names)
            at = {"document": document["id"], "start": name["start"], "end": name["end"]}
            requests += [{"action": "reject", **at}, {"action": "add", "label": "ORG", **at}]
        if load.decided and chance.random() < 0.1:
            requests = [{"action": "undo", "decision": chance.choice(load.decided)[0]}]
        request = chance.choice(requests)
        # An earlier decision may have removed what this one needs. Then the answer is 400 or 404.
        content = visitor.ask("decision", "POST", "/api/v1/decisions",
                             json.dumps({**request, "reason": words}), {"content-type": "application/json"},
                             allowed=(200, 201, 400, 404))
        answer = json.loads(content) if content else {}
        if "decision" in answer:
            load.decided.append((answer["decision"], request["action"], words))


def send(load: Load, seed: int, each: int) -> None:
    """Adds files, one upload after the other."""
    visitor = Visitor(load, seed)
    while load.on():
        load.think()
        parts = []
        for _ in range(each):
            load.sent += 1
            name, text = telegram(load.sent, visitor.chance)
            parts.append(f'--part\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n{text}\r\n')
        body = "".join(parts) + "--part--\r\n"
        origin = {"content-type": "multipart/form-data; boundary=part", "origin": f"http://{load.host}"}
        visitor.ask("upload", "POST", "/api/v1/uploads", body.encode(), origin)
        while load.on():
            uploads = visitor.json("uploads", "/api/v1/uploads") or []
            if all(upload["state"] in ("done", "failed") for upload in uploads):
                break
            time.sleep(0.2)
        for upload in uploads:
            if upload["state"] == "failed":
                load.fault(f"an upload failed: {upload}")


def memory(process: "subprocess.Popen[str]") -> tuple[float, float]:
    """Return the megabytes of the process: its own, and those of the files that it has mapped."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    own, mapped = (int(fields[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
    return own, mapped


def lost(load: Load, program: str, archive: Path) -> list[tuple[int, str, str]]:
    """Return the decisions that were answered with a number and are not in the log."""
    visitor = Visitor(load, 0)
    kept: dict[int, tuple[str, str]] = {}
    while len(kept) < (page := visitor.json("log", f"/api/v1/decisions?offset={len(kept)}"))["total"]:
        kept.update((one["number"], (one["action"], one["reason"])) for one in page["decisions"])
    printed = subprocess.run([program, "curate", archive, "log"], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in printed.stdout.splitlines() if line.strip()]
    whys = {line.get("reason") for line in lines}
    return [one for one in load.decided if kept.get(one[0]) != one[1:] or one[2] not in whys]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--program", default="target/release/chancery")
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument("--files", type=int, default=40, help="files of an upload")
    parser.add_argument("--pause", type=float, default=0, help="seconds between two requests of a worker")
    parser.add_argument("--curve", type=Path, help="write seconds, megabytes and documents as CSV")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="chancery-load-") as folder:
        archive = Path(folder, "archive")
        server = subprocess.Popen([options.program, "serve", archive, "--port", "0", "--author", "load"],
                                  stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout, "the output is a pipe"
            host = json.loads(server.stdout.readline())["url"].split("//")[1].strip("/")
            begun = time.monotonic()
            load = Load(host, begun + options.minutes * 60, options.pause)
            workers = [threading.Thread(target=send, args=(load, 1, options.files)),
                       threading.Thread(target=curate, args=(load, 2))]
            first = workers[0]
            first.start()
            # The archive is there when the first files are.
            visitor = Visitor(load, 0)
            while load.on() and not visitor.json("counts", "/api/v1/archive", allowed=(200, 404)).get("documents"):
                time.sleep(0.5)
            workers += [threading.Thread(target=read, args=(load, 10 + n)) for n in range(options.readers)]
            for worker in workers[1:]:
                worker.start()
            curve = []
            while any(worker.is_alive() for worker in workers):
                counts = visitor.json("counts", "/api/v1/archive") or {}
                own, mapped = memory(server)
                curve.append((round(time.monotonic() - begun), round(own), round(mapped),
                              counts.get("documents"), len(load.decided)))
                if len(curve) % 12 == 1:
                    print("after {} s: {} MB of its own, {} MB of files, {} documents, {} decisions"
                          .format(*curve[-1]), flush=True)
                time.sleep(5)
            missing = lost(load, options.program, archive)
        finally:
            server.terminate()
            server.wait()
    if options.curve:
        with options.curve.open("w", newline="") as out:
            csv.writer(out).writerows([("seconds", "own_mb", "files_mb", "documents", "decisions"), *curve])
    for kind, took in sorted(load.took.items()):
        took.sort()
        print(f"{kind:15} {len(took):7} times, median {statistics.median(took) * 1000:6.0f} ms, "
              f"99 % under {took[int(len(took) * 0.99)] * 1000:6.0f} ms, at most {took[-1] * 1000:6.0f} ms")
    print(f"{load.sent} files sent, {len(load.decided)} decisions made, {len(missing)} lost, {len(load.faults)} faults")
    sys.exit(1 if missing or load.faults else 0)


if __name__ == "__main__":
    main()
