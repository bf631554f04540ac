"""Write the marks of statements and acts beside their texts, as `chancery-train
statements` and ../shared/measure/statements.py read them:

    python training/statements/unpack.py ../shared/data/annotation/train target/statements

marks.jsonl has a line for each telegram: its name, its statements and its acts. Spans are
[start, end] in code points of the text. A party is such a span of its fullest form in the
text, or words where the text does not have them ("Embassy" is the telegram's own voice).
The guide is ../shared/data/statements/guide.md.
"""

import argparse
import json
import pathlib
import shutil

MARKS = pathlib.Path(__file__).with_name("marks.jsonl")
Party = list[int] | str | None


def words(text: str, party: Party) -> str | None:
    """Return the words of a party, with single blanks."""
    if isinstance(party, list):
        party = text[party[0] : party[1]]
    return " ".join(party.split()) if party else None


def unpacked(text: str, line: dict) -> dict:
    """Return the marks of a text with the words of their parties."""
    statements = [
        {**one, **{key: words(text, one[key]) for key in ("speaker", "hearer")}} for one in line["statements"]
    ]
    acts = []
    for one in line["acts"]:
        parties = {key: [words(text, party) for party in one[key]] if one[key] else None for key in ("who", "whom")}
        acts.append({**one, **parties})
    return {"statements": statements, "acts": acts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=pathlib.Path, help="folder of NAME.txt")
    parser.add_argument("out", type=pathlib.Path, help="folder to write to")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for row in MARKS.read_text(encoding="utf-8").splitlines():
        line = json.loads(row)
        source = arguments.texts / f"{line['name']}.txt"
        text = source.read_bytes().decode()
        shutil.copy(source, arguments.out)
        marks = json.dumps(unpacked(text, line), ensure_ascii=False, indent=0)
        (arguments.out / f"{line['name']}.statements.json").write_text(marks, encoding="utf-8")


if __name__ == "__main__":
    main()
