//! The metadata table at the top of a web page: id, created, released,
//! classification, origin.

use chancery_model::{EnvelopeField, EnvelopeKind, TextSpan};

use crate::envelope::StatedFields;

/// The fields of the table, by column. The date of release is no field.
const COLUMNS: [(usize, EnvelopeField); 4] = [
    (0, EnvelopeField::CableId),
    (1, EnvelopeField::Date),
    (3, EnvelopeField::Classification),
    (4, EnvelopeField::Post),
];

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
