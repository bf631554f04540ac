//! Telegrams of the National Archives: the attributes fill the header and are no text.

use chancery_model::{EnvelopeField, EnvelopeKind};
use chancery_parse::{invariants, parse_file};

const TELEGRAM: &str = "Message Text\n\n\nPAGE 01        LA PAZ  03608  221935Z\n\n63\nACTION ARA-17\n\n\
    INFO  OCT-01 ISO-00 /089 W\n                     --------------------- 024517\n\
    R 221845Z JUN 73\nFM AMEMBASSY LA PAZ\nTO SECSTATE WASHDC 7421\n\n\
    C O N F I D E N T I A L LA PAZ 3608\n\nE.O. 11652: GDS\nTAGS: PINT, BL\n\
    SUBJ: WOMEN PETITION MININTERIOR\n\n1. MININTERIOR CORVEL TOLD AMBASSADOR TARLEN-\n\
    HEIM THAT HE HAS NO JURISDIC-\nTION IN COCHABAMBA.\nTARLENHEIM\n\n\nCONFIDENTIAL\n\nNNN\n\n";

const ATTRIBUTES: &str = "\n\nMessage Attributes\n\nAutomatic Decaptioning: X\n\
    Capture Date: 10 MAY 1999\nDraft Date: 22 JUN 1973\nDocument Number: 1973LAPAZ03608\n\
    From: LA PAZ\nOffice: ACTION ARA\nOriginal Classification: CONFIDENTIAL\n\
    Reference: LA PAZ 3555\nSubject: n/a\nTAGS: PINT, BL\nTo: STATE\nType: TE\n\
    Rupert P. Hentzau Declassified/Released US Department of State EO Systematic Review 30 JUN 2005\n";

#[test]
fn attributes_and_stamps_are_no_text() {
    let raw = format!("{TELEGRAM}{ATTRIBUTES}");
    let parsed = parse_file(raw.as_bytes()).expect("text");
    assert_eq!((parsed.documents.len(), parsed.problems), (1, Vec::new()));
    let document = &parsed.documents[0];
    invariants::check_document(raw.as_bytes(), document).expect("the invariants");
    let text = document.text.as_str();
    assert!(text.ends_with("\nTARLENHEIM"), "{text}");
    for word in ["Message", "Hentzau", "Type", "NNN", "PAGE"] {
        assert!(!text.contains(word), "{word}");
    }
    let header = &document.header;
    assert_eq!(header.cable_id.as_ref().map(|id| id.value.0.as_str()), Some("73LAPAZ3608"));
    assert_eq!(header.signatures[0].value, "TARLENHEIM");
    assert_eq!(header.references[0].value.value, "73LAPAZ3555");
    let origins: Vec<_> = header.origins.iter().map(|one| (one.field, one.envelope)).collect();
    assert_eq!(origins, [(EnvelopeField::References, EnvelopeKind::MessageAttributes)]);
    let order = document.page_lines.windows(2).all(|pair| pair[0].raw.end <= pair[1].raw.start);
    assert!(order, "page lines in the order of the file");
}

#[test]
fn a_telegram_without_its_text_has_the_fields_of_its_attributes() {
    let raw = format!("Message Text\n\nError: Text could not be retrieved\n{ATTRIBUTES}");
    let document = parse_file(raw.as_bytes()).expect("text").documents.remove(0);
    invariants::check_document(raw.as_bytes(), &document).expect("the invariants");
    assert_eq!(document.text.as_str(), "Error: Text could not be retrieved");
    let header = &document.header;
    let found = (
        header.cable_id.as_ref().map(|id| id.value.0.as_str()),
        header.document_date().map(|day| day.to_string()),
        header.post.as_ref().map(|post| post.value.as_str()),
        header.from.as_ref().map(|from| from.value.name.as_str()),
        header.to.first().map(|to| to.value.name.as_str()),
        header.classification.as_ref().map(|level| level.value.as_str()),
        header.tags.len(),
    );
    let expected = (
        Some("73LAPAZ3608"),
        Some("1973-06-22".to_owned()),
        Some("LA PAZ"),
        Some("LA PAZ"),
        Some("STATE"),
        Some("confidential"),
        2,
    );
    assert_eq!(found, expected);
}
