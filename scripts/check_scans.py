"""Checks that PDFs, scans and recognised pages give texts or listed remedies.

The same folder is added without poppler and tesseract, and with them if they are installed;
then again to the first archive, as after their installation. See check_scans.sh.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from make_scans import make_files

TOOLS = ["pdftotext", "pdftoppm", "pdfimages", "pdfinfo", "tesseract"]
LONG_PAGES, SCANNED_PAGES = 200, 6

# What each file must say in all cases, and only with the programs.
ALWAYS = {
    "columns.pdf": ["told Poloff on Monday that he would challenge the inquiry."],
    "mixed.pdf": ["Minister Ines Okafor on Monday", "Karin Lindqvist of the Swedish Embassy"],
    "bundle.pdf": ["UNCLAS PORT LOUIS 000214", "UNCLAS PORT LOUIS 000215"],
    "long.pdf": ["Entry 1: trawler number 7 left", "Entry 137: trawler number 959 left", "Entry 200: trawler number 1400"],
    "unlocked.pdf": ["UNCLAS PORT LOUIS 000216"],
    "alto.xml": ["Minister Armand Veloutier left."],
    "hocr.html": ["UNCLAS PORT LOUIS 000314", "Veloutier returned."],
    "page.xml": ["Minister Armand Veloutier left Port Louis."],
}
RECOGNISED = {
    "mixed.pdf": ["Armand Veloutier counted nine trawlers"],
    "scanned.pdf": ["Armand Veloutier counted nine trawlers", f"sheet number {SCANNED_PAGES} of the file"],
    "noisy.pdf": [],
    "page.png": ["Armand Veloutier counted nine trawlers"],
    "pages.tiff": ["Armand Veloutier counted nine trawlers", "Minister Ines Okafor"],
}
# What `chancery problems` must say in all cases, and without the programs.
ALWAYS_LISTED = {"locked.pdf": "password", "cut.pdf": ""}
NEEDS_OCR = {
    "mixed.pdf": "needs OCR: page 2 is an image",
    "scanned.pdf": "needs OCR: its pages are images",
    "noisy.pdf": "needs OCR",
    "page.png": "needs OCR",
    "pages.tiff": "needs OCR",
}


class Checks:
    """Runs the program in a folder and counts what is wrong."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self.binary, self.folder = binary, folder
        self.faults: list[str] = []

    def run(self, path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs the program with this search path."""
        return subprocess.run(
            [self.binary, *arguments], cwd=self.folder, env={"PATH": path, "HOME": str(self.folder)},
            capture_output=True, text=True, check=False,
        )

    def expect(self, holds: bool, message: str) -> None:
        """Records what does not hold."""
        if not holds:
            self.faults.append(message)

    def documents(self, archive: str) -> dict[str, list[dict]]:
        """The documents of an archive, by file."""
        found: dict[str, list[dict]] = {}
        for line in self.run("", "export", archive, "--quiet").stdout.splitlines():
            document = json.loads(line)
            found.setdefault(document["source"].removeprefix("in/"), []).append(document)
        return found

    def check_texts(self, archive: str, wanted: dict[str, list[str]]) -> None:
        """Checks the words of the documents."""
        found = self.documents(archive)
        for name, words in wanted.items():
            texts = "\n".join(document["text"] for document in found.get(name, []))
            self.expect(name in found, f"{archive}: {name} has no document")
            joined = " ".join(texts.split())
            for each in words:
                self.expect(each in joined, f"{archive}: {name} lacks {each!r}: {joined[:300]!r}")

    def check_problems(self, archive: str, wanted: dict[str, str]) -> None:
        """Checks which files have which problems, and that no other has one."""
        listed = self.run("", "problems", archive).stdout.splitlines()
        for name, words in wanted.items():
            fits = any(f"{name}: " in line and words in line for line in listed)
            self.expect(fits, f"{archive}: no problem of {name} says {words!r}: {listed}")
        for line in listed:
            known = any(f"{name}: " in line for name in wanted)
            self.expect(known, f"{archive}: unexpected problem: {line}")


def check_fields(checks: Checks, archive: str) -> None:
    """Checks fields, pages and page lines that do not depend on recognition."""
    found = checks.documents(archive)
    header = found["columns.pdf"][0]["header"]
    for key, value in [("cable_id", "13PORTLOUIS1544"), ("subject", "Mauritius: The Veloutier Inquiry"), ("post", "PORT LOUIS")]:
        field = header.get(key) or {}
        checks.expect(field.get("value") == value, f"{archive}: {key} of columns.pdf is {field}")
    numbers = [page["number"] for page in found["columns.pdf"][0].get("pages", [])]
    checks.expect(numbers == [1, 2], f"{archive}: pages of columns.pdf are {numbers}")
    found["bundle.pdf"].sort(key=lambda document: document["pages"][0]["number"])
    ids = [(document["header"].get("cable_id") or {}).get("value") for document in found["bundle.pdf"]]
    checks.expect(ids == ["09PORTLOUIS214", "09PORTLOUIS215"], f"{archive}: ids of bundle.pdf are {ids}")
    numbers = [page["number"] for document in found["bundle.pdf"] for page in document.get("pages", [])]
    checks.expect(numbers == [1, 2], f"{archive}: pages of bundle.pdf are {numbers}")
    (long,) = found["long.pdf"]
    numbers = [page["number"] for page in long.get("pages", [])]
    checks.expect(numbers == list(range(1, LONG_PAGES + 1)), f"{archive}: pages of long.pdf are {numbers[:9]}…")
    for page in long["pages"]:
        entry = long["text"][page["start"] :][:60]
        fits = f"Entry {page['number']}:" in entry
        checks.expect(fits, f"{archive}: page {page['number']} of long.pdf begins {entry!r}")
    checks.expect(long["text"].count("REPORT ON TRAWLERS") == 1, f"{archive}: a running title is text")
    qualities = {name: [page.get("quality") for page in found[name][0].get("pages", [])] for name in ["alto.xml", "hocr.html", "page.xml"]}
    wanted = {"alto.xml": [96, 41], "hocr.html": [93, 55], "page.xml": [90]}
    checks.expect(qualities == wanted, f"{archive}: qualities are {qualities}")


def check_recognised(checks: Checks, archive: str) -> None:
    """Checks what was recognised: readers, qualities, stamps."""
    found = checks.documents(archive)
    readers = [(page["number"], page["reader"]) for page in found["mixed.pdf"][0]["pages"]]
    wanted = [(1, "pdftotext"), (2, "tesseract"), (4, "pdftotext")]
    checks.expect(readers == wanted, f"{archive}: mixed.pdf was read by {readers}")
    scanned = found["scanned.pdf"][0]
    checks.expect("Case No." not in scanned["text"], f"{archive}: a stamp is text of scanned.pdf")
    good = [page["quality"] for page in scanned["pages"]]
    bad = [page["quality"] for page in found["noisy.pdf"][0]["pages"]]
    checks.expect(len(good) == SCANNED_PAGES and min(good) >= 85, f"{archive}: good scans have {good}")
    checks.expect(max(bad) < min(good), f"{archive}: a bad scan has {bad}, good ones {good}")
    print(f"{archive}: qualities of good scans {good}, of a bad one {bad}")


def check_resumed(checks: Checks, tools: str) -> None:
    """Interrupts a run in the middle of a scan and checks that the next one goes on."""
    command: list[str] = [str(checks.binary), "add", "resumed", "in/scanned.pdf", "--engine", "fast", "--quiet"]
    kept = checks.folder / "resumed" / "recognised"
    process = subprocess.Popen(command, cwd=checks.folder, env={"PATH": tools, "HOME": str(checks.folder)})
    deadline = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < deadline:
        if kept.is_dir() and len([name for name in os.listdir(kept) if not name.endswith(".part")]) >= 2:
            break
        time.sleep(0.05)
    process.kill()
    process.wait()
    pages = {path.name: path.stat().st_mtime_ns for path in kept.iterdir() if path.suffix != ".part"} if kept.is_dir() else {}
    checks.expect(0 < len(pages) < SCANNED_PAGES, f"interrupted: {len(pages)} of {SCANNED_PAGES} pages were kept")
    again = checks.run(tools, "add", "resumed", "in/scanned.pdf", "--engine", "fast")
    checks.expect(again.returncode == 0, f"resumed: {again.stderr}")
    checks.check_texts("resumed", {"scanned.pdf": RECOGNISED["scanned.pdf"]})
    checks.expect(not kept.exists(), "resumed: the folder of recognised pages is left")


def main() -> int:
    """Runs all checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, required=True, help="the program")
    parser.add_argument("--keep", type=Path, help="work in this folder, and keep it")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="chancery-scans-"))
    folder.mkdir(parents=True, exist_ok=True)
    checks = Checks(options.binary.resolve(), folder)
    make_files(folder / "in", LONG_PAGES, SCANNED_PAGES)

    nothing = str(folder / "nothing")
    added = checks.run(nothing, "add", "without", "in", "--engine", "fast")
    print("without:", added.stderr.strip())
    checks.expect(added.returncode == 1, f"without: exit {added.returncode}, and problems are listed")
    checks.expect("1 scanned page of a PDF needs OCR" in added.stderr, f"without: {added.stderr}")
    checks.check_texts("without", ALWAYS)
    checks.check_problems("without", ALWAYS_LISTED | NEEDS_OCR)
    check_fields(checks, "without")

    missing = [name for name in TOOLS if shutil.which(name) is None]
    if missing:
        print(f"not checked with poppler and tesseract: {', '.join(missing)} not installed", file=sys.stderr)
    else:
        tools = os.environ["PATH"]
        both = {name: ALWAYS.get(name, []) + RECOGNISED.get(name, []) for name in ALWAYS | RECOGNISED}
        added = checks.run(tools, "add", "with", "in", "--engine", "fast")
        print("with:", added.stderr.strip())
        checks.expect("tesseract 5" in added.stderr or "tesseract 4" in added.stderr, f"with: {added.stderr}")
        checks.check_texts("with", both)
        checks.check_problems("with", ALWAYS_LISTED)
        check_fields(checks, "with")
        check_recognised(checks, "with")
        before = {name: len(documents) for name, documents in checks.documents("without").items()}
        again = checks.run(tools, "add", "without", "in", "--engine", "fast")
        print("again:", again.stderr.strip())
        checks.check_texts("without", both)
        checks.check_problems("without", ALWAYS_LISTED)
        after = {name: len(documents) for name, documents in checks.documents("without").items()}
        kept = {name: count for name, count in after.items() if name in before}
        checks.expect(kept == before, f"again: documents by file were {before}, are {kept}")
        verified = checks.run(tools, "verify", "without")
        checks.expect(verified.returncode == 0, f"again: verify: {verified.stdout}{verified.stderr}")
        check_resumed(checks, tools)

    for fault in checks.faults:
        print(f"FAULT {fault}", file=sys.stderr)
    if not options.keep:
        shutil.rmtree(folder)
    print(f"{len(checks.faults)} faults")
    return 1 if checks.faults else 0


if __name__ == "__main__":
    sys.exit(main())
