//! A day's traffic in one file: each telegram is a document with its own header.

use chancery_parse::{invariants, parse_file};

const TRAFFIC: &str = "P 161330Z SEP 09\nFM AMEMBASSY ROSEAU\nTO SECSTATE WASHDC PRIORITY 4321\n\n\
    UNCLAS ROSEAU 000314\n\nE.O. 12958: N/A\nTAGS: EFIS, DO\nSUBJECT: FERRIES\n\n\
    1. Minister Corvel counted nine ferries.\nTREMONT\n\nNNNN\n\n\
    R 170905Z SEP 09\nFM AMEMBASSY LOME\nTO SECSTATE WASHDC 2210\n\n\
    C O N F I D E N T I A L LOME 000611\n\nE.O. 12958: DECL: 09/17/2019\nTAGS: EFIS, TO\n\
    SUBJECT: LICENCES\n\n1. (C) Ama Osei showed EconOff the licences.\nLINDQVIST\n\nNNNN\n";

#[test]
fn each_telegram_is_a_document() {
    for raw in
        [TRAFFIC.to_owned(), TRAFFIC.replace("NNNN\n\n", "\u{c}"), TRAFFIC.replace("NNNN", "")]
    {
        let parsed = parse_file(raw.as_bytes()).expect("text");
        let found: Vec<String> = parsed
            .documents
            .iter()
            .map(|document| {
                let header = &document.header;
                invariants::check_document(raw.as_bytes(), document).expect("the invariants");
                assert_eq!(
                    document.id.0,
                    *blake3::hash(&raw.as_bytes()[document.raw.byte_range()]).as_bytes()
                );
                assert!(!document.text.as_str().contains("NNNN"), "{raw}");
                format!(
                    "{} {} {} {} {}",
                    header.cable_id.as_ref().map_or("-", |id| &id.value.0),
                    header.document_date().map_or("-".into(), |day| day.to_string()),
                    header.classification.as_ref().map_or("-", |level| level.value.as_str()),
                    header.subject.as_ref().map_or("-", |subject| &subject.value),
                    header.signatures.first().map_or("-", |name| &name.value),
                )
            })
            .collect();
        let expected = [
            "09ROSEAU314 2009-09-16 unclassified FERRIES TREMONT",
            "09LOME611 2009-09-17 confidential LICENCES LINDQVIST",
        ];
        assert_eq!(found, expected, "{raw}");
        let extents: Vec<_> = parsed.documents.iter().map(|document| document.raw).collect();
        assert_eq!((extents[0].start, extents[1].end as usize), (0, raw.len()));
        assert_eq!(extents[0].end, extents[1].start);
    }
}

#[test]
fn an_end_mark_belongs_to_no_text() {
    for mark in ["NNNN", "NNN", "<< END OF DOCUMENT >>"] {
        let raw =
            format!("UNCLAS ROSEAU 000314\n\nSUBJECT: FISH\n\n1. He left.\nTREMONT\n\n{mark}\n");
        let document = parse_file(raw.as_bytes()).expect("text").documents.remove(0);
        invariants::check_document(raw.as_bytes(), &document).expect("the invariants");
        assert!(document.text.as_str().ends_with("TREMONT"), "{mark}");
        assert_eq!(document.header.signatures[0].value, "TREMONT");
        let removed = document.page_lines[0].raw.byte_range();
        assert_eq!(&raw[removed], mark);
    }
}

#[test]
fn a_quoted_telegram_is_read_without_its_marks() {
    let plain = &TRAFFIC[..TRAFFIC.find("NNNN").expect("a mark")];
    let quoted = format!("> {}\n", plain.trim_end().replace('\n', "\n> "));
    let document = parse_file(quoted.as_bytes()).expect("text").documents.remove(0);
    invariants::check_document(quoted.as_bytes(), &document).expect("the invariants");
    let alone = parse_file(plain.as_bytes()).expect("text").documents.remove(0);
    assert_eq!(document.text.as_str(), alone.text.as_str());
    assert_eq!(document.header, alone.header);
    assert_eq!(document.format, alone.format);
    // One line without the mark, and the marks are characters.
    let mixed = format!("{quoted}Regards\n");
    let document = parse_file(mixed.as_bytes()).expect("text").documents.remove(0);
    invariants::check_document(mixed.as_bytes(), &document).expect("the invariants");
    assert!(document.text.as_str().contains('>'));
}
