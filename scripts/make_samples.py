"""Makes the samples of file formats in crates/unpack/tests/data.

Each is made with the library that people use for the format in Python:
pip install -r scripts/requirements-samples.txt
"""

import bz2
import datetime
import io
import lzma
import sqlite3
import sys
from pathlib import Path

import openpyxl
import py7zr
import pyarrow as pa
import xlwt
from backports import zstd
from ebooklib import epub
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from pptx import Presentation
from pyarrow import parquet
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HEADINGS = ["id", "date", "origin", "body"]
ROWS = [
    ["09PORTLOUIS314", "2009-09-16", "Embassy Port Louis", "Minister Ravi Dubois called the company a letter box."],
    ["09LUSAKA611", "2009-09-17", "Embassy Lusaka", "The harbour master, Ama Osei, showed the licences of all boats."],
]


def make_workbooks(folder: Path) -> None:
    """Makes workbooks of a sheet of rows and a sheet of notes."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [HEADINGS, *ROWS]:
        sheet.append(row)
    book.create_sheet("Notes").append(["Made by a script."])
    book.save(folder / "rows.xlsx")

    old = xlwt.Workbook()
    sheet = old.add_sheet("Sheet")
    for at, row in enumerate([HEADINGS, *ROWS]):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    old.save(str(folder / "rows.xls"))

    document = OpenDocumentSpreadsheet()
    table = Table(name="Sheet")
    for row in [HEADINGS, *ROWS]:
        line = TableRow()
        for cell in row:
            content = TableCell(valuetype="string")
            content.addElement(P(text=cell))
            line.addElement(content)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(folder / "rows.ods"))


def make_database(folder: Path) -> None:
    """Makes a SQLite database of one table."""
    path = folder / "rows.sqlite"
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute("PRAGMA page_size = 512")
    database.execute("CREATE TABLE cables (id TEXT, date TEXT, origin TEXT, body TEXT)")
    database.executemany("INSERT INTO cables VALUES (?, ?, ?, ?)", ROWS)
    database.commit()
    database.close()


def make_parquet(folder: Path) -> None:
    """Makes a table in Parquet with each compression, and one with each type of column."""
    columns = dict(zip(HEADINGS, zip(*ROWS), strict=True))
    for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
        parquet.write_table(pa.table(columns), folder / f"rows.{codec}.parquet", compression=codec)
    bodies = [row[3] for row in ROWS]
    typed = pa.table(
        {
            "id": pa.array(["09PORTLOUIS314", "09LUSAKA611", None]),
            "date": pa.array([datetime.date(2009, 9, 16), datetime.date(2009, 9, 17), None]),
            "origin": pa.array(["Embassy Port Louis", "Embassy Lusaka", None]).dictionary_encode(),
            "references": pa.array([["09PORTLOUIS298", "09LUSAKA540"], [], None]),
            "pages": pa.array([3, -4, None], pa.int16()),
            "seen": pa.array([datetime.datetime(2010, 2, 3, 4, 5), None, None], pa.timestamp("us")),
            "mail": pa.array([{"from": "Ana"}, {"from": None}, None]),
            "body": pa.array([*bodies, "A row of which only the text is known, and nothing else."], pa.large_string()),
        }
    )
    # A text of 300 MB in a few hundred bytes, and a million rows of a dictionary of one text.
    one_text = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), pa.array(["word " * 100_000]))
    for name, column in [("page-bomb", pa.array([" " * 300_000_000])), ("row-bomb", one_text)]:
        parquet.write_table(
            pa.table({"text": column}), folder / f"{name}.parquet", compression="brotli", write_statistics=False
        )
    # Pages of the second version, and a group for each two rows.
    parquet.write_table(
        typed, folder / "typed.parquet", compression="zstd", data_page_version="2.0", row_group_size=2
    )


def make_compressed(folder: Path) -> None:
    """Makes compressed texts, and an archive that is not read."""
    text = b"alone in a compressed file\n"
    (folder / "alone.txt.bz2").write_bytes(bz2.compress(text))
    (folder / "alone.txt.xz").write_bytes(lzma.compress(text))
    (folder / "alone.txt.zst").write_bytes(zstd.compress(text[:10]) + zstd.compress(text[10:]))
    with py7zr.SevenZipFile(folder / "alone.7z", "w") as archive:
        archive.writestr(text, "alone.txt")


def make_book(folder: Path) -> None:
    """Makes a book whose second file is read first."""
    book = epub.EpubBook()
    book.set_identifier("sample")
    book.set_title("Memoirs")
    chapters = []
    for number, words in enumerate(["The envoy left.", "The envoy arrived."]):
        chapter = epub.EpubHtml(title=str(number), file_name=f"{number}.xhtml")
        chapter.content = f"<html><body><p>{words}</p></body></html>"
        book.add_item(chapter)
        chapters.append(chapter)
    book.add_item(epub.EpubNcx())
    book.add_item(epub.EpubNav())
    book.spine = chapters[::-1]
    epub.write_epub(str(folder / "book.epub"), book)


def make_crawl(folder: Path) -> None:
    """Makes a crawl of two pages and a picture."""
    with open(folder / "crawl.warc.gz", "wb") as out:
        writer = WARCWriter(out, gzip=True)
        pages = [("1.html", "text/html", b"<p>one"), ("a.png", "image/png", b"PNG"), ("2.html", "text/html", b"<p>two")]
        for name, media, content in pages:
            headers = StatusAndHeaders("200 OK", [("Content-Type", media)], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    f"http://archive.example/{name}", "response", payload=io.BytesIO(content), http_headers=headers
                )
            )


def make_slides(folder: Path) -> None:
    """Makes a presentation of two slides."""
    show = Presentation()
    for title in ["Talks with the Minister", "Next steps"]:
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = title
    show.save(str(folder / "talk.pptx"))


def main() -> None:
    """Makes all samples in the folder that is named, or where the tests look."""
    usual = Path(__file__).parent.parent / "crates" / "unpack" / "tests" / "data"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else usual
    folder.mkdir(parents=True, exist_ok=True)
    for make in [make_workbooks, make_database, make_parquet, make_compressed, make_book, make_crawl, make_slides]:
        make(folder)


if __name__ == "__main__":
    main()
