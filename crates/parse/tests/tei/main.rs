//! Tests of FRUS volumes: an invented one, the real ones if available, and
//! broken ones.

#![allow(clippy::unwrap_used)]

mod check;
mod damage;
#[path = "../../../../tests/shared_data.rs"]
mod shared_data;
mod volumes;

use std::fs;
use std::path::PathBuf;

use chancery_model::{
    Block, BlockKind, Document, EditorialMarkKind, Encoding, SourceFormat, TextSpan,
};
use chancery_parse::tei;

use crate::check::check;

const VOLUME: &[u8] = include_bytes!("../fixtures/volume.xml");

/// The name of a block's kind, for the expected tables.
fn kind(block: &Block) -> &'static str {
    match block.kind {
        BlockKind::Header => "header",
        BlockKind::Heading => "heading",
        BlockKind::Dateline => "dateline",
        BlockKind::Paragraph(_) => "paragraph",
        BlockKind::Table => "table",
        BlockKind::Signature => "signature",
        BlockKind::Footnote(_) => "footnote",
    }
}

fn blocks(document: &Document) -> Vec<(&'static str, &str)> {
    document.blocks.iter().map(|block| (kind(block), &document.text[block.span])).collect()
}

fn words<'d>(document: &'d Document, spans: &[TextSpan]) -> Vec<&'d str> {
    spans.iter().map(|&span| &document.text[span]).collect()
}

#[test]
fn splits_volume_into_documents() {
    let contents = tei::parse_volume(VOLUME);
    assert_eq!(contents.problems, []);
    let heads: Vec<&str> =
        contents.documents.iter().map(|document| blocks(document)[0].1).collect();
    let expected = [
        "1. Memorandum From the Desk Officer (Tarlenheim) to Ambassador Rassendyll",
        "2. Telegram 45 From the Embassy in Ruritania to the Department of State, March 9, 1971, \
         0715Z",
        "3. Circular Telegram From the Department of State to the Mission to the United Posts",
    ];
    assert_eq!(heads, expected);
    for document in &contents.documents {
        let raw = &VOLUME[document.raw.byte_range()];
        assert!(raw.starts_with(b"<div type=\"document\"") && raw.ends_with(b"</div>"));
        assert_eq!(document.id.0, *blake3::hash(raw).as_bytes());
        assert_eq!((document.format, document.encoding), (SourceFormat::Frus, Encoding::Utf8));
        check(VOLUME, document);
    }
}

#[test]
fn blocks_of_a_memorandum() {
    let document = &tei::parse_volume(VOLUME).documents[0];
    let expected = [
        ("heading", "1. Memorandum From the Desk Officer (Tarlenheim) to Ambassador Rassendyll"),
        ("dateline", "Strelsau, February 3, 1971."),
        ("header", "SUBJECT The Bridge & the Castle"),
        ("heading", "PARTICIPANTS"),
        ("paragraph", "The Chancellor"),
        ("paragraph", "Edith Rassendyll, Ambassador"),
        (
            "paragraph",
            "1. The Castle-Bridge company told Tarlenheim’s office—in writing <sic> that \
             [2 paragraphs (9 lines) not declassified].",
        ),
        ("heading", "Next Steps"),
        ("paragraph", "a. AT&T\u{a0}wires; yes."),
        ("table", "Toll\tCrowns\nCart\t2"),
        ("paragraph", "Sincerely,"),
        ("signature", "F. Tarlenheim\nDesk Officer"),
        ("footnote", "Source: Zenda Archives, Box 7. Secret; GOR eyes only."),
        ("footnote", "Dated in pencil."),
        ("footnote", "First.\nNot printed; see Rassendyll."),
    ];
    assert_eq!(blocks(document), expected);
    assert_eq!(words(document, &document.markings), ["1.", "SUBJECT", "1.", "a."]);
    let redacted = ["[2 paragraphs (9 lines) not declassified]"];
    assert_eq!(words(document, &document.redactions), redacted);
    let header = &document.header;
    assert_eq!(header.subject.as_ref().unwrap().value, "The Bridge & the Castle");
    assert_eq!(header.date.as_ref().unwrap().value.to_string(), "1971-02-03");
    assert_eq!(header.from.as_ref().unwrap().value.name, "Desk Officer (Tarlenheim)");
    assert_eq!(header.to[0].value.name, "Ambassador Rassendyll");
    assert_eq!(header.signatures[0].value, "F. Tarlenheim");
}

#[test]
fn notes_keep_their_anchors() {
    let document = &tei::parse_volume(VOLUME).documents[0];
    let notes: Vec<(&str, &str, &str)> = document
        .footnotes()
        .map(|(span, note)| {
            let before = &document.text.as_str()[..note.anchor as usize];
            let word = before.rsplit([' ', '\n']).next().unwrap();
            (note.marker.as_str(), word, &document.text[span])
        })
        .collect();
    let expected = [
        ("1", "Rassendyll", "Source: Zenda Archives, Box 7. Secret; GOR eyes only."),
        ("*", "1971", "Dated in pencil."),
        ("2", "writing", "First.\nNot printed; see Rassendyll."),
    ];
    assert_eq!(notes, expected);
    let (last, _) = document.footnotes().last().unwrap();
    let mark = document.marks.iter().find(|mark| last.contains(&mark.span)).unwrap();
    assert_eq!(&document.text[mark.span], "Rassendyll");
}

#[test]
fn marks_keep_their_words_and_targets() {
    use EditorialMarkKind::{Person, Place, Term};
    let documents = tei::parse_volume(VOLUME).documents;
    let marks = |document: &Document| -> Vec<(EditorialMarkKind, String, Option<String>)> {
        let text = &document.text;
        document.marks.iter().map(|m| (m.kind, text[m.span].into(), m.target.clone())).collect()
    };
    let mark = |kind, words: &str, target: &str| {
        (kind, words.to_owned(), Some(target.to_owned()).filter(|target| !target.is_empty()))
    };
    let expected = [
        mark(Person, "Tarlenheim", "p_TF1"),
        mark(Person, "Rassendyll", "p_RE1"),
        mark(Place, "Strelsau", ""),
        mark(Person, "Edith Rassendyll", "p_RE1"),
        mark(Person, "Tarlenheim", "p_TF1"),
        mark(Person, "Tarlenheim", "p_TF1"),
        mark(Term, "GOR", "t_GOR1"),
        mark(Person, "Rassendyll", "p_RE1"),
    ];
    assert_eq!(marks(&documents[0]), expected);
    assert_eq!(marks(&documents[2]), [mark(Term, "GOR", "t_GOR1")]);
}

#[test]
fn reads_transmission_header() {
    let document = &tei::parse_volume(VOLUME).documents[1];
    let expected = [
        ("header", "TELEGRAM\nDepartment of State\nSTRELSAU 0045\nP R 090716Z MAR 71"),
        ("header", "FM AMEMBASSY STRELSAU"),
        ("header", "TO SECSTATE WASHDC PRIORITY 1212\nAMCONSUL ZENDA"),
        ("header", "INFO AMEMBASSY VADUZ"),
        ("header", "SUBJ: BRIDGE TALKS"),
        ("header", "REF: STATE 1234"),
        ("paragraph", "1. SUMMARY: CHANCELLOR TARLENHEIM AND [garble—two?] AIDES CALLED."),
        ("paragraph", "2. [text not declassified] END SUMMARY."),
        ("signature", "RASSENDYLL"),
    ];
    assert_eq!(blocks(document)[2..], expected);
    let expected = [
        "2.",
        "TELEGRAM",
        "STRELSAU 0045",
        "P R 090716Z MAR 71",
        "FM",
        "AMEMBASSY STRELSAU",
        "TO",
        "SECSTATE WASHDC PRIORITY 1212",
        "AMCONSUL ZENDA",
        "INFO",
        "AMEMBASSY VADUZ",
        "SUBJ:",
        "REF:",
        "1.",
        "2.",
    ];
    assert_eq!(words(document, &document.markings), expected);
    let redacted = ["[garble—two?]", "[text not declassified]"];
    assert_eq!(words(document, &document.redactions), redacted);

    let header = &document.header;
    assert_eq!(header.cable_id.as_ref().unwrap().value.0, "71STRELSAU45");
    assert_eq!(header.post.as_ref().unwrap().value, "STRELSAU");
    assert_eq!(header.serial.as_ref().unwrap().value, "0045");
    let sent = header.date_time.as_ref().unwrap().value;
    assert_eq!((sent.date.to_string().as_str(), sent.hour, sent.minute), ("1971-03-09", 7, 16));
    assert_eq!(header.from.as_ref().unwrap().value.name, "AMEMBASSY STRELSAU");
    let to: Vec<&str> = header.to.iter().map(|to| to.value.name.as_str()).collect();
    assert_eq!(to, ["SECSTATE WASHDC", "AMCONSUL ZENDA"]);
    assert_eq!(header.to[0].value.mcn.as_deref(), Some("1212"));
    assert_eq!(header.info[0].value.name, "AMEMBASSY VADUZ");
    assert_eq!(header.subject.as_ref().unwrap().value, "BRIDGE TALKS");
    assert_eq!(header.references[0].value.value, "71STATE1234");
}

#[test]
fn reads_serial_from_paragraph() {
    let document = &tei::parse_volume(VOLUME).documents[2];
    let header = &document.header;
    assert_eq!(header.serial.as_ref().unwrap().value, "860");
    assert_eq!(header.from.as_ref().unwrap().value.name, "Department of State");
    assert_eq!(header.to[0].value.name, "Mission to the United Posts");
    let numbers: Vec<Option<&str>> = document
        .blocks
        .iter()
        .filter_map(|block| match &block.kind {
            BlockKind::Paragraph(paragraph) => Some(paragraph),
            _ => None,
        })
        .map(|paragraph| paragraph.number.as_ref().map(|number| number.value.as_ref()))
        .collect();
    assert_eq!(numbers, [None, Some("2")]);
}

#[test]
fn lists_of_the_front_matter() {
    let lists = tei::parse_volume(VOLUME).lists;
    let items: Vec<(&str, &str, &str)> = [&lists.persons, &lists.terms]
        .into_iter()
        .flatten()
        .map(|item| (item.id.as_str(), item.name.as_str(), item.description.as_str()))
        .collect();
    let expected = [
        ("p_RE1", "Rassendyll, Edith Q.", "Ambassador to Ruritania"),
        ("p_TF1", "Tarlenheim, Fritz", "Chancellor"),
        ("t_GOR1", "GOR", "Government of Ruritania"),
    ];
    assert_eq!(items, expected);
}

#[test]
fn reads_broken_files() {
    const OPEN: &str = "<body><div type=\"document\"><head>1. A</head>";
    // (bytes, text of the last document, number of documents, the source text
    // at each reported problem)
    type Case<'a> = (&'a [u8], &'a str, usize, &'a [&'a str]);
    let cases: [Case; 12] = [
        (b"<p>Cut off", "1. A\nCut off", 1, &["<p>", "<div", "<body"]),
        (b"<p>Cut <persName corr", "1. A\nCut", 1, &["<persName corr", "<p>", "<div", "<body"]),
        (b"<p>A</p></div><!-- cut", "1. A\nA", 1, &["<!-- cut", "<body"]),
        (
            b"<p>By <persName corresp=\"#x>Ann</persName> \"so\"</p></div></body>",
            "1. A\nBy Ann \"so\"",
            1,
            &["<persName", "</persName>"],
        ),
        (b"<p>3 < 4 &c; x &amp y</p></div></body>", "1. A\n3 < 4 &c; x &amp y", 1, &[]),
        (b"<p>A<p>B</div></body>", "1. A\nA\nB", 1, &["<p>B", "<p>A"]),
        (b"<p>A</hi> b</p></div></body>", "1. A\nA b", 1, &["</hi>"]),
        (b"<p>A <b:z q='1'>b</b:z>c<zip/></p></div></body>", "1. A\nA bc", 1, &[]),
        (b"<p>Cura\xE7ao \x96 \xE2\x80</p></div></body>", "1. A\nCuraçao – â€", 1, &[]),
        (b"<p><![CDATA[a <b> &amp; c]]></p></div></body>", "1. A\na <b> &amp; c", 1, &[]),
        (b"<p>A</p><div type=\"document\"><p>B</p></div><p>C</p></div></body>", "B", 2, &[]),
        (b"<p>A</p><div type=\"document\"><p>B</p></div></body>", "B", 2, &["<div"]),
    ];
    for (tail, text, count, problems) in cases {
        let raw = [OPEN.as_bytes(), tail].concat();
        let contents = tei::parse_volume(&raw);
        let case = String::from_utf8_lossy(tail);
        assert_eq!(contents.documents.len(), count, "{case}");
        assert_eq!(contents.documents.last().unwrap().text.as_str(), text, "{case}");
        let found = &contents.problems;
        assert_eq!(found.len(), problems.len(), "{case}: {found:?}");
        for (problem, start) in found.iter().zip(problems) {
            assert!(
                raw[problem.offset as usize..].starts_with(start.as_bytes()),
                "{case}: {found:?}"
            );
        }
        contents.documents.iter().for_each(|document| check(&raw, document));
    }
}

#[test]
fn ends_unclosed_document() {
    let raw = b"<body><div type=\"document\"><p>A</p><div type=\"document\"><p>B</p></div></body>";
    let contents = tei::parse_volume(raw);
    let extents: Vec<_> =
        contents.documents.iter().map(|document| document.raw.byte_range()).collect();
    assert_eq!(extents, [6..35, 35..70]);
}

#[test]
fn survives_broken_markup() {
    let pieces: [&str; 9] = [
        "<p>",
        "</p>",
        "<!--",
        "<a b=\"",
        "<",
        "&",
        "<![CDATA[",
        "<note>",
        "<div type=\"document\"><item><persName xml:id=\"x\">",
    ];
    for piece in pieces {
        let raw = format!("<div type=\"document\">{}", piece.repeat(100_000));
        let contents = tei::parse_volume(raw.as_bytes());
        assert!(contents.problems.len() <= 101, "{piece}: {}", contents.problems.len());
        assert!(!contents.documents.is_empty(), "{piece}");
    }
}

/// The names of an item share its description. A limit on their number bounds
/// the size of the lists.
#[test]
fn limits_names_in_one_item() {
    let names = "<term xml:id=\"a\">x</term>".repeat(20_000);
    let raw = format!("<TEI><item>{names}{}</item></TEI>", "all that is said ".repeat(10_000));
    let contents = tei::parse_volume(raw.as_bytes());
    assert_eq!(contents.lists.terms.len(), 8);
    assert_eq!(contents.problems.len(), 1, "{:?}", contents.problems);
}

/// The XML files of a folder of the shared data, if it exists.
fn shared_volumes(folder: &str) -> Option<Vec<PathBuf>> {
    let entries = fs::read_dir(shared_data::shared_data(folder)?).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "xml"));
    paths.sort();
    Some(paths)
}

/// What the tags of a volume state: an id by which documents are cited, dates where the
/// text has none, and the sender and the recipient.
#[test]
fn tags_state_ids_dates_and_parties() {
    let document = |attributes: &str, inside: &str| {
        format!("<div type=\"document\" {attributes}>{inside}</div>")
    };
    let march = "frus:doc-dateTime-min=\"1978-03-01T00:00:00-05:00\" \
        frus:doc-dateTime-max=\"1978-03-31T23:59:59-05:00\"";
    let parties = "<head>2. <persName type=\"from\">Mr. Zapt</persName> to \
        <persName type=\"to\">Mr. Hentzau</persName></head><p>Sir.</p>";
    let dated = "<head>3. Letter</head><dateline><date when=\"1971-02-03\">February 3</date>\
        </dateline><p>Sir.</p>";
    // Attributes of the document, its contents, and id, date, from, to.
    let cases = [
        (
            format!("xml:id=\"d1\" {march}"),
            "<head>1. Note</head><p>Undated.</p>",
            ["frusX/d1", "1978-03-01", "", ""],
        ),
        ("xml:id=\"d2\"".to_owned(), parties, ["frusX/d2", "", "Mr. Zapt", "Mr. Hentzau"]),
        (format!("xml:id=\"d3\" {march}"), dated, ["frusX/d3", "1971-02-03", "", ""]),
        (march.to_owned(), "<p>Nothing.</p>", ["", "1978-03-01", "", ""]),
    ];
    for (attributes, inside, expected) in cases {
        let body = document(&attributes, inside);
        let raw = format!("<TEI xml:id=\"frusX\"><text><body>{body}</body></text></TEI>");
        let parsed = tei::parse_volume(raw.as_bytes());
        assert_eq!(parsed.problems, []);
        let header = &parsed.documents[0].header;
        let found = [
            header.cable_id.as_ref().map_or_else(String::new, |id| id.value.to_string()),
            header.document_date().map_or_else(String::new, |day| day.to_string()),
            header.from.as_ref().map_or_else(String::new, |from| from.value.name.clone()),
            header.to.first().map_or_else(String::new, |to| to.value.name.clone()),
        ];
        assert_eq!(found, expected, "{raw}");
    }
    let raw = "<TEI><text><body><div type=\"document\" xml:id=\"d1\" \
        frus:doc-dateTime-min=\"spring\"><p>Sir.</p></div></body></text></TEI>";
    let name = chancery_parse::envelope_of_path("volumes/frus1977-80v21.xml");
    let parsed = chancery_parse::parse_file_in(raw.as_bytes(), name.as_slice()).expect("TEI");
    let id = parsed.documents[0].header.cable_id.as_ref().map(|id| id.value.0.as_str());
    assert_eq!(id, Some("frus1977-80v21/d1"));
    let problem = "byte 17: the date of the mark-up cannot be read: \"spring\"";
    let problems: Vec<String> = parsed.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, [problem]);
    let plain = chancery_parse::parse_file_in(b"Sir.", name.as_slice()).expect("text");
    assert_eq!(plain.documents[0].header, chancery_model::Header::default());
}

#[test]
fn links_and_numbers_are_references() {
    let volume = br##"<TEI xml:id="frus7"><text><body>
        <div type="document" xml:id="d4"><head>4. Telegram From the Embassy in Egypt to the Department of State</head>
        <dateline>Cairo, <date when="1957-03-04">March 4, 1957</date></dateline>
        <p>3083. Re Deptel 675 and Embtel 3080.<note n="1">See <ref target="#d2fn1">footnote 1,
        Document 2</ref>, <ref target="frus1958v2#d9">Document 9</ref>, <ref target="#d4fn1">above</ref>
        and <ref target="#pg_12">page 12</ref>. Telegram 12 to Cairo, May 2, is Document 5.</note></p>
        </div></body></text></TEI>"##;
    let documents = tei::parse_volume(volume).documents;
    let document = &documents[0];
    check(volume, document);
    let telegram = document.telegram.as_ref().expect("a number");
    assert_eq!(
        (telegram.id.0.as_str(), &telegram.to[..]),
        ("57CAIRO3083", &["STATE".to_owned()][..])
    );
    let found: Vec<(&str, &str, Option<&str>)> = document
        .references
        .iter()
        .map(|one| (&document.text[one.span], one.value.as_str(), one.to.as_deref()))
        .collect();
    let expected = [
        ("Deptel 675", "57STATE675", Some("CAIRO")),
        ("Embtel 3080", "57CAIRO3080", None),
        ("footnote 1, Document 2", "frus7/d2", None),
        ("Document 9", "frus1958v2/d9", None),
        ("Telegram 12", "57STATE12", Some("CAIRO")),
    ];
    assert_eq!(found, expected);
}
