#!/usr/bin/env python3
"""Makes the seed files of fuzz/corpus from the examples of the repository.

    python fuzz/seeds.py PROGRAM

PROGRAM is a built `chancery`. Its exports are the seeds of the target `readers`.
"""
import gzip
import io
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

program, here = sys.argv[1], pathlib.Path(__file__).parent
examples = sorted((here / "../examples").glob("*.txt"))
# Formats and kinds have the order of the targets.
FORMATS = "brackets conll jsonl standoff brat w3c tei spacy".split()


def put(target, name, content):
    folder = here / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"seed-{name}").write_bytes(content)


def annotations():
    """A short document and an example in every format that has a reader; NUL separates the files of a pair."""
    short = b"Ama Osei met Karim Benhaddou of the United Nations in Algiers.\n\nNo Algerian came.\n"
    for number, form in enumerate(FORMATS):
        for name, source in (("short", short), ("telegram", examples[1].read_bytes())):
            export = [program, "export", "-", "--format", form, "--engine", "fast"]
            with tempfile.TemporaryDirectory() as folder:
                pair = ["--output", folder] if form in ("standoff", "brat") else []
                content = subprocess.run([*export, *pair], input=source, check=True, capture_output=True).stdout
                for ending in ("*.txt", "*.json", "*.ann") if pair else ():
                    content += b"".join(file.read_bytes() + b"\0" for file in pathlib.Path(folder).glob(ending))
            put("readers", f"{form}-{name}", bytes([number]) + content.removesuffix(b"\0"))


def containers():
    def zipped(files):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return out.getvalue()

    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        archive.add(examples[0], "a.txt")
        archive.add(here, "folder", recursive=False)
    word = b"<w:document><w:body><w:p><w:r><w:t>Caf&#233; &amp; bar</w:t><w:br/></w:r></w:p></w:body></w:document>"
    office = b"<office:document-content><office:body><text:p>An<text:s/>open text</text:p></office:body></office:document-content>"
    letter = (b"From: Ana <ana@example.org>\r\nTo: desk@example.org\r\nSubject: =?utf-8?Q?caf=C3=A9?=\r\nMIME-Version: 1.0\r\n"
              b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>Words</p>\r\n--x\r\n"
              b"Content-Disposition: attachment; filename=\"a.txt\"\r\nContent-Transfer-Encoding: base64\r\n\r\nd29yZHM=\r\n--x--\r\n")
    rich = rb"{\rtf1\ansi{\fonttbl hidden}Words \b in\b0  \'e9 \u8364? {\*\x y}\par}"
    book = zipped({"META-INF/container.xml": b'<container><rootfiles><rootfile full-path="a.opf"/></rootfiles></container>',
                   "a.opf": b'<package><manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
                            b'<spine><itemref idref="c"/></spine></package>', "c.xhtml": b"<p>words</p>"})
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>words"
    crawl = (b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n"
             b"Content-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(page), page))
    mailbox = b"From a@b Mon Sep 16 09:50:00 2013\nSubject: x\n\nwords\n\n" * 2
    slides = zipped({"ppt/slides/slide1.xml": b"<p:sld><a:p><a:r><a:t>words</a:t></a:r></a:p></p:sld>"})
    samples = here / "../crates/unpack/tests/data"
    compressed = [(samples / f"alone.txt.{ending}").read_bytes() for ending in ("bz2", "xz", "zst")]
    # In the order of the target.
    kinds = [zipped({"a.txt": "words", "b/c.txt": "more"}), tar.getvalue(), book, mailbox, crawl,
             gzip.compress(tar.getvalue()), *compressed, zipped({"word/document.xml": word}), slides,
             zipped({"content.xml": office}), rich, letter, zipped({"content.xml": office})]
    for number, content in enumerate(kinds):
        put("unpack", str(number), bytes([number]) + content)
    # Parts of office files, which the target packs.
    slide = b"<p:sld><a:p><a:r><a:t>words</a:t></a:r></a:p></p:sld>"
    related = b'<Relationships><Relationship Id="r1" Type="x/footnotes" Target="footnotes.xml"/></Relationships>'
    note = b'<w:footnotes><w:footnote w:id="2"><w:p><w:r><w:t>A note</w:t></w:r></w:p></w:footnote></w:footnotes>'
    referred = word.replace(b"<w:br/>", b'<w:footnoteReference w:id="2"/><w:tab/>')
    table = office.replace(b"<text:p>", b"<table:table><table:table-row><table:table-cell><text:p>")
    for name, number, parts in (("word", 9, [referred, related, note]), ("slides", 10, [slide]), ("text", 11, [table, office]),
                                ("presentation", 14, [office])):
        put("unpack", f"parts-{name}", bytes([number]) + b"\0".join(parts))


def tables():
    samples = here / "../crates/unpack/tests/data"
    lines = b'"1","9/16/2009 13:30","09LOME1","The envoy said ""no"", and left with his boats, one by one."\n'
    json = b'{"id": 1, "refs": ["09LOME1"], "in": {"to": null}, "body": "The envoy left, with all of his boats."}\n'
    dump = (b"CREATE TABLE t (id int, body text);\nINSERT INTO t VALUES (1, 'The envoy''s boats'), (2, E'a\\nb');\n"
            b"COPY t (id, body) FROM stdin;\n3\ta\\tb\n\\.\n")
    # In the order of the target.
    forms = [[lines, b"id;text\r\n1;a\r\n", b"id\ttext\n1\t\\N\n"], [json * 2, b"[" + json + b"," + json + b"]"], [dump],
             ["rows.sqlite"], ["rows.xlsx", "rows.ods", "rows.xls"],
             ["typed.parquet", *(f"rows.{codec}.parquet" for codec in "none snappy gzip zstd lz4 brotli".split())]]
    for form, contents in enumerate(forms):
        for number, content in enumerate(contents):
            raw = (samples / content).read_bytes() if isinstance(content, str) else content
            put("tables", f"{form}-{number}", bytes([form]) + raw)


def lines():
    queries = ["osei", '"arms embargo" OR place:lusaka', "person:(osei -benhaddou) NOT date:2009-03..2010",
               "benhadou~1 min*", "entity:e-Lusaka classification:secret path:1 references:09X1 tag:(PTER OR PREL)"]
    for number, query in enumerate(queries):
        put("query", str(number), query.encode())
    put("names", "csv", b'id,name,aliases,label,remark\n1,"Osei, Ama","A. O.|Ama",PER,"said ""no"""\n2,Oslo,,LOC,\n')
    put("names", "json", b'{"id":"1","name":"Ama Osei","aliases":["Ama"],"label":"PER","remark":"x"}\n')
    head = '{"number":%d,"author":"ana","time":"2026-11-23T10:00:00Z","reason":"so",'
    # The id of the first text of the small archive in src/lib.rs.
    document = "206ab1e69dc1d1d546fba7c70e9bdc801bfa18cf37988e280d3a6cc8a42a44a2"
    span = '{"document":"' + document + '","start":0,"end":8,"text":"Ama Osei"}'
    actions = ['"action":"merge","from":{"id":"e-Oslo"},"into":{"id":"e-Lusaka"}}',
               '"action":"apart","entity":{"id":"e-Oslo"},"from":{"id":"e-Lusaka"}}',
               '"action":"create","id":"e-new","name":"New","label":"PER"}',
               '"action":"rename","entity":{"id":"e-Oslo"},"name":"Christiania"}',
               '"action":"retype","entity":{"id":"e-Oslo"},"label":"ORG"}',
               '"action":"reject","mention":' + span + "}",
               '"action":"add","mention":' + span + ',"label":"PER","entity":{"id":"e-new"}}',
               '"action":"link","mention":' + span + ',"entity":{"id":"e-Oslo"}}',
               '"action":"split","entity":{"id":"e-Ama-Osei"},"mentions":[' + span + '],"id":"e-x","name":"X"}',
               '"action":"keyword","on":{"entity":{"id":"e-Oslo"}},"words":"north"}',
               '"action":"note","on":{"document":"' + document + '"},"words":"read"}', '"action":"undo","decision":1}']
    for number, action in enumerate(actions):
        put("log", str(number), (head % (number + 1) + action).encode())
    put("log", "all", "\n".join(head % (n + 1) + a for n, a in enumerate(actions)).encode())


for number, example in enumerate(examples):
    put("parse", str(number), example.read_bytes())
put("parse", "page", b"<html><body><pre>R 161305Z JUN 09\nFM AMEMBASSY OSLO\n\nC O N F I D E N T I A L OSLO 000077\n</pre></body></html>")
put("parse", "traffic", b"R 161305Z JUN 09\nFM AMEMBASSY OSLO\nTO SECSTATE\nUNCLAS OSLO 000077\n\nNNNN\n"
    b"R 161305Z JUN 09\nFM AMEMBASSY OSLO\nTO SECSTATE\nUNCLAS OSLO 000078\n\nNNNN\n")
put("parse", "attributes", b"Message Text\n\nHe left.\n\nMessage Attributes\n\nDraft Date: 22 JUN 1973\n"
    b"From: OSLO\nDocument Number: 1973OSLO00077\n")
put("parse", "alto-pages", b'<?xml version="1.0"?><alto><Page><TextLine><String WC="0.9" SUBS_CONTENT="AB" CONTENT="A"/></TextLine></Page><Page/></alto>')
put("parse", "page-xml", b'<?xml version="1.0"?><PcGts><Page><TextLine><TextEquiv conf="0.9"><Unicode>A</Unicode></TextEquiv></TextLine></Page></PcGts>')
put("parse", "hocr", b'<html><div class="ocr_page"><span class="ocr_line"><span class="ocrx_word" title="x_wconf 90">A</span></span></div></html>')
put("parse", "pages", b"TITLE\nA\n- 1 -\x0cTITLE\nB\n- 2 -\x0cTITLE\nC\n- 3 -\x0cTITLE\nD\n- 4 -\x0c")
put("parse", "alto", b'<?xml version="1.0"?><alto><TextLine><String CONTENT="A&amp;B"/><HYP CONTENT="-"/></TextLine></alto>')
put("parse", "page_xml", b'<?xml version="1.0"?><PcGts><TextLine><TextEquiv><Unicode>A</Unicode></TextEquiv></TextLine></PcGts>')
put("parse", "xml", b"<?xml version='1.0'?><a>x<b>y</b><![CDATA[<z>]]></a>")
put("parse", "volume", b'<TEI><text><body><div type="document" xml:id="d1"><head>1. Note</head><p>Words<note>a</note> '
    b'<persName>Osei</persName></p></div></body></text></TEI>')
put("brackets", "0", b"[PER Ama Osei  ] left [LOC Lome  ] . \n")
for target in ("archive", "model_file", "knowledge_base"):
    put(target, "whole", b"\0")
annotations(), containers(), tables(), lines()
