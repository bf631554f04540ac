//! The language of a document: what is clearly foreign is, and everything else is English.

use chancery_model::{Block, BlockKind, Document, DocumentId, RawSpan, Text, TextSpan};
use chancery_segment::segment_document;

const REPORTS: &str = include_str!("data/languages.tsv");

/// A report in English, as telegrams are written.
const TELEGRAM: &str = "1. (C) SUMMARY. MINISTER DUBOIS TOLD AMBASSADOR THAT GOM CANNOT ACCEPT \
    TERMS OF COMPANY. HE ASKED THAT ALL LICENCES BE CHECKED ONE BY ONE. END SUMMARY. 2. (C) \
    AMBASSADOR CALLED ON FOREIGN MINISTER SEPTEMBER 15. MINISTER SAID COMPANY OWNS NO BOATS AND \
    PAYS NO FEES. EMBASSY WILL REPORT FURTHER.";

/// The language of a document whose paragraphs are these lines.
fn language_of(lines: &str) -> &'static str {
    let text = Text::from_verbatim(lines);
    let mut at = 0;
    let spans: Vec<TextSpan> = lines
        .split_inclusive('\n')
        .map(|line| {
            at += line.len();
            TextSpan::from_range(at - line.len()..at)
        })
        .collect();
    let raw = RawSpan::from_range(0..lines.len());
    let document = Document::from_paragraphs(DocumentId([0; 32]), raw, text, spans);
    segment_document(&document).language.code()
}

fn reports() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = REPORTS.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once('\t').expect("a code and a text"))
}

fn report_in(code: &str) -> &'static str {
    reports().find(|(known, _)| *known == code).expect("a report in this language").1
}

/// Telegrams have no accents, and often no small letters.
fn as_telegram(text: &str) -> String {
    text.split(' ').map(chancery_model::fold_word).collect::<Vec<_>>().join(" ").to_uppercase()
}

#[test]
fn clear_prose_of_other_languages_is_foreign() {
    let mut count = 0;
    for (code, text) in reports() {
        assert_eq!(language_of(text), code, "{text}");
        assert_eq!(language_of(&text.to_uppercase()), code, "{text}");
        count += 1;
    }
    assert_eq!(count, 21);
    for code in ["fr", "es", "pt", "it", "de", "nl"] {
        assert_eq!(language_of(&as_telegram(report_in(code))), code);
    }
}

#[test]
fn what_is_not_clearly_foreign_is_english() {
    let names = "Jean-Pierre de la Tour, Marie Lefèvre, Aimé du Plessis, Zoé Beaumont, Éric Garnier, \
        Noël Rocher, Hélène Girard, Benoît Perrin, Chloé Lambert, Rémi Fournier, Agnès Morel\n";
    let half_line = |text: &'static str| text.split_at(text.find(". ").expect("two sentences")).0;
    let french = report_in("fr");
    let bodies = "Institut de la pêche et des mers, Société des pétroles du sud, Comité pour le \
        développement et la paix, Office des eaux et forêts, Ministère de la défense\n";
    let cases: [(&str, String); 15] = [
        ("a telegram in capitals", TELEGRAM.to_owned()),
        ("a telegram in small letters", TELEGRAM.to_lowercase()),
        ("a short text", half_line(french).to_owned()),
        ("a short text in Russian", half_line(report_in("ru")).chars().take(90).collect()),
        ("French names in a list", names.repeat(6)),
        ("French institutions in a list", bodies.repeat(6)),
        (
            "Spanish names in a list",
            "Comisión de la Pesca, Instituto del Mar, Puerto de Tulear\n".repeat(20),
        ),
        ("a table", "Réunion 12 14 97 Maurice 17 33 41 Tuléar 9 8 7\n".repeat(30)),
        ("numbers", "12 14 97 17 33 41 9 8 7\n".repeat(50)),
        (
            "a header",
            "E.O. 12958: DECL: 09/16/2019 TAGS: PREL, EFIS, MP SUBJECT: LA PAZ\n".repeat(12),
        ),
        (
            "spaced capitals",
            "C O N F I D E N T I A L SECTION 01 OF 02 PORT LOUIS 000314\n".repeat(12),
        ),
        (
            "a summary above a French letter",
            format!("{TELEGRAM}\n{}", format!("{french}\n").repeat(3)),
        ),
        ("a summary above a letter in Russian", format!("{TELEGRAM}\n{}", report_in("ru"))),
        (
            "English with Spanish words",
            format!(
                "{TELEGRAM} HE QUOTED \"LA LEY DE LA PESCA NO SE CUMPLE EN LAS AGUAS DE LA ISLA\"."
            ),
        ),
        ("nothing", String::new()),
    ];
    for (name, text) in cases {
        assert_eq!(language_of(&text), "en", "{name}: {text}");
    }
}

#[test]
fn only_paragraphs_count() {
    // A telegram in French has lines in English around its text, and the other way round.
    let french = report_in("fr");
    for (above, below, expected) in [(TELEGRAM, french, "fr"), (french, TELEGRAM, "en")] {
        let whole = format!("{above}\n{below}");
        let text = Text::from_verbatim(&whole);
        let raw = RawSpan::from_range(0..whole.len());
        let body = TextSpan::from_range(above.len() + 1..whole.len());
        let mut document = Document::from_paragraphs(DocumentId([0; 32]), raw, text, [body]);
        let header = TextSpan::from_range(0..above.len());
        document.blocks.insert(0, Block { span: header, kind: BlockKind::Header });
        assert_eq!(segment_document(&document).language.code(), expected);
    }
}
