//! FRUS volumes: an invented one in full, the real ones where they are at
//! hand, and broken ones.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use chancery_model::{
    Block, BlockKind, Document, Encoding, Format, MarkKind, Run, RunKind, Text, TextSpan,
};
use chancery_parse::{Contents, tei};
use proptest::prelude::*;

const VOLUME: &[u8] = include_bytes!("fixtures/volume.xml");

/// Name of a kind of block, for tables.
fn kind(block: &Block) -> &'static str {
    match block.kind {
        BlockKind::Header => "header",
        BlockKind::Heading => "heading",
        BlockKind::Dateline => "dateline",
        BlockKind::Paragraph(_) => "paragraph",
        BlockKind::Table => "table",
        BlockKind::Signature => "signature",
    }
}

fn blocks(document: &Document) -> Vec<(&'static str, &str)> {
    document.blocks.iter().map(|block| (kind(block), &document.text[block.span])).collect()
}

fn words<'d>(document: &'d Document, spans: &[TextSpan]) -> Vec<&'d str> {
    spans.iter().map(|&span| &document.text[span]).collect()
}

#[test]
fn a_volume_is_read_document_by_document() {
    let contents = tei::read(VOLUME);
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
        let raw = &VOLUME[document.raw.range()];
        assert!(raw.starts_with(b"<div type=\"document\"") && raw.ends_with(b"</div>"));
        assert_eq!(document.id.0, *blake3::hash(raw).as_bytes());
        assert_eq!((document.format, document.encoding), (Format::Frus, Encoding::Utf8));
        check(VOLUME, document);
    }
}

#[test]
fn blocks_of_a_memorandum() {
    let document = &tei::read(VOLUME).documents[0];
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
fn notes_stand_apart_and_know_where_they_were_called() {
    let document = &tei::read(VOLUME).documents[0];
    let notes: Vec<(&str, &str, &str)> = document
        .notes
        .iter()
        .map(|note| {
            let before = &document.text.as_str()[..note.at as usize];
            let word = before.rsplit([' ', '\n']).next().unwrap();
            (note.label.as_str(), word, note.text.as_str())
        })
        .collect();
    let expected = [
        ("1", "Rassendyll", "Source: Zenda Archives, Box 7. Secret; GOR eyes only."),
        ("*", "1971", "Dated in pencil."),
        ("2", "writing", "First.\nNot printed; see Rassendyll."),
    ];
    assert_eq!(notes, expected);
    let note = &document.notes[2];
    assert_eq!(&note.text[note.marks[0].span], "Rassendyll");
}

#[test]
fn marks_keep_their_words_and_targets() {
    use MarkKind::{Person, Place, Term};
    let documents = tei::read(VOLUME).documents;
    let marks = |document: &Document| -> Vec<(MarkKind, String, Option<String>)> {
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
    ];
    assert_eq!(marks(&documents[0]), expected);
    assert_eq!(marks(&documents[2]), [mark(Term, "GOR", "t_GOR1")]);
}

#[test]
fn a_transcribed_telegram_has_a_transmission_header() {
    let document = &tei::read(VOLUME).documents[1];
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
    assert_eq!(header.reference_id.as_ref().unwrap().value.0, "71STRELSAU45");
    assert_eq!(header.station.as_ref().unwrap().value, "STRELSAU");
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
fn a_printed_telegram_bears_its_number_in_the_first_paragraph() {
    let document = &tei::read(VOLUME).documents[2];
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
        .map(|paragraph| paragraph.number.as_ref().map(|number| number.value.as_str()))
        .collect();
    assert_eq!(numbers, [None, Some("2")]);
}

#[test]
fn lists_of_the_front_matter() {
    let lists = tei::read(VOLUME).lists;
    let items: Vec<(&str, &str, &str)> = [&lists.persons, &lists.terms]
        .into_iter()
        .flatten()
        .map(|item| (item.id.as_str(), item.name.as_str(), item.remark.as_str()))
        .collect();
    let expected = [
        ("p_RE1", "Rassendyll, Edith Q.", "Ambassador to Ruritania"),
        ("p_TF1", "Tarlenheim, Fritz", "Chancellor"),
        ("t_GOR1", "GOR", "Government of Ruritania"),
    ];
    assert_eq!(items, expected);
}

#[test]
fn broken_files_are_read_as_far_as_they_go() {
    const OPEN: &str = "<body><div type=\"document\"><head>1. A</head>";
    // (bytes, text of the last document, number of documents, what starts
    // where a problem is reported)
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
        let contents = tei::read(&raw);
        let case = String::from_utf8_lossy(tail);
        assert_eq!(contents.documents.len(), count, "{case}");
        assert_eq!(contents.documents.last().unwrap().text.as_str(), text, "{case}");
        let found = &contents.problems;
        assert_eq!(found.len(), problems.len(), "{case}: {found:?}");
        for (problem, start) in found.iter().zip(problems) {
            assert!(raw[problem.at as usize..].starts_with(start.as_bytes()), "{case}: {found:?}");
        }
        contents.documents.iter().for_each(|document| check(&raw, document));
    }
}

#[test]
fn a_document_whose_end_is_missing_stops_before_the_next() {
    let raw = b"<body><div type=\"document\"><p>A</p><div type=\"document\"><p>B</p></div></body>";
    let contents = tei::read(raw);
    let extents: Vec<_> = contents.documents.iter().map(|document| document.raw.range()).collect();
    assert_eq!(extents, [6..35, 35..70]);
}

#[test]
fn floods_of_broken_mark_up_are_survived() {
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
        let contents = tei::read(raw.as_bytes());
        assert!(contents.problems.len() <= 101, "{piece}: {}", contents.problems.len());
        assert!(!contents.documents.is_empty(), "{piece}");
    }
}

/// The invariants of a document.
fn check(raw: &[u8], document: &Document) {
    let text = &document.text;
    check_text(raw, text);
    check_order(text, document.blocks.iter().map(|block| block.span));
    check_order(text, document.markings.iter().copied());
    check_order(text, document.redactions.iter().copied());
    let mut covered = vec![false; text.len()];
    document.blocks.iter().for_each(|block| covered[block.span.range()].fill(true));
    let loose = text.as_str().char_indices().find(|&(at, c)| !covered[at] && c != '\n');
    assert_eq!(loose, None, "words outside of all blocks");
    let mut fields: Vec<TextSpan> = Vec::new();
    let header = &document.header;
    fields.extend(header.reference_id.iter().map(|field| field.span));
    fields.extend(
        [&header.station, &header.serial, &header.subject].into_iter().flatten().map(|f| f.span),
    );
    fields.extend(header.date_time.iter().map(|field| field.span));
    fields.extend(header.date.iter().map(|field| field.span));
    fields.extend(header.from.iter().chain(&header.to).chain(&header.info).map(|field| field.span));
    fields.extend(header.references.iter().map(|field| field.span));
    fields.extend(header.signatures.iter().map(|field| field.span));
    fields.extend(document.marks.iter().map(|mark| mark.span));
    for block in &document.blocks {
        if let BlockKind::Paragraph(paragraph) = &block.kind {
            let inside = paragraph.number.iter().map(|number| number.span);
            let inside: Vec<_> = inside.chain(paragraph.portion.iter().map(|p| p.span)).collect();
            assert!(inside.iter().all(|span| block.span.contains(span)));
            fields.extend(inside);
        }
    }
    for span in fields {
        assert!(text.as_str().get(span.range()).is_some_and(|words| !words.is_empty()));
        let extent = text.to_raw(span);
        assert!(document.raw.contains(&extent));
    }
    for note in &document.notes {
        assert!(text.as_str().is_char_boundary(note.at as usize));
        check_text(raw, &note.text);
        for mark in &note.marks {
            assert!(note.text.as_str().get(mark.span.range()).is_some());
        }
    }
}

fn check_order(text: &Text, spans: impl Iterator<Item = TextSpan>) {
    let mut end = 0;
    for span in spans {
        assert!(span.start >= end && !span.is_empty());
        assert!(text.as_str().get(span.range()).is_some());
        end = span.end;
    }
}

/// Every run stands for what its kind says.
fn check_text(raw: &[u8], text: &Text) {
    let words = text.as_str();
    assert_eq!(words.trim_matches([' ', '\n', '\t']), words);
    let (mut text_end, mut raw_end) = (0, 0);
    for &Run { text: span, raw: extent, kind } in text.map().runs() {
        assert!(span.start == text_end && extent.start >= raw_end);
        (text_end, raw_end) = (span.end, extent.end);
        let (written, source) = (&text[span], &raw[extent.range()]);
        match kind {
            RunKind::Copied => assert_eq!(written.as_bytes(), source),
            RunKind::Decoded => {
                let is_reference = source.starts_with(b"&") && source.ends_with(b";");
                assert!(is_reference || source.len() == 1 && source[0] >= 0x80);
            }
            RunKind::Joined => {
                assert!(matches!(written, " " | "\n" | "\t"));
                let is_white = source.iter().all(u8::is_ascii_whitespace);
                let is_tag = source.starts_with(b"<") && source.ends_with(b">");
                let is_reference = source.starts_with(b"&") && source.ends_with(b";");
                let is_forced = source.is_empty() || source.starts_with(b"</");
                assert!(is_white || is_tag || is_reference || is_forced, "{source:?}");
            }
        }
    }
    assert_eq!(text_end as usize, words.len());
}

fn shared(folder: &str) -> Option<Vec<PathBuf>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(folder);
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("skipped: {} is absent", folder.display());
        return None;
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "xml"));
    paths.sort();
    Some(paths)
}

#[test]
fn the_real_volumes() {
    let Some(paths) = shared("data/frus-volumes") else { return };
    let (mut total, mut unresolved) = (0, 0);
    for path in paths {
        let raw = fs::read(&path).unwrap();
        let contents = tei::read(&raw);
        assert_eq!(contents.problems, [], "{}", path.display());
        let count = contents.documents.len();
        let dangling = dangling(&contents);
        println!("{}: {count} documents, {dangling} references without an entry", path.display());
        assert_eq!(count, memchr::memmem::find_iter(&raw, "type=\"document\"").count());
        total += count;
        unresolved += dangling;
        for document in &contents.documents {
            check(&raw, document);
            assert_eq!(marked_persons(document), persons_in(&raw[document.raw.range()]));
        }
    }
    println!("{total} documents, {unresolved} references to persons and terms without an entry");
    assert_eq!(total, 2274);
}

/// References of persons and terms that no list of the volume has.
fn dangling(contents: &Contents) -> usize {
    let lists = [&contents.lists.persons, &contents.lists.terms];
    let ids: HashSet<&str> = lists.into_iter().flatten().map(|item| item.id.as_str()).collect();
    let marks = contents.documents.iter().flat_map(|document| {
        document.marks.iter().chain(document.notes.iter().flat_map(|note| &note.marks))
    });
    marks.filter_map(|mark| mark.target.as_deref()).filter(|&id| !ids.contains(id)).count()
}

/// The words of all person marks, in the order of the file.
fn marked_persons(document: &Document) -> Vec<String> {
    let mut found: Vec<(u32, &str)> = Vec::new();
    let texts = document.notes.iter().map(|note| (&note.text, &note.marks));
    for (text, marks) in texts.chain([(&document.text, &document.marks)]) {
        let persons = marks.iter().filter(|mark| mark.kind == MarkKind::Person);
        found.extend(persons.map(|mark| (text.to_raw(mark.span).start, &text[mark.span])));
    }
    found.sort_by_key(|&(at, _)| at);
    found.into_iter().map(|(_, words)| words.replace('\n', " ")).collect()
}

/// What stands in the `persName` elements of `raw`, cut out by hand.
fn persons_in(raw: &[u8]) -> Vec<String> {
    let raw = std::str::from_utf8(raw).unwrap();
    let elements = raw.split("<persName").skip(1).map(|rest| {
        let (tag, content) = rest.split_once('>').unwrap();
        let end = if tag.ends_with('/') { 0 } else { content.find("</persName>").unwrap() };
        plain(&content[..end])
    });
    elements.filter(|words| !words.is_empty()).collect()
}

/// Words without mark-up and notes, white space collapsed.
fn plain(xml: &str) -> String {
    let mut words = String::new();
    let mut is_note = false;
    for piece in xml.split('<') {
        let (tag, rest) = piece.split_once('>').unwrap_or(("", piece));
        is_note = tag.starts_with("note") || is_note && tag != "/note";
        if tag.starts_with("lb") {
            words.push(' ');
        }
        if !is_note {
            words.push_str(rest);
        }
    }
    let words: Vec<&str> = words.split_ascii_whitespace().collect();
    words.join(" ").replace("&amp;", "&")
}

#[test]
#[ignore = "a measurement: cargo test --release -p chancery-parse --test tei -- --ignored --nocapture"]
fn speed_on_the_real_volumes() {
    let Some(paths) = shared("data/frus-volumes") else { return };
    let files: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    let bytes: usize = files.iter().map(Vec::len).sum();
    let start = std::time::Instant::now();
    let documents: usize = files.iter().map(|raw| tei::read(raw).documents.len()).sum();
    let seconds = start.elapsed().as_secs_f64();
    println!("{documents} documents, {:.0} MB/s", bytes as f64 / 1e6 / seconds);
    assert!(documents > 0);
}

/// A change to the bytes of a file.
#[derive(Clone, Debug)]
enum Damage {
    Change(usize, u8),
    Cut(usize, usize),
    Repeat(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let telling = prop::sample::select(b"<>&\"'/;!-[] \n=\xE9\0".to_vec());
    prop_oneof![
        (any::<usize>(), prop_oneof![telling, any::<u8>()])
            .prop_map(|(at, b)| Damage::Change(at, b)),
        (any::<usize>(), 1..400_usize).prop_map(|(at, len)| Damage::Cut(at, len)),
        (any::<usize>(), 1..4000_usize).prop_map(|(at, len)| Damage::Repeat(at, len)),
    ]
}

fn damaged(mut raw: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
    for damage in damages {
        let size = raw.len();
        let place = |at: usize, len: usize| {
            let start = at % size.max(1);
            start.min(size)..size.min(start + len)
        };
        match *damage {
            Damage::Change(at, byte) => {
                if let Some(place) = raw.get_mut(place(at, 1)).and_then(|place| place.first_mut()) {
                    *place = byte;
                }
            }
            Damage::Cut(at, len) => drop(raw.drain(place(at, len))),
            Damage::Repeat(at, len) => {
                let copy = raw[place(at, len)].to_vec();
                let end = place(at, len).end;
                raw.splice(end..end, copy);
            }
        }
    }
    raw
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn damaged_documents_keep_the_invariants(
        which in any::<prop::sample::Index>(),
        damages in prop::collection::vec(damage(), 1..12),
    ) {
        let paths = shared("data/frus").unwrap_or_default();
        let raw = match paths.is_empty() {
            true => VOLUME.to_vec(),
            false => fs::read(&paths[which.index(paths.len())]).unwrap(),
        };
        for raw in [damaged(raw, &damages), damaged(VOLUME.to_vec(), &damages)] {
            tei::read(&raw).documents.iter().for_each(|document| check(&raw, document));
        }
    }

    #[test]
    fn any_bytes_are_survived(raw in prop::collection::vec(any::<u8>(), 0..400)) {
        let raw = [b"<div type=\"document\"><p>".as_slice(), &raw].concat();
        tei::read(&raw).documents.iter().for_each(|document| check(&raw, document));
    }
}
