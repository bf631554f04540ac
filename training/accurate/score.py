"""F1 over complete names, as in conlleval. Words without a known tag and names
that overlap one are ignored."""

import collections
from collections.abc import Sequence

import torch

from model import Encoder
from text import ALL, LABELS, Document, Pieces, Word
from windows import batches, collate, windows

FORBIDDEN = torch.zeros(9, 9)
for _b, _before in enumerate(LABELS):
    for _a, _after in enumerate(LABELS):
        if _after[0] == "I" and _before[2:] != _after[2:]:
            FORBIDDEN[_b, _a] = -1e4
# As in crates/ner/src/consistency.rs.
DRAW, LEAST = 0.5, -7.0
BEGIN = torch.tensor([-1e4 if label[0] == "I" else 0.0 for label in LABELS])


def best(scores: torch.Tensor, pairs: torch.Tensor = FORBIDDEN) -> list[int]:
    """Return the best valid tags (Viterbi 1967)."""
    total = scores[0] + BEGIN
    back: list[torch.Tensor] = []
    for row in scores[1:]:
        value, at = (total[:, None] + pairs).max(0)
        back.append(at)
        total = value + row
    tags = [int(total.argmax())]
    for at in reversed(back):
        tags.append(int(at[tags[-1]]))
    return tags[::-1]


def names(tags: Sequence[int]) -> set[tuple[int, int, str]]:
    found: set[tuple[int, int, str]] = set()
    start = None
    for at, tag in enumerate(list(tags) + [0]):
        label = LABELS[tag]
        if start is not None and (label[0] != "I" or label[2:] != LABELS[tags[start]][2:]):
            found.add((start, at, LABELS[tags[start]][2:]))
            start = None
        if label[0] == "B":
            start = at
    return found


@torch.no_grad()
def emissions(net: Encoder, documents: list[Document], cut: Pieces, most: int = 160) -> list[list[torch.Tensor]]:
    """Return the log-probabilities of the tags of the words, one tensor per sentence."""
    net.eval()
    places: dict[int, torch.Tensor] = {}
    items = [w for d in documents for w in windows(d, cut, most)]
    for batch in batches(items, 6400):
        inputs, mask, first = collate(batch)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = net(inputs, mask, first)
        log = torch.log_softmax(scores.float(), -1)
        for word, row in zip((w for window in batch for w in window.words), log):
            places[id(word)] = row
    return [[torch.stack([places[id(w)] for w in s]) for s in d.sentences] for d in documents]


def logarithms(words: list[Word]) -> torch.Tensor:
    """Return the CRF's log-probabilities."""
    return torch.tensor([w.linear for w in words]).div(1000.0).clamp(min=1e-4).log()


def mixed(emission: torch.Tensor, sentence: list[Word], weight: float) -> torch.Tensor:
    """Return the encoder's log-probabilities mixed with those of the engine `fast`."""
    if not weight:
        return emission
    linear = logarithms(sentence)
    return (1 - weight) * emission + weight * linear


def consistent(document: Document, rows: list[torch.Tensor]) -> list[torch.Tensor]:
    """Move the scores of capitalised words towards their mean over the document,
    as in crates/ner/src/consistency.rs."""
    rows = [torch.log_softmax(row, -1) for row in rows]
    places: dict[str, list[torch.Tensor]] = collections.defaultdict(list)
    for sentence, row in zip(document.sentences, rows):
        for word, scores in zip(sentence, row):
            if word.text[0].isupper():
                places[word.text.lower()].append(scores)
    for same in places.values():
        if len(same) > 1:
            mean = torch.stack(same).clamp(min=LEAST).mean(0)
            for scores in same:
                scores.lerp_(mean, DRAW)
    return rows


def whole(documents: list[Document], scores: list[list[torch.Tensor]], weight: float, sharpness: float) -> list[list[torch.Tensor]]:
    """Return the scores that the program decodes."""

    def both(rows: list[torch.Tensor], document: Document) -> list[torch.Tensor]:
        return [sharpness * mixed(r, s, weight) for r, s in zip(rows, document.sentences)]

    return [consistent(d, both(rows, d)) for d, rows in zip(documents, scores)]


def f1(documents: list[Document], scores: list[list[torch.Tensor]], weight: float = 0.0, pairs: torch.Tensor = FORBIDDEN) -> float:
    right = found = there = 0
    for document, rows in zip(documents, scores):
        for sentence, row in zip(document.sentences, rows):
            tags = best(mixed(row, sentence, weight), pairs)
            open_at = {at for at, w in enumerate(sentence) if w.tags == ALL}
            gold = names([0 if w.tags == ALL else w.tags.bit_length() - 1 for w in sentence])
            mine = {n for n in names(tags) if not open_at & set(range(n[0], n[1]))}
            right += len(gold & mine)
            found += len(mine)
            there += len(gold)
    return 200.0 * right / max(found + there, 1)
