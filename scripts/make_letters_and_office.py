"""Makes letters and office files in all variants, with the words that went in.

Usage: make_letters_and_office.py FOLDER. Writes the files, and expected.json beside the
folder's files: for the path of each document its words in their order, and the header
fields of letters. Letters are made with Python's modules email and mailbox, office files
with the libraries that people use: pip install -r scripts/requirements-samples.txt

Every word has a number that no other word of the file has, so a word that is lost or
that comes twice is seen.
"""

import email.header
import email.message
import email.policy
import json
import mailbox
import random
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from odf import dc, draw, office, style, table, teletype, text
from odf.opendocument import OpenDocumentPresentation, OpenDocumentText
from pptx.util import Inches

LETTERS = 200
OFFICE_FILES = 100

Expected = dict[str, dict[str, Any]]

# Words of each script that a character set can write.
LATIN = ["Réunion", "señor", "Tromsø", "façade", "Zürich", "visited", "harbour", "Minister"]
ASCII = ["harbour", "Minister", "visited", "licence", "trawler", "envoy"]
SCRIPTS = {
    "us-ascii": ASCII,
    "utf-8": [*LATIN, "Кошка", "東京", "Αθήνα", "łódź"],
    "iso-8859-1": LATIN,
    "iso-8859-15": [*LATIN, "cœur"],
    "windows-1252": [*LATIN, "cœur", "“quoted”"],
    "iso-8859-2": ["łódź", "Kraków", "harbour"],
    "koi8-r": ["Кошка", "Москва", "harbour"],
    "windows-1251": ["Кошка", "Москва", "harbour"],
    "gb2312": ["北京", "毛泽东", "harbour"],
    "big5": ["台北", "harbour"],
    "iso-2022-jp": ["東京", "田中", "harbour"],
    "shift_jis": ["東京", "田中", "harbour"],
    "euc-kr": ["서울", "harbour"],
    "tis-620": ["สมชาย", "harbour"],
}
NAMES = ["Clara Ostrander", "Carlos Tavares", "Inés Ibáñez", "Søren Ødegård", "Marchetti, Judith A", "Кошка Иванова"]


class Words:
    """Gives words that do not repeat."""

    def __init__(self, rng: random.Random, charset: str = "utf-8") -> None:
        """Takes words that the character set has."""
        self.rng, self.charset, self.count = rng, charset, 0

    def take(self, count: int) -> str:
        """Returns words with blanks between them."""
        words = []
        for _ in range(count):
            self.count += 1
            words.append(f"{self.rng.choice(SCRIPTS[self.charset])}{self.count}")
        return " ".join(words)


def paragraphs(words: Words, count: int = 3) -> list[str]:
    """Returns paragraphs of some words."""
    return [words.take(words.rng.randint(3, 12)) + "." for _ in range(count)]


def as_html(lines: list[str]) -> str:
    """Returns a page of these paragraphs, in some of the ways of mail programs."""
    escaped = [line.replace("&", "&amp;").replace("<", "&lt;") for line in lines]
    split = [line.replace(" ", " <b>", 1).replace(".", "</b>.") for line in escaped]
    body = "".join(f"<p>{line}</p>\n" if at % 2 else f"<div>{line}<br></div>" for at, line in enumerate(split))
    return f"<html><head><style>p {{color: red}}</style><title>no text</title></head><body>{body}</body></html>"


def encoded(text_part: str, charset: str, transfer: str, subtype: str = "plain") -> EmailMessage:
    """Returns a part in a character set and a transfer encoding."""
    part = EmailMessage(policy=email.policy.SMTP)
    part.set_content(text_part, subtype=subtype, charset=charset, cte=transfer)
    return part


def transfer_for(charset: str, rng: random.Random) -> str:
    """Returns a transfer encoding that can hold the set."""
    if charset == "us-ascii":
        return rng.choice(["7bit", "quoted-printable", "base64"])
    if charset == "iso-2022-jp":
        return rng.choice(["7bit", "base64"])
    return rng.choice(["8bit", "quoted-printable", "base64"])


class Letter:
    """A letter, with what has to be read in it."""

    def __init__(self, number: int, rng: random.Random) -> None:
        """Writes the header."""
        self.rng, self.number = rng, number
        self.header: list[str] = []
        self.content = b""
        self.head: list[str] = []
        self.body: list[str] = []
        self.fields: dict[str, Any] = {}
        self.attached: Expected = {}
        self.write_header()

    def write_header(self) -> None:
        """Writes sender, addressees, date, subject and the thread."""
        rng = self.rng
        sender, first, second, copy = (rng.choice(NAMES) for _ in range(4))
        parties = {"From": [sender], "To": [first, second], "Cc": [copy]}
        if rng.random() < 0.3:
            del parties["Cc"]
        for key, names in parties.items():
            address = f"{key.lower()}{self.number}@state.example"
            self.write(key, ",\r\n ".join(self.address(name, address) for name in names))
            self.head += [f"{key}: " + "; ".join(f"{name} <{address}>" for name in names)]
            self.fields[key.lower()] = names
        offset = timezone(timedelta(hours=rng.choice([-7, 0, 4, 5.5])))
        sent = datetime(2009, rng.randint(1, 12), rng.randint(2, 27), rng.randint(1, 23), 5, tzinfo=offset)
        self.write("Date", format_datetime(sent))
        self.head.append(f"Date: {format_datetime(sent)}")
        self.fields["date"] = sent.astimezone(UTC).strftime("%Y-%m-%d")
        subject = Words(rng, rng.choice(["us-ascii", "utf-8"])).take(rng.randint(2, 20))
        self.write("Subject", self.header_text(subject))
        self.head.append(f"Subject: {subject}")
        self.fields["subject"] = subject
        self.write("Message-ID", f"<{self.number}.talks@state.example>")
        self.fields["id"] = f"{self.number}.talks@state.example"
        if self.number > 2 and rng.random() < 0.5:
            earlier = [f"{self.number - 2}.talks@state.example", f"{self.number - 1}.talks@state.example"]
            self.write("References", "\r\n ".join(f"<{one}>" for one in earlier))
            self.write("In-Reply-To", f"<{earlier[-1]}>")
            self.fields["references"] = earlier

    def header_text(self, words: str) -> str:
        """Encodes a value in one of the usual ways."""
        charset = self.rng.choice(["utf-8", "iso-8859-1", "koi8-r"])
        try:
            words.encode("ascii")
            return words
        except UnicodeEncodeError:
            pass
        try:
            words.encode(charset)
        except UnicodeEncodeError:
            charset = "utf-8"
        return email.header.Header(words, charset, maxlinelen=70).encode(linesep="\r\n")

    def address(self, name: str, address: str) -> str:
        """Returns a name and an address, encoded."""
        written = self.header_text(name)
        if written == name and not name.replace(" ", "").isalpha():
            written = f'"{name}"'
        return f"{written} <{address}>"

    def write(self, key: str, value: str) -> None:
        """Writes a header line."""
        self.header.append(f"{key}: {value}\r\n")

    def set_body(self, parts: email.message.Message) -> None:
        """Takes the content of a message, with the header lines that describe it."""
        self.content = parts.as_bytes(policy=email.policy.SMTP)

    def set_letter(self, parts: email.message.Message, letter: bytes) -> None:
        """Takes the content of a message, and puts a letter into its place."""
        before, after = parts.as_bytes(policy=email.policy.SMTP).rsplit(b"letter\r\n--", 1)
        self.content = before + letter + b"\r\n--" + after

    def as_bytes(self) -> bytes:
        """Returns the letter."""
        return "".join(self.header).encode("ascii") + self.content

    def expected(self, path: str) -> Expected:
        """Returns what has to be read, by path."""
        words = " ".join([*self.head, *self.body]).split()
        documents: Expected = {path: {"words": words, **self.fields}}
        documents.update({f"{path}!/{name}": document for name, document in self.attached.items()})
        return documents


def plain(letter: Letter) -> None:
    """A text in any character set and transfer encoding."""
    charset = letter.rng.choice(list(SCRIPTS))
    letter.body = paragraphs(Words(letter.rng, charset))
    text_part = "\n\n".join(letter.body) + "\n"
    letter.set_body(encoded(text_part, charset, transfer_for(charset, letter.rng)))


def undeclared(letter: Letter) -> None:
    """Eight bits without a character set, or with a wrong or an unknown one."""
    real, declared = letter.rng.choice(
        [
            ("windows-1252", None),
            ("utf-8", None),
            ("utf-8", "iso-8859-1"),
            ("utf-8", "us-ascii"),
            ("windows-1252", "utf-8"),
            ("windows-1252", "us-ascii"),
            ("windows-1252", "x-unknown-8bit"),
        ]
    )
    letter.body = paragraphs(Words(letter.rng, real))
    kind = f"Content-Type: text/plain; charset={declared}\r\n" if declared else ""
    header = f"{kind}Content-Transfer-Encoding: 8bit\r\n\r\n"
    letter.content = header.encode() + "\r\n\r\n".join(letter.body).encode(real)


def html(letter: Letter) -> None:
    """HTML alone; its charset may stand only in it."""
    charset = letter.rng.choice(["utf-8", "iso-8859-1", "koi8-r", "gb2312"])
    letter.body = paragraphs(Words(letter.rng, charset), 4)
    page = as_html(letter.body)
    transfer = transfer_for(charset, letter.rng)
    if letter.rng.random() < 0.5:
        meta = f'<head><meta http-equiv="Content-Type" content="text/html; charset={charset}">'
        part = encoded(page.replace("<head>", meta), charset, transfer, "html")
        del part["Content-Type"]
        part["Content-Type"] = "text/html"
    else:
        part = encoded(page, charset, transfer, "html")
    letter.set_body(part)


def alternative(letter: Letter) -> None:
    """A plain form and HTML; the plain one may be empty, or say that there is nothing."""
    letter.body = paragraphs(Words(letter.rng))
    plain_form = letter.rng.choice(["\n\n".join(letter.body), "", "\n\n", "This program shows no mark-up."])
    whole = EmailMessage(policy=email.policy.SMTP)
    whole.set_content(plain_form, cte=letter.rng.choice(["8bit", "base64"]))
    whole.add_alternative(as_html(letter.body), subtype="html", cte="quoted-printable")
    letter.set_body(whole)


def reply(letter: Letter) -> None:
    """A reply under which the earlier letter is quoted."""
    words = Words(letter.rng)
    new, old = paragraphs(words, 2), paragraphs(words, 2)
    head = "On Tue, 16 Jun 2009, Carlos Tavares wrote:"
    letter.body = [*new, head, *old]
    quoted = "\n>\n".join(f"> {line}" for line in old)
    lines = "\n\n".join(new) + f"\n\n{head}\n{quoted}\n"
    letter.set_body(encoded(lines, "utf-8", "quoted-printable"))
    letter.fields["quoted"] = " ".join(old).split()


def attachments(letter: Letter) -> None:
    """Texts that are attached, under names of all kinds or none."""
    words = Words(letter.rng)
    letter.body = paragraphs(words, 2)
    whole = EmailMessage(policy=email.policy.SMTP)
    whole.set_content("\n\n".join(letter.body))
    for number, name in enumerate(["note.txt", "Besprechung Zürich.txt", "note.txt", None]):
        content = paragraphs(words, 2)
        charset = letter.rng.choice(["utf-8", "koi8-r"] if number == 1 else ["utf-8"])
        words.charset = "utf-8"
        if charset == "koi8-r":
            content = paragraphs(Words(letter.rng, "koi8-r"), 2)
        whole.add_attachment("\n\n".join(content), filename=name, charset=charset, cte="base64")
        shown = {0: "note.txt", 1: "Besprechung Zürich.txt", 2: "note.txt (2)", 3: "4"}[number]
        letter.attached[shown] = {"words": " ".join(content).split()}
    letter.set_body(whole)


def forwarded(letter: Letter) -> None:
    """A letter that is attached, with a letter that is attached to it."""
    letter.body = paragraphs(Words(letter.rng), 1)
    inner = Letter(letter.number + 1000, letter.rng)
    plain(inner)
    if letter.rng.random() < 0.5:
        outer = Letter(letter.number + 2000, letter.rng)
        outer.body = paragraphs(Words(letter.rng), 1)
        outer.set_letter(*with_letter(outer.body, inner))
        outer.attached = inner.expected("1")
        inner = outer
    letter.set_letter(*with_letter(letter.body, inner))
    letter.attached = inner.expected("1")


def with_letter(body: list[str], inner: Letter) -> tuple[EmailMessage, bytes]:
    """Returns a message with a place for a letter, and the letter."""
    whole = EmailMessage(policy=email.policy.SMTP)
    whole.set_content("\n\n".join(body))
    whole.make_mixed()
    part = EmailMessage(policy=email.policy.SMTP)
    part["Content-Type"] = "message/rfc822"
    part["Content-Disposition"] = "attachment"
    part.set_payload("letter")
    whole.attach(part)
    # The module would write the inner letter in its own way.
    return whole, inner.as_bytes()


def related(letter: Letter) -> None:
    """HTML with its style sheet, in a multipart in a multipart."""
    letter.body = paragraphs(Words(letter.rng), 2)
    whole = EmailMessage(policy=email.policy.SMTP)
    whole.set_content("\n\n".join(letter.body))
    whole.add_alternative(as_html(letter.body), subtype="html")
    sheet = Words(letter.rng).take(5)
    page: Any = list(whole.iter_parts())[1]
    page.add_related(sheet, subtype="plain", cid="<sheet>")
    letter.set_body(whole)
    letter.attached["1"] = {"words": sheet.split()}


LETTER_KINDS: list[Callable[[Letter], None]] = [
    plain,
    undeclared,
    html,
    alternative,
    reply,
    attachments,
    forwarded,
    related,
]


def make_letters(folder: Path, expected: Expected, rng: random.Random) -> None:
    """Makes letters as files, in a mailbox and in a mail folder."""
    box = mailbox.mbox(folder / "letters.mbox")
    mail = mailbox.Maildir(folder / "mail")
    sent = mail.add_folder("Sent")
    in_box = 0
    for number in range(1, LETTERS + 1):
        letter = Letter(number, rng)
        LETTER_KINDS[number % len(LETTER_KINDS)](letter)
        content = letter.as_bytes()
        if rng.random() < 0.5:
            content = content.replace(b"\r\n", b"\n")
        place = number % 10
        if place == 0:
            in_box += 1
            box.add(content.replace(b"\r\n", b"\n"))
            expected.update(letter.expected(f"letters.mbox!/{in_box}"))
        elif place in (1, 2):
            one = sent if place == 1 else mail
            key = one.add(content.replace(b"\r\n", b"\n"))
            where = "mail/.Sent" if place == 1 else "mail"
            expected.update(letter.expected(f"{where}/new/{key}"))
        else:
            name = f"letter-{number:03}" + ("" if place == 3 else ".eml")
            (folder / name).write_bytes(content)
            expected.update(letter.expected(name))
    box.flush()
    box.close()


W = nsdecls("w")


def make_word(path: Path, words: Words) -> dict[str, Any]:
    """Makes a document of Word with all that people put into one."""
    rng = words.rng
    document = docx.Document()
    body: list[str] = []
    header, footer, notes, comments, deleted = [], [], [], [], 0
    if rng.random() < 0.6:
        header, footer = [words.take(3)], [words.take(2)]
        document.sections[0].header.paragraphs[0].text = header[0]
        document.sections[0].footer.paragraphs[0].text = footer[0]
    body.append(words.take(3))
    document.add_heading(body[-1], 1)
    for _ in range(rng.randint(2, 4)):
        line = words.take(8)
        body.append(line)
        paragraph = document.add_paragraph()
        # A run for every few letters.
        at = 0
        while at < len(line):
            step = rng.randint(1, 9)
            paragraph.add_run(line[at : at + step]).bold = rng.random() < 0.5
            at += step
    if rng.random() < 0.5:
        first, second = words.take(1), words.take(1)
        run = document.add_paragraph(first).add_run()
        run._r.append(parse_xml(f"<w:noBreakHyphen {W}/>"))
        run.add_text(second)
        body.append(f"{first}-{second}")
    if rng.random() < 0.5:
        grid = document.add_table(rows=0, cols=3)
        for _ in range(3):
            cells = [words.take(rng.randint(1, 3)) for _ in range(3)]
            for cell, content in zip(grid.add_row().cells, cells, strict=True):
                cell.text = content
            body += cells
    if rng.random() < 0.5:
        before, gone, new = words.take(3), words.take(2), words.take(2)
        paragraph = document.add_paragraph(before + " ")
        form = "<w:r><w:{0} xml:space='preserve'>{1}</w:{0}></w:r>"
        paragraph._p.append(parse_xml(f"<w:del {W} w:id='1' w:author='A'>{form.format('delText', gone)}</w:del>"))
        paragraph._p.append(parse_xml(f"<w:ins {W} w:id='2' w:author='A'>{form.format('t', new)}</w:ins>"))
        body += [before, new]
        deleted = 1
    if rng.random() < 0.5:
        before, boxed, after = words.take(3), words.take(4), words.take(3)
        paragraph = document.add_paragraph(before)
        inside = f"<w:txbxContent><w:p><w:r><w:t>{boxed}</w:t></w:r></w:p></w:txbxContent>"
        paragraph.add_run()._r.append(
            parse_xml(
                f"<mc:AlternateContent {W} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' "
                "xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape' xmlns:v='urn:schemas-microsoft-com:vml'>"
                f"<mc:Choice Requires='wps'><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing></mc:Choice>"
                f"<mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
            )
        )
        document.add_paragraph(after)
        body += [before, boxed, after]
    if rng.random() < 0.6:
        for number in (1, 2):
            line, note = words.take(4), words.take(5)
            run = document.add_paragraph(line).add_run()
            run._r.append(parse_xml(f"<w:footnoteReference {W} w:id='{number + 1}'/>"))
            body.append(f"{line}[{number}]")
            notes.append((number, note))
        add_footnotes(document, notes)
    if rng.random() < 0.5:
        line, remark = words.take(4), words.take(4)
        run = document.add_paragraph().add_run(line)
        document.add_comment(run, text=remark, author="Priya Ramdhony")
        body.append(line)
        comments.append(f"Comment by Priya Ramdhony: {remark}")
    document.save(str(path))
    noted = [f"[{number}] {note}" for number, note in notes]
    return {"words": " ".join([*header, *body, *noted, *comments, *footer]).split(), "deleted": deleted}


def add_footnotes(document: Any, notes: list[tuple[int, str]]) -> None:
    """Adds the part of the footnotes, which python-docx cannot write."""
    lines = "".join(f"<w:footnote w:type='{kind}' w:id='{number}'><w:p/></w:footnote>" for number, kind in [(0, "separator"), (1, "continuationSeparator")])
    for number, note in notes:
        lines += f"<w:footnote w:id='{number + 1}'><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>{note}</w:t></w:r></w:p></w:footnote>"
    media = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    xml = f"<w:footnotes {W}>{lines}</w:footnotes>".encode()
    part = Part(PackURI("/word/footnotes.xml"), media, xml, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def make_open_text(path: Path, words: Words) -> dict[str, Any]:
    """Makes an OpenDocument text."""
    rng = words.rng
    document = OpenDocumentText()
    body, notes, comments, header, footer = [], [], [], [], []
    deleted = 0
    if rng.random() < 0.6:
        header, footer = [words.take(3)], [words.take(2)]
        layout = style.PageLayout(name="page")
        document.automaticstyles.addElement(layout)
        page = style.MasterPage(name="Standard", pagelayoutname=layout)
        for kind, content in [(style.Header, header[0]), (style.Footer, footer[0])]:
            part = kind()
            part.addElement(text.P(text=content))
            page.addElement(part)
        document.masterstyles.addElement(page)
    if rng.random() < 0.5:
        changes = text.TrackedChanges()
        region = text.ChangedRegion(id="c1", check_grammar=False)
        deletion = text.Deletion()
        info = office.ChangeInfo()
        info.addElement(dc.Creator(text="Ana"))
        info.addElement(dc.Date(text="2009-06-16T13:05:00"))
        deletion.addElement(info)
        deletion.addElement(text.P(text=words.take(3)))
        region.addElement(deletion)
        changes.addElement(region)
        document.text.addElement(changes)
        deleted = 1
    body.append(words.take(3))
    document.text.addElement(text.H(outlinelevel=1, text=body[-1]))
    for _ in range(rng.randint(2, 4)):
        line = words.take(4) + "  " + words.take(2) + "\t" + words.take(1) + "\n" + words.take(2)
        paragraph = text.P()
        teletype.addTextToElement(paragraph, line)
        document.text.addElement(paragraph)
        body.append(line)
    if rng.random() < 0.6:
        for number in (1, 2):
            line, note = words.take(4), words.take(4)
            paragraph = text.P(text=line)
            mark = text.Note(id=f"n{number}", noteclass=rng.choice(["footnote", "endnote"]))
            mark.addElement(text.NoteCitation(text=str(number)))
            inside = text.NoteBody()
            inside.addElement(text.P(text=note))
            mark.addElement(inside)
            paragraph.addElement(mark)
            document.text.addElement(paragraph)
            body.append(f"{line}[{number}]")
            notes.append(f"[{number}] {note}")
    if rng.random() < 0.5:
        line, remark = words.take(3), words.take(4)
        paragraph = text.P(text=line)
        note = office.Annotation()
        note.addElement(dc.Creator(text="Priya Ramdhony"))
        note.addElement(text.P(text=remark))
        paragraph.addElement(note)
        document.text.addElement(paragraph)
        body.append(line)
        comments.append(f"Comment by Priya Ramdhony: {remark}")
    if rng.random() < 0.5:
        grid = table.Table(name="T")
        for _ in range(2):
            row = table.TableRow()
            for _ in range(3):
                cell = table.TableCell(valuetype="string")
                body.append(words.take(2))
                cell.addElement(text.P(text=body[-1]))
                row.addElement(cell)
            grid.addElement(row)
        document.text.addElement(grid)
    if rng.random() < 0.5:
        line, boxed = words.take(3), words.take(3)
        paragraph = text.P(text=line)
        frame = draw.Frame(width="5cm", height="2cm", anchortype="paragraph")
        box = draw.TextBox()
        box.addElement(text.P(text=boxed))
        frame.addElement(box)
        paragraph.addElement(frame)
        document.text.addElement(paragraph)
        body += [line, boxed]
    document.save(str(path))
    return {"words": " ".join([*header, *body, *notes, *comments, *footer]).split(), "deleted": deleted}


def make_slides(path: Path, words: Words) -> dict[str, Any]:
    """Makes a presentation."""
    show = pptx.Presentation()
    lines: list[str] = []
    for _ in range(words.rng.randint(2, 4)):
        slide = show.slides.add_slide(show.slide_layouts[1])
        title, first, second = words.take(3), words.take(5), words.take(4)
        slide.shapes.title.text = title
        slide.placeholders[1].text = f"{first}\n{second}"
        lines += [title, first, second]
        if words.rng.random() < 0.5:
            grid = slide.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
            for row in range(2):
                for column in range(2):
                    grid.cell(row, column).text = words.take(2)
                    lines.append(grid.cell(row, column).text)
        if words.rng.random() < 0.5:
            group = slide.shapes.add_group_shape()
            box = group.shapes.add_textbox(Inches(1), Inches(1), Inches(2), Inches(1))
            box.text_frame.text = words.take(3)
            lines.append(box.text_frame.text)
        if words.rng.random() < 0.5:
            slide.notes_slide.notes_text_frame.text = words.take(6)
            lines.append(slide.notes_slide.notes_text_frame.text)
    show.save(str(path))
    return {"words": " ".join(lines).split()}


def make_open_slides(path: Path, words: Words) -> dict[str, Any]:
    """Makes an OpenDocument presentation."""
    show = OpenDocumentPresentation()
    layout = style.PageLayout(name="page")
    show.automaticstyles.addElement(layout)
    master = style.MasterPage(name="master", pagelayoutname=layout)
    show.masterstyles.addElement(master)
    lines = []
    for number in range(2):
        page = draw.Page(masterpagename=master, name=f"page{number}")
        for _ in range(2):
            frame = draw.Frame(width="5cm", height="2cm")
            box = draw.TextBox()
            lines.append(words.take(4))
            box.addElement(text.P(text=lines[-1]))
            frame.addElement(box)
            page.addElement(frame)
        show.presentation.addElement(page)
    show.save(str(path))
    return {"words": " ".join(lines).split()}


def make_workbook(path: Path, words: Words) -> dict[str, Any]:
    """Makes a workbook without a column of texts."""
    book = openpyxl.Workbook()
    lines: list[str] = []
    for number, name in enumerate(["Ministers", "Boats"]):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = name
        lines.append(name)
        rows: list[list[Any]] = [["Owner", "Place", "Crew", "Seen"]]
        for day in (1, 2, 3):
            rows.append([words.take(1), words.take(1), words.rng.randint(2, 900), date(2009, 6, day)])
        for row in rows:
            sheet.append(row)
            lines += [str(cell) for cell in row]
    book.save(path)
    return {"words": " ".join(lines).split()}


OFFICE_KINDS: list[tuple[str, int, Callable[[Path, Words], dict[str, Any]]]] = [
    ("docx", 40, make_word),
    ("odt", 25, make_open_text),
    ("pptx", 20, make_slides),
    ("odp", 5, make_open_slides),
    ("xlsx", 10, make_workbook),
]


def make_office_files(folder: Path, expected: Expected, rng: random.Random) -> None:
    """Makes office files."""
    made = 0
    for ending, count, make in OFFICE_KINDS:
        for number in range(1, count + 1):
            path = folder / f"office-{number:03}.{ending}"
            expected[path.name] = make(path, Words(rng))
            made += 1
    assert made == OFFICE_FILES


def main() -> None:
    """Makes all files in the folder that is named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    rng = random.Random(24)
    expected: Expected = {}
    make_letters(folder, expected, rng)
    make_office_files(folder, expected, rng)
    (folder.parent / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
