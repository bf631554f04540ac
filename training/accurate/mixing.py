"""Fit the mixing of encoder and CRF.

The mixture is a linear-chain CRF over the log-probabilities of both: a weight for
each, and a score for every pair of neighbouring tags. It is fitted by likelihood
on development data (L-BFGS), so its marginal probabilities are calibrated.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from score import BEGIN, FORBIDDEN, mixed
from text import ALL, Document

# Scores of the encoder and of the CRF, tags, and lengths of several sentences.
Batch = tuple[Tensor, Tensor, Tensor, Tensor]


def tensors(documents: list[Document], emissions: list[list[Tensor]]) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Return (encoder, CRF, tags) of every sentence whose tags are all known."""
    rows = []
    for document, scores in zip(documents, emissions):
        for sentence, score in zip(document.sentences, scores):
            if all(w.tags != ALL for w in sentence):
                rows.append((score, mixed(score, sentence, 1.0), torch.tensor([w.tags.bit_length() - 1 for w in sentence])))
    return rows


def padded(rows: list[tuple[Tensor, Tensor, Tensor]]) -> Iterator[Batch]:
    """Yield batches of sentences of similar length: tensors [sentences, words, tags]
    and lengths."""
    rows = sorted(rows, key=lambda row: len(row[0]))
    for at in range(0, len(rows), 256):
        part = rows[at : at + 256]
        pad = torch.nn.utils.rnn.pad_sequence
        encoder, crf, tags = (pad([row[k] for row in part], batch_first=True) for k in range(3))
        yield encoder, crf, tags, torch.tensor([len(row[0]) for row in part])


def negative_likelihood(scores: Tensor, pairs: Tensor, tags: Tensor, lengths: Tensor) -> Tensor:
    rows, words, _ = scores.shape
    every = torch.arange(rows)
    total = scores[:, 0] + BEGIN
    gold = scores[every, 0, tags[:, 0]]
    for at in range(1, words):
        alive = (at < lengths)[:, None]
        step = torch.logsumexp(total[:, :, None] + pairs, 1) + scores[:, at]
        total = torch.where(alive, step, total)
        one = pairs[tags[:, at - 1], tags[:, at]] + scores[every, at, tags[:, at]]
        gold = gold + torch.where(alive[:, 0], one, torch.zeros(()))
    return (torch.logsumexp(total, 1) - gold).sum()


def fit(sets: list[tuple[list[Document], list[list[Tensor]]]], ridge: float = 1.0) -> tuple[float, float, Tensor]:
    """Fit on `sets`, a list of (documents, emissions). Return the weight of the CRF,
    the sharpness and the pair scores."""
    batches = [batch for documents, emissions in sets for batch in padded(tensors(documents, emissions))]
    weights = torch.tensor([0.6, 0.4], requires_grad=True)
    pairs = torch.zeros(9, 9, requires_grad=True)
    steps = torch.optim.LBFGS([weights, pairs], max_iter=40, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        steps.zero_grad()
        loss = ridge * (pairs**2).sum()
        for encoder, crf, tags, lengths in batches:
            loss = loss + negative_likelihood(weights[0] * encoder + weights[1] * crf, pairs + FORBIDDEN, tags, lengths)
        loss.backward()
        return loss

    steps.step(closure)
    neural, linear = weights.tolist()
    return linear / (neural + linear), neural + linear, pairs.detach()
