//! The metadata table at the top of a web page: id, created, released,
//! classification, origin.

use chancery_fields::StatedFields;
use chancery_model::{EnvelopeField, EnvelopeKind, TextSpan};

/// The fields of the table, by column. The date of release is no field.
const COLUMNS: [(usize, EnvelopeField); 4] = [
    (0, EnvelopeField::CableId),
    (1, EnvelopeField::Date),
    (3, EnvelopeField::Classification),
    (4, EnvelopeField::Post),
];

/// The keys of a page whose cells are keys and values in turn, and their fields.
const KEYS: [(&str, EnvelopeField); 12] = [
    ("Canonical ID", EnvelopeField::CableId),
    ("Document Number", EnvelopeField::CableId),
    ("Date", EnvelopeField::Date),
    ("Draft Date", EnvelopeField::Date),
    ("Original Classification", EnvelopeField::Classification),
    ("Classification", EnvelopeField::Classification),
    ("From", EnvelopeField::From),
    ("To", EnvelopeField::To),
    ("TAGS", EnvelopeField::Tags),
    ("Subject", EnvelopeField::Subject),
    ("Reference(s)", EnvelopeField::References),
    ("Reference", EnvelopeField::References),
];

/// The fields that keys and values state: `cells` has them in turn.
pub(crate) fn read_keyed_cells(text: &str, cells: &[TextSpan]) -> StatedFields {
    let mut stated = StatedFields::default();
    for pair in cells.chunks_exact(2) {
        let (key, span) = (text[pair[0].byte_range()].trim_end_matches([':', ' ']), pair[1]);
        let value = &text[span.byte_range()];
        for (_, field) in KEYS.into_iter().filter(|(name, _)| *name == key) {
            let value = match field {
                EnvelopeField::Tags => codes_of_tags(value),
                _ => value.to_owned(),
            };
            stated.add_field(EnvelopeKind::PageTable, field, &value, span);
        }
    }
    stated
}

/// "CVIS - Consular Affairs--Visas | LE - Lebanon" without the explanations.
fn codes_of_tags(value: &str) -> String {
    let parts = value.split(['|', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let codes = parts.map(|part| part.split_once(" - ").map_or(part, |(code, _)| code.trim()));
    codes.collect::<Vec<_>>().join(", ")
}

/// The fields that the `cells` of the table state. The cells are in table order. A table
/// that does not start with an id is another one.
pub(crate) fn read_metadata_table(text: &str, cells: &[TextSpan]) -> StatedFields {
    let mut stated = StatedFields::default();
    let is_id = |id: &str| {
        let digits = id.bytes().take_while(u8::is_ascii_digit).count();
        digits >= 2 && id.len() < 40 && id.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if cells.first().is_some_and(|id| is_id(&text[id.byte_range()])) {
        for (column, field) in COLUMNS {
            if let Some(&span) = cells.get(column) {
                stated.add_field(EnvelopeKind::PageTable, field, &text[span.byte_range()], span);
            }
        }
    }
    stated
}
