//! Every format, parsed from an invented file and printed as a table: one line
//! per block, with markings in braces.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;
use std::fs;
use std::path::Path;

use chancery_model::{BlockKind, Document, TextSpan};

fn fixture(name: &str) -> Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    let mut contents = chancery_parse::parse_file(&fs::read(path).unwrap()).unwrap();
    assert_eq!(contents.documents.len(), 1);
    contents.documents.remove(0)
}

/// The words of `span` with markings in braces and hard line breaks as "/".
fn words_with_markings(document: &Document, span: TextSpan) -> String {
    let text = document.text.as_str();
    let (mut shown, mut at) = (String::new(), span.start as usize);
    for marking in document.markings.iter().filter(|marking| span.contains(marking)) {
        let range = marking.byte_range();
        write!(shown, "{}{{{}}}", &text[at..range.start], &text[range.clone()]).unwrap();
        at = range.end;
    }
    shown.push_str(&text[at..span.end as usize]);
    shown.replace('\n', " / ")
}

fn document_table(document: &Document) -> String {
    let mut table = format!("{:?} {:?}\n", document.format, document.encoding);
    for block in &document.blocks {
        let kind = match &block.kind {
            BlockKind::Paragraph(paragraph) => {
                let number = paragraph.number.as_ref().map_or("", |number| &number.value);
                let portion =
                    paragraph.portion.as_ref().map_or("", |portion| &portion.value.marking);
                format!("Paragraph {number} {portion} {:?}", paragraph.role)
            }
            other => format!("{other:?}"),
        };
        writeln!(table, "{kind} | {}", words_with_markings(document, block.span)).unwrap();
    }
    for redaction in &document.redactions {
        writeln!(table, "redacted | {}", &document.text[*redaction]).unwrap();
    }
    writeln!(table, "{} page lines", document.page_lines.len()).unwrap();
    table
}

/// A file of each format and its expected table.
const FORMS: [(&str, &str); 5] = [
    (
        "web_page.html",
        r#"WebPage Utf8
Header | {08PORTBELLO112}
Header | {2008-05-14 16:20}
Header | {2011-02-01 09:00}
Header | {CONFIDENTIAL//NOFORN}
Header | {Embassy Port Bello}
Header | {VZCZCXRO1122}
Header | {PP RUEHXX}
Header | {DE RUEHPB #0112/01 1351620}
Header | {ZNY CCCCC ZZH}
Header | {P 141620Z MAY 08}
Header | {FM AMEMBASSY PORT BELLO}
Header | {TO RUEHC/SECSTATE WASHDC PRIORITY 3355}
Header | {INFO RUEHXA/AMEMBASSY LAKESIDE 0044}
Header | {C O N F I D E N T I A L SECTION 01 OF 02 PORT BELLO 000112}
Header | {SIPDIS}
Header | {E.O. 12958: DECL: 05/14/2018}
Header | {TAGS: PREL, EFIS}
Header | {SUBJECT:} HERRING & HARBOUR DUES: MINISTER ORLANDEZ BARGAINS
Header | {REF: A. STATE 40112} / {¶B. PORT BELLO 98}
Header | {Classified By:} Ambassador Tamsin Quill {for reasons 1.4 (b) and (d).}
Paragraph 1 C Summary | {¶1.} {(C)} SUMMARY: Minister of Fisheries Aurelio Orlandez told the Ambassador on May 12 that Port Bello’s herring fleet would stay in harbour. END SUMMARY.
Heading | Nets and Numbers / {----------------}
Paragraph 2 C/NF Body | {¶2.} {(C/NF)} Orlandez said XXXXXXXXXXXX had counted fewer boats in the outer bay than in {¶}2007.
Paragraph 3 SBU Comment | {¶3.} {(SBU)} COMMENT: He bargains well. END COMMENT.
Signature | QUILL
redacted | XXXXXXXXXXXX
1 page lines
"#,
    ),
    (
        "fragment.html",
        r#"Fragment Utf8
Header | {UNCLAS LAKESIDE 000044}
Header | {SENSITIVE}
Header | {E.O. 12958: N/A}
Header | {TAGS: ECON}
Header | {SUBJECT:} LAKESIDE'S FERRY
Paragraph 1 SBU Body | {¶1.} {(SBU)} The ferry of Lakeside <sic> runs again, Mayor Ines Tolliver said.
Paragraph 2 U Body | {¶2.} {(U)} See Port Bello 112.
Signature | HARGREAVE
0 page lines
"#,
    ),
    (
        "telegram.txt",
        r#"Telegram Windows1252
Header | {VZCZCXYZ0003}
Header | {OO RUEHWEB}
Header | {DE RUEHLS #0051/01 1420830}
Header | {ZNY SSSSS ZZH}
Header | {O 210830Z MAY 08}
Header | {FM AMEMBASSY LAKESIDE}
Header | {TO RUEHC/SECSTATE WASHDC IMMEDIATE 1201}
Header | {INFO RUEHPB/AMEMBASSY PORT BELLO 0013}
Header | {BT}
Header | {S E C R E T SECTION 01 OF 02 LAKESIDE 000051}
Header | {NOFORN}
Header | {E.O. 12958: DECL: 05/21/2018}
Header | {TAGS: PGOV, MARR}
Header | {SUBJECT:} A MARSHAL RETIRES
Header | {Classified By:} DCM Rufus Penhallow{, reasons 1.4 (b/d).}
Paragraph 1 S Summary | {¶1.}  {(S)} Summary: Marshal Bastien Okoro leaves the Lakeside Guard on June 1.  His deputy, General Lise Varga, follows him.  End summary.
Heading | {-------------} / The Old Guard / {-------------}
Paragraph 2 S/NF Body | {¶2.}  {(S/NF)} Okoro’s friends gave three reasons:
Paragraph   Body | -- he is tired of “barracks and bread,” as he told XXXXXXXXXXXX;
Paragraph   Body | -- his knee;
Paragraph   Body | -- the Senate.
Paragraph 3 C Body | {¶3.}  {(C)} His pay, since the reform of 1999, in thousands:
Table | Year      Pay      Bonus / 1999      10       1 / 2004      12       3
Paragraph 4 S Comment | {¶4.}  {(S)} COMMENT: Varga is close to Senator Ode Marchetti, who told [name not declassified] so.  END COMMENT.
Signature | PENHALLOW
redacted | XXXXXXXXXXXX
redacted | [name not declassified]
2 page lines
"#,
    ),
    (
        "capitals.txt",
        r#"Capitals Utf8
Header | {LIMITED OFFICIAL USE}
Header | {46}
Header | {ORIGIN EUR-12}
Header | {INFO  OCT-01  ISO-00  /013 R}
Header | {DRAFTED BY EUR/XX:JPRUDHOE:CL}
Header | {APPROVED BY EUR/XX:MLINDQVIST}
Header | {---------------------   054334}
Header | {R 031635Z FEB 76}
Header | {FM SECSTATE WASHDC}
Header | {TO AMEMBASSY LAKESIDE}
Header | {LIMITED OFFICIAL USE STATE 012345}
Header | {E.O. 11652: GDS}
Header | {TAGS: PFOR, LK}
Header | {SUBJECT:} VISIT OF HARBOUR MASTER DELACROIX
Header | {REF: LAKESIDE 0212}
Paragraph 1  Body | {1.} HARBOUR MASTER DELACROIX OF LAKESIDE CALLED ON ASSISTANT SECRETARY WINTERBOURNE FEBRUARY 2. HE ASKED FOR TWO TUGS AND ONE DREDGER. ON FEBRUARY 15. THE DEPARTMENT WILL REPLY.
Paragraph 2  Body | {2.} EMBASSY SHOULD SAY NOTHING TO PRESS.
Signature | PRUDHOE
5 page lines
"#,
    ),
    (
        "plain.txt",
        r#"Plain Utf8
Heading | {12.} Telegram From the Embassy in Lakeside to the Department of State
Dateline | Lakeside, March 3, 1957, 4 p.m.
Paragraph 212  Body | {212.} Saw Foreign Minister Bergstrand tonight and gave him our views on the harbour along the lines of Deptel 199. He replied that what he had said in the Senate he had meant.
Paragraph 1  Body | {1.} Bergstrand, he said, would wait for the answer of Port Bello, and for the mail boat. [less than 1 line not declassified]
Paragraph   Body | (a) The harbour would stay open meanwhile.
Paragraph 2  Body | {2.} I said that we should all wait. 1.5 percent was a small matter, he thought, and so did his colleague Madame Sorel of the Treasury.
Signature | Winterbourne
redacted | [less than 1 line not declassified]
0 page lines
"#,
    ),
];

#[test]
fn forms() {
    for (name, expected) in FORMS {
        assert_eq!(document_table(&fixture(name)).trim(), expected.trim(), "{name}");
    }
}

/// Small inputs and their blocks, separated by " | ".
const CASES: [(&str, &[u8], &str); 22] = [
    ("empty", b"", ""),
    ("blank", b" \r\n\t\n\x0C", ""),
    ("line ends of DOS", b"One day\r\nthe envoy left.\r\n\r\nHe\r\ncame back.\r\n", "One day the envoy left. | He came back."),
    ("twice converted", b"One day\r\r\nthe envoy left.\r\r\n", "One day the envoy left."),
    ("old Macintosh", b"One day\rthe envoy left.\r\rHe came back.", "One day the envoy left. | He came back."),
    ("form feed", b"One day the\x0Cenvoy left.", "One day the envoy left."),
    ("byte-order mark", b"\xEF\xBB\xBFOne day.", "One day."),
    ("indented", b"     1. The envoy of Lakeside left the\nharbour today.\n     2. He came back from the outer\nbay.\n", "{1.} The envoy of Lakeside left the harbour today. | {2.} He came back from the outer bay."),
    ("no blank lines", b"\xB61. (C) The envoy left the harbour of\nLakeside today.\n\xB62. (C) He came back.\n", "{¶1.} {(C)} The envoy left the harbour of Lakeside today. | {¶2.} {(C)} He came back."),
    ("one line", "¶1. (C) He left. ¶2. (U) He came.".as_bytes(), "{¶1.} {(C)} He left. | {¶2.} {(U)} He came."),
    ("a year is no number", b"1. The treaty that the envoys signed in\n1999. They met in the harbour office in\n2. May, he said, was too late for the\nferry.", "{1.} The treaty that the envoys signed in 1999. They met in the harbour office in | {2.} May, he said, was too late for the ferry."),
    ("reasons are no number", b"1. Classified for the reasons given in\n1.4 (b) and (d) of the order on secrets.", "{1.} Classified for the reasons given in 1.4 (b) and (d) of the order on secrets."),
    ("old quotes stay", b"Lakeside,s &ferry8 and the harbour\nmaster,s tug.", "Lakeside,s &ferry8 and the harbour master,s tug."),
    ("dash within a sentence", b"The ferry of the harbour master was late\n-- that is, it did not come.", "The ferry of the harbour master was late -- that is, it did not come."),
    ("list", b"The harbour master gave three reasons:\n-- the fog on the lake;\n-- the crew.", "The harbour master gave three reasons: | -- the fog on the lake; | -- the crew."),
    ("heading over a row", b"The ferry was late again on Monday, said\nthe master.\nThe Crew\n--------\nThe crew slept.", "The ferry was late again on Monday, said the master. | The Crew / {--------} | The crew slept."),
    ("heading of two lines", b"Why the Ferry of Lakeside Was Late Again\nand Again\n--------- -------\nFog.", "Why the Ferry of Lakeside Was Late Again and Again / {--------- -------} | Fog."),
    ("page line in a sentence", b"The ferry left the harbour and sank in\n\nPORT BELLO 00000112  002 OF 002\n\n\nthe lake.", "The ferry left the harbour and sank in the lake."),
    ("page line on the same line", b"The ferry left LISBON 00000112 002 OF 002 and sank.", "The ferry left and sank."),
    ("not a page line", b"Chapter 2 OF 3 and page 12.", "Chapter 2 OF 3 and page 12."),
    ("word broken by a relay", b"The minister said that\n\nSIPDIS\nthe ferry sank.", "The minister said that the ferry sank."),
    ("entities stay in plain text", b"AT&amp;T <b>", "AT&amp;T <b>"),
];

#[test]
fn cases() {
    for (name, raw, expected) in CASES {
        let contents = chancery_parse::parse_file(raw).unwrap();
        let document = &contents.documents[0];
        let blocks = document.blocks.iter().map(|block| words_with_markings(document, block.span));
        assert_eq!(blocks.collect::<Vec<_>>().join(" | "), expected, "{name}");
    }
}

#[test]
fn names_map_back_to_the_bytes_of_the_file() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/web_page.html");
    let raw = fs::read(path).unwrap();
    let document = fixture("web_page.html");
    for name in ["Aurelio Orlandez", "Port Bello’s", "the Ambassador", "boats in the outer bay"] {
        let start = document.text.as_str().find(name).unwrap();
        let span = document.text.to_raw_span(TextSpan::from_range(start..start + name.len()));
        let bytes = std::str::from_utf8(&raw[span.byte_range()]).unwrap();
        let first = name.split([' ', '’']).next().unwrap();
        let last = name.rsplit([' ', '’']).next().unwrap();
        assert!(bytes.starts_with(first) && bytes.ends_with(last), "{name}: {bytes}");
    }
}

#[test]
fn rejects_binary_with_offset() {
    let problem = chancery_parse::parse_file(b"PK\x03\x04\x14\0\0\0\x08\0").unwrap_err();
    assert_eq!(problem.offset, 2);
}

/// Takes minutes if the parser searches again for each line or tag.
#[test]
fn long_files_are_read_in_one_pass() {
    let captions = format!("{}a\n{}", "A ".repeat(1_000_000), "SIPDIS\n".repeat(200_000));
    let scripts = format!("<html>{}", "<script>a".repeat(200_000));
    for raw in [captions, scripts] {
        let contents = chancery_parse::parse_file(raw.as_bytes()).expect("a document");
        assert_eq!(contents.documents.len(), 1);
    }
}
