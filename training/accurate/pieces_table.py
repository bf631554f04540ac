"""Write crates/ner/tests/pieces.tsv: words as the `tokenizers` library splits
them. crates/ner/tests/pieces.rs compares the program's own splits with it.

    venv/bin/python training/accurate/pieces_table.py BASE_MODEL/tokenizer.json
"""

import pathlib
import random
import sys

import text

TARGET = pathlib.Path(__file__).resolve().parents[2] / "crates/ner/tests/pieces.tsv"
WORDS = """Ambassador AMBASSADORS Guenaizia U.S. S/NF al-Qa'ida Müller’s Ghālib São Hà Nội Łódź Straße
İstanbul ΑΘΗΝΑ Москва 北京 日本語 한국 مالي naïve coöperate 1,234.56 $100 £5 50% F-16 09ALGIERS948 --
... — “ ” ‘ ’ … § ¶ ½ ﬁnd ǅ ß ẞ x² e\u0301 \u0301 a\u200db \u00ad A\u00adB C++ http://x.example/a?b=c
a@b.example rock’n’roll O'Brien McArthur van Qaddafi Boutros-Ghali EMBTEL PTER Nuakchott 1.4(b) [ ] |"""
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-'’/éüñçøåŠžłđğāı中日αЖ\u0301\u0327"


def main() -> None:
    cut = text.Pieces(text.vocabulary(sys.argv[1])[0])
    rnd = random.Random(7)
    words = WORDS.split() + ["".join(rnd.choices(LETTERS, k=rnd.randint(1, 14))) for _ in range(400)]
    words += ["".join(rnd.choices(LETTERS[:26], k=rnd.randint(2, 12))).title() for _ in range(200)]
    with open(TARGET, "w", encoding="utf-8") as file:
        for word in dict.fromkeys(words):
            encoded = cut.tokenizer.encode(word, add_special_tokens=False)
            ids, places = encoded.ids[: text.MOST_PIECES], encoded.offsets
            ids, places = (ids, places[: len(ids)]) if ids else ([1], [(0, len(word))])
            spans = " ".join(f"{a}-{b}" for a, b in places)
            file.write(f"{word}\t{' '.join(map(str, ids))}\t{spans}\n")


if __name__ == "__main__":
    main()
