"""Split documents into windows of adjacent sentences, `[CLS] a [SEP] b [SEP]`.

The first piece encodes the kind of text. Windows give the encoder the sentences
around each sentence and bound the cost of attention. A sentence is split only if it
is longer than a window.
"""

from collections.abc import Iterable
from random import Random

import numpy as np
import torch

from text import BITS, Document, Pieces, Word

START, END, START_DIPLOMATIC = 2, 3, 0


class Window:
    """Pieces of a window. `first` has the indices of the words' first pieces, `words`
    the words, and `ends` the end of each sentence in `words`."""

    def __init__(self, diplomatic: bool) -> None:
        start = START_DIPLOMATIC if diplomatic else START
        self.pieces, self.shapes, self.parts, self.owner = [start], [0], [0], [-1]
        self.first: list[int] = []
        self.words: list[Word] = []
        self.ends: list[int] = []

    def add(self, sentence: list[Word], cut: Pieces) -> None:
        for word in sentence:
            numbers, shape, parts = cut.of(word.text)
            self.first.append(len(self.pieces))
            self.pieces += numbers
            self.shapes += [shape] * len(numbers)
            self.parts += parts
            self.owner += [len(self.words)] * len(numbers)
            self.words.append(word)
        self.ends.append(len(self.words))
        self.pieces.append(END)
        self.shapes.append(0)
        self.parts.append(0)
        self.owner.append(-1)

    def __len__(self) -> int:
        return len(self.pieces)


def chopped(sentence: list[Word], cut: Pieces, most: int) -> list[list[Word]]:
    """Split the sentence into runs of at most `most` pieces."""
    runs: list[list[Word]] = [[]]
    size = 0
    for word in sentence:
        length = len(cut.of(word.text)[0])
        if size + length > most and runs[-1]:
            runs.append([])
            size = 0
        runs[-1].append(word)
        size += length
    return runs


def windows(document: Document, cut: Pieces, most: int, random: Random | None = None) -> list[Window]:
    """Return windows of at most `most` pieces, or of random sizes if `random` is set."""
    result: list[Window] = []
    window, limit = None, most
    for sentence in document.sentences:
        for run in chopped(sentence, cut, most - 2):
            length = sum(len(cut.of(word.text)[0]) for word in run) + 1
            if window is None or len(window) + length > limit:
                window = Window(document.diplomatic)
                limit = random.randint(most // 4, most) if random else most
                result.append(window)
            window.add(run, cut)
    return result


def batches(items: Iterable[Window], budget: int, random: Random | None = None) -> list[list[Window]]:
    """Return batches of windows of similar length, with at most `budget` pieces
    including padding."""
    items = list(items)
    if random:
        random.shuffle(items)
        items = [w for at in range(0, len(items), 800) for w in sorted(items[at : at + 800], key=len)]
    else:
        items.sort(key=len)
    result: list[list[Window]] = [[]]
    longest = 0
    for item in items:
        longest = max(longest, len(item))
        if result[-1] and longest * (len(result[-1]) + 1) > budget:
            result.append([])
            longest = len(item)
        result[-1].append(item)
    if random:
        random.shuffle(result)
    return [batch for batch in result if batch]


def collate(batch: list[Window], drop: float = 0.0, rng: Random | None = None) -> tuple[list[torch.Tensor], torch.Tensor, torch.Tensor]:
    """Return the tensors of a batch. `drop` is the share of words whose knowledge is
    hidden."""
    rows, width = len(batch), max(len(w) for w in batch)
    ids, shapes, parts = (np.zeros((rows, width), np.int64) for _ in range(3))
    clusters = np.zeros((rows, width, 2), np.int64)
    bits = np.zeros((rows, width, BITS), np.float32)
    mask = np.zeros((rows, 1, 1, width), np.float32)
    first = []
    for row, window in enumerate(batch):
        n = len(window)
        ids[row, :n], shapes[row, :n], parts[row, :n] = window.pieces, window.shapes, window.parts
        mask[row, :, :, n:] = -1e4
        known: list[tuple[tuple[int, ...], int]] = [(w.clusters, w.bits) for w in window.words]
        if drop and rng:
            known = [((0, 0), 0) if rng.random() < drop else k for k in known]
        known.append(((0, 0), 0))
        owner = np.array(window.owner)
        clusters[row, :n] = np.array([k[0] for k in known])[owner]
        values = np.array([k[1] for k in known])[owner]
        bits[row, :n] = (values[:, None] >> np.arange(BITS)) & 1
        first += [row * width + at for at in window.first]
    as_tensor = torch.from_numpy
    inputs = [as_tensor(x) for x in (ids, shapes, parts, clusters, bits)]
    return inputs, as_tensor(mask), torch.tensor(first)
