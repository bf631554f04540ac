//! Page lines that collections show. All people, posts and archives are invented.

use chancery_engine::learned_lines::{LearnedLine, LearnedLines, LineEvidence, learn_lines};
use chancery_model::Document;

fn parse(text: &str) -> Document {
    chancery_parse::parse_file(text.as_bytes()).expect("text").documents.remove(0)
}

fn learn(texts: impl IntoIterator<Item = String>) -> Vec<LearnedLine> {
    let evidence: Vec<LineEvidence> =
        texts.into_iter().map(|text| LineEvidence::new(&parse(&text))).collect();
    learn_lines(&evidence)
}

fn examples(learned: &[LearnedLine]) -> Vec<&str> {
    learned.iter().map(|line| line.example.as_str()).collect()
}

/// A telegram with `head` above its header and `tail` below its signature.
fn telegram(n: usize, head: &str, tail: &str) -> String {
    format!(
        "{head}\nR 161305Z JUN 76\nFM AMEMBASSY PORT MORROW\nTO SECSTATE WASHDC {n}\n\
         C O N F I D E N T I A L PORT MORROW {n:04}\n\nE.O. 11652: GDS\nTAGS: PFOR, XX\n\
         SUBJECT: TALKS, ROUND {n}\n\n1. THE ENVOY SAID THAT THE PRICE IS {n} CROWNS.\n\n\
         2. HE WILL RETURN IN {n} DAYS.\n\nTREVELYAN\n\n{tail}\n"
    )
}

/// A letter whose middle is `middle`.
fn letter(n: usize, head: &str, middle: &str, tail: &str) -> String {
    format!(
        "{head}\n\nDear Sir,\n\nThe price is {n} crowns, as the envoy wrote in letter {n} of \
         this year.\n\n{middle}\n\nHe left on the ship of day {n}.\n\nYours truly,\n\n{tail}\n"
    )
}

const STAMP: &str = "RELEASED BY THE ASHWORTH TRUST, PORT MORROW, ON DAY 12";

const ATTRIBUTES: &str = "Film Number: R12-0345\nRetention: permanent\n\
    Custodian: Ashworth Trust, Port Morrow\nDrafter: TREVELYAN\nReview History: complete\n\
    Sheet: 3";

/// Texts, and the lines that they show. Each case has sisters that show none.
#[test]
fn lines_are_learnt_where_the_evidence_is_whole() {
    let many = || 0..60;
    let cases: Vec<(&str, Vec<String>, Vec<&str>)> = vec![
        ("a stamp at the head", many().map(|n| telegram(n, STAMP, "")).collect(), vec![STAMP]),
        ("a stamp at the tail", many().map(|n| telegram(n, "", STAMP)).collect(), vec![STAMP]),
        ("too few documents", (0..49).map(|n| telegram(n, STAMP, "")).collect(), vec![]),
        (
            "a stamp on every seventh document",
            many().map(|n| telegram(n, if n % 7 == 0 { STAMP } else { "" }, "")).collect(),
            vec![],
        ),
        (
            "a sentence that repeats in the middle",
            many()
                .map(|n| {
                    let lines: Vec<String> = (0..12).map(|at| format!("Item {at} of {n}.")).collect();
                    letter(n, "", &format!("{}\n\n{STAMP}\n\n{}", lines.join("\n\n"), lines.join("\n\n")), "")
                })
                .collect(),
            vec![],
        ),
        ("copies of one document", many().map(|_| telegram(1, STAMP, "")).collect(), vec![]),
        (
            "a letterhead and a signature",
            many()
                .map(|n| letter(n, "Embassy of Ruritania\nPort Morrow", "", "John Trevelyan\nAmbassador"))
                .collect(),
            vec![],
        ),
        (
            "a banner over letters",
            many().map(|n| letter(n, "THE ASHWORTH PAPERS", "", "John Trevelyan")).collect(),
            vec!["THE ASHWORTH PAPERS"],
        ),
        (
            "an attribute tail without the line of a person",
            many().map(|n| telegram(n, "", ATTRIBUTES)).collect(),
            vec![
                "Custodian: Ashworth Trust, Port Morrow",
                "Film Number: R12-0345",
                "Retention: permanent",
                "Review History: complete",
                "Sheet: 3",
            ],
        ),
        (
            "people of visa telegrams",
            many()
                .map(|n| {
                    let person = char::from(b'A' + (n % 26) as u8);
                    telegram(n, "", &format!("Surname: {person}{n}\nBirthplace: {person}ton {n}x{person}\nCitizenship: {person}ia\nOccupation: {person}er"))
                })
                .collect(),
            vec![],
        ),
        (
            "the officers of telegrams",
            many()
                .map(|n| telegram(n, "", "Drafted by: POL:JTREVELYAN\nCleared by: ECON:ASTONE\nApproved by: AMB:KMOTT\nReleased by: AMB:KMOTT"))
                .collect(),
            vec![],
        ),
    ];
    for (case, texts, expected) in cases {
        let learned = learn(texts);
        assert_eq!(examples(&learned), expected, "{case}");
    }
}

#[test]
fn learning_does_not_depend_on_the_order() {
    let texts: Vec<String> = (0..60).map(|n| telegram(n, STAMP, ATTRIBUTES)).collect();
    let learned = learn(texts.clone());
    assert_eq!(learned.len(), 6);
    assert_eq!(learn(texts.into_iter().rev()), learned);
}

#[test]
fn learnt_lines_are_found_in_any_place_but_in_fields() {
    let learned = learn((0..60).map(|n| telegram(n, STAMP, ATTRIBUTES)));
    let lines = LearnedLines::new(&learned);
    let found = |text: &str| {
        let document = parse(text);
        let spans = lines.find_spans(&document);
        spans.iter().map(|&span| document.text[span].to_owned()).collect::<Vec<_>>()
    };
    // The stamp of a page lies between two lines of a sentence.
    let page = format!(
        "The envoy of Ruritania wrote a long letter and asked whether\n{STAMP}\nthe price of the ships in the harbour could be paid in crowns.\n"
    );
    assert_eq!(found(&page), [STAMP]);
    assert_eq!(found(&format!("He said: {STAMP}")), [""; 0]);
    assert_eq!(found("Sheet: 3"), [""; 0], "one attribute is no tail");
    let subject = telegram(3, "", "").replace("TALKS, ROUND 3", STAMP);
    assert_eq!(found(&subject), [""; 0]);
    assert!(LearnedLines::default().find_spans(&parse(STAMP)).is_empty());
}
