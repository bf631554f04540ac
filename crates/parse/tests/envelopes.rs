//! Header fields from envelopes: what a row, a page table or a file name states is in
//! the header where the text is silent, and the header says where it is from.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use chancery_model::{Document, Envelope, EnvelopeField, EnvelopeKind, Header, Spanned, TextSpan};
use chancery_parse::{ParsedFile, invariants, parse_file, parse_file_in};
use proptest::prelude::*;

use EnvelopeField::{
    CableId, Classification, Date, From, Info, Post, References, Signature, Subject, Tags, To,
};

const FULL_TELEGRAM: &str = "P 161330Z SEP 09\nFM AMEMBASSY PORT LOUIS\n\
    TO SECSTATE WASHDC PRIORITY 4321\n\nC O N F I D E N T I A L PORT LOUIS 000314\n\nNOFORN\n\n\
    E.O. 12958: DECL: 09/16/2019\nTAGS: PREL, MP\nSUBJECT: TRAWLERS\nREF: ROME 55\n\n\
    1. (C) Minister Veloutier counted nine trawlers.\nTREMONT\n";

const BARE_TEXT: &str = "1. The harbour master of Tulear showed EconOff the licences.\nLINDQVIST\n";

fn envelope(kind: EnvelopeKind, fields: &[(EnvelopeField, &str)]) -> Envelope {
    let fields = fields.iter().map(|(field, value)| (*field, (*value).to_owned())).collect();
    Envelope { kind, fields }
}

fn parse_in(text: &str, envelopes: &[Envelope]) -> (Document, Vec<String>) {
    let ParsedFile { mut documents, problems, .. } =
        parse_file_in(text.as_bytes(), envelopes).unwrap();
    assert_eq!(documents.len(), 1);
    invariants::check_document(text.as_bytes(), &documents[0]).unwrap();
    (documents.remove(0), problems.iter().map(ToString::to_string).collect())
}

/// A header as lines "field: value", with the envelope of each field that has one.
fn table(header: &Header) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = |name: &str, field: EnvelopeField, value: String| {
        let origin = header.origins.iter().find(|origin| origin.field == field);
        let origin = origin.map_or(String::new(), |origin| origin.envelope.to_string());
        if !value.is_empty() {
            lines.push(format!("{name}: {value} <{origin}>"));
        }
    };
    let words = |field: &Option<Spanned<String>>| {
        field.as_ref().map_or_else(String::new, |field| field.value.clone())
    };
    let date = match (&header.date_time, &header.date) {
        (Some(at), _) => {
            format!("{} {:02}:{:02}", at.value.date, at.value.hour, at.value.minute)
        }
        (None, day) => day.as_ref().map_or_else(String::new, |day| day.value.to_string()),
    };
    let names = |all: &[Spanned<chancery_model::Correspondent>]| {
        all.iter().map(|one| one.value.name.clone()).collect::<Vec<_>>().join("; ")
    };
    let id = header.cable_id.as_ref().map_or_else(String::new, |id| id.value.to_string());
    let level = header.classification.as_ref().map_or("", |level| level.value.as_str());
    let captions: Vec<&str> = header.captions.iter().map(|one| one.value.as_str()).collect();
    let tags: Vec<&str> = header.tags.iter().map(|tag| tag.value.name.as_str()).collect();
    let references: Vec<&str> =
        header.references.iter().map(|reference| reference.value.value.as_str()).collect();
    let signatures: Vec<&str> = header.signatures.iter().map(|one| one.value.as_str()).collect();
    line("id", CableId, id);
    line("date", Date, date);
    line("post", Post, words(&header.post));
    line("level", Classification, [&[level], &captions[..]].concat().join(" ").trim().to_owned());
    line("from", From, header.from.as_ref().map_or_else(String::new, |f| f.value.name.clone()));
    line("to", To, names(&header.to));
    line("info", Info, names(&header.info));
    line("tags", Tags, tags.join(" "));
    line("subject", Subject, words(&header.subject));
    line("references", References, references.join(" "));
    line("signature", Signature, signatures.join("; "));
    lines.join("\n")
}

/// The fields of an envelope in a case.
type Fields = &'static [(EnvelopeField, &'static str)];

fn full_row() -> Envelope {
    envelope(
        EnvelopeKind::Row,
        &[
            (CableId, "09ANTANANARIVO611"),
            (Date, "9/17/2009 9:05"),
            (Post, "Embassy Antananarivo"),
            (Classification, "UNCLASSIFIED//FOR OFFICIAL USE ONLY"),
            (To, "SECSTATE WASHDC"),
            (To, "USEU BRUSSELS; AMEMBASSY PARIS"),
            (Info, "AMEMBASSY LONDON"),
            (Tags, "EFIS, MA"),
            (Subject, "LICENCES\n OF TRAWLERS"),
            (References, "09PORTLOUIS298|05PARIS123, 05ROME55"),
        ],
    )
}

#[test]
fn an_envelope_gives_what_the_text_does_not_state() {
    let (document, problems) = parse_in(BARE_TEXT, &[full_row()]);
    let expected = "id: 09ANTANANARIVO611 <row>
date: 2009-09-17 09:05 <row>
post: ANTANANARIVO <row>
level: sensitive <row>
from: EMBASSY ANTANANARIVO <row>
to: SECSTATE WASHDC; USEU BRUSSELS; AMEMBASSY PARIS <row>
info: AMEMBASSY LONDON <row>
tags: EFIS MA <row>
subject: LICENCES OF TRAWLERS <row>
references: 09PORTLOUIS298 05PARIS123 05ROME55 <row>
signature: LINDQVIST <>";
    assert_eq!(table(&document.header), expected);
    assert_eq!(problems, [""; 0]);
    let header = &document.header;
    let stated = header.to.iter().map(|to| to.span).chain([header.subject.as_ref().unwrap().span]);
    assert!(stated.into_iter().all(|span| span == TextSpan::new(0, 0)));
}

#[test]
fn the_text_wins_over_an_envelope() {
    let (alone, _) = parse_in(FULL_TELEGRAM, &[]);
    let (document, problems) = parse_in(FULL_TELEGRAM, &[full_row()]);
    assert_eq!(
        table(&document.header),
        table(&alone.header).replace("\ntags:", "\ninfo: AMEMBASSY LONDON <row>\ntags:",)
    );
    assert_eq!(problems, [""; 0]);
    assert!(table(&alone.header).starts_with("id: 09PORTLOUIS314 <>\ndate: 2009-09-16 13:30 <>"));
    let text = document.text.as_str();
    let post = document.header.post.unwrap();
    assert_eq!(&text[post.span.byte_range()], "PORT LOUIS");
}

#[test]
fn the_first_envelope_wins_over_the_second() {
    let row = envelope(EnvelopeKind::Row, &[(Date, "2009-09-17"), (Classification, "secret")]);
    let name =
        envelope(EnvelopeKind::FileName, &[(CableId, "2001PARIS00012"), (Date, "1999-01-01")]);
    let first = "id: 01PARIS12 <file name>\ndate: 2009-09-17 <row>\npost: PARIS <file name>\n\
        level: secret <row>\nsignature: LINDQVIST <>";
    let (document, _) = parse_in(BARE_TEXT, &[row.clone(), name.clone()]);
    assert_eq!(table(&document.header), first);
    let (document, _) = parse_in(BARE_TEXT, &[name, row]);
    assert_eq!(
        table(&document.header),
        first.replace("2009-09-17 <row>", "1999-01-01 <file name>")
    );
}

/// Each pair differs in the text or in the envelope only.
#[test]
fn fields_of_rows() {
    let cases: [(&str, Fields, &str); 9] = [
        // The year of an envelope resolves references and the id of the text.
        (
            "UNCLAS PORT LOUIS 000314\n\nSUBJECT: FISH\nREF: ROME 55\n\n1. He left.\n",
            &[(Date, "2009-01-02")],
            "id: 09PORTLOUIS314 <>\ndate: 2009-01-02 <row>\npost: PORT LOUIS <>\nlevel: unclassified <>\nsubject: FISH <>\nreferences: 09ROME55 <>",
        ),
        // A catalogue spells the post as others cite it.
        (
            "R 020000Z JAN 09\nUNCLAS IRAN RPO DUBAI 000314\n\nSUBJECT: FISH\n\n1. He left.\n",
            &[(CableId, "09RPODUBAI314")],
            "id: 09RPODUBAI314 <row>\ndate: 2009-01-02 00:00 <>\npost: IRAN RPO DUBAI <>\nlevel: unclassified <>\nsubject: FISH <>",
        ),
        // Another serial is another telegram.
        (
            "R 020000Z JAN 09\nUNCLAS IRAN RPO DUBAI 000314\n\nSUBJECT: FISH\n\n1. He left.\n",
            &[(CableId, "09RPODUBAI315")],
            "id: 09IRANRPODUBAI314 <>\ndate: 2009-01-02 00:00 <>\npost: IRAN RPO DUBAI <>\nlevel: unclassified <>\nsubject: FISH <>",
        ),
        // Captions are added where the levels agree.
        (
            "SECRET PARIS 012\n\nSUBJECT: FISH\n\n1. He left.\n",
            &[(Classification, "SECRET//NOFORN")],
            "post: PARIS <>\nlevel: secret NOFORN <row>\nsubject: FISH <>",
        ),
        (
            "SECRET PARIS 012\n\nSUBJECT: FISH\n\n1. He left.\n",
            &[(Classification, "CONFIDENTIAL//NOFORN")],
            "post: PARIS <>\nlevel: secret <>\nsubject: FISH <>",
        ),
        // A reference without a year takes that of the telegram.
        (
            "He left.",
            &[(Date, "1973-06-22"), (References, "LA PAZ 3555")],
            "date: 1973-06-22 <row>\nreferences: 73LAPAZ3555 <row>",
        ),
        (
            "He left.",
            &[(From, "LA PAZ"), (Signature, "HALVERTON")],
            "from: LA PAZ <row>\nsignature: HALVERTON <row>",
        ),
        (
            "He left.",
            &[(CableId, "C05784145"), (Post, "n/a"), (Subject, " ")],
            "id: C05784145 <row>",
        ),
        ("He left.", &[], ""),
    ];
    for (text, fields, expected) in cases {
        let (document, problems) = parse_in(text, &[envelope(EnvelopeKind::Row, fields)]);
        assert_eq!(table(&document.header), expected, "{text:?} {fields:?}");
        assert_eq!(problems, [""; 0]);
    }
}

#[test]
fn a_value_that_cannot_be_read_is_a_problem() {
    let row = envelope(
        EnvelopeKind::Row,
        &[(Date, "the other day"), (Classification, "SECRET//MAUVE"), (CableId, "no id at all")],
    );
    let (document, problems) = parse_in("He left.", &[row]);
    assert_eq!(table(&document.header), "level: secret <row>");
    assert_eq!(
        problems,
        [
            r#"byte 0: the date of the row cannot be read: "the other day""#,
            r#"byte 0: the classification of the row cannot be read: "SECRET//MAUVE""#,
            r#"byte 0: the id of the row cannot be read: "no id at all""#,
        ]
    );
}

#[test]
fn a_page_table_fills_the_header_with_the_spans_of_its_cells() {
    let page = |id: &str, level: &str, pre: &str| {
        format!(
            "<html><body><table class='cable'><tr><th>Reference ID</th></tr><tr><td>\n\
             <a href='/x'>{id}</a>\n</td><td>\n<a>2009-09-19 08:08</a>\n</td>\
             <td>\n2010-11-29 23:11\n</td><td>\n{level}\n</td><td>\n<a>Embassy Port Louis</a>\n\
             </td></tr></table><pre>{pre}</pre></body></html>"
        )
    };
    let bare = page("09PORTLOUIS318", "CONFIDENTIAL//NOFORN", "1. He counted nine trawlers.");
    let (document, problems) = parse_in(&bare, &[]);
    let expected = "id: 09PORTLOUIS318 <page table>
date: 2009-09-19 08:08 <page table>
post: PORT LOUIS <page table>
level: confidential NOFORN <page table>
from: EMBASSY PORT LOUIS <page table>";
    assert_eq!(table(&document.header), expected);
    assert_eq!(problems, [""; 0]);
    let text = document.text.as_str();
    let at = document.header.date_time.unwrap().span;
    assert_eq!(&text[at.byte_range()], "2009-09-19 08:08");
    let whole = page("09PORTLOUIS314", "SECRET", FULL_TELEGRAM);
    let (alone, _) = parse_in(FULL_TELEGRAM, &[]);
    let (document, _) = parse_in(&whole, &[]);
    let expected = table(&alone.header).replace("314 <>", "314 <page table>");
    assert_eq!(table(&document.header), expected);
}

fn any_field() -> impl Strategy<Value = EnvelopeField> {
    proptest::sample::select(vec![
        CableId,
        Date,
        Post,
        Classification,
        From,
        To,
        Info,
        Tags,
        Subject,
        References,
        Signature,
    ])
}

fn any_value() -> impl Strategy<Value = String> {
    let pieces = [
        "09",
        "2009",
        "PORT LOUIS",
        "-",
        "/",
        ":",
        " ",
        "13:30",
        "Z",
        "SEP",
        "SECRET",
        "é",
        "//",
        "NOFORN",
        ";",
        "000314",
        "REF",
        "A.",
        "PREL",
        "\n",
        "|",
        "Embassy ",
    ];
    let piece = prop_oneof![
        3 => proptest::sample::select(pieces.to_vec()).prop_map(String::from),
        1 => ".{0,8}",
    ];
    proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Envelopes change only fields that the text lacks, each of them has an origin,
    /// and nothing else of the document changes.
    #[test]
    fn envelopes_only_fill(
        fields in proptest::collection::vec((any_field(), any_value()), 0..8),
        text in proptest::sample::select(vec![FULL_TELEGRAM, "1. He left.\n", "He left.", ""]),
    ) {
        let row = Envelope { kind: EnvelopeKind::Row, fields: fields.clone() };
        let filled = parse_file_in(text.as_bytes(), &[row]).unwrap().documents.remove(0);
        let alone = parse_file(text.as_bytes()).unwrap().documents.remove(0);
        invariants::check_document(text.as_bytes(), &filled).map_err(TestCaseError::fail)?;
        prop_assert_eq!(&filled.text, &alone.text);
        prop_assert_eq!(&filled.blocks, &alone.blocks);
        prop_assert_eq!(&filled.markings, &alone.markings);
        let (filled, alone) = (filled.header, alone.header);
        prop_assert!(alone.origins.is_empty());
        for span in filled.field_spans() {
            prop_assert!(span == TextSpan::new(0, 0) || alone.field_spans().contains(&span));
        }
        for origin in &filled.origins {
            let names_it = |(field, _): &(EnvelopeField, String)| {
                *field == origin.field
                    || origin.field == From && *field == Post
                    || origin.field == Post && *field == CableId
                    || origin.field == Date && *field == CableId
            };
            prop_assert!(fields.iter().any(names_it));
        }
        prop_assert_eq!(filled.origins.is_empty(), table(&filled) == table(&alone));
    }
}
