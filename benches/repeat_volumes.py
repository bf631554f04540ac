"""Copies FRUS volumes with other years and other family names.

    python benches/repeat_volumes.py VOLUMES OUT [COPIES]
    time chancery entities --jobs 1 OUT > /dev/null

For the growth of `chancery entities`: nine copies (the default) of the nine
volumes are some 20,000 documents. Copy 0 is the original.
"""

import re
import sys
from pathlib import Path

ENDINGS = ["", "son", "er", "ton", "ley", "ov", "ini", "es", "aud", "ski"]


def copy(text: str, number: int) -> str:
    """`text` with its years moved and the surnames of its list changed."""
    if number == 0:
        return text
    names = re.findall(r'<persName[^>]*xml:id="[^"]+"[^>]*>(?:<[^>]*>|\s)*([A-Z][a-z]{2,})\b', text)
    ending = ENDINGS[number]
    pattern = r"\b(" + "|".join(sorted(set(names))) + r")\b(?![^<>]*>)"
    text = re.sub(pattern, lambda name: name[0] + ending, text) if names else text
    return re.sub(r"\b(19[4-7])(\d)\b", lambda year: year[1] + str((int(year[2]) + number) % 10), text)


def main() -> None:
    volumes, out = Path(sys.argv[1]), Path(sys.argv[2])
    copies = int(sys.argv[3]) if len(sys.argv) > 3 else 9
    out.mkdir(parents=True, exist_ok=True)
    for volume in sorted(volumes.glob("*.xml")):
        text = volume.read_text(encoding="utf-8")
        for number in range(copies):
            (out / f"{volume.stem}.{number}.xml").write_text(copy(text, number), encoding="utf-8")


if __name__ == "__main__":
    main()
