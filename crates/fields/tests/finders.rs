//! Property tests of all finders on arbitrary text: they do not panic, and
//! every span is inside the searched part and on character boundaries.

use chancery_model::{Date, Header, Spanned, TextSpan};
use proptest::prelude::*;

use chancery_fields::references::CitingCable;
use chancery_fields::*;

/// Pieces of headers, and some that only look like them.
const PIECES: &[&str] = &[
    "\n",
    "\n\n",
    " ",
    "  \n",
    "\\\n",
    ": ",
    ", ",
    "; ",
    ".",
    "/",
    "-",
    "(",
    ")",
    "[",
    "¶",
    "’",
    "é",
    "1",
    "12",
    "06",
    "2009",
    "00000948 002.2 OF 004",
    "00000948",
    "002.2",
    "OF 004",
    "PAGE 02",
    "STATE",
    "ALGIERS 000948",
    "SECTION 01 OF 04",
    "S E C R E T",
    "UNCLAS",
    "LIMITED OFFICIAL USE",
    "SIPDIS",
    "NOFORN",
    "202222Z OCT 09",
    "March",
    "9,",
    "9th of ",
    "E.O. 12958",
    "DECL:",
    "10/20/2029",
    "TAGS",
    "TAGS:",
    "PREL",
    "PHUMBA",
    "OVIP",
    "CLINTON",
    "HILLARY",
    "SUBJECT:",
    "(C/NF)",
    "(U)",
    "REF:",
    "REFS: A.",
    "B)",
    "[C]",
    "05 STATE 1234",
    "AND 44603",
    "E-MAIL",
    "Classified By:",
    "CLASSIFIED BY",
    "Ambassador",
    "DCM",
    "DCM/Ted Osius",
    "Jon Doe",
    "R0BIN",
    "for reasons",
    "1.4 (b)",
    "re",
    "ason",
    "SUMMARY",
    "END SUMMARY",
    "1. (C)",
    "¶2. ",
    "FM AMEMBASSY PARIS",
    "TO RUEHC/SECSTATE WASHDC IMMEDIATE 3355",
    "INFO",
    "XMT AMEMBASSY SOFIA",
    "COLLECTIVE",
    "PEARCE",
    "NNNN",
    "--------",
    "O4",
    "'",
    "&",
    "#",
    "AMB",
    "and",
    "İ",
    "ß",
    "𝔘",
];

fn assembled() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.join(" "))
}

fn text() -> impl Strategy<Value = String> {
    let glued = prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|p| p.concat());
    prop_oneof![assembled(), glued, ".{0,200}", "[A-Z0-9 .:/()\n]{0,300}"]
}

/// A part of a text; its ends may be inside a character.
fn part(text: &str, a: usize, b: usize) -> TextSpan {
    let (a, b) = (a % (text.len() + 1), b % (text.len() + 1));
    TextSpan::from_range(a.min(b)..a.max(b))
}

/// `within` limited to the text and to character boundaries.
fn clamp_to_text(text: &str, within: TextSpan) -> std::ops::Range<usize> {
    let end = text.floor_char_boundary(within.end as usize);
    text.floor_char_boundary((within.start as usize).min(end))..end
}

fn check(text: &str, within: TextSpan, span: TextSpan) {
    let within = clamp_to_text(text, within);
    assert!(
        within.start <= span.start as usize && span.end as usize <= within.end,
        "{span:?} in {within:?}"
    );
    assert!(
        span.start <= span.end && text.get(span.byte_range()).is_some(),
        "{span:?} cuts a character"
    );
}

fn check_all<T>(text: &str, within: TextSpan, fields: &[Spanned<T>]) {
    for field in fields {
        check(text, within, field.span);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn finders_stay_inside(text in text(), a in 0..400_usize, b in 0..400_usize) {
        let within = part(&text, a, b);
        let origin = CitingCable { year: Some(2009), id: None };
        check_all(&text, within, &references::find_references(&text, within, origin));
        check_all(&text, within, &references::find_references(&text, within, CitingCable::default()));
        check_all(&text, within, &tags::find_tags(&text, within));
        check_all(&text, within, &signature::find_signatures(&text, within));
        check_all(&text, within, &classification::find_captions(&text, within));
        check_all(&text, within, date_time::find_date_time_group(&text, within).as_slice());
        check_all(&text, within, date_time::find_declassification_date(&text, within).as_slice());
        check_all(&text, within, &named_date::find_named_days(&text, within, Date::new(2009, 3, 20)));
        check_all(&text, within, portion::portion_at_start(&text, within).as_slice());
        for span in summary::find_summary(&text, within) {
            check(&text, within, span);
        }
        let pages = page_line::find_page_lines(&text, within);
        for &span in &pages {
            check(&text, within, span);
        }
        prop_assert!(pages.windows(2).all(|pair| pair[0].end <= pair[1].start));
        if let Some(subject) = subject::find_subject(&text, within) {
            check(&text, within, subject.words.span);
            check_all(&text, within, subject.portion.as_slice());
        }
        for found in classified_by::find_classified_by(&text, within) {
            check(&text, within, found.span);
            check_all(&text, within, &found.persons);
            check_all(&text, within, &found.reasons);
            if let Some(prose) = found.prose {
                check(&text, within, prose);
            }
        }
        let addressees = recipients::find_addressees(&text, within);
        check_all(&text, within, addressees.from.as_slice());
        check_all(&text, within, &addressees.to);
        check_all(&text, within, &addressees.info);
        for line in addressees.lines {
            check(&text, within, line);
        }
        if let Some(line) = classification::find_classification_line(&text, within) {
            check(&text, within, line.classification.span);
            check_all(&text, within, line.section.as_slice());
            check_all(&text, within, line.post.as_slice());
            check_all(&text, within, line.serial.as_slice());
        }
    }

    #[test]
    fn the_header_is_in_order(text in text(), a in 0..400_usize, b in 0..400_usize) {
        let head = part(&text, 0, a);
        let body = TextSpan::new(head.end, part(&text, a, b).end.max(head.end));
        let found = find_header(&text, head, body, &Header::default());
        let all = TextSpan::new(head.start, body.end.max(head.end));
        let mut from = all.start;
        for field in &found.fields {
            check(&text, all, field.span);
            prop_assert!(from <= field.span.start && !field.span.is_empty());
            prop_assert!(field.prose.is_none_or(|prose| field.span.contains(&prose)));
            if let Some(prose) = field.prose {
                check(&text, all, prose);
            }
            from = field.span.end;
        }
        prop_assert!(from <= found.end && found.end as usize <= clamp_to_text(&text, all).end.max(found.end as usize));
        prop_assert!(text.is_char_boundary(found.end as usize));
        prop_assert_eq!(&found, &find_header(&text, head, body, &Header::default()));
    }

    #[test]
    fn words_never_panic(text in text()) {
        page_line::is_page_line(&text);
        subject::title_case(&text);
        classified_by::name_in_title_case(&text);
        tags::kind_of_tag(&text);
        cable_id::canonical_post_name(&text);
        if let Some(id) = cable_id::canonical_cable_id(&text) {
            prop_assert_eq!(cable_id::canonical_cable_id(&id.0), Some(id));
        }
    }
}

#[test]
fn page_lines() {
    let cases = [
        ("ALGIERS 00000948  002.2 OF 004", true),
        ("PAGE 02        STATE   023763  071504Z", true),
        ("PARIS 00001040 002 OF 003", true),
        ("UNVIE VIEN 00000285  001.2 OF 036 \\", true),
        ("PAGE 01  STATE 023763", true),
        ("PAGE 03        SOFIA  03382  111320Z", true),
        ("SECRET PAGE 02 LIMA 02475 01 OF 03 251228Z", true),
        ("IN 2004 ABOUT 12000 002 OF 004 WERE THERE", false),
        ("PAGE 12 OF THE REPORT SAYS 5000 CAME", false),
        ("UNCLASSIFIED", false),
        ("", false),
    ];
    for (line, is_page_line) in cases {
        assert_eq!(page_line::is_page_line(line), is_page_line, "{line}");
    }
}

#[test]
fn portion_markings() {
    use chancery_model::Classification::{
        Confidential, Secret, Sensitive, TopSecret, Unclassified,
    };
    let cases = [
        ("(C/NF) Text", Some(("C/NF", Confidential, vec!["NF"]))),
        (" (S//NF) Text", Some(("S//NF", Secret, vec!["NF"]))),
        ("(SBU) Text", Some(("SBU", Sensitive, vec![]))),
        ("( S/NF ) TEXT", Some(("S/NF", Secret, vec!["NF"]))),
        ("(C - ENTIRE TEXT).", Some(("C - ENTIRE TEXT", Confidential, vec!["ENTIRE TEXT"]))),
        ("(U)", Some(("U", Unclassified, vec![]))),
        ("(TS/SI)", Some(("TS/SI", TopSecret, vec!["SI"]))),
        ("(CDU) won", None),
        ("(Sudan) is", None),
        ("C) x", None),
        ("(C", None),
    ];
    for (text, expected) in cases {
        let found = portion::portion_at_start(text, TextSpan::from_range(0..text.len()));
        let found =
            found.map(|found| (found.value.marking, found.value.level, found.value.handling));
        let expected = expected.map(|(marking, level, rest)| {
            (marking.to_owned(), level, rest.iter().map(ToString::to_string).collect())
        });
        assert_eq!(found, expected, "{text}");
    }
}
