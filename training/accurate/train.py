"""One training run: epochs over annotated documents and over texts labelled by a
teacher, with a moving average of the weights.

The optimiser is Adam with decoupled weight decay (Loshchilov and Hutter 2019). The
learning rate rises and falls linearly. Added parameters have a higher rate than
those of the base model. The loss of a word with a partly known tag is that of the
set of tags it may have. The loss of a word labelled by a teacher is the
cross-entropy with the teacher's probabilities.
"""

import copy
import dataclasses
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from augment import changed
from model import Encoder
from score import logarithms
from text import Document, Pieces
from windows import Window, batches, collate, windows

# (documents, the same documents in capitals, renamed copies, share of documents with
# an additional renamed copy, share of documents that are used)
Material = list[tuple[list[Document], list[Document], list[list[Document]], float, float]]
Figures = dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of a training run."""

    epochs: int = 6
    rate: float = 1.5e-4
    """The highest learning rate of the base model's parameters."""
    added_rate: float = 1e-3
    """The highest learning rate of the added parameters."""
    rise: float = 0.06
    """The share of the steps in which the learning rate rises."""
    decay: float = 0.01
    """Weight decay."""
    budget: int = 1800
    """The most pieces of a batch, with padding."""
    window: int = 192
    """The most pieces of a window."""
    drop_knowledge: float = 0.15
    """The share of words whose clusters and lists are hidden."""
    average: float = 0.998
    """The weight of the earlier average in the moving average of the weights."""
    capitals: float = 0.1
    """The share of documents that are used in capitals."""
    plain: float = 0.75
    """The share of documents that are used unchanged."""
    chain: float = 0.0
    """The weight of the CRF's probabilities in the loss."""
    seed: int = 1

    def __post_init__(self) -> None:
        for name in ("epochs", "rate", "added_rate", "budget", "window"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be greater than 0, but is {getattr(self, name)}")
        for name in ("drop_knowledge", "average", "capitals", "plain"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be between 0 and 1, but is {getattr(self, name)}")
        if not 0 < self.rise < 1:
            raise ValueError(f"rise must be between 0 and 1, but is {self.rise}")


def epoch_windows(material: Material, settings: Settings, number: int, cut: Pieces) -> tuple[list[Window], random.Random]:
    """Return the windows of one epoch; they depend only on the seed and the number."""
    rnd = random.Random(settings.seed * 1000 + number)
    items: list[Window] = []
    for documents, capitals, copies, renamed, share in material:
        for at, document in enumerate(documents):
            if rnd.random() < share:
                upper = capitals and rnd.random() < settings.capitals
                one = capitals[at] if upper else changed(document, rnd, settings.plain)
                items += windows(one, cut, settings.window, rnd)
            if copies and rnd.random() < renamed:
                one = changed(rnd.choice(copies)[at], rnd, settings.plain)
                items += windows(one, cut, settings.window, rnd)
    return items, rnd


def loss_of(scores: torch.Tensor, batch: list[Window], chain: float) -> torch.Tensor:
    """Return the mean loss over the words with a known tag. The CRF's probabilities
    are mixed in with weight `chain`, so that the encoder learns what the CRF does
    not know."""
    words = [word for window in batch for word in window.words]
    scores = scores.float()
    if chain:
        scores = scores + chain * logarithms(words)
    log = torch.log_softmax(scores, -1)
    allowed = torch.tensor([word.tags for word in words])
    sets = ((allowed[:, None] >> torch.arange(log.shape[1])) & 1).bool()
    known = -torch.logsumexp(log.masked_fill(~sets, -1e4), -1)
    total, count = known.sum(), int((~sets).any(-1).sum())
    taught = [at for at, word in enumerate(words) if word.soft]
    if taught:
        soft = torch.tensor([words[at].soft for at in taught]) / 1000.0
        soft = soft / soft.sum(-1, keepdim=True)
        total = total - (soft * log[taught]).sum()
        count += len(taught)
    return total / max(count, 1)


def train(
    net: Encoder,
    material: Material,
    settings: Settings,
    cut: Pieces,
    folder: Path,
    log: Callable[[Figures], None],
) -> Encoder:
    """Train `net` and return the net with the averaged weights. The state after every
    epoch is saved in `folder`, so that an interrupted run can be continued."""
    folder.mkdir(parents=True, exist_ok=True)
    state_file = folder / "state.pt"
    first_epoch, _ = epoch_windows(material, settings, 0, cut)
    total = len(batches(first_epoch, settings.budget)) * settings.epochs
    added = {id(p) for p in net.added()}
    groups = [
        {"params": [p for p in net.parameters() if id(p) not in added], "base": settings.rate},
        {"params": list(net.added()), "base": settings.added_rate},
    ]
    adam = torch.optim.AdamW(groups, lr=0.0, weight_decay=settings.decay, fused=True)
    average = copy.deepcopy(net)
    begin, step = 0, 0
    if state_file.exists():
        state = torch.load(state_file)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        adam.load_state_dict(state["adam"])
        begin, step = state["epoch"], state["step"]
        torch.set_rng_state(state["rng"])
    else:
        torch.manual_seed(settings.seed)
    for epoch in range(begin, settings.epochs):
        items, rnd = epoch_windows(material, settings, epoch, cut)
        started, seen, losses = time.time(), 0, 0.0
        net.train()
        parts = batches(items, settings.budget, rnd)
        for number, batch in enumerate(parts):
            step += 1
            rate = min(step / (settings.rise * total), max(0.01, (total - step) / (total * (1 - settings.rise))))
            for group in adam.param_groups:
                group["lr"] = group["base"] * rate
            inputs, mask, first = collate(batch, settings.drop_knowledge, rnd)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                scores = net(inputs, mask, first)
            loss = loss_of(scores, batch, settings.chain)
            adam.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            adam.step()
            keep = min(settings.average, step / (step + 10))
            with torch.no_grad():
                for mean, value in zip(average.parameters(), net.parameters()):
                    mean.lerp_(value, 1 - keep)
            losses += loss.item()
            seen += sum(len(w) for w in batch)
            if number % 50 == 49:
                speed = seen / (time.time() - started)
                print(f"epoch {epoch} batch {number + 1}/{len(parts)} loss {losses / (number + 1):.4f} {speed:.0f} pieces/s", flush=True)
        figures: Figures = {"run": folder.name, "epoch": epoch + 1, "loss": round(losses / len(parts), 4), "seconds": round(time.time() - started)}
        log(figures)
        state = {"net": net.state_dict(), "average": average.state_dict(), "adam": adam.state_dict()}
        torch.save(state | {"epoch": epoch + 1, "step": step, "rng": torch.get_rng_state()}, state_file)
    torch.save(average.state_dict(), folder / "net.pt")
    return average
