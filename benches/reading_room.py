"""How long the reading room takes to make a page, as a browser on the same machine sees it.

    cargo build --release && python benches/reading_room.py ARCHIVE

Starts `chancery serve` on the archive, asks for each kind of page again and again on one
connection, and prints milliseconds: the median and the 95th percentile until the whole answer is
there, and the median of the processor time that the server spends, which other work on the machine
changes little; and the size of the largest answer as a proxy would send it, packed with gzip.
Documents and queries change from one request to the next; the entity that is named most is asked
of the archive. What is asked is the same in every run. Needs nothing but Python, and Linux for the
processor time.

When a page is painted first is measured in a browser: `ARCHIVE=… scripts/check_browser.sh paint.test.mjs`.
"""

import argparse
import gzip
import http.client
import json
import random
import statistics
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

PLAIN = {"Accept-Encoding": "identity"}

COLUMNS = ("page", "requests", "median ms", "95 % ms", "processor ms", "largest kB")


class Reader:
    """One connection to the reading room."""

    def __init__(self, url):
        self.connection = http.client.HTTPConnection(url.split("//")[1].strip("/"), timeout=120)

    def get(self, path):
        """The seconds until the whole answer is there, and the answer."""
        begun = time.perf_counter()
        self.connection.request("GET", path, headers=PLAIN)
        answer = self.connection.getresponse()
        content = answer.read()
        took = time.perf_counter() - begun
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {content[:300]!r}")
        return took, content

    def address(self, document):
        """The readable address of a document, to which its id leads."""
        self.connection.request("GET", f"/doc/{document}", headers=PLAIN)
        answer = self.connection.getresponse()
        answer.read()
        return answer.getheader("Location") or f"/doc/{document}"

    def json(self, path):
        return json.loads(self.get(path)[1])


def searches(reader, chance):
    """What people look for: words of subjects, names, fields, whatever the archive has of them."""
    found = reader.json("/api/v1/search?limit=200&facets=true")
    titles = [hit["subject"] for hit in found["hits"] if hit.get("subject")]
    words = sorted({word for title in titles for word in title.split() if word.isalpha() and len(word) > 4})
    chance.shuffle(words)
    pairs = [f"{one} {other}" for one, other in zip(words[0:40:2], words[1:40:2])]
    names = [name["name"].split(",")[0] for kind in ("PER", "LOC", "ORG")
             for name in reader.json(f"/api/v1/entities?label={kind}")[:15]]
    return [*words[:30], *pairs, *(f'"{name}"' for name in names),
            *(f"{word[:5]}*" for word in words[30:45]), *(f"NOT {word}" for word in words[45:50])]


def typing(reader, chance, queries):
    """The texts of the box while a user types names and words, from the first letter."""
    names = [name["name"] for kind in ("PER", "LOC", "ORG")
             for name in reader.json(f"/api/v1/entities?label={kind}")[:15]]
    whole = chance.sample(names, min(20, len(names))) + queries[:20]
    return [words[:end] for words in whole for end in range(1, min(len(words), 9))]


def pages(reader, chance):
    """Every kind of page with the addresses that are asked for."""
    queries = searches(reader, chance)
    found = [hit for offset in range(0, 1000, 200)
             for hit in reader.json(f"/api/v1/search?q={quote(queries[0])}&limit=200&offset={offset}")["hits"]]
    found += reader.json("/api/v1/search?limit=200")["hits"]
    documents = [reader.address(hit["id"]) for hit in chance.sample(found, min(150, len(found)))]
    top = {kind: reader.json(f"/api/v1/entities?label={kind}") for kind in ("PER", "LOC", "ORG")}
    most = max((entities[0] for entities in top.values() if entities), key=lambda one: one["documents"])
    others = [one for entities in top.values() for one in entities]

    def entity(one):
        return f"/entity/{quote(one['id'], safe='')}"

    search = [f"/?q={quote(query)}" for query in queries]
    hits = [(query, number + 1, reader.address(hit["id"])) for query in queries[:20]
            for number, hit in enumerate(reader.json(f"/api/v1/search?q={quote(query)}&limit=3")["hits"])]
    return {
        "home": ["/"],
        "suggestions": [f"/api/v1/suggestions?q={quote(typed)}" for typed in typing(reader, chance, queries)],
        "search, all documents": ["/?q="],
        "search": search,
        "search, by date": [f"{address}&sort=newest" for address in search],
        "documents": [f"/documents?sort={sort}" for sort in ("oldest", "newest")],
        "people": ["/people", "/people?sort=name", "/people?sort=last"],
        "people of a search": [f"/people?q={quote(query)}" for query in queries[:20]],
        "places": ["/places", "/places?sort=name"],
        "organisations": ["/organisations", "/organisations?sort=name"],
        "document": documents,
        "document, with hits": [f"{one}?q={quote(chance.choice(queries))}" for one in documents],
        "document of a result": [f"{one}?q={quote(query)}&at={at}" for query, at, one in hits],
        "document beside its file": [f"{one}?beside=raw" for one in documents],
        f"entity named most ({most['name']}, {most['documents']})": [entity(most)],
        "entities": [entity(one) for one in others],
        "timeline": ["/timeline", *(f"/timeline?q={quote(query)}" for query in queries[:20])],
        "map": ["/map", *(f"/map?q={quote(query)}" for query in queries[:20])],
        "network": ["/network", *(f"/network?q={quote(query)}" for query in queries[:20])],
        "decisions": ["/recent"],
    }


def processor(server):
    """Milliseconds that the threads of the server have run."""
    threads = Path(f"/proc/{server.pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6


def row(server, reader, name, addresses, rounds):
    reader.get(addresses[0])
    took, spent, largest = [], [], 0
    for number in range(rounds):
        before = processor(server)
        seconds, content = reader.get(addresses[number % len(addresses)])
        took.append(seconds * 1000)
        spent.append(processor(server) - before)
        largest = max(largest, len(gzip.compress(content)))
    took.sort()
    figures = statistics.median(took), took[int(len(took) * 0.95)], statistics.median(spent), largest / 1000
    return [name, str(rounds), *(f"{figure:.1f}" for figure in figures)]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("archive")
    options.add_argument("--program", default="target/release/chancery")
    options.add_argument("--rounds", type=int, default=150, help="requests for each kind of page")
    options = options.parse_args()

    server = subprocess.Popen([options.program, "serve", options.archive, "--port", "0"],
                              stdout=subprocess.PIPE, text=True)
    try:
        reader = Reader(json.loads(server.stdout.readline())["url"])
        print(f"{reader.json('/api/v1/archive')['documents']:,} documents\n")
        print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS))
        for name, addresses in pages(reader, random.Random(6)).items():
            print("| " + " | ".join(row(server, reader, name, addresses, options.rounds)) + " |", flush=True)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
