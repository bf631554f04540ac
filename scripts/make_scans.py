"""Makes PDFs, scans and files of recognised pages, of invented people and posts.

check_scans.py reads them. Each kind is made by a library that people use for it.
"""

import io
import random
from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

PAGE = (612, 792)
STAMP = "UNCLASSIFIED U.S. Department of State Case No. F-2014-20439 Doc No. C05760001 Date: 05/13/2015"
LABELS = [
    ("MRN:", "13 PORT LOUIS 1544"),
    ("Date/DTG:", "Sep 16, 2013 / 160950Z SEP 13"),
    ("From:", "AMEMBASSY PORT LOUIS"),
    ("Action:", "WASHDC, SECSTATE ROUTINE"),
    ("E.O.:", "13526"),
    ("TAGS:", "PGOV, PREL, MP"),
    ("Subject:", "Mauritius: The Veloutier Inquiry"),
]
TELEGRAM = """R 161330Z SEP 09
FM AMEMBASSY PORT LOUIS
TO SECSTATE WASHDC PRIORITY 4321

UNCLAS PORT LOUIS 000314

E.O. 12958: N/A
TAGS: EFIS, MP
SUBJECT: TRAWLERS

1. Minister Armand Veloutier counted nine trawlers in
the harbour of Port Louis. He asked for help.
""".splitlines()
MEMO = """The Ambassador met Foreign Minister Ines Okafor on Monday.
She said that the harbour would stay closed until the end of the month,
and that her government had asked its neighbours for patience. The
opposition wants an election before the budget is voted. The Embassy
will report again after the meeting of the cabinet on Thursday.
""".splitlines()
FONT = str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")


def write_lines(page: canvas.Canvas, lines: list[str], top: int = 720, left: int = 72, size: int = 11) -> None:
    """Writes lines of text on a page."""
    page.setFont("Helvetica", size)
    for number, line in enumerate(lines):
        page.drawString(left, top - 16 * number, line)


def picture(lines: list[str], size: int = 34, noise: int = 0) -> Image.Image:
    """A scanned page at 200 dots per inch. With `noise`, a bad copy of it."""
    image = Image.new("L", (1700, 2200), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, size)
    for number, line in enumerate(lines):
        draw.text((200, 200 + 56 * number), line, font=font, fill=0)
    if noise:
        image = image.filter(ImageFilter.GaussianBlur(2.2))
        dots = random.Random(noise)
        draw = ImageDraw.Draw(image)
        for _ in range(6000):
            x, y = dots.randrange(1700), dots.randrange(150, 900)
            draw.ellipse((x, y, x + dots.randrange(1, 6), y + dots.randrange(1, 6)), fill=dots.choice((0, 255)))
    return image


def scan_page(page: canvas.Canvas, image: Image.Image, stamp: str = "") -> None:
    """A page of a picture, with a stamp as text over it."""
    page.drawImage(ImageReader(image), 0, 0, *PAGE)
    if stamp:
        page.setFont("Helvetica", 7)
        page.drawString(40, 780, stamp)


def new_pdf() -> tuple[canvas.Canvas, io.BytesIO]:
    """A PDF without pages, and its bytes once it is saved."""
    out = io.BytesIO()
    return canvas.Canvas(out, pagesize=PAGE, invariant=1), out


def columns_pdf() -> bytes:
    """A page of labels beside values, and a text that goes on over the end of the page."""
    page, out = new_pdf()
    write_lines(page, ["UNCLASSIFIED", "SBU"], 750)
    for number, (label, value) in enumerate(LABELS):
        write_lines(page, [label], 700 - 16 * number)
        write_lines(page, [value], 700 - 16 * number, 200)
    write_lines(page, ["1. (SBU) Former Fisheries Minister Armand Veloutier told Poloff on Monday"], 560)
    page.showPage()
    write_lines(page, ["that he would challenge the inquiry.", "", "Signature:      TREMONT"])
    page.save()
    return out.getvalue()


def mixed_pdf() -> bytes:
    """Text, a scan under a stamp, an empty page, text."""
    page, out = new_pdf()
    write_lines(page, MEMO)
    page.showPage()
    scan_page(page, picture(TELEGRAM), STAMP)
    page.showPage()
    page.showPage()
    write_lines(page, ["The last page names Karin Lindqvist of the Swedish Embassy.", *MEMO])
    page.save()
    return out.getvalue()


def scanned_pdf(pages: int, noise: int = 0) -> bytes:
    """Pages that are pictures under a stamp."""
    page, out = new_pdf()
    for number in range(1, pages + 1):
        lines = [*TELEGRAM, "", f"This is sheet number {number} of the file."] if number == 1 else [
            *MEMO, f"This is sheet number {number} of the file."
        ]
        scan_page(page, picture(lines, noise=noise and noise + number), STAMP)
        page.showPage()
    page.save()
    return out.getvalue()


def bundle_pdf(serials: tuple[str, ...] = ("000214", "000215")) -> bytes:
    """Telegrams of one page each."""
    page, out = new_pdf()
    for serial in serials:
        lines = "\n".join(TELEGRAM).replace("000314", serial).splitlines()
        write_lines(page, lines)
        page.showPage()
    page.save()
    return out.getvalue()


def long_pdf(pages: int) -> bytes:
    """Many pages with a running title and page numbers."""
    page, out = new_pdf()
    for number in range(1, pages + 1):
        write_lines(page, ["REPORT ON TRAWLERS"], 760)
        write_lines(page, [f"Entry {number}: trawler number {number * 7} left the harbour.", *MEMO])
        write_lines(page, [f"- {number} -"], 40, 290)
        page.showPage()
    page.save()
    return out.getvalue()


def encrypted_pdf(password: str) -> bytes:
    """A PDF that opens only with its password; with an empty one it opens anyway."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(bundle_pdf(("000216",)))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def image_file(kind: str) -> bytes:
    """A page as an image; a TIFF has two."""
    out = io.BytesIO()
    more = {"save_all": True, "append_images": [picture(MEMO)]} if kind == "TIFF" else {}
    picture(TELEGRAM).save(out, kind, **more)
    return out.getvalue()


def alto() -> str:
    """Two recognised pages; the second has low confidences."""
    def page(words: str, confidence: str) -> str:
        lines = []
        for line in words.splitlines():
            strings = "<SP/>".join(f'<String CONTENT="{word}" WC="{confidence}"/>' for word in line.split())
            lines.append(f"<TextLine>{strings}</TextLine>")
        return f'<Page><PrintSpace><TextBlock>{"".join(lines)}</TextBlock></PrintSpace></Page>'

    pages = page("SUBJECT: TRAWLERS\n1. Minister Armand Veloutier left.", "0.96") + page("Thc Mim5ter rcturncd", "0.41")
    return f'<?xml version="1.0"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Layout>{pages}</Layout></alto>'


def hocr() -> str:
    """Two recognised pages as HTML."""
    def line(words: str, confidence: int) -> str:
        spans = " ".join(f'<span class="ocrx_word" title="bbox 0 0 9 9; x_wconf {confidence}">{word}</span>' for word in words.split())
        return f'<span class="ocr_line" title="bbox 0 0 9 9">{spans}</span>'

    first = "\n".join(line(words, 93) for words in TELEGRAM if words)
    second = line("Minister Armand Veloutier returned.", 55)
    return (
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title></title></head><body>'
        f'<div class="ocr_page" title="ppageno 0"><p class="ocr_par">{first}</p></div>'
        f'<div class="ocr_page" title="ppageno 1"><p class="ocr_par">{second}</p></div></body></html>'
    )


def page_xml() -> str:
    """A recognised page as PAGE XML, with two readings of a line."""
    line = (
        "<TextLine><TextEquiv index='0' conf='0.9'><Unicode>{0}</Unicode></TextEquiv>"
        "<TextEquiv index='1' conf='0.2'><Unicode>{1}</Unicode></TextEquiv></TextLine>"
    )
    lines = line.format("Minister Armand Veloutier", "Ministcr Annand Veloulier") + line.format("left Port Louis.", "lett Porl Louis.")
    return (
        '<?xml version="1.0"?><PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">'
        f"<Page><TextRegion>{lines}</TextRegion></Page></PcGts>"
    )


def make_files(folder: Path, long_pages: int, scanned_pages: int) -> None:
    """Makes all files in `folder`."""
    bundle = bundle_pdf()
    files: dict[str, bytes] = {
        "columns.pdf": columns_pdf(),
        "mixed.pdf": mixed_pdf(),
        "scanned.pdf": scanned_pdf(scanned_pages),
        "noisy.pdf": scanned_pdf(1, noise=7),
        "bundle.pdf": bundle,
        "long.pdf": long_pdf(long_pages),
        "locked.pdf": encrypted_pdf("secret"),
        "unlocked.pdf": encrypted_pdf(""),
        "cut.pdf": b"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n" + bundle[1500:1700],
        "page.png": image_file("PNG"),
        "pages.tiff": image_file("TIFF"),
        "alto.xml": alto().encode(),
        "hocr.html": hocr().encode(),
        "page.xml": page_xml().encode(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
