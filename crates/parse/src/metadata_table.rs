//! The metadata table at the top of a web page: id, created, released,
//! classification, origin.

use chancery_model::{CableId, Classification, Date, Header, Spanned, TextSpan};

/// Header fields from the `cells` of the table, which are in table order.
pub(crate) fn read_metadata_table(text: &str, cells: &[TextSpan]) -> Header {
    let mut known = Header::default();
    let cell = |index: usize| cells.get(index).map(|span| (&text[span.byte_range()], *span));
    if let Some((id, span)) = cell(0).filter(|(id, _)| is_cable_id(id)) {
        known.cable_id = Some(Spanned { value: CableId(id.into()), span });
    }
    if let Some((created, span)) = cell(1) {
        known.date = parse_created_date(created).map(|value| Spanned { value, span });
    }
    if let Some((level, span)) = cell(3) {
        known.classification = parse_classification(level).map(|value| Spanned { value, span });
    }
    known
}

/// Whether a cell looks like "09ALGIERS948".
fn is_cable_id(id: &str) -> bool {
    let year = id.get(..2).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
    year && id.len() < 40 && id.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Parses "2007-09-11 09:09".
fn parse_created_date(created: &str) -> Option<Date> {
    Date::try_from(created.get(..10)?.to_owned()).ok()
}

/// Parses "SECRET//NOFORN" and similar values.
fn parse_classification(level: &str) -> Option<Classification> {
    Some(match level.split("//").next()? {
        "UNCLASSIFIED" if level.contains("OFFICIAL USE") => Classification::Sensitive,
        "UNCLASSIFIED" => Classification::Unclassified,
        "LIMITED OFFICIAL USE" => Classification::LimitedOfficialUse,
        "CONFIDENTIAL" => Classification::Confidential,
        "SECRET" => Classification::Secret,
        "TOP SECRET" => Classification::TopSecret,
        _ => return None,
    })
}
