"""Are letters and office files read word for word?

Makes 200 letters and 100 office files with make_letters_and_office.py, runs the program
over them, and compares every document with what went in: no word lost, none twice, all
in their order; the sender, the addressees, the date, the subject, the id and the thread
of each letter; the words that a reply quotes; and that deleted text is reported.

    check_letters_and_office.py --binary target/debug/chancery

scripts/check_letters_and_office.sh installs what it needs and runs it.
"""

import argparse
import difflib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

FIELDS = {"from": "from", "to": "to", "cc": "info"}


def run(binary: str, *arguments: str, cwd: Path) -> tuple[str, str]:
    """Runs the program. Its exit code is 1 where it has something to report."""
    done = subprocess.run([binary, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout, done.stderr


def value(field: Any) -> Any:
    """The value of a field of a header."""
    return field["value"] if isinstance(field, dict) and "value" in field else field


def names(field: Any) -> list[str]:
    """The names of a sender or of addressees."""
    listed = field if isinstance(field, list) else [field] if field else []
    return [value(one)["name"] for one in listed]


def faults_of(path: str, wanted: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What is wrong with a document."""
    faults = []
    words = found["text"].split()
    if words != wanted["words"]:
        changes = [line for line in difflib.ndiff(wanted["words"], words) if line[0] in "+-"]
        faults.append(f"{path}: words {' '.join(changes[:12])}")
    header = found["header"]
    for key, field in FIELDS.items():
        if key in wanted and names(header.get(field)) != wanted[key]:
            faults.append(f"{path}: {key} {names(header.get(field))}, not {wanted[key]}")
    if "date" in wanted:
        group = value(header.get("date_time")) or {}
        date = group.get("date") or value(header.get("date"))
        if date != wanted["date"]:
            faults.append(f"{path}: date {date}, not {wanted['date']}")
        if value(header.get("subject")) != wanted["subject"]:
            faults.append(f"{path}: subject {value(header.get('subject'))}, not {wanted['subject']}")
        if value(header.get("cable_id")) != wanted["id"]:
            faults.append(f"{path}: id {value(header.get('cable_id'))}, not {wanted['id']}")
        thread = [value(one)["value"] for one in header.get("references", [])]
        if thread != wanted.get("references", []):
            faults.append(f"{path}: thread {thread}, not {wanted.get('references')}")
    return faults


def quoted_words(document: dict[str, Any]) -> list[str]:
    """The words of paragraphs that are quoted from an earlier letter."""
    letters = document["text"]
    blocks = [block for block in document["blocks"] if block.get("role") == "quotation"]
    return " ".join(letters[block["start"] : block["end"]] for block in blocks).split()


def main() -> None:
    """Makes the files, reads them, and compares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    arguments = parser.parse_args()
    binary = str(Path(arguments.binary).resolve())
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        maker = Path(__file__).parent / "make_letters_and_office.py"
        subprocess.run([sys.executable, str(maker), str(folder / "files")], check=True)
        expected = json.loads((folder / "expected.json").read_text())
        out, errors = run(binary, "annotate", "--engine", "fast", "--format", "jsonl", "files", cwd=folder)
        documents = {}
        faults = []
        for line in out.splitlines():
            document = json.loads(line)
            path = document["source"].removeprefix("files/")
            if path in documents:
                faults.append(f"{path}: read twice")
            documents[path] = document
        faults += [f"{path}: not read" for path in expected if path not in documents]
        faults += [f"{path}: not expected" for path in documents if path not in expected]
        for path, wanted in expected.items():
            if path in documents:
                faults += faults_of(path, wanted, documents[path])
            said = f"{path}: byte 0: a passage was deleted" in errors or f"{path}: a passage was deleted" in errors
            if said != bool(wanted.get("deleted")):
                faults.append(f"{path}: deleted text is reported: {said}")
        for path, wanted in expected.items():
            if "quoted" in wanted and "!/" not in path and path in documents:
                read, _ = run(binary, "read", "--json", f"files/{path}", cwd=folder)
                quoted = quoted_words(json.loads(read))
                if quoted != wanted["quoted"]:
                    faults.append(f"{path}: quoted {quoted}, not {wanted['quoted']}")
    count = sum(len(wanted["words"]) for wanted in expected.values())
    print(f"{len(expected)} documents, {count} words: {len(faults)} faults")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
